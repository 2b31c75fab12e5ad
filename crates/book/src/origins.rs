//! Finds the export and row that kept facts came from, and the run that kept them.

use super::BookError;
use super::layout::{RUN, SOURCE_FILE, SOURCE_ROW};
use accrue_delta::Reading;
use accrue_output::columns::Field;
use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use std::path::Path;

const FIELDS: &[Field] = &[SOURCE_FILE, SOURCE_ROW, RUN];

/// Where a kept row came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptOrigin {
    /// The path of the export.
    pub file: String,
    /// The line or row in it, from 1.
    pub row: u64,
    /// The number of the run that kept it.
    pub run: i64,
}

/// Returns where some rows of a file of facts, which are numbered from 1, came from.
///
/// # Errors
/// Where the file cannot be read or has no such row.
pub fn origins(path: &Path, rows: &[u64]) -> Result<Vec<KeptOrigin>, BookError> {
    let columns = FIELDS.iter().map(|field| field.name).collect::<Vec<_>>();
    let batches = Reading::open(path, FIELDS)?.batches(&columns, |rows| rows)?.collect::<Result<Vec<_>, _>>()?;
    let no_row = |row: u64| BookError::Unreadable { path: path.to_path_buf(), what: format!("it has no row {row}") };
    rows.iter().map(|&row| origin(&batches, row).ok_or_else(|| no_row(row))).collect()
}

fn origin(batches: &[RecordBatch], row: u64) -> Option<KeptOrigin> {
    let mut at = usize::try_from(row).ok()?.checked_sub(1)?;
    let batch = batches.iter().find(|batch| {
        let is_in = at < batch.num_rows();
        at -= if is_in { 0 } else { batch.num_rows() };
        is_in
    })?;
    let files = batch.column_by_name(SOURCE_FILE.name)?.as_string::<i32>();
    let places = batch.column_by_name(SOURCE_ROW.name)?.as_primitive::<Int64Type>();
    let runs = batch.column_by_name(RUN.name)?.as_primitive::<Int64Type>();
    Some(KeptOrigin { file: files.value(at).to_owned(), row: places.value(at).unsigned_abs(), run: runs.value(at) })
}
