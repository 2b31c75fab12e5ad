//! Reads the clock, and the instants and days of options such as `--as-of`.
//!
//! Invariant: nothing else in accrue reads the clock to compute or post (stopwatches and the progress line do).

use super::exit::Failure;
use crate::kernel::time::{LocalCalendar, LocalDate, Timestamp};
use chrono::{DateTime, Datelike, NaiveDate};
use std::time::{SystemTime, UNIX_EPOCH};

/// Reads the clock.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// Reads the instant (RFC 3339) or date of an option; of a date, its start in the program's time zone is meant.
pub(crate) fn as_of(option: &str, text: &str, zone: &LocalCalendar) -> Result<Timestamp, Failure> {
    if let Some(instant) = DateTime::parse_from_rfc3339(text).ok().filter(has_four_digits) {
        return Ok(Timestamp::from_micros(instant.timestamp_micros()));
    }
    if let Some(day) = day_of(text) {
        return Ok(zone.start_of(day));
    }
    let remedy = "write a date such as 2024-07-01, or an instant such as 2024-07-01T00:00:00Z";
    Err(Failure::usage(format!("`{option} {text}` is not a time of the years 1 to 9999: {remedy}")))
}

/// Reads the local day of `--through`.
pub(crate) fn day(text: &str) -> Result<LocalDate, Failure> {
    day_or("--through", text, "write a date such as 2024-06-30; an instant is for `--as-of`")
}

/// Reads the local day of an option; where it is none, the message ends with the remedy.
pub(crate) fn day_or(option: &str, text: &str, remedy: &str) -> Result<LocalDate, Failure> {
    let fault = || Failure::usage(format!("`{option} {text}` is not a day of the years 1 to 9999: {remedy}"));
    day_of(text).ok_or_else(fault)
}

/// Reads a calendar month such as 2024-06: returns its first day, and that of the next.
pub(crate) fn month(option: &str, text: &str) -> Result<(LocalDate, LocalDate), Failure> {
    let fault = || Failure::usage(format!("`{option} {text}` is not a month: write one such as 2024-06"));
    let has_form = text.len() == 7 && text.as_bytes()[4] == b'-';
    let start = has_form.then(|| day_of(&format!("{text}-01"))).flatten().ok_or_else(fault)?;
    // No month has more than 31 days, and none that many days and three more.
    let next = start.plus(31).to_string();
    let end = day_of(&format!("{}-01", &next[..7])).ok_or_else(fault)?;
    Ok((start, end))
}

fn day_of(text: &str) -> Option<LocalDate> {
    let date = text.parse::<NaiveDate>().ok().filter(has_four_digits)?;
    Some(LocalDate::from_epoch_days(date.to_epoch_days()))
}

/// Tells whether a year can be written in outputs as it can in exports.
fn has_four_digits(day: &impl Datelike) -> bool {
    (1..=9999).contains(&day.year())
}
