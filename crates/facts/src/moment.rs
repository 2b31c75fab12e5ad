//! Reads times from text, a subset of ISO 8601 with a blank allowed for the `T`: `2024-05-01`, `2024-05-01 9:30`,
//! `2024-05-01T09:30:00.5+02:00`.
//!
//! Instants and local times are microseconds since 1970-01-01T00:00:00, days are days since 1970-01-01. The calendar is
//! the proleptic Gregorian one, years are 1 to 9999, and there are no leap seconds.

use accrue_kernel::time::{LocalCalendar, LocalDate, MICROS_PER_DAY, MICROS_PER_SECOND, Timestamp};
use chrono::NaiveDate;
use std::cell::Cell;
use std::ops::Range;

/// Microseconds of 0001-01-01T00:00:00 since 1970.
const FIRST: i64 = -62_135_596_800_000_000;
/// Microseconds of 10000-01-01T00:00:00 since 1970.
const END: i64 = 253_402_300_800_000_000;
/// The microseconds since 1970 of all times that can be read: the years 1 to 9999.
pub const ALL: Range<i64> = FIRST..END;
/// The microseconds since 1970 of the times that facts may have: from 1990 to before 2100, in UTC.
pub const PLAUSIBLE: Range<i64> = 631_152_000_000_000..4_102_444_800_000_000;

/// How a bare date becomes an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BareDate {
    /// The first instant of the day.
    Start,
    /// The end of the day: the first instant of the next.
    End,
}

/// The error for a time outside the years 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotATime;

/// What a text says about time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A bare date: days since 1970-01-01.
    Day(i32),
    /// Microseconds since 1970-01-01T00:00:00, local time.
    Local(i64),
    /// Microseconds since 1970-01-01T00:00:00Z.
    Utc(i64),
}

impl Moment {
    /// Tells whether the time is in the years 1 to 9999, before any zone is applied.
    #[inline]
    pub fn is_in_range(self) -> bool {
        let micros = match self {
            Moment::Utc(micros) | Moment::Local(micros) => micros,
            Moment::Day(day) => i64::from(day).saturating_mul(MICROS_PER_DAY),
        };
        ALL.contains(&micros)
    }

    /// Returns the instant, with `zone` for local times and bare dates.
    ///
    /// A zone may move a time out of the years 1 to 9999; then the result is the first or last instant of these years.
    /// So a bare date 9999-12-31 with [`BareDate::End`] stays a date that every format can write.
    ///
    /// # Errors
    /// [`NotATime`] for a time outside the years 1 to 9999.
    #[inline]
    pub fn instant(self, bare_date: BareDate, zone: &LocalCalendar) -> Result<Timestamp, NotATime> {
        if !self.is_in_range() {
            return Err(NotATime);
        }
        let instant = match (self, bare_date) {
            (Moment::Utc(micros), _) => Timestamp::from_micros(micros),
            (Moment::Local(micros), _) => zone.instant_of(micros),
            (Moment::Day(day), BareDate::Start) => zone.start_of(LocalDate::from_epoch_days(day)),
            (Moment::Day(day), BareDate::End) => zone.start_of(LocalDate::from_epoch_days(day).plus(1)),
        };
        Ok(instant.clamp(Timestamp::from_micros(FIRST), Timestamp::from_micros(END - 1)))
    }
}

/// Reads `YYYY-MM-DD`, then optionally `T` or a blank and `H:MM` or `HH:MM`, `:SS`, `.fraction`, then optionally, also
/// after a blank, `Z`, `UTC`, `GMT`, `+HH:MM`, `+HHMM` or `+HH`. `None` for any other text.
///
/// Digits beyond microseconds are dropped.
pub fn parse_moment(text: &[u8]) -> Option<Moment> {
    parse_with(day, text)
}

/// Reads a time as [`parse_moment`] does, with `day` for its date.
#[inline]
fn parse_with(day: impl FnOnce(&[u8; 10]) -> Option<i32>, text: &[u8]) -> Option<Moment> {
    let (date, rest) = text.split_at_checked(10)?;
    let day = day(date.try_into().ok()?)?;
    let [b'T' | b' ', rest @ ..] = rest else { return rest.is_empty().then_some(Moment::Day(day)) };
    let (time, rest) = time_of_day(rest)?;
    let local = i64::from(day) * MICROS_PER_DAY + time;
    match rest {
        [] => Some(Moment::Local(local)),
        [b' ', offset @ ..] | offset => Some(Moment::Utc(local - offset_micros(offset)?)),
    }
}

