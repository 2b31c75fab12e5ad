//! Reads the mapping of an input: the expressions that make canonical columns from a file's own (docs/spec.md 9).

use super::column_type;
use super::define;
use super::expression;
use super::lookup;
use super::nearest::{did_you_mean, listed};
use super::split;
use super::walk::{Section, Value};
use crate::facts::FactKind;
use crate::facts::columns::{self, Column, Need};
use crate::sources::input::{FactOfRow, Mapping};
use crate::sources::mapping::{Mapped, MappingFault, WholeMapping, with_shared};
use std::path::Path;

/// The keys of an input that make up its mapping.
pub(super) const KEYS: [&str; 11] =
    ["types", "aliases", "define", "split", "lookup", "where", "group_by", "distinct", "having", "columns", "fact"];
/// The keys of one of the facts that a row may give.
const FACT_KEYS: &[&str] = &["where", "columns"];

/// Reads the mapping of an input (or of a platform), `None` where it has none; `shared` are the definitions that it may
/// use beside its own.
pub(super) fn read(
    table: &Section<'_>,
    kind: Option<FactKind>,
    folder: &Path,
    shared: &[(String, String)],
) -> Option<Mapping> {
    let facts = table.sections("fact", "[[input.fact]]", FACT_KEYS);
    let Some(columns) = table.get("columns").or_else(|| facts.first()?.get("columns")) else {
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
    let distinct = table.get("distinct");
    if let Some(list) = distinct.filter(|list| list.raw().as_array().is_some_and(|list| list.is_empty())) {
        list.fault_with("`distinct` is empty", "name what tells the rows of a fact apart, or leave it out");
    }
    let aliases = table.get("aliases").map_or_else(Vec::new, aliases);
    let faults_before = table.faults.count();
    let mapping = Mapping {
        types: table.get("types").map_or_else(Vec::new, column_type::of_columns),
        split: table.get("split").and_then(|value| split::read(value, &aliases)),
        define: table.get("define").map_or_else(Vec::new, define::read),
        aliases,
        lookups: lookup::read(table, kind, folder),
        filter: table.get("where").and_then(expression::read),
        group_by: group_by.map_or_else(Vec::new, |value| value.texts()),
        distinct: distinct.map_or_else(Vec::new, |value| value.texts()),
        across_files: false,
        having: table.get("having").and_then(expression::read),
        columns: table.get("columns").map_or_else(Vec::new, |columns| mapped_columns(columns, kind)),
        facts: facts.iter().map(|fact| fact_of_row(fact, kind)).collect(),
    };
    let mapping = with_shared(mapping, shared);
    if let Some(kind) = kind {
        match facts.as_slice() {
            [] => refuse_missing(columns, &[table.get("columns")], kind),
            facts => facts.iter().for_each(|fact| {
                let own = fact.get("columns");
                refuse_missing(own.unwrap_or(columns), &[table.get("columns"), own], kind);
            }),
        }
    }
    if let Some(having) = table.get("having").filter(|_| mapping.group_by.is_empty()) {
        having.misplaced("`having` needs `group_by`", "say which rows are to be kept by `where`");
    }
    if let Some(distinct) = distinct.filter(|_| mapping.group_by.is_empty()) {
        let remedy = "rows that are facts by themselves are told apart by their ids";
        distinct.misplaced("`distinct` needs `group_by`", remedy);
    }
    if let Some(kind) = kind.filter(|kind| define::refuse_faults(table, &mapping, *kind, faults_before)) {
        refuse_inexact(table, &mapping, kind);
        for (fact, own) in facts.iter().zip(&mapping.facts) {
            let FactOfRow { filter, columns } = own.clone();
            refuse_inexact(fact, &Mapping { filter, columns, having: None, ..mapping.clone() }, kind);
        }
    }
    Some(mapping)
}

/// Refuses expressions that could lose something or cannot be computed, each at its own place, as far as that is known
/// without a file.
fn refuse_inexact(table: &Section<'_>, mapping: &Mapping, kind: FactKind) {
    let alone = |filter, columns| Mapping { filter, columns, having: None, facts: Vec::new(), ..mapping.clone() };
    let check = |value: Value<'_>, mapping: Mapping| {
        if let Err(MappingFault::Expression { reason, .. }) = Mapped::new(&mapping, kind) {
            value.fault(format!("`{}`: {reason}", value.key));
        }
    };
    if let Some(value) = table.get("lookup") {
        let mapping = Mapping { lookups: mapping.lookups.clone(), ..alone(None, Vec::new()) };
        if let Err(fault) = WholeMapping::new(&mapping, kind) {
            value.fault(fault.to_string());
        }
    }
    if let Some(value) = table.get("where").filter(|_| mapping.filter.is_some()) {
        check(value, alone(mapping.filter.clone(), Vec::new()));
    }
    if let Some(value) = table.get("having").filter(|_| mapping.having.is_some() && !mapping.group_by.is_empty()) {
        check(value, Mapping { having: mapping.having.clone(), ..alone(None, Vec::new()) });
    }
    let columns = table.get("columns").and_then(|columns| columns.table("`columns`"));
    for entry in columns.map_or_else(Vec::new, |columns| columns.entries()) {
        if let Some(column) = mapping.columns.iter().find(|(canonical, _)| canonical == entry.key) {
            check(entry, alone(None, vec![column.clone()]));
        }
    }
}

