//! The inputs of a pipeline (docs/spec.md 9): which files, of which kind, in which form.

use super::column_type;
use super::csv;
use super::dates;
use super::mapping;
use super::platform::{self, Platform};
use super::source;
use super::versions;
use super::walk::{Section, Value};
use crate::facts::FactKind;
use crate::sources::input::{ColumnType, CsvOptions, Format, Input, Mapping, ValueOptions};
use std::path::Path;

const KEYS: &[&str] = &[
    "kind",
    "path",
    "format",
    "csv",
    "sheet",
    "timezone",
    "nulls",
    "literal_ids",
    "any_time",
    "platform",
    "types",
    "where",
    "group_by",
    "having",
    "columns",
    "versions",
    "min_rows",
    "max_age",
];

/// Reads the `[[input]]` tables; `folder` is the pipeline file's.
pub(super) fn read(root: &Section<'_>, folder: &Path) -> Vec<Input> {
    let tables = root.sections("input", "[[input]]", KEYS);
    if tables.is_empty() && root.get("input").is_none_or(|inputs| inputs.raw().is_array()) {
        root.faults.add_with(root.at, "the pipeline has no inputs", "add an `[[input]]` with a `kind` and a `path`");
    }
    tables.iter().filter_map(|table| input(table, folder)).collect()
}

fn input(table: &Section<'_>, folder: &Path) -> Option<Input> {
    let kind = table.require("kind", "say what the rows are: `kind = \"orders\"`").and_then(kind_of);
    let path = table.require("path", "write a file or a glob: `path = \"exports/orders*.csv\"`");
    let path = path.and_then(|value| value.text());
    let format = table.get("format").and_then(format_of);
    let own_zone = table.get("timezone").and_then(dates::time_zone);
    let versions = table.get("versions").and_then(versions::read);
    let min_rows = table.get("min_rows").and_then(|value| value.count(0, u64::MAX));
    let max_age_days = table.get("max_age").and_then(|value| dates::days(value, 0));
    let (mapping, platform) = mapping_or_platform(table, kind);
    let zone = own_zone.or_else(|| platform.as_ref()?.timezone);
    if let (Some(types), None) = (table.get("types"), zone) {
        refuse_abbreviations(types, mapping.as_ref());
    }
    let base = platform.as_ref().map_or_else(CsvOptions::default, |platform| platform.csv.clone());
    let csv = csv::read(table, base, format);
    Some(Input {
        kind: kind?,
        path: source::join(folder, path?),
        written_path: path?.to_owned(),
        format,
        csv,
        sheet: sheet(table, format),
        values: values(table),
        timezone: zone,
        mapping: mapping.or_else(|| platform.map(|platform| platform.mapping)),
        versions,
        min_rows,
        max_age_days,
        passed_over: Vec::new(),
        rows: None,
        kept_since: None,
    })
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

/// Refuses patterns of times that have the abbreviation of a zone as a text, where the input does not say which zone it is.
fn refuse_abbreviations(types: Value<'_>, mapping: Option<&Mapping>) {
    for (column, column_type) in mapping.into_iter().flat_map(|mapping| &mapping.types) {
        let ColumnType::Time(Some(pattern)) = column_type else { continue };
        if let Some(abbreviation) = column_type::abbreviation(pattern) {
            let what = format!(
                "the time pattern `{pattern}` of `{column}` has `{abbreviation}`, which says no zone by itself"
            );
            types.fault_with(what, "write the input's `timezone` too, such as `timezone = \"America/New_York\"`");
        }
    }
}

/// Reads the input's own mapping, or finds the ready one it names.
fn mapping_or_platform(table: &Section<'_>, kind: Option<FactKind>) -> (Option<Mapping>, Option<Platform>) {
    let Some(name) = table.get("platform") else {
        return (mapping::read(table, kind), None);
    };
    for key in mapping::KEYS {
        if let Some(value) = table.get(key) {
            let remedy = "leave one of them out; to change a ready mapping copy it into the pipeline";
            value.misplaced(format!("an input has either a `platform` or `{key}`"), remedy);
        }
    }
    (None, platform::find(name, kind))
}

fn kind_of(value: Value<'_>) -> Option<FactKind> {
    value.choice(&FactKind::ALL.map(|kind| (kind.name(), kind)))
}

fn format_of(value: Value<'_>) -> Option<Format> {
    value.choice(&[
        ("csv", Format::Csv),
        ("ndjson", Format::Ndjson),
        ("parquet", Format::Parquet),
        ("xlsx", Format::Xlsx),
    ])
}
