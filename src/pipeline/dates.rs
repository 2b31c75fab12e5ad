//! Dates, times and zones of a file (docs/spec.md 1, 5.1): local ones are in the program's time zone.

use super::fault::Faults;
use super::walk::{Section, Value};
use super::zones;
use crate::kernel::program::Expiry;
use crate::kernel::time::{LocalCalendar, LocalDate, MICROS_PER_SECOND, Timestamp};
use chrono::NaiveDate;
use chrono_tz::Tz;
use toml::value::{Datetime, Offset, Time};

/// A hundred years: more is a slip of the keyboard, and `"never"` says it better.
pub(super) const MOST_DAYS: u64 = 36_500;

/// An instant with its text in the file, for ids and messages.
#[derive(Clone, Copy)]
pub(super) struct Dated<'d> {
    pub(super) at: Timestamp,
    pub(super) written: &'d str,
}

/// Reads an IANA time zone name.
pub(super) fn time_zone(value: Value<'_>) -> Option<Tz> {
    let name = value.text()?;
    match zones::read(name) {
        Ok(zone) => Some(zone),
        Err(remedy) => {
            value.fault_with(format!("`{}` is not a known time zone: `{name}`", value.key), remedy);
            None
        }
    }
}

/// Warns of a zone that is known and probably not meant.
pub(super) fn doubt_zone(value: Value<'_>, found: &Faults<'_>) {
    let name = value.raw().as_str().unwrap_or_default();
    if let Some(remedy) = zones::doubt(name) {
        let what = format!(
            "`{}` is `{name}`, which has the same time all year: no summer time moves its midnights",
            value.key
        );
        found.add_with(value.at, what, remedy);
    }
}

/// Reads a local date (its start), a local time, or a time with an offset.
pub(super) fn instant<'d>(value: Value<'d>, zone: &LocalCalendar) -> Option<Dated<'d>> {
    let datetime = datetime(value)?;
    match resolve(datetime, zone) {
        Some(at) => Some(Dated { at, written: value.written() }),
        None => value.misfit_date(),
    }
}

/// Reads how long lots are valid: `"never"`, `{ days = N }` or `{ until = DATE }`.
pub(super) fn expiry(value: Value<'_>) -> Option<Expiry> {
    if value.raw().as_str() == Some("never") {
        return Some(Expiry::Never);
    }
    let table = if value.raw().is_table() { value.section("an expiry", &["days", "until"]) } else { None };
    match table.map(|table| (table.get("days"), table.get("until"))) {
        Some((Some(days), None)) => days.count(0, MOST_DAYS).map(|days| Expiry::Days(days as u32)),
        Some((None, Some(until))) => local_date(until).map(Expiry::Until),
        _ => {
            let what = format!("`{}` does not say how long credit is valid", value.key);
            value.fault_with(what, "write \"never\", { days = 365 } or { until = 2030-12-31 }");
            None
        }
    }
}

/// Reads a span of time: `{ days = N }`.
pub(super) fn days(value: Value<'_>, least: u64) -> Option<u32> {
    let table: Section<'_> = value.section("a span of time", &["days"])?;
    let days = table.require("days", "write { days = 7 }")?;
    days.count(least, MOST_DAYS).map(|days| days as u32)
}

fn local_date(value: Value<'_>) -> Option<LocalDate> {
    match datetime(value)? {
        Datetime { date: Some(date), time: None, .. } => {
            LocalDate::from_ymd(i32::from(date.year), u32::from(date.month), u32::from(date.day))
        }
        _ => {
            value.fault_with(format!("`{}` must be a date without a time", value.key), "write 2030-12-31");
            None
        }
    }
}

fn datetime(value: Value<'_>) -> Option<Datetime> {
    match value.raw().as_datetime() {
        Some(datetime) => Some(*datetime),
        None if value.raw().as_str().is_some_and(|text| text.parse::<Datetime>().is_ok()) => {
            let what = format!("`{}` is a text, not a date", value.key);
            value.fault_with(what, format!("write it without quotes: {}", value.written().trim_matches(['"', '\''])));
            None
        }
        None => value.misfit("a date or time"),
    }
}

fn resolve(datetime: Datetime, zone: &LocalCalendar) -> Option<Timestamp> {
    let date = datetime.date?;
    let (year, month, day) = (i32::from(date.year), u32::from(date.month), u32::from(date.day));
    let midnight = NaiveDate::from_ymd_opt(year, month, day)?.and_time(chrono::NaiveTime::MIN);
    let Some(time) = datetime.time else {
        return LocalDate::from_ymd(year, month, day).map(|day| zone.start_of(day));
    };
    let local = midnight.and_utc().timestamp_micros() + into_day(time);
    match datetime.offset {
        None => Some(zone.instant_of(local)),
        Some(Offset::Z) => Some(Timestamp::from_micros(local)),
        Some(Offset::Custom { minutes }) => {
            Some(Timestamp::from_micros(local - i64::from(minutes) * 60 * MICROS_PER_SECOND))
        }
    }
}

fn into_day(time: Time) -> i64 {
    let minutes = i64::from(time.hour) * 60 + i64::from(time.minute);
    let seconds = minutes * 60 + i64::from(time.second.unwrap_or(0));
    seconds * MICROS_PER_SECOND + i64::from(time.nanosecond.unwrap_or(0)) / 1000
}

impl Value<'_> {
    fn misfit_date<T>(&self) -> Option<T> {
        self.fault_with(format!("`{}` has no date", self.key), "write 2024-05-01 or 2024-05-01T09:00:00");
        None
    }
}
