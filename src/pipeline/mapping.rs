//! How an input's own columns become canonical ones (docs/spec.md 9).

use super::column_type;
use super::expression;
use super::nearest::{did_you_mean, listed};
use super::walk::{Section, Value};
use crate::facts::FactKind;
use crate::facts::columns::{self, Column, Need};
use crate::sources::input::Mapping;
use crate::sources::mapping::{Mapped, MappingFault};

/// The keys of an input that make up its mapping.
pub(super) const KEYS: [&str; 5] = ["types", "where", "group_by", "having", "columns"];

/// Reads the mapping of an input (or of a platform), `None` where it has none.
pub(super) fn read(table: &Section<'_>, kind: Option<FactKind>) -> Option<Mapping> {
    let Some(columns) = table.get("columns") else {
        for value in KEYS.iter().filter_map(|key| table.get(key)) {
            value.misplaced(
                format!("`{}` needs `columns`", value.key),
                "say which expression gives each canonical column: `columns = { order_id = \"InvoiceNo\" }`",
            );
        }
        return None;
    };
    let group_by = table.get("group_by");
    if let Some(list) = group_by.filter(|list| list.raw().as_array().is_some_and(|list| list.is_empty())) {
        list.fault_with("`group_by` is empty", "name the columns that tell facts apart, or leave it out");
    }
    let mapping = Mapping {
        types: table.get("types").map_or_else(Vec::new, types),
        filter: table.get("where").and_then(expression::read),
        group_by: group_by.map_or_else(Vec::new, |value| value.texts()),
        having: table.get("having").and_then(expression::read),
        columns: mapped_columns(columns, kind),
    };
    if let Some(having) = table.get("having").filter(|_| mapping.group_by.is_empty()) {
        having.misplaced("`having` needs `group_by`", "say which rows are to be kept by `where`");
    }
    if let Some(kind) = kind {
        refuse_inexact(table, columns, &mapping, kind);
    }
    Some(mapping)
}

/// Refuses expressions that could lose something or cannot be computed, each at its own place, as far as that is known
/// without a file.
fn refuse_inexact(table: &Section<'_>, columns: Value<'_>, mapping: &Mapping, kind: FactKind) {
    let alone = |filter, columns| Mapping { filter, columns, having: None, ..mapping.clone() };
    let check = |value: Value<'_>, mapping: Mapping| {
        if let Err(MappingFault::Expression { reason, .. }) = Mapped::new(&mapping, kind) {
            value.fault(format!("`{}`: {reason}", value.key));
        }
    };
    if let Some(value) = table.get("where").filter(|_| mapping.filter.is_some()) {
        check(value, alone(mapping.filter.clone(), Vec::new()));
    }
    if let Some(value) = table.get("having").filter(|_| mapping.having.is_some() && !mapping.group_by.is_empty()) {
        check(value, Mapping { having: mapping.having.clone(), ..alone(None, Vec::new()) });
    }
    for entry in columns.table("`columns`").map_or_else(Vec::new, |table| table.entries()) {
        if let Some(column) = mapping.columns.iter().find(|(canonical, _)| canonical == entry.key) {
            check(entry, alone(None, vec![column.clone()]));
        }
    }
}

fn types(value: Value<'_>) -> Vec<(String, crate::sources::input::ColumnType)> {
    let entries = value.table("`types`").map_or_else(Vec::new, |table| table.entries());
    entries.iter().filter_map(|entry| Some((entry.key.to_owned(), column_type::read(*entry)?))).collect()
}

fn mapped_columns(value: Value<'_>, kind: Option<FactKind>) -> Vec<(String, String)> {
    let Some(table) = value.table("`columns`") else { return Vec::new() };
    let entries = table.entries();
    if let Some(kind) = kind {
        refuse_unknown(&entries, kind);
        refuse_missing(value, &table, kind);
    }
    entries.iter().filter_map(|entry| Some((entry.key.to_owned(), expression::read(*entry)?))).collect()
}

fn refuse_unknown(entries: &[Value<'_>], kind: FactKind) {
    let known: Vec<&str> = columns::columns(kind).iter().map(|column| column.name).collect();
    for entry in entries.iter().filter(|entry| !known.contains(&entry.key)) {
        let what = format!("{} have no column `{}`", kind.name(), entry.key);
        entry.misplaced(what, did_you_mean(entry.key, &known));
    }
}

fn refuse_missing(value: Value<'_>, table: &Section<'_>, kind: FactKind) {
    let of_need = |need| columns::columns(kind).iter().filter(move |column| column.need == need);
    let is_missing = |column: &&Column| table.get(column.name).is_none();
    let missing: Vec<&str> = of_need(Need::Required).filter(is_missing).map(|column| column.name).collect();
    if !missing.is_empty() {
        let (what, form) = (listed(&missing), if missing.len() == 1 { "is" } else { "are" });
        value.fault(format!("`columns` lacks {what}, which {form} required for {}", kind.name()));
    }
    let owners: Vec<&str> = of_need(Need::Owner).map(|column| column.name).collect();
    if !owners.is_empty() && of_need(Need::Owner).all(|column| is_missing(&column)) {
        value.fault(format!("`columns` does not say whose the {} are: map one of {}", kind.name(), listed(&owners)));
    }
}
