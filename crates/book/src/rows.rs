//! Rows of a table of the book under construction, cell by cell.

use accrue_output::columns::{Column, Field, Holds, NO_KEY, NO_NUMBER, Rows, Texts, Values};

/// Rows in columns; cleared and filled again.
pub struct TableRows {
    columns: Vec<Cells>,
    count: usize,
}

enum Cells {
    /// Each text kept once where it comes several times in a row.
    Texts {
        keys: Vec<u32>,
        texts: Texts,
    },
    Numbers(Vec<i64>),
}

/// What a row has in one column.
#[derive(Clone, Copy, Debug)]
pub enum Cell<'a> {
    Text(&'a str),
    /// As the column has numbers: ten-thousandths, microseconds, 1 for yes.
    Number(i64),
    Null,
}

impl TableRows {
    pub fn new(fields: &[Field]) -> TableRows {
        let column = |field: &Field| match field.holds {
            Holds::Text => Cells::Texts { keys: Vec::new(), texts: Texts::default() },
            Holds::Amount | Holds::Time | Holds::Long | Holds::Flag => Cells::Numbers(Vec::new()),
        };
        TableRows { columns: fields.iter().map(column).collect(), count: 0 }
    }

    pub fn clear(&mut self) {
        self.count = 0;
        for column in &mut self.columns {
            match column {
                Cells::Texts { keys, texts } => {
                    keys.clear();
                    texts.clear();
                }
                Cells::Numbers(numbers) => numbers.clear(),
            }
        }
    }

    /// Adds a row: a cell for each field.
    pub fn push<'c>(&mut self, cells: impl IntoIterator<Item = Cell<'c>>) {
        let mut cells = cells.into_iter();
        for column in &mut self.columns {
            match (column, cells.next().expect("a cell for each column")) {
                (Cells::Texts { keys, texts }, Cell::Text(text)) => {
                    let last = keys.last().copied().filter(|&key| key != NO_KEY);
                    let again = last.filter(|&key| texts.get(key as usize) == text.as_bytes());
                    keys.push(again.unwrap_or_else(|| texts.push(("", text))));
                }
                (Cells::Texts { keys, .. }, Cell::Null) => keys.push(NO_KEY),
                (Cells::Numbers(numbers), Cell::Number(number)) => numbers.push(number),
                (Cells::Numbers(numbers), Cell::Null) => numbers.push(NO_NUMBER),
                (Cells::Texts { .. }, Cell::Number(_)) | (Cells::Numbers(_), Cell::Text(_)) => {
                    unreachable!("a cell holds what its column holds")
                }
            }
        }
        self.count += 1;
    }

    pub fn rows(&self) -> Rows<'_> {
        Rows { count: self.count, columns: self.columns.iter().map(Cells::column).collect() }
    }
}

impl Cells {
    fn column(&self) -> Column<'_> {
        match self {
            Cells::Texts { keys, texts } => Column::Keys(keys, Values::Texts(texts)),
            Cells::Numbers(numbers) => Column::Numbers(numbers),
        }
    }
}

impl<'a> Cell<'a> {
    pub fn text(text: Option<&'a str>) -> Cell<'a> {
        text.map_or(Cell::Null, Cell::Text)
    }

    pub fn number(number: Option<i64>) -> Cell<'a> {
        number.map_or(Cell::Null, Cell::Number)
    }

    pub fn flag(flag: bool) -> Cell<'a> {
        Cell::Number(flag.into())
    }
}
