//! The ways in which values can be read: each can be tried on a value, and says how it is written in a pipeline.

use crate::mapping::clock::{Pattern, by_pattern};
use crate::mapping::hints::months::Language;
use crate::mapping::hints::values_of::{ValuesOf, csv};
use crate::mapping::value::{Number, parse_epoch};
use crate::mapping::{excel_date, money};
use accrue_facts::moment::{Moment, PLAUSIBLE, parse_moment};
use accrue_kernel::time::MICROS_PER_DAY;

/// A way to read values.
#[derive(Clone, Debug)]
pub(super) enum Way {
    /// As plain numbers, with this mark before the decimals.
    Number(u8),
    /// As amounts of money, with this mark before the decimals.
    Money(u8),
    /// As times of the canonical columns.
    Time,
    /// As days of a spreadsheet, with this mark before the part of a day.
    ExcelDate(u8),
    EpochSeconds,
    EpochMillis,
    Pattern(&'static Pattern),
    /// By a pattern, after the names of months have become numbers.
    Months(&'static Language, &'static Pattern),
}

impl Way {
    /// Tells whether a value can be read so.
    pub(super) fn reads(&self, value: &str) -> bool {
        let value = value.trim();
        match self {
            Way::Number(mark) => Number::parse(value, *mark).is_ok(),
            Way::Money(mark) => money::parse(value, *mark).is_ok(),
            Way::Time => is_time(parse_moment(value.as_bytes())),
            Way::ExcelDate(mark) => is_time(excel_date::parse(value, *mark).ok()),
            Way::EpochSeconds => is_time(parse_epoch(value, 1).ok()),
            Way::EpochMillis => is_time(parse_epoch(value, 1000).ok()),
            Way::Pattern(pattern) => is_time(by_pattern(value, pattern)),
            Way::Months(language, pattern) => is_time(by_pattern(&language.in_numbers(value), pattern)),
        }
    }

    /// Tells whether all values can be read so.
    pub(super) fn reads_all(&self, values: &[&str]) -> bool {
        values.iter().all(|value| self.reads(value))
    }

    /// Says what to write so that values are read so, as a part of a sentence.
    pub(super) fn said(&self, from: ValuesOf<'_>, values: &[&str]) -> String {
        match self {
            Way::Number(mark) => marked(from, *mark, values, "number"),
            Way::Money(mark) => marked(from, *mark, values, "money"),
            Way::ExcelDate(mark) => marked(from, *mark, values, "excel_date"),
            Way::Time => from.type_of("time"),
            Way::EpochSeconds => from.type_of("epoch_s"),
            Way::EpochMillis => from.type_of("epoch_ms"),
            Way::Pattern(pattern) => from.pattern(&pattern.text),
            Way::Months(language, pattern) => {
                from.call(|text| format!("time({}, '{}')", language.expression(text), pattern.text))
            }
        }
    }
}

/// Tells whether a time is one that facts have. Credit may be valid for longer than until 2100.
fn is_time(moment: Option<Moment>) -> bool {
    let micros = match moment {
        None => return false,
        Some(Moment::Utc(micros) | Moment::Local(micros)) => micros,
        Some(Moment::Day(day)) => i64::from(day) * MICROS_PER_DAY,
    };
    micros >= PLAUSIBLE.start && moment.is_some_and(Moment::is_in_range)
}

/// Says how numbers with a mark are read: by a type where the mark is in force, else by `csv.decimal`, and where the
/// input cannot say the mark, it is replaced in each value.
fn marked(from: ValuesOf<'_>, mark: u8, values: &[&str], function: &str) -> String {
    match from.written.decimal {
        _ if mark == from.mark() => from.type_of(function),
        Some(_) if function == "number" => csv(mark),
        Some(_) => format!("{} and {}", from.type_of(function), csv(mark)),
        None => {
            let has_groups = values.iter().any(|value| value.contains('.'));
            from.call(|text| match has_groups {
                true => format!("{function}(replace(replace({text}, '.', ''), ',', '.'))"),
                false => format!("{function}(replace({text}, ',', '.'))"),
            })
        }
    }
}
