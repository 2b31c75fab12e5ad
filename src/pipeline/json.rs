//! What the rows of an input's JSON files are (docs/spec.md 9).

use super::walk::{Section, Value};
use crate::sources::input::{Format, JsonOptions};

/// The keys of an input that are about JSON alone.
const KEYS: [&str; 2] = ["unnest", "keep_empty"];

/// Reads what an input says of its JSON files.
pub(super) fn read(input: &Section<'_>, format: Option<Format>) -> JsonOptions {
    if let Some(Format::Csv | Format::Parquet) = format {
        for value in KEYS.iter().filter_map(|key| input.get(key)) {
            let what = format!("`{}` is given, which is of JSON files, but `format` is another", value.key);
            value.misplaced(what, "leave one of them out");
        }
    }
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
    JsonOptions {
        unnest: unnest.and_then(path),
        keep_empty: input.get("keep_empty").and_then(|value| value.flag()).unwrap_or(false),
        ..JsonOptions::default()
    }
}

/// Reads names with dots between them.
fn path(value: Value<'_>) -> Option<String> {
    let path = value.text()?;
    if path.split('.').any(|name| name.trim().is_empty()) {
        let what = format!("`{}` is `{path}`, which is no path", value.key);
        value.fault_with(what, "write names with dots between them, such as `refunds.transactions`");
        return None;
    }
    Some(path.to_owned())
}
