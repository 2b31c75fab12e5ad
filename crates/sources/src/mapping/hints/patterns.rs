//! Patterns of times that exports have.

use crate::mapping::clock::Pattern;
use std::sync::LazyLock;

/// Patterns of dates, each without a time of day; where two differ by the order of day and month only, the month stands
/// first in the first.
const DATES: [&str; 22] = [
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%m-%d-%Y",
    "%d-%m-%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y-%m-%d",
    "%Y%m%d",
    "%m/%d/%y",
    "%d/%m/%y",
    "%b %d, %Y",
    "%d %b %Y",
    "%d %b, %Y",
    "%d-%b-%Y",
    "%a, %d %b %Y",
    "%B %d, %Y",
    "%A, %B %d, %Y",
    "%d %B %Y",
    "%d. %B %Y",
    "%d-%b-%y",
    "%d.%m.%y",
];
/// Times of day, as they follow a date.
const TIMES: [&str; 16] = [
    "",
    " %H:%M:%S",
    " %H:%M",
    " %I:%M:%S %p",
    " %I:%M %p",
    " %H:%M:%S %p",
    " %H:%M:%S %z",
    " %H:%M %z",
    " %H:%M:%S GMT",
    " %H:%M:%S UTC",
    ", %H:%M:%S",
    ", %H:%M",
    ", %I:%M:%S %p",
    ", %I:%M %p",
    " at %I:%M %p",
    " %H.%M",
];
/// Patterns of dates of which both can fit the same values: the month stands first in the first.
const SWAPPED: [(&str, &str); 3] = [("%m/%d/%Y", "%d/%m/%Y"), ("%m-%d-%Y", "%d-%m-%Y"), ("%m/%d/%y", "%d/%m/%y")];

/// Each with the pattern of its date.
static ALL: LazyLock<Vec<(&'static str, Pattern)>> = LazyLock::new(|| patterns(&DATES, &TIMES));

/// Returns the first pattern that fits, and the one with day and month swapped, where that fits too.
pub(super) fn fitting(fits: impl Fn(&'static Pattern) -> bool) -> Option<(&'static Pattern, Option<&'static Pattern>)> {
    let mut fitting = ALL.iter().filter(|(_, pattern)| fits(pattern));
    let (date, pattern) = fitting.next()?;
    let swapped = SWAPPED.iter().find(|(one, _)| one == date).map(|(_, other)| *other);
    let other = fitting.find(|(date, _)| Some(*date) == swapped).map(|(_, other)| other);
    Some((pattern, other))
}

/// Puts dates and times of day together, each pattern beside its date.
pub(super) fn patterns(dates: &[&'static str], times: &[&str]) -> Vec<(&'static str, Pattern)> {
    let of_date = |date: &&'static str| {
        let date = *date;
        times.iter().filter_map(move |time| Some((date, Pattern::new(&format!("{date}{time}"))?)))
    };
    dates.iter().flat_map(of_date).collect()
}
