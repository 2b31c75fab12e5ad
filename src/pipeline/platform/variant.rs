//! The variants of a platform's files of one kind.

use super::super::walk::Section;
use super::super::{fault::Faults, inputs, mapping, source};
use crate::facts::FactKind;
use crate::sources::input::{Input, Variant};
use std::path::Path;

/// What a variant has beside the keys of files and of a mapping.
const OWN_KEYS: [&str; 4] = ["name", "export", "header", "unconfirmed"];

/// Reads the `[[variant]]` tables of a file.
pub(super) fn read(faults: &Faults<'_>, kind: FactKind, folder: &Path) -> Vec<Variant> {
    let document = source::parse(faults);
    let Some(document) = &document else { return Vec::new() };
    let root = Section::root(document, "the mappings of a platform", &["variant"], faults);
    let keys: Vec<&str> = OWN_KEYS.into_iter().chain(inputs::FILE_KEYS).chain(mapping::KEYS).collect();
    let tables = root.sections("variant", "[[variant]]", &keys);
    tables.iter().filter_map(|table| variant(table, kind, folder)).collect()
}

fn variant(table: &Section<'_>, kind: FactKind, folder: &Path) -> Option<Variant> {
    let name = table.require("name", "say what people call the file")?.text()?;
    let header = table.require("header", "name the columns that tell such files from others")?.texts();
    let mapping = Some(mapping::read(table, Some(kind), folder)?);
    let input = Input { kind, mapping, ..inputs::as_written(table) };
    let is_unconfirmed = table.get("unconfirmed").and_then(|value| value.flag()).unwrap_or(false);
    Some(Variant { name: name.to_owned(), header, is_unconfirmed, input })
}
