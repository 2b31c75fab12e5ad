//! Reads `define` (docs/mappings.md): names for expressions that other expressions of the mapping can use.

use super::expression;
use super::walk::{Section, Value};
use crate::facts::FactKind;
use crate::sources::input::Mapping;
use crate::sources::mapping::{Reason, definition_faults, is_plain_name};

/// Reads the definitions of a file that its mappings share.
pub(super) fn shared(root: &Section<'_>) -> Vec<(String, String)> {
    root.get("define").map_or_else(Vec::new, read)
}

/// Refuses shared definitions that no mapping of their file uses.
pub(super) fn refuse_unused(root: &Section<'_>, mappings: &[&Mapping]) {
    let is_used = |name: &str| mappings.iter().any(|mapping| mapping.define.iter().any(|(own, _)| own == name));
    let entries = root.get("define").and_then(|value| value.table("`define`"));
    for entry in entries.map_or_else(Vec::new, |entries| entries.entries()) {
        if !is_used(entry.key) {
            entry.fault(format!("`{}`: {}", entry.key, Reason::Unused));
        }
    }
}

/// Refuses definitions of a mapping that are shared ones too.
pub(super) fn refuse_twice(value: Value<'_>, shared: &[(String, String)]) {
    let entries = value.table("`define`").map_or_else(Vec::new, |table| table.entries());
    for entry in entries.iter().filter(|entry| shared.iter().any(|(name, _)| name == entry.key)) {
        let what = format!("`{}` is defined for all mappings already", entry.key);
        entry.misplaced(what, "leave one of the two out, or choose another name");
    }
}

/// Reads `define`.
pub(super) fn read(value: Value<'_>) -> Vec<(String, String)> {
    let entries = value.table("`define`").map_or_else(Vec::new, |table| table.entries());
    entries.into_iter().filter_map(definition).collect()
}

fn definition(entry: Value<'_>) -> Option<(String, String)> {
    if !is_plain_name(entry.key) {
        let what = format!("`{}` is no name that expressions can refer to", entry.key);
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
    let own = |name: &str| entries.iter().find(|entry| entry.key == name);
    let clashes: Vec<&str> = mapping.define.iter().map(|(name, _)| name.as_str()).collect();
    let mut clashes = clashes.into_iter().filter(|name| columns.contains(name)).peekable();
    if clashes.peek().is_some() {
        clashes.for_each(|name| match own(name) {
            Some(entry) => entry.misplaced(format!("`{name}` is a column of the file too"), "choose another name"),
            None => table.faults.add_with(
                table.at,
                format!("`{name}` is a column of the file, and a definition that several mappings share"),
                "give the definition another name",
            ),
        });
        return false;
    }
    // A faulty expression may be the one that refers to a definition.
    let is_read = table.faults.count() == faults_before;
    let faults = definition_faults(mapping, kind);
    for (name, reason) in faults.iter().filter(|(_, reason)| *reason != Reason::Unused || is_read) {
        match own(name) {
            Some(entry) => entry.fault(format!("`{name}`: {reason}")),
            None => table.faults.add(table.at, format!("`{name}`, a definition that several mappings share: {reason}")),
        }
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
