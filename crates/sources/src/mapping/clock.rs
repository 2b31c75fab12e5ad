//! Times in texts: as the canonical columns have them, or by a pattern of strftime.

use accrue_facts::moment::{BareDate, Moment, parse_moment};
use accrue_kernel::time::{LocalCalendar, MICROS_PER_SECOND, Timestamp};
use chrono::format::{Item, Parsed, StrftimeItems, parse};
use chrono::{NaiveDateTime, NaiveTime};

/// Reads a local or zoned time such as `2024-05-01`, `2024-05-01 12:00:00 +0200` or `2024-05-01T12:00:00.5Z`.
pub(super) fn canonical(text: &str, bare_date: BareDate, zone: &LocalCalendar) -> Option<Timestamp> {
    parse_moment(text.as_bytes())?.instant(bare_date, zone).ok()
}

/// A pattern of strftime.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pattern {
    /// Its text.
    pub(crate) text: String,
    /// Its parts.
    pub(crate) items: Vec<Item<'static>>,
}

impl Pattern {
    /// Reads a pattern, or returns `None` where it is none.
    pub(crate) fn new(text: &str) -> Option<Pattern> {
        let items = StrftimeItems::new(text).parse_to_owned().ok()?;
        Some(Pattern { text: text.to_owned(), items })
    }
}

/// Reads a time by a pattern: zoned where the pattern has an offset, or writes out `Z`, `UTC` or `GMT`, else local;
/// without a time of day, a bare date.
pub(crate) fn by_pattern(text: &str, pattern: &Pattern) -> Option<Moment> {
    let items = &pattern.items;
    let mut parsed = Parsed::new();
    parse(&mut parsed, text, items.iter()).ok()?;
    if parsed.timestamp().is_some() {
        return Some(Moment::Utc(parsed.to_datetime_with_timezone(&chrono::Utc).ok()?.timestamp_micros()));
    }
    let date = parsed.to_naive_date().ok()?;
    let time = match (parsed.hour_mod_12(), parsed.minute(), parsed.offset()) {
        (None, None, None) => return Some(Moment::Day(date.to_epoch_days())),
        (None, None, Some(_)) => NaiveTime::MIN,
        _ => parsed.to_naive_time().ok()?,
    };
    let micros = NaiveDateTime::new(date, time).and_utc().timestamp_micros();
    Some(match parsed.offset() {
        Some(offset) => Moment::Utc(micros - i64::from(offset) * MICROS_PER_SECOND),
        None if says_utc(items) => Moment::Utc(micros),
        None => Moment::Local(micros),
    })
}

/// Tells whether a pattern writes out that its times are in UTC: `%SZ`, `%S UTC`.
fn says_utc(items: &[Item<'_>]) -> bool {
    let is_utc = |text: &str| {
        let word = text.trim_matches(['(', ')', '[', ']']);
        word == "Z" || word.eq_ignore_ascii_case("UTC") || word.eq_ignore_ascii_case("GMT")
    };
    items.iter().any(|item| match item {
        Item::Literal(text) => is_utc(text),
        Item::OwnedLiteral(text) => is_utc(text),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, pattern: Option<&str>) -> Option<String> {
        let zone = LocalCalendar::new(chrono_tz::Europe::London);
        let instant = match pattern {
            Some(pattern) => by_pattern(text, &Pattern::new(pattern).unwrap())
                .and_then(|moment| moment.instant(BareDate::Start, &zone).ok()),
            None => canonical(text, BareDate::Start, &zone),
        };
        instant.map(|instant| instant.to_string())
    }

    #[test]
    fn canonical_times_are_local_unless_they_have_an_offset() {
        assert_eq!(at("2011-07-01", None).unwrap(), "2011-06-30T23:00:00.000000Z");
        assert_eq!(at("2011-07-01 08:30", None).unwrap(), "2011-07-01T07:30:00.000000Z");
        assert_eq!(at("2023-05-31 23:06:04 -0700", None).unwrap(), "2023-06-01T06:06:04.000000Z");
        assert_eq!(at("2020-09-07T03:47:44.061Z", None).unwrap(), "2020-09-07T03:47:44.061000Z");
        assert_eq!(at("2024-05-01T12:00:00+02:00", None).unwrap(), "2024-05-01T10:00:00.000000Z");
        assert_eq!(at("01/05/2024", None), None);
        assert_eq!(at("2024-02-30", None), None);
    }

    #[test]
    fn patterns_read_the_times_of_real_exports() {
        let read = |text, pattern| at(text, Some(pattern)).unwrap();
        assert_eq!(read("12/1/2010 8:26", "%m/%d/%Y %H:%M"), "2010-12-01T08:26:00.000000Z");
        assert_eq!(read("May 3, 2024 14:05:09 PM", "%b %d, %Y %H:%M:%S %p"), "2024-05-03T13:05:09.000000Z");
        assert_eq!(read("May 3, 2024 02:05:09 PM", "%b %d, %Y %I:%M:%S %p"), "2024-05-03T13:05:09.000000Z");
        assert_eq!(read("2024-05-01 9:05:00", "%Y-%m-%d %H:%M:%S"), "2024-05-01T08:05:00.000000Z");
        assert_eq!(read("24/12/2022", "%d/%m/%Y"), "2022-12-24T00:00:00.000000Z");
        assert_eq!(read("19970601", "%Y%m%d"), "1997-05-31T23:00:00.000000Z");
        assert_eq!(read("Mon, 23 Sep 2024 14:21:24 +0000", "%a, %d %b %Y %H:%M:%S %z"), "2024-09-23T14:21:24.000000Z");
        for (text, pattern) in [
            ("2024-05-01T12:00:00Z", "%Y-%m-%dT%H:%M:%SZ"),
            ("2024-05-01T12:00:00.000Z", "%Y-%m-%dT%H:%M:%S%.fZ"),
            ("May 1, 2024 12:00 UTC", "%b %d, %Y %H:%M UTC"),
            ("Wed, 01 May 2024 12:00:00 GMT", "%a, %d %b %Y %H:%M:%S GMT"),
            ("2024-05-01 12:00 (UTC)", "%Y-%m-%d %H:%M (UTC)"),
        ] {
            assert_eq!(read(text, pattern), "2024-05-01T12:00:00.000000Z");
        }
        assert_eq!(read("2024-05-01 12:00 BST", "%Y-%m-%d %H:%M BST"), "2024-05-01T11:00:00.000000Z");
        assert_eq!(at("24/13/2022", Some("%d/%m/%Y")), None);
        assert_eq!(at("24/12/2022 and more", Some("%d/%m/%Y")), None);
    }
}
