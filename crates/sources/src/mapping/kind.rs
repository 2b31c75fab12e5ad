//! What the texts of a column hold, as `types` or the file itself says, with its pattern compiled.

use crate::input::ColumnType;
use crate::mapping::clock::Pattern;
use crate::mapping::exact::expr_type::ExprType;
use arrow::datatypes::DataType;

/// What a column's texts hold, its pattern compiled.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Text,
    Int,
    Decimal,
    Bool,
    Time(Option<Pattern>),
    EpochSeconds,
    EpochMillis,
    Money,
    ExcelDate,
}

impl Kind {
    /// Compiles what `types` says, or `None` where its pattern is none.
    pub(super) fn new(column_type: &ColumnType) -> Option<Kind> {
        Some(match column_type {
            ColumnType::Text => Kind::Text,
            ColumnType::Int => Kind::Int,
            ColumnType::Decimal => Kind::Decimal,
            ColumnType::Bool => Kind::Bool,
            ColumnType::Time(None) => Kind::Time(None),
            ColumnType::Time(Some(pattern)) => Kind::Time(Some(Pattern::new(pattern)?)),
            ColumnType::EpochSeconds => Kind::EpochSeconds,
            ColumnType::EpochMillis => Kind::EpochMillis,
            ColumnType::Money => Kind::Money,
            ColumnType::ExcelDate => Kind::ExcelDate,
        })
    }

    /// Returns what such a column holds, before the decimals are known from a file.
    pub(super) fn holds(&self) -> ExprType {
        match self {
            Kind::Text => ExprType::Text,
            Kind::Int => ExprType::Int,
            Kind::Decimal | Kind::Money => ExprType::Decimal(0),
            Kind::Bool => ExprType::Bool,
            Kind::Time(_) | Kind::EpochSeconds | Kind::EpochMillis | Kind::ExcelDate => ExprType::Time,
        }
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Int => "int",
            Kind::Decimal => "decimal",
            Kind::Bool => "bool",
            Kind::Time(_) => "time",
            Kind::EpochSeconds => "epoch_s",
            Kind::EpochMillis => "epoch_ms",
            Kind::Money => "money",
            Kind::ExcelDate => "excel_date",
        }
    }

    /// Returns what a column of Parquet holds by itself.
    pub(super) fn native(data_type: &DataType) -> Option<Kind> {
        Some(match data_type {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => Kind::Text,
            DataType::Dictionary(_, values) => return Kind::native(values),
            whole if whole.is_integer() => Kind::Int,
            DataType::Decimal32(..) | DataType::Decimal64(..) | DataType::Decimal128(..) => Kind::Decimal,
            DataType::Float32 | DataType::Float64 => Kind::Decimal,
            DataType::Boolean => Kind::Bool,
            DataType::Timestamp(..) | DataType::Date32 | DataType::Date64 => Kind::Time(None),
            _ => return None,
        })
    }
}
