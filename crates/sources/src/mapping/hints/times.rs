//! How times can be read: as a type, or by a pattern that fits all of them.

use crate::mapping::clock::{Pattern, by_pattern};
use crate::mapping::excel_date;
use crate::mapping::hints::values_of::ValuesOf;
use accrue_facts::counted_time::{count_since_1970, spreadsheet_day};
use accrue_facts::moment::parse_moment;

/// Patterns of dates that exports have, each without a time of day.
const DATES: [&str; 18] = [
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%d/%m/%y",
    "%m/%d/%y",
    "%b %d, %Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%a, %d %b %Y",
    "%B %d, %Y",
    "%d %B %Y",
    "%d-%b-%y",
    "%d.%m.%y",
];
/// Times of day, as they follow a date.
const TIMES: [&str; 8] =
    ["", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p", " %H:%M:%S %p", " %H:%M:%S %z", ", %H:%M:%S"];
/// Patterns of which both can fit the same values.
const SWAPPED: [(&str, &str); 3] = [("%m/%d/%Y", "%d/%m/%Y"), ("%m-%d-%Y", "%d-%m-%Y"), ("%m/%d/%y", "%d/%m/%y")];

/// Says how all values can be read as times.
pub(super) fn remedy(from: ValuesOf<'_>, values: &[&str]) -> Option<String> {
    let all = |reads: &dyn Fn(&str) -> bool| values.iter().all(|value| reads(value));
    if all(&|value| parse_moment(value.as_bytes()).is_some()) {
        return Some(from.type_of("time"));
    }
    let is_day = |value: &str| {
        let day = value.split('.').next().and_then(|day| day.parse().ok());
        excel_date::parse(value, b'.').is_ok() && day.is_some_and(|day| spreadsheet_day(day).is_some())
    };
    if all(&is_day) {
        return Some(from.type_of("excel_date"));
    }
    // No function of expressions reads a count.
    let counted = values.first().and_then(|value| count_since_1970(value)).filter(|_| from.expression.is_none());
    if let Some(name) = counted.filter(|name| all(&|value| count_since_1970(value) == Some(name))) {
        return Some(from.type_of(name));
    }
    let patterns = DATES.iter().flat_map(|date| TIMES.iter().map(move |time| (*date, format!("{date}{time}"))));
    let fitting: Vec<(&str, String)> = patterns.filter(|(_, pattern)| fits(values, pattern)).collect();
    let (date, pattern) = fitting.first()?;
    let swapped = SWAPPED.iter().find(|(one, _)| one == date).map(|(_, other)| *other);
    let other = fitting.iter().find(|(date, _)| Some(*date) == swapped);
    let by_pattern = from.pattern(pattern);
    match other {
        Some((_, other)) => Some(format!(
            "{by_pattern} where the month stands first, or {} where the day does: the values do not tell",
            from.pattern(other)
        )),
        None => Some(by_pattern),
    }
}

fn fits(values: &[&str], pattern: &str) -> bool {
    let Some(pattern) = Pattern::new(pattern) else { return false };
    values.iter().all(|value| by_pattern(value, &pattern).is_some())
}
