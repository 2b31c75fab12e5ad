//! Instants and local times (1), as they are written in cells and in programs.

use chrono::{DateTime, Duration, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

/// 1: "Times are instants in UTC, kept to the microsecond."
pub type Instant = DateTime<Utc>;

/// Reads a time; 1: "A bare date means its start, local time."
pub fn parse(text: &str, zone: Tz) -> Option<Instant> {
    match date(text) {
        Some(day) => Some(midnight(day, zone)),
        None => date_and_time(text, zone),
    }
}

/// Reads a time until which something is valid; 5.1: "a bare date: to the end of that day".
pub fn parse_end(text: &str, zone: Tz) -> Option<Instant> {
    match date(text) {
        Some(day) => Some(end_of_day(day, zone)),
        None => date_and_time(text, zone),
    }
}

/// 5.1: "the first instant after it (the next local midnight)".
pub fn end_of_day(day: NaiveDate, zone: Tz) -> Instant {
    midnight(day.succ_opt().expect("a day after"), zone)
}

/// The local day that an instant lies in.
pub fn local_day(at: Instant, zone: Tz) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

/// 9: "times are `2024-05-01T12:00:00.000000Z`".
pub fn show(at: Instant) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

fn midnight(day: NaiveDate, zone: Tz) -> Instant {
    from_local(day.and_time(NaiveTime::MIN), zone)
}

/// 1: "a repeated local time means the earlier one; a skipped one moves forward by the gap".
fn from_local(local: NaiveDateTime, zone: Tz) -> Instant {
    if let Some(earlier) = zone.from_local_datetime(&local).earliest() {
        return earlier.with_timezone(&Utc);
    }
    // Moved forward by the gap is the same instant as the local time read with the offset from before the gap.
    let mut before = local;
    loop {
        before -= Duration::minutes(1);
        if let Some(known) = zone.from_local_datetime(&before).latest() {
            return known.with_timezone(&Utc) + (local - before);
        }
    }
}

/// Reads `YYYY-MM-DD`.
pub fn date(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split('-');
    let (year, month, day) = (number(parts.next()?, 4)?, number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    match parts.next() {
        None => NaiveDate::from_ymd_opt(year as i32, month, day),
        Some(_) => None,
    }
}

/// Reads `YYYY-MM-DD HH:MM[:SS[.ffffff]]`, with a blank or `T`, and an offset or none.
fn date_and_time(text: &str, zone: Tz) -> Option<Instant> {
    let day = date(text.get(..10)?)?;
    let clock_and_offset = text.get(10..)?.strip_prefix([' ', 'T'])?;
    let cut = clock_and_offset.find(['Z', '+', '-']).unwrap_or(clock_and_offset.len());
    let (clock, offset) = clock_and_offset.split_at(cut);
    if offset.is_empty() {
        return Some(from_local(day.and_time(time_of_day(clock)?), zone));
    }
    let clock = clock.strip_suffix(' ').unwrap_or(clock);
    let local = day.and_time(time_of_day(clock)?);
    Some(offset_of(offset)?.from_local_datetime(&local).single()?.with_timezone(&Utc))
}

fn time_of_day(text: &str) -> Option<NaiveTime> {
    let (clock, fraction) = match text.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (text, None),
    };
    let parts: Vec<&str> = clock.split(':').collect();
    let (hour, minute, second) = match parts[..] {
        [hour, minute] if fraction.is_none() => (hour, minute, "00"),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    let micros = match fraction {
        None => 0,
        Some(digits) if digits.len() <= 6 => number(digits, digits.len())? * 10_u32.pow(6 - digits.len() as u32),
        Some(_) => return None,
    };
    NaiveTime::from_hms_micro_opt(number(hour, 2)?, number(minute, 2)?, number(second, 2)?, micros)
}

/// Reads `Z`, `+HH:MM` or `+HHMM`, or either with `-`.
fn offset_of(text: &str) -> Option<FixedOffset> {
    if text == "Z" {
        return FixedOffset::east_opt(0);
    }
    let digits = text.get(1..)?;
    let (hours, minutes) = digits.split_once(':').or_else(|| digits.split_at_checked(2))?;
    let (hours, minutes) = (number(hours, 2)? as i32, number(minutes, 2)? as i32);
    if minutes > 59 {
        return None;
    }
    let seconds = hours * 3600 + minutes * 60;
    FixedOffset::east_opt(if text.starts_with('-') { -seconds } else { seconds })
}

/// Reads exactly `width` digits.
fn number(text: &str, width: usize) -> Option<u32> {
    let is_plain = width > 0 && text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain { text.parse().ok() } else { None }
}
