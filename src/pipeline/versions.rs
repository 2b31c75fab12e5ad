//! Reads `versions`: how rows without `updated_at` are dated, by the file's name or modification time (docs/spec.md
//! 10).

use super::nearest::did_you_mean;
use super::walk::Value;
use crate::sources::input::Versions;
use crate::sources::mapping::time_pattern;

/// Reads `"modified"`, or `"name:"` and a pattern.
pub(super) fn read(value: Value<'_>) -> Option<Versions> {
    let text = value.text()?;
    let Some(pattern) = text.strip_prefix("name:") else {
        if text == "modified" {
            return Some(Versions::Modified);
        }
        value.fault_with(format!("`versions` cannot be `{text}`"), did_you_mean(text, &["modified", "name:PATTERN"]));
        return None;
    };
    let why = if pattern.contains('/') {
        Some("has a `/`: only the name of the file is looked at, not its folders")
    } else {
        time_pattern::fault_of(pattern).map(|fault| fault.why)
    };
    match why {
        None => Some(Versions::Name(pattern.to_owned())),
        Some(why) => {
            let what = format!("the pattern `{pattern}` of `versions` {why}");
            value.fault_with(what, "write the part of the name that has the date: `name:orders_%Y-%m-%d`");
            None
        }
    }
}
