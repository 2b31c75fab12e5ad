//! The inputs of a pipeline (docs/spec.md 9): which files, of which kind, in which form.

use super::column_type;
use super::csv;
use super::dates;
use super::json;
use super::lookup;
use super::mapping;
use super::platform;
use super::source;
use super::versions;
use super::walk::{Section, Value};
use super::written::{self, FILE_KEYS};
use crate::facts::FactKind;
use crate::sources::input::{ColumnType, Input, Mapping, ValueOptions, Variant};
use std::path::Path;

/// The keys of an input before these and after them.
const FIRST_KEYS: [&str; 2] = ["kind", "path"];
const FURTHER_KEYS: [&str; 19] = [
    "literal_ids",
    "any_time",
    "platform",
    "options",
    "types",
    "aliases",
    "define",
    "split",
    "lookup",
    "where",
    "group_by",
    "distinct",
    "across_files",
    "having",
    "columns",
    "fact",
    "versions",
    "min_rows",
    "max_age",
];

/// Reads the `[[input]]` tables; `folder` is the pipeline file's.
pub(super) fn read(root: &Section<'_>, folder: &Path) -> Vec<Input> {
    let keys = [FIRST_KEYS.as_slice(), &FILE_KEYS, &FURTHER_KEYS].concat();
    let tables = root.sections("input", "[[input]]", &keys);
    if tables.is_empty() && root.get("input").is_none_or(|inputs| inputs.raw().is_array()) {
        root.faults.add_with(root.at, "the pipeline has no inputs", "add an `[[input]]` with a `kind` and a `path`");
    }
    let inputs: Vec<Input> = tables.iter().filter_map(|table| input(table, folder)).collect();
    lookup::refuse_circles(root, &inputs);
    inputs
}

fn input(table: &Section<'_>, folder: &Path) -> Option<Input> {
    let kind = table.require("kind", "say what the rows are: `kind = \"orders\"`").and_then(kind_of);
    let path = table.require("path", "write a file or a glob: `path = \"exports/orders*.csv\"`");
    let path = path.and_then(|value| value.text());
    let written = written::as_written(table);
    let versions = table.get("versions").and_then(versions::read);
    let min_rows = table.get("min_rows").and_then(|value| value.count(0, u64::MAX));
    let max_age_days = table.get("max_age").and_then(|value| dates::days(value, 0));
    let (mapping, variants) = mapping_or_platform(table, kind, folder);
    if let (Some(types), None) = (table.get("types"), written.timezone) {
        refuse_abbreviations(types, mapping.as_ref());
    }
    let mapping = mapping.map(|mapping| Mapping { across_files: across_files(table, &mapping), ..mapping });
    if let (Some(value), None, true) = (table.get("across_files"), &mapping, variants.is_empty()) {
        refuse_ungrouped(value);
    }
    let (kind, written_path) = (kind?, path?.to_owned());
    let path = source::join(folder, &written_path);
    let input = Input { kind, path, written_path, mapping, versions, min_rows, max_age_days, ..written };
    let variants = variants.into_iter().map(|variant| of_platform(table, &input, variant)).collect();
    Some(Input { variants, ..input })
}

/// Reads the files of a variant as the platform says, where the input does not say otherwise.
fn of_platform(table: &Section<'_>, own: &Input, variant: Variant) -> Variant {
    let Variant { name, header, is_unconfirmed, input } = variant;
    let nulls = [own.values.nulls.as_slice(), input.values.nulls.as_slice()].concat();
    let mapping = input.mapping.map(|mapping| Mapping { across_files: across_files(table, &mapping), ..mapping });
    let input = Input {
        format: own.format.or(input.format),
        csv: csv::read(table, input.csv, own.format),
        json: input.json,
        sheet: own.sheet.clone().or(input.sheet),
        values: ValueOptions { nulls, ..own.values.clone() },
        timezone: own.timezone.or(input.timezone),
        mapping,
        ..own.clone()
    };
    Variant { name, header, is_unconfirmed, input }
}

/// Reads whether the rows of a fact may lie in several files.
fn across_files(table: &Section<'_>, mapping: &Mapping) -> bool {
    let Some(value) = table.get("across_files") else { return false };
    if mapping.group_by.is_empty() {
        refuse_ungrouped(value);
    }
    let is_across = value.flag().unwrap_or(false);
    if let Some(versions) = table.get("versions").filter(|_| is_across) {
        let remedy = "leave it out, and map `updated_at` where the rows have a time of their own: `max(changed)`";
        versions.misplaced(
            "`versions` dates the rows of one file, and `across_files` puts those of several together",
            remedy,
        );
    }
    is_across
}

fn refuse_ungrouped(value: Value<'_>) {
    let remedy = "say which columns tell facts apart, or leave it out: files are always read one after the other";
    value.misplaced("`across_files` needs `group_by`", remedy);
}

/// Refuses patterns of times that have the abbreviation of a zone as a text, where the input does not say which zone it
/// is.
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

/// Reads the input's own mapping, or finds the variants of the platform that it names.
fn mapping_or_platform(table: &Section<'_>, kind: Option<FactKind>, folder: &Path) -> (Option<Mapping>, Vec<Variant>) {
    let Some(name) = table.get("platform") else {
        if let Some(options) = table.get("options") {
            options.misplaced("`options` are those of a platform", "name the `platform`, or leave them out");
        }
        return (mapping::read(table, kind, folder, &[]), Vec::new());
    };
    for key in json::KEYS.into_iter().chain(mapping::KEYS) {
        if let Some(value) = table.get(key) {
            let remedy = "leave one of them out; to change a ready mapping copy it (`accrue platforms show NAME`)";
            value.misplaced(format!("an input has either a `platform` or `{key}`"), remedy);
        }
    }
    (None, platform::find(table, name, kind, folder).unwrap_or_default())
}

fn kind_of(value: Value<'_>) -> Option<FactKind> {
    value.choice(&FactKind::ALL.map(|kind| (kind.name(), kind)))
}
