//! Collects rows for a table of the book, column by column, before they are encoded.

use accrue_output::columns::{Column, Field, Holds, Key, Rows, Texts, Values};

/// Rows of a table, column by column; cleared and filled again.
pub struct TableRows {
    columns: Vec<Cells>,
    count: usize,
}

enum Cells {
    /// Texts; equal ones that follow one another are kept once.
    Texts {
        keys: Vec<Option<Key>>,
        texts: Texts,
    },
    Numbers(Vec<i64>),
    NumbersOrNull(Vec<Option<i64>>),
}

/// The value of a row in one column.
#[derive(Clone, Copy, Debug)]
pub enum Cell<'a> {
    /// A text.
    Text(&'a str),
    /// A number in the unit of its column: ten-thousandths, microseconds since 1970, 1 for true.
    Number(i64),
    /// No value.
    Null,
}

impl TableRows {
    /// Returns a table without rows.
    pub fn new(fields: &[Field]) -> TableRows {
        let column = |field: &Field| match field.holds {
            Holds::Text => Cells::Texts { keys: Vec::new(), texts: Texts::default() },
            Holds::Amount | Holds::Time | Holds::Long | Holds::Flag if field.nullable => {
                Cells::NumbersOrNull(Vec::new())
            }
            Holds::Amount | Holds::Time | Holds::Long | Holds::Flag => Cells::Numbers(Vec::new()),
        };
        TableRows { columns: fields.iter().map(column).collect(), count: 0 }
    }

    /// Removes all rows and keeps the memory.
    pub fn clear(&mut self) {
        self.count = 0;
        for column in &mut self.columns {
            match column {
                Cells::Texts { keys, texts } => {
                    keys.clear();
                    texts.clear();
                }
                Cells::Numbers(numbers) => numbers.clear(),
                Cells::NumbersOrNull(numbers) => numbers.clear(),
            }
        }
    }

    /// Adds a row: one cell for each field, in their order.
    ///
    /// # Panics
    /// Where a cell is missing, is of another type than its column, or has no number in a column without nulls.
    pub fn push<'c>(&mut self, cells: impl IntoIterator<Item = Cell<'c>>) {
        let mut cells = cells.into_iter();
        for column in &mut self.columns {
            match (column, cells.next().expect("a cell for each column")) {
                (Cells::Texts { keys, texts }, Cell::Text(text)) => {
                    let last = keys.last().copied().flatten();
                    let again = last.filter(|&key| texts.get(key) == text.as_bytes());
                    keys.push(Some(again.unwrap_or_else(|| texts.push(("", text)))));
                }
                (Cells::Texts { keys, .. }, Cell::Null) => keys.push(None),
                (Cells::Numbers(numbers), Cell::Number(number)) => numbers.push(number),
                (Cells::NumbersOrNull(numbers), Cell::Number(number)) => numbers.push(Some(number)),
                (Cells::NumbersOrNull(numbers), Cell::Null) => numbers.push(None),
                (Cells::Texts { .. }, Cell::Number(_))
                | (Cells::Numbers(_), Cell::Text(_) | Cell::Null)
                | (Cells::NumbersOrNull(_), Cell::Text(_)) => unreachable!("a cell holds what its column holds"),
            }
        }
        self.count += 1;
    }

    /// Returns the rows, to be encoded.
    pub fn rows(&self) -> Rows<'_> {
        Rows { count: self.count, columns: self.columns.iter().map(Cells::column).collect() }
    }
}

impl Cells {
    fn column(&self) -> Column<'_> {
        match self {
            Cells::Texts { keys, texts } => Column::Keys(keys, Values::Texts(texts)),
            Cells::Numbers(numbers) => Column::Numbers(numbers),
            Cells::NumbersOrNull(numbers) => Column::NumbersOrNull(numbers),
        }
    }
}

impl<'a> Cell<'a> {
    /// Returns a text, or null for `None`.
    pub fn text(text: Option<&'a str>) -> Cell<'a> {
        text.map_or(Cell::Null, Cell::Text)
    }

    /// Returns a number, or null for `None`.
    pub fn number(number: Option<i64>) -> Cell<'a> {
        number.map_or(Cell::Null, Cell::Number)
    }

    /// Returns 1 for true and 0 for false.
    pub fn flag(flag: bool) -> Cell<'a> {
        Cell::Number(flag.into())
    }
}
