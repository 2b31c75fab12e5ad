//! What a column holds, in words for people.

use arrow::datatypes::DataType;

/// Returns what the values of a column are.
pub(crate) fn held(holds: &DataType) -> &'static str {
    match holds {
        DataType::Null => "nothing",
        DataType::Boolean => "true and false",
        DataType::Timestamp(_, Some(_)) => "times with a zone",
        DataType::Timestamp(_, None) | DataType::Date64 => "times without a zone",
        DataType::Date32 => "dates",
        DataType::Time32(_) | DataType::Time64(_) => "times of day without a date",
        DataType::Duration(_) | DataType::Interval(_) => "spans of time",
        DataType::Struct(_) => "objects with members",
        DataType::Map(..) => "tables of names and values",
        DataType::FixedSizeBinary(_) => "bytes",
        DataType::Dictionary(_, value) => held(value),
        holds if holds.is_integer() => "whole numbers",
        holds if holds.is_floating() => "floating-point numbers",
        holds if holds.is_decimal() => "decimals",
        holds if holds.is_string() || holds.is_binary() => "text",
        holds if holds.is_nested() => "lists",
        _ => "values of another kind",
    }
}
