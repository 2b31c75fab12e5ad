//! Reads one column or all rows of a file of a table, and checks its columns.

use super::{BookError, Cell, TableName, TableRows};
use accrue_delta::{DeltaError, Reading};
use accrue_output::columns::{Field, Holds};
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Decimal128Type, Int64Type, TimestampMicrosecondType};
use std::path::Path;

/// Calls `take` with the texts of a column, without nulls. `fields` are the columns that the file must have.
///
/// # Errors
/// Where the file cannot be read or has other columns.
///
/// # Panics
/// Where the column is not one of texts.
pub fn texts(path: &Path, fields: &'static [Field], column: &str, mut take: impl FnMut(&str)) -> Result<(), BookError> {
    for batch in Reading::open(path, fields)?.batches(&[column], |rows| rows)? {
        batch?.column(0).as_string::<i32>().iter().flatten().for_each(&mut take);
    }
    Ok(())
}

/// Calls `take` with the numbers of a column of whole numbers that has no nulls. `fields` are the columns that the file
/// must have.
///
/// # Errors
/// Where the file cannot be read or has other columns.
///
/// # Panics
/// Where the column is not one of whole numbers.
pub fn numbers(
    path: &Path,
    fields: &'static [Field],
    column: &str,
    mut take: impl FnMut(i64),
) -> Result<(), BookError> {
    for batch in Reading::open(path, fields)?.batches(&[column], |rows| rows)? {
        batch?.column(0).as_primitive::<Int64Type>().values().iter().copied().for_each(&mut take);
    }
    Ok(())
}

/// Checks that a file has exactly the columns of a table.
///
/// # Errors
/// `OtherColumns` where it has not, and where its footer cannot be read.
pub fn expect_table(path: &Path, name: TableName) -> Result<(), BookError> {
    expect_columns(path, name.fields())
}

/// Checks that a file has exactly these columns.
///
/// # Errors
/// `OtherColumns` where it has not, and where its footer cannot be read.
pub fn expect_columns(path: &Path, fields: &'static [Field]) -> Result<(), BookError> {
    let reading = Reading::open(path, fields)?;
    match reading.footer().file_metadata().schema_descr().num_columns() == fields.len() {
        true => Ok(()),
        false => Err(DeltaError::OtherColumns(path.to_path_buf()).into()),
    }
}

/// Reads all rows of a file with these columns, in batches.
///
/// # Errors
/// Where the file cannot be opened or has other columns; an item is an error where a batch cannot be read.
pub fn batches(
    path: &Path,
    fields: &'static [Field],
) -> Result<impl Iterator<Item = Result<TableRows, BookError>> + use<>, BookError> {
    let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
    let batches = Reading::open(path, fields)?.batches(&names, |rows| rows)?;
    let path = path.to_path_buf();
    let rows = move |batch: RecordBatch| {
        let what = "an amount is larger than any".to_owned();
        rows_of(&batch, fields).ok_or_else(|| BookError::Unreadable { path: path.clone(), what })
    };
    Ok(batches.map(move |batch| rows(batch?)))
}

/// Returns the rows of a batch; `None` where an amount is too large.
fn rows_of(batch: &RecordBatch, fields: &'static [Field]) -> Option<TableRows> {
    let columns = fields.iter().map(|field| Some((field.holds, batch.column_by_name(field.name)?.as_ref())));
    let columns: Vec<(Holds, &dyn Array)> = columns.collect::<Option<_>>()?;
    let mut rows = TableRows::new(fields);
    for row in 0..batch.num_rows() {
        let cells = columns.iter().map(|(holds, column)| cell(*holds, *column, row));
        rows.push(cells.collect::<Option<Vec<_>>>()?);
    }
    Some(rows)
}

fn cell(holds: Holds, column: &dyn Array, row: usize) -> Option<Cell<'_>> {
    if column.is_null(row) {
        return Some(Cell::Null);
    }
    Some(match holds {
        Holds::Text => Cell::Text(column.as_string::<i32>().value(row)),
        Holds::Amount => Cell::Number(i64::try_from(column.as_primitive::<Decimal128Type>().value(row)).ok()?),
        Holds::Time => Cell::Number(column.as_primitive::<TimestampMicrosecondType>().value(row)),
        Holds::Long => Cell::Number(column.as_primitive::<Int64Type>().value(row)),
        Holds::Flag => Cell::flag(column.as_boolean().value(row)),
    })
}
