//! Reads the dated settings of a program other than rules: the switch of the scheme (docs/spec.md 4) and the shared
//! expiry (docs/spec.md 5.1).

use super::dates::{self, Dated};
use super::walk::Section;
use crate::kernel::program::{SharedExpiry, Switch};
use crate::kernel::time::LocalCalendar;

/// Reads the `[[program.switch]]` tables, each with the place where it is.
pub(super) fn switches(program: &Section<'_>, zone: &LocalCalendar) -> Vec<(usize, Switch)> {
    let mut before: Option<Dated<'_>> = None;
    let mut switches = Vec::new();
    for table in program.sections("switch", "[[program.switch]]", &["at", "on"]) {
        let on = table.require("on", "write `on = true` or `on = false`").and_then(|on| on.flag());
        let at = table.require("at", "write when: `at = 2023-06-01T00:00:00`");
        let Some((value, at)) = at.and_then(|value| Some((value, dates::instant(value, zone)?))) else { continue };
        if let Some(before) = before.filter(|before| before.at >= at.at) {
            let what = format!("this switch ({}) is not after the one before it ({})", at.written, before.written);
            value.fault_with(what, "sort the switches by time");
        }
        before = Some(at);
        switches.extend(on.map(|on| (table.at, Switch { at: at.at, on })));
    }
    switches
}

/// Reads the `[[expiry]]` tables, each with the place where it is.
pub(super) fn shared_expiry(root: &Section<'_>, zone: &LocalCalendar) -> Vec<(usize, SharedExpiry)> {
    let mut before: Option<Dated<'_>> = None;
    let mut versions = Vec::new();
    for (index, table) in root.sections("expiry", "[[expiry]]", &["from", "valid"]).iter().enumerate() {
        let valid = table.require("valid", "write `valid = { days = 365 }`, or \"never\"").and_then(dates::expiry);
        let from = match table.get("from") {
            Some(value) => dates::instant(value, zone).inspect(|from| {
                if let Some(before) = before.filter(|before| before.at >= from.at) {
                    let what =
                        format!("this expiry ({}) is not after the one before it ({})", from.written, before.written);
                    value.fault_with(what, "sort the expiries by `from`");
                }
            }),
            None if index > 0 => table
                .require("from", "only the first shared expiry may hold from the beginning")
                .and_then(|value| dates::instant(value, zone)),
            None => None,
        };
        before = from.or(before);
        versions.extend(valid.map(|valid| (table.at, SharedExpiry { from: from.map(|from| from.at), valid })));
    }
    versions
}
