//! Recognises times that are counts: days of a spreadsheet, seconds or milliseconds since 1970.
//!
//! No count is read as a time without a mapping that says so. The functions here only make messages that tell people
//! what a number probably is. A spreadsheet's day 0 is 1899-12-30, the serial date of Excel and LibreOffice for all
//! days after February 1900.

use crate::moment::PLAUSIBLE;
use accrue_kernel::time::{MICROS_PER_DAY, MICROS_PER_SECOND, Timestamp};
use chrono::NaiveDate;

/// 1970-01-01 as the number of a spreadsheet, which counts from 1899-12-30.
pub const DAYS_BEFORE_1970: i64 = 25_569;

/// Returns the end of a message about a number in a column of times: what it probably counts. `None` where the value is
/// no number, or no known count gives a plausible time.
pub fn not_a_time(value: &str) -> Option<String> {
    let whole = value.split_once(['.', ',']).map_or(value, |(whole, _)| whole);
    let is_number = !whole.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
    let number: i64 = whole.parse().ok().filter(|_| is_number)?;
    if let Some(day) = spreadsheet_day(number) {
        return Some(format!("is a number, and looks like a spreadsheet's for {day}"));
    }
    let counted =
        ["seconds", "milliseconds", "microseconds", "nanoseconds"].into_iter().zip([1, 1000, 1_000_000, 1_000_000_000]);
    let is_plausible = |per_second: i64| {
        let micros = i128::from(number) * i128::from(MICROS_PER_SECOND) / i128::from(per_second);
        (i128::from(PLAUSIBLE.start)..i128::from(PLAUSIBLE.end)).contains(&micros)
    };
    let (counted, per_second) = counted.into_iter().find(|(_, per_second)| is_plausible(*per_second))?;
    let unread = if per_second > 1000 { ", which no type reads: have the column written as times" } else { "" };
    Some(format!("is a number, and looks like {counted} since 1970{unread}"))
}

/// Returns the end of a message about an instant outside [`PLAUSIBLE`]: why no fact can have it, and which count may
/// have been misread.
pub fn implausible(instant: Timestamp) -> String {
    let side = if instant.micros() < PLAUSIBLE.start { "before 1990" } else { "in 2100 or later" };
    let guess = guess(instant).map(|guess| format!(" ({guess})")).unwrap_or_default();
    format!(
        "is {side}, and facts are not{guess}: in the input `nulls` says which texts mean null, \
         and `any_time = true` accepts all years"
    )
}

/// Returns which other count was probably meant, where a count was read as an instant.
fn guess(instant: Timestamp) -> Option<String> {
    let seconds = instant.micros().div_euclid(MICROS_PER_SECOND);
    if let Some(day) = spreadsheet_day(seconds) {
        return Some(format!("{seconds} seconds since 1970; {seconds} looks like a spreadsheet's number for {day}"));
    }
    let millis = instant.micros().div_euclid(1000);
    if let Some(day) = spreadsheet_day(millis) {
        return Some(format!("{millis} milliseconds since 1970; {millis} looks like a spreadsheet's number for {day}"));
    }
    if PLAUSIBLE.contains(&millis.saturating_mul(MICROS_PER_SECOND)) {
        return Some(format!("{millis} milliseconds since 1970; were they seconds, the type `epoch_s`?"));
    }
    None
}

/// Returns the day of a spreadsheet's number; `None` outside the years that facts may have.
pub fn spreadsheet_day(number: i64) -> Option<NaiveDate> {
    let day = number - DAYS_BEFORE_1970;
    let is_plausible = PLAUSIBLE.contains(&day.saturating_mul(MICROS_PER_DAY));
    is_plausible.then(|| NaiveDate::from_epoch_days(day as i32)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_among_times_are_named() {
        let said = |value| not_a_time(value).unwrap_or_default();
        let day = "is a number, and looks like a spreadsheet's for 2024-04-01";
        assert_eq!([said("45383"), said("45383.5"), said("45383,25")], [day, day, day]);
        let seconds = "is a number, and looks like seconds since 1970";
        assert_eq!([said("1714564800"), said("1714564800.25")], [seconds, seconds]);
        assert_eq!(said("1714564800250"), "is a number, and looks like milliseconds since 1970");
        let unread = "since 1970, which no type reads: have the column written as times";
        assert_eq!(said("1714564800250000"), format!("is a number, and looks like microseconds {unread}"));
        assert_eq!(said("1714564800250000000"), format!("is a number, and looks like nanoseconds {unread}"));
        for value in ["", ".", "5", "20240501", "45383x", "-45383", "2024-05-01", "4.5e4", "９"] {
            assert_eq!(not_a_time(value), None, "{value}");
        }
    }

    #[test]
    fn an_instant_that_was_counted_otherwise_is_guessed() {
        let guessed = |micros| guess(Timestamp::from_micros(micros));
        let day = "45383 seconds since 1970; 45383 looks like a spreadsheet's number for 2024-04-01";
        assert_eq!(guessed(45_383_000_000).unwrap(), day);
        assert!(guessed(45_383_000).unwrap().starts_with("45383 milliseconds since 1970; 45383 looks"));
        assert!(guessed(1_714_564_800_000).unwrap().ends_with("were they seconds, the type `epoch_s`?"));
        assert_eq!(guessed(0), None);
        assert_eq!(guessed(-62_135_596_800_000_000), None);
    }
}
