//! Time (docs/spec.md 1): instants in UTC to the microsecond, and the local days of a program's time zone.
//!
//! Instants are microseconds since 1970 in UTC, local days are days since 1970-01-01. Only [`LocalCalendar`] turns
//! local days and times into instants. A local day may have more or fewer than 24 hours.

use chrono::{
    DateTime, Datelike, Days, MappedLocalTime, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Timelike,
};
use chrono_tz::Tz;
use std::fmt;
use std::num::NonZeroU64;
use std::sync::Arc;

/// The sign bit of a number of microseconds.
const SIGN: u64 = 1 << 63;

/// The microseconds of one second.
pub const MICROS_PER_SECOND: i64 = 1_000_000;
/// The microseconds of 24 hours; a local day may be longer or shorter.
pub const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;

/// Local days whose starts are looked up; others are worked out one by one.
const TABLE_FROM: LocalDate = LocalDate(7_305); // 1990-01-01
const TABLE_WEEKS: i32 = 4_749; // to the beginning of 2081

/// A point in time, kept in microseconds since 1970-01-01T00:00:00 UTC.
///
/// The number is kept with its sign bit inverted: it then sorts by time and is never zero, so an `Option` is no larger.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(NonZeroU64);

/// A day of the calendar in the time zone of the program, kept as the number of days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalDate(i32);

/// A time zone with a table of the starts of its local days; a clone shares the table.
#[derive(Clone)]
pub struct LocalCalendar {
    tz: Tz,
    starts: Arc<[Timestamp]>,
}

impl Timestamp {
    /// The first instant: earlier than every instant of an event, so that what holds from the beginning sorts first.
    pub const EVER: Timestamp = Timestamp::from_micros(i64::MIN);
    /// The last instant: later than every instant of an event, so that what never happens sorts last.
    pub const NEVER: Timestamp = Timestamp::from_micros(i64::MAX);

    /// Makes an instant from microseconds since 1970 UTC, negative before.
    ///
    /// `i64::MIN` becomes `i64::MIN + 1`, the first instant there is.
    pub const fn from_micros(micros: i64) -> Timestamp {
        match NonZeroU64::new(micros as u64 ^ SIGN) {
            Some(kept) => Timestamp(kept),
            // The very first microsecond is as good as the next.
            None => Timestamp(NonZeroU64::MIN),
        }
    }

    /// Returns the microseconds since 1970 UTC, negative before.
    pub const fn micros(self) -> i64 {
        (self.0.get() ^ SIGN) as i64
    }

    /// Returns the instant this many microseconds later, or earlier if negative; stops at the first and last instant.
    pub fn plus_micros(self, micros: i64) -> Timestamp {
        Timestamp::from_micros(self.micros().saturating_add(micros))
    }

    /// Returns the instant this many days of 24 hours later, or earlier if negative; stops at the first and last
    /// instant.
    pub fn plus_days(self, days: i64) -> Timestamp {
        self.plus_micros(days.saturating_mul(MICROS_PER_DAY))
    }

    fn utc(self) -> NaiveDateTime {
        DateTime::from_timestamp_micros(self.micros()).unwrap_or(DateTime::<chrono::Utc>::MAX_UTC).naive_utc()
    }
}

impl fmt::Display for Timestamp {
    /// Writes `2024-05-01T12:00:00.000000Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let utc = self.utc();
        let mut text = *b"0000-00-00T00:00:00.000000Z";
        let Ok(year @ 0..10_000) = u32::try_from(utc.year()) else { return write!(f, "{utc:?}Z") };
        for (at, width, value) in [
            (0, 4, year),
            (5, 2, utc.month()),
            (8, 2, utc.day()),
            (11, 2, utc.hour()),
            (14, 2, utc.minute()),
            (17, 2, utc.second()),
            (20, 6, utc.nanosecond() / 1000),
        ] {
            write_digits(&mut text[at..at + width], value);
        }
        f.write_str(std::str::from_utf8(&text).expect("digits are ASCII"))
    }
}

fn write_digits(digits: &mut [u8], mut value: u32) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl LocalDate {
    /// Returns the day with this year, month (from 1) and day of the month; `None` if there is no such date.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<LocalDate> {
        NaiveDate::from_ymd_opt(year, month, day).map(|date| LocalDate(date.to_epoch_days()))
    }

    /// Makes a day from the number of days since 1970-01-01, negative before.
    pub const fn from_epoch_days(days: i32) -> LocalDate {
        LocalDate(days)
    }

    /// Returns the day this many days later.
    pub fn plus(self, days: u32) -> LocalDate {
        LocalDate(self.0.saturating_add_unsigned(days))
    }

    fn date(self) -> NaiveDate {
        NaiveDate::from_epoch_days(self.0).unwrap_or(NaiveDate::MAX.checked_sub_days(Days::new(1000)).unwrap())
    }
}

impl fmt::Display for LocalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date())
    }
}

impl LocalCalendar {
    /// Prepares a time zone: works out the starts of its days from 1990 to 2080.
    ///
    /// This takes time and about 270 kB; make a zone once and clone it.
    pub fn new(tz: Tz) -> LocalCalendar {
        LocalCalendar { tz, starts: starts(tz) }
    }

