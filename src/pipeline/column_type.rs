//! Reads `types`: what the text columns of a file hold (docs/spec.md 9).

use super::nearest::did_you_mean;
use super::walk::Value;
use super::zones;
use crate::sources::input::ColumnType;
use crate::sources::mapping::time_pattern::{PatternFault, fault_of, literals};
use chrono::format::{Item, StrftimeItems};

const WORDS: [(&str, ColumnType); 9] = [
    ("text", ColumnType::Text),
    ("int", ColumnType::Int),
    ("decimal", ColumnType::Decimal),
    ("bool", ColumnType::Bool),
    ("time", ColumnType::Time(None)),
    ("epoch_s", ColumnType::EpochSeconds),
    ("epoch_ms", ColumnType::EpochMillis),
    ("money", ColumnType::Money),
    ("excel_date", ColumnType::ExcelDate),
];

/// Reads what columns hold, from a table of columns and their types.
pub(super) fn of_columns(value: Value<'_>) -> Vec<(String, ColumnType)> {
    let entries = value.table("`types`").map_or_else(Vec::new, |table| table.entries());
    entries.iter().filter_map(|entry| Some((entry.key.to_owned(), read(*entry)?))).collect()
}

/// Reads a type: one of the words, or `time:` and a pattern.
pub(super) fn read(value: Value<'_>) -> Option<ColumnType> {
    let text = value.text()?;
    if let Some(pattern) = text.strip_prefix("time:") {
        return match fault_of(pattern) {
            None => Some(ColumnType::Time(Some(pattern.to_owned()))),
            Some(PatternFault { why, remedy }) => {
                value.fault_with(format!("the time pattern `{pattern}` of `{}` {why}", value.key), remedy);
                None
            }
        };
    }
    let known = WORDS.iter().find(|(word, _)| *word == text);
    if known.is_none() {
        let mut words = WORDS.map(|(word, _)| word).to_vec();
        words.push("time:PATTERN");
        value.fault_with(format!("`{}` cannot be of type `{text}`", value.key), did_you_mean(text, &words));
    }
    known.map(|(_, column_type)| column_type.clone())
}

/// Returns the abbreviation of a zone that a pattern has as a text: only the input's `timezone` says which zone it is.
pub(super) fn abbreviation(pattern: &str) -> Option<String> {
    let items: Vec<Item<'_>> = StrftimeItems::new(pattern).collect();
    literals(&items).find(|text| zones::is_abbreviation(text)).map(str::to_owned)
}
