//! Reads the `[emails]` table of a program: which mails are sent, and when (docs/spec.md 7).

use super::dates::{self, MOST_DAYS};
use super::source;
use super::walk::{Section, Value};
use crate::emails::settings::Settings;
use std::path::Path;

const KEYS: &[&str] = &["received", "redeemed", "expiring", "refunded", "quiet_after", "templates"];

/// Reads the `[emails]` table; `folder` is the program file's.
pub(super) fn read(root: &Section<'_>, folder: &Path) -> Settings {
    let table = root.section("emails", "[emails]", KEYS);
    let default = Settings::default();
    let flag = |key, default| table.get(key).and_then(|value| value.flag()).unwrap_or(default);
    let quiet_after = table.get("quiet_after").and_then(|value| dates::days(value, 0));
    let expiring = table.get("expiring").map(|value| expiring(value, &default));
    let templates = table.get("templates").and_then(|value| value.text());
    Settings {
        received: flag("received", default.received),
        redeemed: flag("redeemed", default.redeemed),
        refunded: flag("refunded", default.refunded),
        expiring_days_before: expiring.unwrap_or(default.expiring_days_before),
        quiet_after_days: quiet_after.unwrap_or(default.quiet_after_days),
        templates: templates.map(|templates| source::join(folder, templates)),
    }
}

/// Reads `true` (the default days), `false` (off) or `{ days_before = [3, 14] }`.
fn expiring(value: Value<'_>, default: &Settings) -> Vec<u32> {
    match value.raw().as_bool() {
        Some(true) => default.expiring_days_before.clone(),
        Some(false) => Vec::new(),
        None if value.raw().is_table() => days_before(value),
        None => {
            let what = format!("`{}` does not say when to remind", value.key);
            value.fault_with(what, "write { days_before = [3] }, or false for no reminders");
            Vec::new()
        }
    }
}

fn days_before(value: Value<'_>) -> Vec<u32> {
    let table = value.section("`expiring`", &["days_before"]);
    let Some(list) = table.and_then(|table| table.require("days_before", "write { days_before = [3] }")) else {
        return Vec::new();
    };
    let mut days = Vec::new();
    for item in list.items() {
        let Some(day) = item.count(1, MOST_DAYS).map(|day| day as u32) else { continue };
        if days.contains(&day) {
            item.fault(format!("`days_before` has {day} twice"));
        }
        days.push(day);
    }
    if list.raw().as_array().is_some_and(|list| list.is_empty()) {
        list.fault_with("`days_before` is empty", "write `expiring = false` for no reminders");
    }
    days.sort_unstable();
    days
}
