//! The types of values in mappings.

use std::fmt;

/// What a column or an expression holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExprType {
    /// Not known before a file is read.
    Unknown,
    Null,
    Text,
    /// Whole numbers of 64 bits.
    Int,
    /// Decimals of 38 digits, so many of them after the point.
    Decimal(u8),
    Bool,
    /// Instants: microseconds since 1970, without a zone.
    Time,
}

impl fmt::Display for ExprType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ExprType::Unknown => "of a kind that only the file tells",
            ExprType::Null => "null",
            ExprType::Text => "text",
            ExprType::Int => "a whole number",
            ExprType::Decimal(_) => "a decimal",
            ExprType::Bool => "true or false",
            ExprType::Time => "a time",
        })
    }
}