    /// Returns the IANA name, such as `America/New_York`.
    pub fn name(&self) -> &'static str {
        self.tz.name()
    }

    /// Returns the zone itself.
    pub(crate) fn zone(&self) -> Tz {
        self.tz
    }

    /// Returns the first instant of a local day, also where its midnight is skipped or comes twice (docs/spec.md 1).
    pub fn start_of(&self, day: LocalDate) -> Timestamp {
        match self.index(day) {
            Some(index) => self.starts[index],
            None => resolve(self.tz, midnight(day)),
        }
    }

    /// Returns the local day that an instant falls on.
    pub fn day_of(&self, instant: Timestamp) -> LocalDate {
        let starts = &self.starts;
        let guess = (instant.micros() - starts[0].micros()).div_euclid(MICROS_PER_DAY);
        let guess = usize::try_from(guess).ok().filter(|index| (2..=starts.len() - 3).contains(index));
        let Some(mut index) = guess else { return self.day_of_untabled(instant) };
        while starts[index] > instant {
            index -= 1;
        }
        while starts[index + 1] <= instant {
            index += 1;
        }
        LocalDate(TABLE_FROM.0 + index as i32)
    }

    /// Returns the instant of a local time, given in microseconds since 1970-01-01T00:00:00 local.
    ///
    /// A repeated local time means the earlier one; a skipped one moves forward by the gap (docs/spec.md 1).
    pub fn instant_of(&self, local_micros: i64) -> Timestamp {
        let day = LocalDate(i32::try_from(local_micros.div_euclid(MICROS_PER_DAY)).unwrap_or(i32::MAX));
        let into_day = local_micros.rem_euclid(MICROS_PER_DAY);
        if let Some(index) = self.index(day).filter(|index| index + 1 < self.starts.len()) {
            let (start, end) = (self.starts[index].micros(), self.starts[index + 1].micros());
            if end - start == MICROS_PER_DAY {
                return Timestamp::from_micros(start + into_day);
            }
        }
        resolve(self.tz, Timestamp::from_micros(local_micros).utc())
    }

    fn day_of_untabled(&self, instant: Timestamp) -> LocalDate {
        let utc = instant.utc();
        let offset = self.tz.offset_from_utc_datetime(&utc).fix();
        LocalDate(utc.checked_add_offset(offset).unwrap_or(utc).date().to_epoch_days())
    }

    fn index(&self, day: LocalDate) -> Option<usize> {
        usize::try_from(day.0.checked_sub(TABLE_FROM.0)?).ok().filter(|&index| index < self.starts.len())
    }
}

impl fmt::Debug for LocalCalendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Returns the starts of the table's days: those of a week of 168 hours from its first, any others one by one.
///
/// No clock changes twice within a week such that both changes cancel out; a test of the package looks at every zone.
fn starts(tz: Tz) -> Arc<[Timestamp]> {
    let start_of = |number| resolve(tz, midnight(LocalDate(TABLE_FROM.0 + number)));
    let mut starts = Vec::new();
    let mut first = start_of(0);
    for week in 0..TABLE_WEEKS {
        let next = start_of(7 * (week + 1));
        let is_even = next == first.plus_days(7);
        let start = |day: i32| if is_even { first.plus_days(day.into()) } else { start_of(7 * week + day) };
        starts.extend((0..7).map(start));
        first = next;
    }
    starts.into()
}

fn midnight(day: LocalDate) -> NaiveDateTime {
    day.date().and_time(chrono::NaiveTime::MIN)
}

