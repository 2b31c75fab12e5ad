//! How the files of an input are written: the keys that inputs, look-ups and variants of platforms share.

use super::csv;
use super::dates;
use super::json;
use super::walk::Section;
use crate::facts::FactKind;
use crate::sources::input::{CsvOptions, Format, Input, ValueOptions};
use std::path::PathBuf;

/// The keys that say how files are written.
pub(super) const FILE_KEYS: [&str; 9] =
    ["format", "csv", "sheet", "records", "unnest", "keep_empty", "children", "timezone", "nulls"];

/// The formats of files, as inputs name them.
const FORMATS: [(&str, Format); 5] = [
    ("csv", Format::Csv),
    ("ndjson", Format::Ndjson),
    ("json", Format::Json),
    ("parquet", Format::Parquet),
    ("xlsx", Format::Xlsx),
];

/// Reads how files are written, into an input that has no path yet.
pub(super) fn as_written(table: &Section<'_>) -> Input {
    let format = table.get("format").and_then(|value| value.choice(&FORMATS));
    Input {
        format,
        csv: csv::read(table, CsvOptions::default(), format),
        json: json::read(table, format),
        sheet: sheet(table, format),
        values: values(table),
        timezone: table.get("timezone").and_then(dates::time_zone),
        ..Input::new(FactKind::Orders, PathBuf::new(), "")
    }
}

/// Reads which sheet of its XLSX files the input means.
fn sheet(table: &Section<'_>, format: Option<Format>) -> Option<String> {
    let value = table.get("sheet")?;
    if format.is_some_and(|format| format != Format::Xlsx) {
        value.misplaced("`sheet` is given, but `format` is another", "leave one of them out");
    }
    value.text().map(str::to_owned)
}

/// Reads what the input says of its values.
fn values(table: &Section<'_>) -> ValueOptions {
    let flag = |key| table.get(key).and_then(|value| value.flag()).unwrap_or(false);
    let nulls = table.get("nulls").map_or_else(Vec::new, |value| value.texts());
    let nulls = nulls.iter().map(|text| text.trim().to_owned()).collect();
    ValueOptions { nulls, literal_ids: flag("literal_ids"), any_time: flag("any_time") }
}
