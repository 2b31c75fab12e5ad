//! The variants of a platform's files of one kind.

use super::super::walk::Section;
use super::super::{csv, dates, fault::Faults, inputs, json, mapping, source};
use crate::facts::FactKind;
use crate::sources::input::{CsvOptions, Input, ValueOptions, Variant};
use std::path::{Path, PathBuf};

/// What a variant has beside the keys of a mapping.
const OWN_KEYS: [&str; 13] = [
    "name",
    "export",
    "header",
    "unconfirmed",
    "format",
    "csv",
    "sheet",
    "records",
    "unnest",
    "keep_empty",
    "children",
    "timezone",
    "nulls",
];

/// Reads the `[[variant]]` tables of a file.
pub(super) fn read(faults: &Faults<'_>, kind: FactKind, folder: &Path) -> Vec<Variant> {
    let document = source::parse(faults);
    let Some(document) = &document else { return Vec::new() };
    let root = Section::root(document, "the mappings of a platform", &["variant"], faults);
    let keys: Vec<&str> = OWN_KEYS.into_iter().chain(mapping::KEYS).collect();
    let tables = root.sections("variant", "[[variant]]", &keys);
    tables.iter().filter_map(|table| variant(table, kind, folder)).collect()
}

fn variant(table: &Section<'_>, kind: FactKind, folder: &Path) -> Option<Variant> {
    let name = table.require("name", "say what people call the file")?.text()?;
    let header = table.require("header", "name the columns that tell such files from others")?.texts();
    let format = table.get("format").and_then(|value| value.choice(&inputs::FORMATS));
    let nulls = table.get("nulls").map_or_else(Vec::new, |value| value.texts());
    let mapping = mapping::read(table, Some(kind), folder)?;
    let input = Input {
        format,
        csv: csv::read(table, CsvOptions::default(), format),
        json: json::read(table, format),
        sheet: inputs::sheet(table, format),
        values: ValueOptions { nulls, ..ValueOptions::default() },
        timezone: table.get("timezone").and_then(dates::time_zone),
        mapping: Some(mapping),
        ..Input::new(kind, PathBuf::new(), "")
    };
    let is_unconfirmed = table.get("unconfirmed").and_then(|value| value.flag()).unwrap_or(false);
    Some(Variant { name: name.to_owned(), header, is_unconfirmed, input })
}
