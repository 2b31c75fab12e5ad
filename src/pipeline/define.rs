//! The definitions of a mapping (docs/mappings.md): names that stand for expressions in all others.

use super::expression;
use super::walk::{Section, Value};
use crate::facts::FactKind;
use crate::sources::input::Mapping;
use crate::sources::mapping::{Reason, definition_faults, is_plain_name};

/// Reads `define`.
pub(super) fn read(value: Value<'_>) -> Vec<(String, String)> {
    let entries = value.table("`define`").map_or_else(Vec::new, |table| table.entries());
    entries.into_iter().filter_map(definition).collect()
}

fn definition(entry: Value<'_>) -> Option<(String, String)> {
    if !is_plain_name(entry.key) {
        let what = format!("`{}` is no name that expressions can speak of", entry.key);
        entry.misplaced(what, "use one word of letters, digits and `_` that is no word of SQL, such as `goods`");
        return None;
    }
    Some((entry.key.to_owned(), expression::read(entry)?))
}

/// Refuses definitions that cannot be used, each at its own place, and tells whether all can be; `faults_before` is the
/// number of faults before the mapping was read.
pub(super) fn refuse_faults(table: &Section<'_>, mapping: &Mapping, kind: FactKind, faults_before: usize) -> bool {
    let entries = table.get("define").and_then(|value| value.table("`define`"));
    let entries = entries.map_or_else(Vec::new, |entries| entries.entries());
    let columns = columns(table, mapping);
    let mut clashes = entries.iter().filter(|entry| columns.contains(&entry.key)).peekable();
    if clashes.peek().is_some() {
        clashes.for_each(|entry| {
            entry.misplaced(format!("`{}` is a column of the file too", entry.key), "choose another name");
        });
        return false;
    }
    // A faulty expression may be the one that speaks of a definition.
    let is_read = table.faults.count() == faults_before;
    let faults = definition_faults(mapping, kind);
    for (name, reason) in faults.iter().filter(|(_, reason)| *reason != Reason::Unused || is_read) {
        let entry = entries.iter().find(|entry| entry.key == name).expect("a definition of the table");
        entry.fault(format!("`{name}`: {reason}"));
    }
    faults.iter().all(|(_, reason)| *reason == Reason::Unused)
}

/// Returns the columns that files are known to have before any is read.
fn columns<'m>(table: &Section<'m>, mapping: &'m Mapping) -> Vec<&'m str> {
    let texts =
        |value: Value<'m>| value.raw().as_array().into_iter().flatten().filter_map(|name| name.get_ref().as_str());
    let names = table.get("csv").and_then(|csv| csv.raw().as_table()?.get("names")?.get_ref().as_array());
    let names = names.into_iter().flatten().filter_map(|name| name.get_ref().as_str());
    let header = table.get("header").into_iter().flat_map(texts);
    let aliases = mapping.aliases.iter().flat_map(|(alias, names)| std::iter::once(alias).chain(names));
    let split = mapping.split.iter().flat_map(|split| std::iter::once(&split.column).chain(&split.number));
    let typed = mapping.types.iter().map(|(column, _)| column);
    names.chain(header).chain(aliases.chain(split).chain(typed).map(String::as_str)).collect()
}
