//! How to read values that were rejected: one hint for each column, found by trying what would read all of them.
//!
//! Whoever has an export can seldom change how it was written, but a mapping can say how it is to be read.

use crate::mapping::clock::{Pattern, by_pattern};
use crate::mapping::{excel_date, money, value};
use accrue_facts::counted_time::spreadsheet_day;
use accrue_facts::{FactKind, FileIndex, Reject, RejectReason};
use std::collections::{BTreeMap, BTreeSet};

/// So many values of a column are tried; the others are taken to be like them.
const TRIED: usize = 1000;

/// How a column's rejected values can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The kind of facts of the file.
    pub kind: FactKind,
    /// The column.
    pub column: String,
    /// The number of rejected rows that the hint is about.
    pub rows: u64,
    /// One of the values.
    pub example: String,
    /// What to write in the input, as a part of a sentence.
    pub remedy: String,
}

/// The remedy where the values have commas before their decimals.
pub const DECIMAL_COMMA: &str = "`csv = { decimal = \",\" }`";

/// Patterns of dates that exports have, each without a time of day.
const DATES: [&str; 14] = [
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
];
/// Times of day, as they follow a date.
const TIMES: [&str; 8] =
    ["", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p", " %H:%M:%S %p", " %H:%M:%S %z", ", %H:%M:%S"];
/// Patterns of which both can fit the same values.
const SWAPPED: [(&str, &str); 3] = [("%m/%d/%Y", "%d/%m/%Y"), ("%m-%d-%Y", "%d-%m-%Y"), ("%m/%d/%y", "%d/%m/%y")];

/// Finds hints for rejected rows, by kind and column; `is_mapped` tells whether the file with this index has a mapping.
pub fn hints(rejects: &[Reject], is_mapped: impl Fn(FileIndex) -> bool) -> Vec<Hint> {
    let mut columns: BTreeMap<(FactKind, &str), Vec<&str>> = BTreeMap::new();
    let mut unmapped = BTreeSet::new();
    let unread = |reject: &&Reject| matches!(reject.reason, RejectReason::Malformed | RejectReason::OutOfRange);
    for reject in rejects.iter().filter(unread).filter(|reject| !reject.column.is_empty() && !reject.value.is_empty()) {
        columns.entry((reject.kind, &reject.column)).or_default().push(&reject.value);
        if !is_mapped(reject.file) {
            unmapped.insert((reject.kind, reject.column.as_str()));
        }
    }
    let hint = |((kind, column), values): ((FactKind, &str), Vec<&str>)| {
        let tried = &values[..values.len().min(TRIED)];
        let remedy = as_numbers(tried).or_else(|| as_times(tried))?;
        // A type is a part of a mapping, and a file with canonical columns has none yet.
        let remedy = match unmapped.contains(&(kind, column)) {
            true => remedy.replacen("the type ", "a mapping with the type ", 1),
            false => remedy,
        };
        let (column, example) = (column.to_owned(), values[0].to_owned());
        Some(Hint { kind, column, rows: values.len() as u64, example, remedy })
    };
    columns.into_iter().filter_map(hint).collect()
}

/// Says how all values can be read as numbers that plain ones are not.
fn as_numbers(values: &[&str]) -> Option<String> {
    let all = |reads: &dyn Fn(&str) -> bool| values.iter().all(|value| reads(value));
    if all(&|value| value::Number::parse(value, b'.').is_ok()) {
        return None;
    }
    let has_comma = all(&|value| value::Number::parse(value, b',').is_ok());
    let has_groups = all(&|value| money::parse(value, b'.').is_ok());
    match (has_comma, has_groups) {
        (true, true) => Some(
            "`csv = { decimal = \",\" }` where the comma stands before the decimals, or the type `money` where it stands \
             between thousands: the values do not tell"
                .to_owned(),
        ),
        (true, false) => Some(DECIMAL_COMMA.to_owned()),
        (false, true) => Some("the type `money`".to_owned()),
        (false, false) => all(&|value| money::parse(value, b',').is_ok())
            .then(|| "the type `money` and `csv = { decimal = \",\" }`".to_owned()),
    }
}

/// Says how all values can be read as times.
fn as_times(values: &[&str]) -> Option<String> {
    let all = |reads: &dyn Fn(&str) -> bool| values.iter().all(|value| reads(value));
    let is_day = |value: &str| {
        let day = value.split('.').next().and_then(|day| day.parse().ok());
        excel_date::parse(value, b'.').is_ok() && day.is_some_and(|day| spreadsheet_day(day).is_some())
    };
    if all(&is_day) {
        return Some("the type `excel_date`".to_owned());
    }
    let patterns = DATES.iter().flat_map(|date| TIMES.iter().map(move |time| (*date, format!("{date}{time}"))));
    let fitting: Vec<(&str, String)> = patterns.filter(|(_, pattern)| fits(values, pattern)).collect();
    let (date, pattern) = fitting.first()?;
    let swapped = SWAPPED.iter().find(|(one, _)| one == date).map(|(_, other)| *other);
    let other = fitting.iter().find(|(date, _)| Some(*date) == swapped);
    match other {
        Some((_, other)) => Some(format!(
            "the type `time:{pattern}` where the month stands first, or `time:{other}` where the day does: the values do not tell"
        )),
        None => Some(format!("the type `time:{pattern}`")),
    }
}

fn fits(values: &[&str], pattern: &str) -> bool {
    let Some(pattern) = Pattern::new(pattern) else { return false };
    values.iter().all(|value| by_pattern(value, &pattern).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remedy(values: &[&str]) -> String {
        let reject = |value: &&str| Reject {
            kind: FactKind::Orders,
            file: FileIndex::default(),
            place: 2,
            column: "Total".to_owned(),
            value: (*value).to_owned(),
            reason: RejectReason::Malformed,
            message: String::new(),
        };
        let rejects: Vec<Reject> = values.iter().map(reject).collect();
        match hints(&rejects, |_| true).as_slice() {
            [] => String::new(),
            [hint] => {
                assert_eq!((hint.rows, hint.example.as_str()), (values.len() as u64, values[0]));
                hint.remedy.clone()
            }
            more => panic!("{more:?}"),
        }
    }

    #[test]
    fn numbers_that_are_not_plain_name_the_mark_of_decimals_or_money() {
        assert_eq!(remedy(&["10,5", "1.234,50", "7,25"]), "`csv = { decimal = \",\" }`");
        for values in [&["$21.83"][..], &["(12.50)"], &["'-12.50"], &["1,234.50", "1 234.50"], &["12.50-", "USD 3"]] {
            assert_eq!(remedy(values), "the type `money`", "{values:?}");
        }
        assert_eq!(remedy(&["1 234,56", "€ 3,00"]), "the type `money` and `csv = { decimal = \",\" }`");
        assert!(remedy(&["1,234", "5,678"]).ends_with("the values do not tell"));
        assert_eq!(remedy(&["$21.83", "free"]), "");
    }

    #[test]
    fn files_without_a_mapping_are_told_to_have_one_where_a_type_reads_the_values() {
        let reject = |column: &str, value: &str| Reject {
            kind: FactKind::Orders,
            file: FileIndex::default(),
            place: 2,
            column: column.to_owned(),
            value: value.to_owned(),
            reason: RejectReason::Malformed,
            message: String::new(),
        };
        let rejects = [reject("a", "$21.83"), reject("b", "10,5"), reject("c", "1,234"), reject("d", "3/25/2024")];
        let found: Vec<String> = hints(&rejects, |_| false).into_iter().map(|hint| hint.remedy).collect();
        assert_eq!(found[0], "a mapping with the type `money`");
        assert_eq!(found[1], "`csv = { decimal = \",\" }`");
        assert!(found[2].contains("or a mapping with the type `money` where it stands between thousands"));
        assert_eq!(found[3], "a mapping with the type `time:%m/%d/%Y`");
    }

    #[test]
    fn times_name_the_pattern_or_type_that_fits_all_values() {
        for (values, expected) in [
            (&["3/25/2024", "12/1/2024"][..], "%m/%d/%Y"),
            (&["25/3/2024 8:26", "1/12/2024 18:00"], "%d/%m/%Y %H:%M"),
            (&["May 3, 2024 02:05:09 PM"], "%b %d, %Y %I:%M:%S %p"),
            (&["May 3, 2024 14:05:09 PM"], "%b %d, %Y %H:%M:%S %p"),
            (&["Mon, 23 Sep 2024 14:21:24 +0000"], "%a, %d %b %Y %H:%M:%S %z"),
            (&["03.05.2024"], "%d.%m.%Y"),
            (&["2024/6/12"], "%Y/%m/%d"),
            (&["20240612"], "%Y%m%d"),
        ] {
            assert_eq!(remedy(values), format!("the type `time:{expected}`"), "{values:?}");
        }
        assert_eq!(remedy(&["45383", "45384.5"]), "the type `excel_date`");
        let both = "the type `time:%m/%d/%Y` where the month stands first, or `time:%d/%m/%Y` where the day does: the \
                    values do not tell";
        assert_eq!(remedy(&["3/1/2024", "4/2/2024"]), both);
        assert_eq!(remedy(&["yesterday"]), "");
    }
}