/// Reads times and remembers the last date: in most files many consecutive times are of one day.
#[derive(Default)]
pub struct SameDays(Cell<Option<([u8; 10], i32)>>);

impl SameDays {
    /// Reads a time as [`parse_moment`] does.
    #[inline]
    pub fn parse(&self, text: &[u8]) -> Option<Moment> {
        parse_with(|date| self.day(date), text)
    }

    fn day(&self, date: &[u8; 10]) -> Option<i32> {
        match self.0.get() {
            Some((last, number)) if last == *date => Some(number),
            _ => {
                let number = day(date)?;
                self.0.set(Some((*date, number)));
                Some(number)
            }
        }
    }
}

fn day(date: &[u8; 10]) -> Option<i32> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *date else { return None };
    let year = two(y1, y2)? * 100 + two(y3, y4)?;
    let date = NaiveDate::from_ymd_opt(year as i32, two(m1, m2)?, two(d1, d2)?)?;
    (year > 0).then(|| date.to_epoch_days())
}

/// Returns the microseconds since midnight, and what follows the time.
fn time_of_day(text: &[u8]) -> Option<(i64, &[u8])> {
    let (hour, rest) = match *text {
        [h1, h2, b':', ref rest @ ..] => (two(h1, h2)?, rest),
        [hour, b':', ref rest @ ..] => (two(b'0', hour)?, rest),
        _ => return None,
    };
    let [m1, m2, ref rest @ ..] = *rest else { return None };
    let minute = two(m1, m2)?;
    let (second, rest) = match *rest {
        [b':', s1, s2, ref rest @ ..] => (two(s1, s2)?, rest),
        _ => (0, rest),
    };
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let micros = i64::from(hour * 3600 + minute * 60 + second) * MICROS_PER_SECOND;
    match rest {
        [b'.', rest @ ..] => fraction(rest).map(|(fraction, rest)| (micros + fraction, rest)),
        _ => Some((micros, rest)),
    }
}

fn fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at(count);
    let micros = (0..6).fold(0, |micros, at| micros * 10 + i64::from(digits.get(at).map_or(0, |digit| digit - b'0')));
    (count > 0).then_some((micros, rest))
}

fn offset_micros(text: &[u8]) -> Option<i64> {
    let (sign, hours, minutes) = match *text {
        [b'Z'] | [b'U', b'T', b'C'] | [b'G', b'M', b'T'] => return Some(0),
        [sign, h1, h2] => (sign, two(h1, h2)?, 0),
        [sign, h1, h2, m1, m2] | [sign, h1, h2, b':', m1, m2] => (sign, two(h1, h2)?, two(m1, m2)?),
        _ => return None,
    };
    if hours > 23 || minutes > 59 {
        return None;
    }
    let micros = i64::from(hours * 3600 + minutes * 60) * MICROS_PER_SECOND;
    match sign {
        b'+' => Some(micros),
        b'-' => Some(-micros),
        _ => None,
    }
}

