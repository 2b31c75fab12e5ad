//! Reads the keys about the JSON files of an input: where records are, and which lists become rows (docs/spec.md 9).

use super::walk::{Section, Value};
use crate::sources::input::{Format, JsonOptions};

/// The keys of an input that are about JSON alone.
pub(super) const KEYS: [&str; 4] = ["records", "unnest", "keep_empty", "children"];

/// Reads what an input says of its JSON files.
pub(super) fn read(input: &Section<'_>, format: Option<Format>) -> JsonOptions {
    let unnest = input.get("unnest");
    if let Some(value) = unnest
        && input.get("columns").is_none()
        && input.get("platform").is_none()
    {
        let remedy = "say which expression gives each canonical column: `columns = { refund_id = \"refunds.id\" }`";
        value.misplaced("`unnest` needs `columns`", remedy);
    }
    if let (Some(value), None) = (input.get("keep_empty"), unnest) {
        value.misplaced("`keep_empty` needs `unnest`", "leave it out: without `unnest` each record is a row");
    }
    let (records, records_optional) = input.get("records").map_or((None, false), records);
    let options = JsonOptions {
        records,
        records_optional,
        unnest: unnest.and_then(path),
        keep_empty: input.get("keep_empty").and_then(|value| value.flag()).unwrap_or(false),
        children: input.get("children").map_or_else(Vec::new, children),
    };
    if let Some(format) = format {
        refuse_misplaced(input, &options, format);
    }
    if let (Some(value), true) = (input.get("children"), options.records.is_some()) {
        let remedy = "leave one of them out: `records` is of JSON documents, `children` of NDJSON";
        value.misplaced("an input has either `records` or `children`", remedy);
    }
    options
}

fn refuse_misplaced(input: &Section<'_>, options: &JsonOptions, format: Format) {
    let misplaced = options.misplaced(format);
    for value in KEYS.iter().filter(|key| misplaced == Some(**key)).filter_map(|key| input.get(key)) {
        let what = format!("`{}` is given, which is not of {} files", value.key, format.name());
        let remedy = match value.key {
            "records" => "leave it out, or set `format = \"json\"`",
            "children" => "leave it out, or set `format = \"ndjson\"`",
            _ => "leave it out, or set `format` to `json` or `ndjson`",
        };
        value.misplaced(what, remedy);
    }
}

/// Reads the lists whose elements are lines of their own.
fn children(value: Value<'_>) -> Vec<(String, String)> {
    let entries = value.table("`children`").map_or_else(Vec::new, |table| table.entries());
    let mut children = Vec::new();
    for entry in entries {
        if entry.key.contains('.') {
            let what = format!("`{}` would be children of children, which are not joined", entry.key);
            entry.misplaced(
                what,
                "name the children of records alone, such as `children = { line_items = \"LineItem\" }`",
            );
        }
        children.extend(entry.text().map(|kind| (entry.key.to_owned(), kind.to_owned())));
    }
    children
}

/// Reads the path to records, and whether documents may lack it: `optional(orders)`.
fn records(value: Value<'_>) -> (Option<String>, bool) {
    let Some(text) = value.text() else { return (None, false) };
    match text.strip_prefix("optional(").and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => (names(value, inner), true),
        None => (names(value, text), false),
    }
}

fn path(value: Value<'_>) -> Option<String> {
    names(value, value.text()?)
}

/// Reads names with dots between them.
fn names(value: Value<'_>, path: &str) -> Option<String> {
    if path.split('.').any(|name| name.trim().is_empty()) {
        let what = format!("`{}` is `{path}`, which is no path", value.key);
        value.fault_with(what, "write names with dots between them, such as `refunds.transactions`");
        return None;
    }
    Some(path.to_owned())
}
