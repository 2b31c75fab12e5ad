//! Finds the export and row that kept facts came from, for messages.

use super::BookError;
use super::layout::{SOURCE_FILE, SOURCE_ROW};
use accrue_delta::Reading;
use accrue_output::columns::Field;
use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use std::path::Path;

const FIELDS: &[Field] = &[SOURCE_FILE, SOURCE_ROW];

/// Returns the export and the line or row (from 1) of some rows of a file of facts, which are numbered from 1.
///
/// # Errors
/// Where the file cannot be read or has no such row.
pub fn origins(path: &Path, rows: &[u64]) -> Result<Vec<(String, u64)>, BookError> {
    let columns = FIELDS.iter().map(|field| field.name).collect::<Vec<_>>();
    let batches = Reading::open(path, FIELDS)?.batches(&columns, |rows| rows)?.collect::<Result<Vec<_>, _>>()?;
    let no_row = |row: u64| BookError::Unreadable { path: path.to_path_buf(), what: format!("it has no row {row}") };
    rows.iter().map(|&row| origin(&batches, row).ok_or_else(|| no_row(row))).collect()
}

fn origin(batches: &[RecordBatch], row: u64) -> Option<(String, u64)> {
    let mut at = usize::try_from(row).ok()?.checked_sub(1)?;
    let batch = batches.iter().find(|batch| {
        let is_in = at < batch.num_rows();
        at -= if is_in { 0 } else { batch.num_rows() };
        is_in
    })?;
    let files = batch.column_by_name(SOURCE_FILE.name)?.as_string::<i32>();
    let places = batch.column_by_name(SOURCE_ROW.name)?.as_primitive::<Int64Type>();
    Some((files.value(at).to_owned(), places.value(at).unsigned_abs()))
}
