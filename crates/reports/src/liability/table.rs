//! A table of a report: its columns, and rows whose cells are not yet written in any format.

use crate::digits::{grouped, grouped_amount};
use accrue_kernel::currency::Currency;
use accrue_kernel::money::WideAmount;
use accrue_kernel::time::Timestamp;

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name, which is also that of its files.
    pub name: &'static str,
    /// The columns.
    pub columns: &'static [Column],
    /// The rows, each with a cell for every column.
    pub rows: Vec<Row>,
}

/// The description of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What its cells are.
    pub holds: Holds,
    /// Whether a cell may have no value.
    pub may_be_nothing: bool,
}

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Texts; days too, such as `2024-06-30`.
    Text,
    /// Amounts of the row's currency.
    Amount,
    /// Whole numbers.
    Count,
    /// Instants.
    Time,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The currency of its amounts.
    pub currency: Currency,
    /// A cell for each column.
    pub cells: Vec<Cell>,
}

/// A cell, of the type that its column has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A text.
    Text(String),
    /// An amount.
    Amount(WideAmount),
    /// A whole number.
    Count(u64),
    /// An instant.
    Time(Timestamp),
    /// There is none.
    Nothing,
}

impl Column {
    pub(super) const fn text(name: &'static str) -> Column {
        Column { name, holds: Holds::Text, may_be_nothing: false }
    }

    pub(super) const fn amount(name: &'static str) -> Column {
        Column { name, holds: Holds::Amount, may_be_nothing: false }
    }

    pub(super) const fn count(name: &'static str) -> Column {
        Column { name, holds: Holds::Count, may_be_nothing: false }
    }

    pub(super) const fn time(name: &'static str) -> Column {
        Column { name, holds: Holds::Time, may_be_nothing: false }
    }

    pub(super) const fn or_nothing(self) -> Column {
        Column { may_be_nothing: true, ..self }
    }
}

impl Cell {
    /// Returns it as people read it.
    pub(super) fn shown(&self, currency: Currency) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Amount(amount) => grouped_amount(&amount.display(currency).to_string()),
            Cell::Count(count) => grouped(*count),
            Cell::Time(at) => at.to_string(),
            Cell::Nothing => String::new(),
        }
    }

    pub(super) fn text(text: impl ToString) -> Cell {
        Cell::Text(text.to_string())
    }
}
