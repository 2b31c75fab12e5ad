//! The days of every time zone, against the definition of a local day and the tables of `chrono_tz`.

use accrue::kernel::time::{LocalCalendar, LocalDate, Timestamp};
use chrono::{DateTime, NaiveDate, Offset, TimeZone};
use chrono_tz::Tz;

/// Days since 1970: those that the calendar has in its table, and a year on either side.
const DAYS: std::ops::Range<u32> = 6_940..40_900;

#[test]
fn a_day_begins_with_its_first_instant_in_every_zone() {
    for tz in chrono_tz::TZ_VARIANTS {
        let calendar = LocalCalendar::new(tz);
        let first = LocalDate::from_ymd(1970, 1, 1).expect("a day");
        for number in DAYS {
            let day = first.plus(number);
            let start = calendar.start_of(day);
            let (before, at) = (local_day(tz, start.plus_micros(-1)), local_day(tz, start));
            // A zone that moves over the date line skips a day, which begins with the next one.
            assert!(before < number.into() && at >= number.into(), "{tz} {day}: {start}");
        }
    }
}

/// Returns the local day that an instant falls on, as days since 1970.
fn local_day(tz: Tz, instant: Timestamp) -> i64 {
    let utc = DateTime::from_timestamp_micros(instant.micros()).expect("an instant of these days").naive_utc();
    let local = utc + tz.offset_from_utc_datetime(&utc).fix();
    local.date().signed_duration_since(NaiveDate::default()).num_days()
}
