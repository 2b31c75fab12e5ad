//! The files of a report: each table as CSV and Parquet, with the query that computes it again.

use crate::book::{Cell as BookCell, TableRows};
use crate::output::TableFormat;
use crate::output::columns::{Field, Holds};
use crate::output::folder::Folder;
use crate::output::mode::Mode;
use crate::output::table::{self, Scratch};
use crate::reports::liability::{Cell, Column, Holds as Told, Liability, Row, Table};
use crate::run::RunError;
use crate::run::inspect::BookView;
use crate::run::places::expect_outside;
use std::path::Path;

/// Writes a report to a new folder, or an empty one.
///
/// # Errors
/// Where the folder is in the book, is not empty, or cannot be written.
pub fn write(past: &BookView, reported: &Liability, out: &Path) -> Result<(), RunError> {
    expect_outside(out, past.book.folder())?;
    let folder = Folder::begin(out, Mode::default())?;
    for table in reported.tables() {
        write_table(&folder, table)?;
    }
    let known = reported.known_at_run();
    let runs = past.run_numbers().into_iter().filter(|(_, number)| *number <= known);
    for (name, text) in reported.queries(&past.book.ledger_files(), &runs.collect::<Vec<_>>()) {
        folder.write(&format!("{name}.sql"), text.as_bytes())?;
    }
    folder.write("report.json", reported.to_json().as_bytes())?;
    folder.write("report.html", reported.to_html().as_bytes())?;
    folder.write("report.txt", reported.text().as_bytes())?;
    folder.publish()?;
    Ok(())
}

fn write_table(folder: &Folder, table: &Table) -> Result<(), RunError> {
    // Lives as long as the process, which writes each table once.
    let fields: &'static [Field] = table.columns.iter().map(field).collect::<Vec<_>>().leak();
    let mut rows = TableRows::new(fields);
    table.rows.iter().for_each(|row| rows.push(row.cells.iter().map(|cell| book_cell(cell, row))));
    for format in [TableFormat::Csv, TableFormat::Parquet] {
        let (encoder, mut file) = table::create(folder, table.name, format, fields)?;
        if !table.rows.is_empty() {
            file.append(encoder.encode(&rows.rows(), &mut Scratch::default())?)?;
        }
        file.finish()?;
    }
    Ok(())
}

fn field(column: &Column) -> Field {
    let holds = match column.holds {
        Told::Text => Holds::Text,
        Told::Amount => Holds::Amount,
        Told::Count => Holds::Long,
        Told::Time => Holds::Time,
    };
    let field = Field::new(column.name, holds);
    if column.may_be_nothing { field.or_null() } else { field }
}

fn book_cell<'c>(cell: &'c Cell, row: &Row) -> BookCell<'c> {
    match cell {
        Cell::Text(text) => BookCell::Text(text),
        Cell::Amount(amount) => BookCell::Number(amount.saturate().ten_thousandths(row.currency)),
        Cell::Count(count) => BookCell::Number(i64::try_from(*count).unwrap_or(i64::MAX)),
        Cell::Time(at) => BookCell::Number(at.micros()),
        Cell::Nothing => BookCell::Null,
    }
}
