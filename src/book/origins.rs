//! Where kept facts came from: the file and row of the export, for messages.

use super::BookError;
use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs::File;
use std::path::Path;

/// Returns the files and rows that some rows of a file of facts, counted from 1, came from.
pub fn origins(path: &Path, rows: &[u64]) -> Result<Vec<(String, u64)>, BookError> {
    read(path, rows).map_err(|error| BookError::Unreadable { path: path.to_path_buf(), what: error.to_string() })
}

fn read(path: &Path, rows: &[u64]) -> Result<Vec<(String, u64)>, Box<dyn std::error::Error>> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?;
    let wanted = ProjectionMask::columns(builder.parquet_schema(), ["source_file", "source_row"]);
    let batches = builder.with_projection(wanted).build()?.collect::<Result<Vec<_>, _>>()?;
    let origin = |&row: &u64| {
        let mut at = usize::try_from(row).ok()?.checked_sub(1)?;
        let batch = batches.iter().find(|batch| {
            let is_in = at < batch.num_rows();
            at -= if is_in { 0 } else { batch.num_rows() };
            is_in
        })?;
        let (files, places) = (batch.column(0).as_string::<i32>(), batch.column(1).as_primitive::<Int64Type>());
        Some((files.value(at).to_owned(), places.value(at).unsigned_abs()))
    };
    rows.iter().map(|row| origin(row).ok_or_else(|| format!("it has no row {row}").into())).collect()
}
