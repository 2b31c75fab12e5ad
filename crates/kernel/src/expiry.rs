//! Expiry (docs/spec.md 5.1): the first instant after a lot's validity, fixed when the lot is made.

use super::program::Expiry;
use super::time::{LocalCalendar, Timestamp};

/// Returns the first instant that a lot made at `made_at` is no longer valid, `None` = never.
pub(crate) fn expires_at(expiry: Expiry, made_at: Timestamp, zone: &LocalCalendar) -> Option<Timestamp> {
    match expiry {
        Expiry::Never => None,
        Expiry::Days(days) => Some(zone.start_of(zone.day_of(made_at).plus(days).plus(1))),
        Expiry::Until(day) => Some(zone.start_of(day.plus(1))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::LocalDate;

    #[test]
    fn lots_are_valid_to_the_end_of_their_last_local_day() {
        let zone = LocalCalendar::new(chrono_tz::America::New_York);
        let made_at = Timestamp::from_micros(1_710_039_600_000_000); // 2024-03-09T22:00 local, clocks change next day
        let shown = |expiry| expires_at(expiry, made_at, &zone).map(|at| at.to_string());
        assert_eq!(shown(Expiry::Days(0)).unwrap(), "2024-03-10T05:00:00.000000Z");
        assert_eq!(shown(Expiry::Days(1)).unwrap(), "2024-03-11T04:00:00.000000Z");
        let day = LocalDate::from_ymd(2024, 12, 31).unwrap();
        assert_eq!(shown(Expiry::Until(day)).unwrap(), "2025-01-01T05:00:00.000000Z");
        assert_eq!(shown(Expiry::Never), None);
    }
}
