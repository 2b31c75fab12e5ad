//! Reads `[[input.lookup]]` (docs/mappings.md): in which other rows a mapping finds values by a key.

use super::column_type;
use super::expression;
use super::nearest::{did_you_mean, listed};
use super::source;
use super::walk::{Section, Value};
use super::written;
use crate::facts::FactKind;
use crate::facts::columns::{self, CanonicalType};
use crate::sources::input::{Input, Lookup, LookupFrom};
use std::path::Path;

const KEYS: &[&str] =
    &["name", "from", "format", "csv", "sheet", "records", "nulls", "types", "where", "on", "take", "missing"];
/// The keys that say how other files are written.
const OF_FILES: [&str; 6] = ["format", "csv", "sheet", "records", "nulls", "types"];

/// Reads the `[[input.lookup]]` tables of an input; `folder` is that of the file.
pub(super) fn read(table: &Section<'_>, kind: Option<FactKind>, folder: &Path) -> Vec<Lookup> {
    let tables = table.sections("lookup", "[[input.lookup]]", KEYS);
    tables.iter().filter_map(|table| lookup(table, kind?, folder)).collect()
}

fn lookup(table: &Section<'_>, own: FactKind, folder: &Path) -> Option<Lookup> {
    let from = table.require("from", "name a kind of facts, `\"self\"` or a file: `from = \"orders\"`")?;
    let on = table.require("on", "say which keys are the same: `on = { order_id = \"Name\" }`, there and here")?;
    let take = table.require("take", "name the columns that are taken: `take = [\"email\"]`")?;
    let written = from.text()?;
    let facts = FactKind::ALL.into_iter().find(|kind| kind.name() == written);
    let name = match table.get("name") {
        Some(name) => name.text()?.to_owned(),
        None if facts.is_some() || written == "self" => written.to_owned(),
        None => {
            from.fault_with(
                "a look-up in a file needs a `name`",
                "`name = \"order\"` gives columns such as `order.email`",
            );
            return None;
        }
    };
    let found = match (facts, written) {
        (Some(kind), _) => LookupFrom::Facts(kind),
        (None, "self") => LookupFrom::Own,
        (None, path) => LookupFrom::Files(Box::new(files(table, own, path, folder))),
    };
    refuse_misplaced(table, &found);
    let (there, here) = keys(on)?;
    let taken = taken(take, &found);
    if let Some(kind) = facts {
        refuse_no_text(on, &there, kind, &[CanonicalType::Text]);
        let texts = [CanonicalType::Text, CanonicalType::Currency];
        taken.iter().for_each(|(_, column)| refuse_no_text(take, column, kind, &texts));
    }
    Some(Lookup {
        name,
        from: found,
        types: table.get("types").map_or_else(Vec::new, column_type::of_columns),
        filter: table.get("where").and_then(expression::read),
        there,
        here,
        take: taken,
        or_null: table.get("missing").and_then(|missing| missing.choice(&[("reject", false), ("null", true)]))
            == Some(true),
    })
}

/// Makes an input of the files that a look-up names.
fn files(table: &Section<'_>, kind: FactKind, path: &str, folder: &Path) -> Input {
    let (path, written_path) = (source::join(folder, path), path.to_owned());
    Input { kind, path, written_path, ..written::as_written(table) }
}

/// Refuses keys that say nothing about where the look-up goes.
fn refuse_misplaced(table: &Section<'_>, from: &LookupFrom) {
    let of_facts: &[&str] = &["where"];
    let misplaced: Vec<&str> = match from {
        LookupFrom::Files(_) => Vec::new(),
        LookupFrom::Own => OF_FILES.to_vec(),
        LookupFrom::Facts(_) => OF_FILES.iter().chain(of_facts).copied().collect(),
    };
    for value in misplaced.into_iter().filter_map(|key| table.get(key)) {
        let remedy = match from {
            LookupFrom::Facts(_) => "facts have canonical columns, of which the ones with text can be taken",
            LookupFrom::Own | LookupFrom::Files(_) => "the input itself says how its files are written",
        };
        value.misplaced(format!("this look-up has no `{}`", value.key), remedy);
    }
}

/// Reads `on`: the key there and the key here.
fn keys(on: Value<'_>) -> Option<(String, String)> {
    if on.raw().as_str().is_some() {
        let column = on.text()?.to_owned();
        let here = format!("\"{}\"", column.replace('"', "\"\""));
        return Some((column, here));
    }
    let entries = on.table("`on`")?.entries();
    let [entry] = entries.as_slice() else {
        on.fault_with("`on` has one key", "put several columns together: `on = { \"a || b\" = \"c || d\" }`");
        return None;
    };
    Some((entry.key.to_owned(), expression::read(*entry)?))
}

/// Reads `take`: names of columns, or names with expressions over the rows that have the key.
fn taken(take: Value<'_>, from: &LookupFrom) -> Vec<(String, String)> {
    if take.raw().as_table().is_some() {
        let entries = take.table("`take`").map_or_else(Vec::new, |table| table.entries());
        if matches!(from, LookupFrom::Facts(_)) {
            take.misplaced("of facts, `take` is a list", "name canonical columns: `take = [\"email\"]`");
        }
        return entries.iter().filter_map(|entry| Some((entry.key.to_owned(), expression::read(*entry)?))).collect();
    }
    let column = |name: String| match from {
        LookupFrom::Facts(_) => (name.clone(), name),
        LookupFrom::Own | LookupFrom::Files(_) => {
            let expression = format!("agree(\"{}\")", name.replace('"', "\"\""));
            (name, expression)
        }
    };
    take.texts().into_iter().map(column).collect()
}

fn refuse_no_text(at: Value<'_>, column: &str, kind: FactKind, are_text: &[CanonicalType]) {
    let texts: Vec<&str> = columns::columns(kind)
        .iter()
        .filter(|column| are_text.contains(&column.holds))
        .map(|column| column.name)
        .collect();
    if !texts.contains(&column) {
        let what = format!("`{}` refers to `{column}`, which is not a text column of {}", at.key, kind.name());
        let known = format!("one of {}", listed(&texts));
        at.fault_with(what, format!("{} ({known})", did_you_mean(column, &texts)));
    }
}

/// Refuses look-ups in facts that are themselves made with a look-up in the first ones.
pub(super) fn refuse_circles(root: &Section<'_>, inputs: &[Input]) {
    let reached = |kind: FactKind| -> Vec<FactKind> {
        let (mut reached, mut open) = (Vec::new(), vec![kind]);
        while let Some(next) = open.pop() {
            let own = inputs.iter().filter(|input| input.kind == next);
            let own = own.flat_map(|input| input.variants.iter().map(|variant| &variant.input).chain([input]));
            let mappings = own.filter_map(|input| input.mapping.as_ref());
            for lookup in mappings.flat_map(|mapping| &mapping.lookups) {
                if let LookupFrom::Facts(kind) = lookup.from
                    && !reached.contains(&kind)
                {
                    reached.push(kind);
                    open.push(kind);
                }
            }
        }
        reached
    };
    if let Some(kind) = FactKind::ALL.into_iter().find(|kind| reached(*kind).contains(kind)) {
        let what = format!("{} are looked up to make {}: one must be known before the other", kind.name(), kind.name());
        let at = root.get("input").map_or(root.at, |inputs| inputs.at);
        root.faults.add_with(at, what, "look in a file instead: `from = \"self\"` or a path");
    }
}
