//! Tables of a page.

use serde::Serialize;

/// A table. Cells are texts as they are to be read; those of number columns stand at the right.
#[derive(Clone, Debug, Serialize)]
pub struct Table {
    /// What the table shows.
    pub caption: String,
    /// The columns. The first one names the row.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
    /// What is to be said beneath it, such as which rows are left out and which file has them.
    pub note: Option<String>,
}

/// A column of a table.
#[derive(Clone, Debug, Serialize)]
pub struct Column {
    name: String,
    is_number: bool,
}

/// A row of a table: as many cells as the table has columns.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    cells: Vec<String>,
    is_total: bool,
}

impl Column {
    /// Makes a column of texts.
    pub fn text(name: &str) -> Column {
        Column { name: name.to_owned(), is_number: false }
    }

    /// Makes a column of numbers or amounts.
    pub fn number(name: &str) -> Column {
        Column { name: name.to_owned(), is_number: true }
    }
}

impl Row {
    /// Makes a row.
    pub fn of(cells: impl IntoIterator<Item = impl Into<String>>) -> Row {
        Row { cells: cells.into_iter().map(Into::into).collect(), is_total: false }
    }

    /// Makes a row that sums others up, which is set apart.
    pub fn total(cells: impl IntoIterator<Item = impl Into<String>>) -> Row {
        Row { is_total: true, ..Row::of(cells) }
    }
}