fn aliases(value: Value<'_>) -> Vec<(String, Vec<String>)> {
    let entries = value.table("`aliases`").map_or_else(Vec::new, |table| table.entries());
    let names = |entry: &Value<'_>| {
        let names = entry.texts();
        if names.is_empty() && entry.raw().as_array().is_some_and(|list| list.is_empty()) {
            entry.fault_with(
                format!("`{}` stands for no column", entry.key),
                "name the columns that files have for it, the best first: `[\"Payment Method\", \"Gateway\"]`",
            );
        }
        (entry.key.to_owned(), names)
    };
    entries.iter().map(names).collect()
}

fn fact_of_row(table: &Section<'_>, kind: Option<FactKind>) -> FactOfRow {
    FactOfRow {
        filter: table.get("where").and_then(expression::read),
        columns: table.get("columns").map_or_else(Vec::new, |columns| mapped_columns(columns, kind)),
    }
}

fn mapped_columns(value: Value<'_>, kind: Option<FactKind>) -> Vec<(String, String)> {
    let Some(table) = value.table("`columns`") else { return Vec::new() };
    let entries = table.entries();
    if let Some(kind) = kind {
        refuse_unknown(&entries, kind);
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

/// Refuses a fact that lacks a column which its kind requires; its columns are in one or two tables.
fn refuse_missing(at: Value<'_>, tables: &[Option<Value<'_>>], kind: FactKind) {
    let tables: Vec<Section<'_>> = tables.iter().flatten().filter_map(|columns| columns.table("`columns`")).collect();
    let of_need = |need| columns::columns(kind).iter().filter(move |column| column.need == need);
    let is_missing = |column: &&Column| tables.iter().all(|table| table.get(column.name).is_none());
    let missing: Vec<&str> = of_need(Need::Required).filter(is_missing).map(|column| column.name).collect();
    if !missing.is_empty() {
        let (what, form) = (listed(&missing), if missing.len() == 1 { "is" } else { "are" });
        at.fault(format!("`columns` lacks {what}, which {form} required for {}", kind.name()));
    }
    let owners: Vec<&str> = of_need(Need::Owner).map(|column| column.name).collect();
    if !owners.is_empty() && of_need(Need::Owner).all(|column| is_missing(&column)) {
        at.fault(format!("`columns` does not say whose the {} are: map one of {}", kind.name(), listed(&owners)));
    }
}
