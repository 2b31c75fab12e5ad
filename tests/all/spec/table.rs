//! Small tables of text: read from a case or from a CSV file, printed with their columns aligned.

/// A table of text; without columns it is the empty one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads a head and rows whose cells are two or more blanks apart; `none` is no rows.
    ///
    /// # Errors
    /// A text about the first row that does not have as many cells as the head.
    pub fn parse(text: &str) -> Result<Table, String> {
        if text.trim() == "none" {
            return Ok(Table::default());
        }
        let mut lines = text.lines().map(cells);
        let columns = lines.next().ok_or("the table is empty: write `none` for no rows")?;
        let rows: Vec<Vec<String>> = lines.collect();
        if rows.is_empty() {
            return Err("the table has no rows: write `none` instead".to_owned());
        }
        match rows.iter().find(|row| row.len() != columns.len()) {
            Some(row) => Err(format!("{} columns, but {} cells in `{}`", columns.len(), row.len(), row.join("  "))),
            None => Ok(Table { columns, rows }),
        }
    }

    /// Reads a CSV text with a header.
    pub fn from_csv(text: &str) -> Table {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let texts = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect();
        let columns = texts(reader.headers().expect("a header"));
        let rows = reader.records().map(|record| texts(&record.expect("a record"))).collect();
        Table { columns, rows }
    }

    pub fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|known| known == column)
    }

    /// Prints the table with a mark before each row that the other table does not have.
    pub fn against(&self, other: &Table, mark: char) -> String {
        let lines: Vec<&Vec<String>> = std::iter::once(&self.columns).chain(&self.rows).collect();
        let width = |column: usize| lines.iter().map(|cells| cells[column].chars().count()).max().unwrap_or_default();
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let print = |(number, cells): (usize, &&Vec<String>)| {
            let padded = cells.iter().zip(&widths).map(|(cell, &width)| format!("{cell:width$}"));
            let is_known = number == 0 || other.rows.contains(cells);
            let line = format!("  {} {}", if is_known { ' ' } else { mark }, padded.collect::<Vec<_>>().join("  "));
            line.trim_end().to_owned()
        };
        lines.iter().enumerate().map(print).collect::<Vec<_>>().join("\n")
    }
}

fn cells(line: &str) -> Vec<String> {
    line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect()
}

#[test]
fn cells_stand_two_or_more_blanks_apart() {
    let table = Table::parse("customer  effective_at      amount\nada       2024-05-01 12:00    5.00\n").unwrap();
    assert_eq!(table.columns, ["customer", "effective_at", "amount"]);
    assert_eq!(table.rows, [["ada", "2024-05-01 12:00", "5.00"]]);
}

#[test]
fn a_row_with_a_cell_missing_is_refused() {
    let fault = Table::parse("customer  amount\nada 5.00\n").unwrap_err();
    assert_eq!(fault, "2 columns, but 1 cells in `ada 5.00`");
}