fn two(tens: u8, ones: u8) -> Option<u32> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| u32::from(tens) * 10 + u32::from(ones))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str) -> i64 {
        text.parse::<chrono::NaiveDateTime>().unwrap().and_utc().timestamp_micros()
    }

    #[test]
    fn dates_and_times_of_every_accepted_form_are_read() {
        let noon = local("2024-05-01T12:00:00");
        let cases = [
            ("2024-05-01", Moment::Day(19_844)),
            ("0001-01-01", Moment::Day(-719_162)),
            ("2024-05-01T12:00", Moment::Local(noon)),
            ("2024-05-01 12:00:00", Moment::Local(noon)),
            ("2024-05-01 9:05:00", Moment::Local(local("2024-05-01T09:05:00"))),
            ("2024-05-01T12:00:00.5", Moment::Local(noon + 500_000)),
            ("2024-05-01T12:00:00.1234567", Moment::Local(noon + 123_456)),
            ("1969-12-31T23:59:59.9999999", Moment::Local(-1)),
            ("2024-05-01T12:00Z", Moment::Utc(noon)),
            ("2024-05-01 12:00:00 Z", Moment::Utc(noon)),
            ("2024-05-01 12:00:00 UTC", Moment::Utc(noon)),
            ("2024-05-01T12:00:00.000000 UTC", Moment::Utc(noon)),
            ("2024-05-01 12:00 GMT", Moment::Utc(noon)),
            ("2024-05-01 12:00:00UTC", Moment::Utc(noon)),
            ("2024-05-01T14:00:00+02:00", Moment::Utc(noon)),
            ("2024-05-01 08:30:00 -0330", Moment::Utc(noon)),
            ("2024-05-01 05:00:00.25-07", Moment::Utc(noon + 250_000)),
            ("9999-12-31T23:59:59", Moment::Local(local("9999-12-31T23:59:59"))),
        ];
        for (text, moment) in cases {
            assert_eq!(parse_moment(text.as_bytes()), Some(moment), "{text}");
        }
    }

    #[test]
    fn instants_are_of_the_years_1_to_9999_whatever_offset_and_zone() {
        let at = |text: &str, bare_date, tz| {
            let instant = parse_moment(text.as_bytes()).unwrap().instant(bare_date, &LocalCalendar::new(tz));
            instant.map(|instant| instant.to_string())
        };
        use BareDate::{End, Start};
        use chrono_tz::{America::New_York, Asia::Tokyo};
        assert_eq!(at("9999-12-31T23:59:59-12:00", Start, New_York), Err(NotATime));
        assert_eq!(at("0001-01-01T00:00:00+01:00", Start, New_York), Err(NotATime));
        assert_eq!(at("9999-12-31T23:59:59+12:00", Start, New_York).unwrap(), "9999-12-31T11:59:59.000000Z");
        assert_eq!(at("9999-12-31 23:59:59", Start, New_York).unwrap(), "9999-12-31T23:59:59.999999Z");
        assert_eq!(at("0001-01-01", Start, Tokyo).unwrap(), "0001-01-01T00:00:00.000000Z");
        assert_eq!(at("9999-12-31", End, New_York).unwrap(), "9999-12-31T23:59:59.999999Z");
        assert_eq!(at("9999-12-31", End, Tokyo).unwrap(), "9999-12-31T15:00:00.000000Z");
        assert_eq!(at("2024-06-30", End, New_York).unwrap(), "2024-07-01T04:00:00.000000Z");
        for moment in [Moment::Local(i64::MAX), Moment::Utc(i64::MIN), Moment::Day(i32::MAX)] {
            assert_eq!(moment.instant(End, &LocalCalendar::new(Tokyo)), Err(NotATime));
        }
    }

    #[test]
    fn anything_else_is_no_time() {
        let cases = [
            "",
            "2024",
            "2024-5-1",
            "2024-02-30",
            "2023-02-29",
            "0000-01-01",
            "20240501",
            "05/01/2024",
            "2024-05-01T",
            "2024-05-01 12",
            "2024-05-01 24:00",
            "2024-05-01 12:60",
            "2024-05-01 12:00:60",
            "2024-05-01 12:00:00.",
            "2024-05-01 UTC",
            "2024-05-01 12:00 EST",
            "2024-05-01 12:00 utc",
            "2024-05-01 12:00 UTC+2",
            "2024-05-01 12:00  UTC",
            "2024-05-01 12:0",
            "2024-05-01 012:00",
            "2024-05-01 12:00 +",
            "2024-05-01 12:00  +02",
            "2024-05-01Z",
            "2024-05-01 12:00+2",
            "2024-05-01 12:00+24:00",
            "2024-05-01 12:00 PM",
            "2024-05-01 12:00+02:00 ",
            "１024-05-01",
            "10000-01-01",
            "-024-01-01",
            "1714564800",
            "2024-05-01 12:00*02",
        ];
        for text in cases {
            assert_eq!(parse_moment(text.as_bytes()), None, "{text}");
        }
    }
}