fn resolve(tz: Tz, local: NaiveDateTime) -> Timestamp {
    let offset = match tz.offset_from_local_datetime(&local) {
        MappedLocalTime::Single(offset) | MappedLocalTime::Ambiguous(offset, _) => offset.fix(),
        // The offset before the gap carries a skipped time over it. No zone is further than 14 hours from UTC,
        // so 26 hours earlier is before the gap whatever the offset.
        MappedLocalTime::None => {
            let before = local.checked_sub_signed(TimeDelta::hours(26)).unwrap_or(local);
            tz.offset_from_utc_datetime(&before).fix()
        }
    };
    let micros = local.and_utc().timestamp_micros();
    Timestamp::from_micros(micros - i64::from(offset.local_minus_utc()) * MICROS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str) -> i64 {
        text.parse::<NaiveDateTime>().unwrap().and_utc().timestamp_micros()
    }

    #[test]
    fn local_times_become_instants_around_summer_time() {
        let zone = LocalCalendar::new(chrono_tz::America::New_York);
        let at = |text| zone.instant_of(local(text)).to_string();
        assert_eq!(at("2024-01-15T12:00:00"), "2024-01-15T17:00:00.000000Z");
        assert_eq!(at("2024-07-15T12:00:00.25"), "2024-07-15T16:00:00.250000Z");
        // Clocks went from 02:00 to 03:00 on 10 March: 02:30 moves to 03:30.
        assert_eq!(at("2024-03-10T02:30:00"), "2024-03-10T07:30:00.000000Z");
        // 01:30 came twice on 3 November: the earlier one, still in summer time.
        assert_eq!(at("2024-11-03T01:30:00"), "2024-11-03T05:30:00.000000Z");
        // Later on those days.
        assert_eq!(at("2024-03-10T12:00:00"), "2024-03-10T16:00:00.000000Z");
        assert_eq!(at("2024-11-03T12:00:00"), "2024-11-03T17:00:00.000000Z");
        assert_eq!(at("1985-07-01T00:00:00"), "1985-07-01T04:00:00.000000Z");
        assert_eq!(at("2090-07-01T00:00:00"), "2090-07-01T04:00:00.000000Z");
    }

    #[test]
    fn local_days_begin_where_midnight_is_skipped_or_repeated() {
        let day = |y, m, d| LocalDate::from_ymd(y, m, d).unwrap();
        let samoa = LocalCalendar::new(chrono_tz::Pacific::Apia);
        assert_eq!(samoa.start_of(day(2011, 12, 30)), samoa.start_of(day(2011, 12, 31)));
        let sao_paulo = LocalCalendar::new(chrono_tz::America::Sao_Paulo);
        assert_eq!(sao_paulo.start_of(day(2018, 11, 4)).to_string(), "2018-11-04T03:00:00.000000Z");
        let havana = LocalCalendar::new(chrono_tz::America::Havana);
        assert_eq!(havana.start_of(day(2024, 11, 3)).to_string(), "2024-11-03T04:00:00.000000Z");
    }

    #[test]
    fn days_at_the_ends_of_the_table_are_those_of_the_calendar() {
        let zone = LocalCalendar::new(chrono_tz::America::New_York);
        let end = TABLE_FROM.0 + 7 * TABLE_WEEKS;
        for day in (TABLE_FROM.0 - 5..TABLE_FROM.0 + 5).chain(end - 5..end + 5).map(LocalDate) {
            let start = zone.start_of(day);
            assert_eq!(start, resolve(zone.tz, midnight(day)), "{day}");
            assert_eq!([start, start.plus_micros(-1)].map(|at| zone.day_of(at)), [day, LocalDate(day.0 - 1)], "{day}");
            let noon = i64::from(day.0) * MICROS_PER_DAY + MICROS_PER_DAY / 2;
            assert_eq!(zone.instant_of(noon), start.plus_micros(MICROS_PER_DAY / 2), "{day}");
        }
    }

    #[test]
    fn times_are_shown_as_they_are_written() {
        let zone = LocalCalendar::new(chrono_tz::UTC);
        assert_eq!(format!("{zone:?} {}", zone.name()), "UTC UTC");
        let at = Timestamp::from_micros(1_710_079_445_000_007);
        assert_eq!(format!("{at} {at:?}"), "2024-03-10T14:04:05.000007Z 2024-03-10T14:04:05.000007Z");
        assert_eq!(at.plus_days(1).micros() - at.micros(), 86_400_000_000);
        assert_eq!(
            [i64::MIN + 1, -1, 0, i64::MAX].map(|micros| Timestamp::from_micros(micros).micros()),
            [i64::MIN + 1, -1, 0, i64::MAX]
        );
        assert_eq!(LocalDate::from_ymd(2024, 2, 29).map(|day| day.plus(366).to_string()).unwrap(), "2025-03-01");
        assert_eq!(LocalDate::from_ymd(2023, 2, 29), None);
    }

    /// Zones whose clocks change at midnight, by half an hour, by whole days, around Ramadan, or never.
    #[test]
    fn the_table_has_the_start_of_every_day() {
        let zones = [
            chrono_tz::Africa::Cairo,
            chrono_tz::Africa::Casablanca,
            chrono_tz::America::Havana,
            chrono_tz::America::New_York,
            chrono_tz::America::Sao_Paulo,
            chrono_tz::America::St_Johns,
            chrono_tz::Antarctica::Troll,
            chrono_tz::Asia::Gaza,
            chrono_tz::Asia::Kolkata,
            chrono_tz::Asia::Tehran,
            chrono_tz::Australia::Lord_Howe,
            chrono_tz::Pacific::Apia,
            chrono_tz::UTC,
        ];
        for tz in zones {
            let zone = LocalCalendar::new(tz);
            for (start, day) in zone.starts.iter().zip(TABLE_FROM.0..) {
                assert_eq!(*start, resolve(tz, midnight(LocalDate(day))), "{tz} {}", LocalDate(day));
            }
        }
    }

    #[test]
    fn every_instant_falls_between_the_starts_of_its_day_and_the_next() {
        for tz in [chrono_tz::America::New_York, chrono_tz::Pacific::Apia, chrono_tz::Asia::Kolkata, chrono_tz::UTC] {
            let zone = LocalCalendar::new(tz);
            for step in 0..40_000_i64 {
                let instant = Timestamp::from_micros(step * 131_071 * MICROS_PER_SECOND - 1);
                let day = zone.day_of(instant);
                assert!(zone.start_of(day) <= instant && instant < zone.start_of(day.plus(1)), "{tz} {instant}");
            }
        }
    }
}
