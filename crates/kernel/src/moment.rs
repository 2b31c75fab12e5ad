//! Moments: instants that are shown in UTC and in the local time of a program's time zone.

use super::time::{LocalCalendar, Timestamp};
use chrono::{DateTime, TimeZone, Timelike};
use chrono_tz::Tz;
use std::fmt::{self, Display, Formatter};

/// An instant with the time zone to show it in; without a zone it is shown in UTC only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The instant.
    pub at: Timestamp,
    zone: Option<Tz>,
}

impl Moment {
    /// Makes a moment that is shown in UTC only.
    pub fn in_utc(at: Timestamp) -> Moment {
        Moment { at, zone: None }
    }

    pub(super) fn in_zone(at: Timestamp, zone: Tz) -> Moment {
        Moment { at, zone: Some(zone) }
    }

    /// Returns the local time, such as `2024-07-01 00:00 America/New_York`; `None` if the moment has no zone.
    ///
    /// Seconds are written only if they are not zero.
    pub fn local(&self) -> Option<String> {
        let zone = self.zone?;
        let utc = DateTime::from_timestamp_micros(self.at.micros())?.naive_utc();
        let local = zone.from_utc_datetime(&utc).naive_local();
        let pattern = if local.second() == 0 { "%Y-%m-%d %H:%M" } else { "%Y-%m-%d %H:%M:%S" };
        Some(format!("{} {}", local.format(pattern), zone.name()))
    }
}

impl Display for Moment {
    /// Writes `2024-07-01 00:00 America/New_York (2024-07-01T04:00:00.000000Z)`.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&local_and_utc(self.local().as_deref(), &self.at.to_string()))
    }
}

impl LocalCalendar {
    /// Returns the instant together with this zone, to show it to people.
    pub fn moment(&self, at: Timestamp) -> Moment {
        Moment::in_zone(at, self.zone())
    }
}

/// Joins a local time and its UTC time as `local (utc)`; returns the UTC time alone if there is no local time.
pub fn local_and_utc(local: Option<&str>, utc: &str) -> String {
    local.map_or_else(|| utc.to_owned(), |local| format!("{local} ({utc})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_says_the_local_time_the_zone_and_the_instant() {
        let shown =
            |tz, seconds: i64| LocalCalendar::new(tz).moment(Timestamp::from_micros(seconds * 1_000_000)).to_string();
        // New York is four hours behind in summer, Kolkata five and a half ahead all year.
        let new_york = chrono_tz::America::New_York;
        assert_eq!(shown(new_york, 1_719_806_400), "2024-07-01 00:00 America/New_York (2024-07-01T04:00:00.000000Z)");
        assert_eq!(
            shown(chrono_tz::Asia::Kolkata, 1_719_806_407),
            "2024-07-01 09:30:07 Asia/Kolkata (2024-07-01T04:00:07.000000Z)"
        );
        // 01:30 comes twice on 3 November 2024; the instant tells which.
        assert_eq!(shown(new_york, 1_730_611_800), "2024-11-03 01:30 America/New_York (2024-11-03T05:30:00.000000Z)");
        assert_eq!(shown(new_york, 1_730_615_400), "2024-11-03 01:30 America/New_York (2024-11-03T06:30:00.000000Z)");
    }

    #[test]
    fn without_a_zone_it_is_the_instant() {
        let moment = Moment::in_utc(Timestamp::from_micros(0));
        assert_eq!((moment.to_string().as_str(), moment.local()), ("1970-01-01T00:00:00.000000Z", None));
    }
}
