//! One column of a file, read by itself.

use super::BookError;
use arrow::array::AsArray;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs::File;
use std::path::Path;

/// Hands over the texts of a column that has no null.
pub fn texts(path: &Path, column: &str, take: impl FnMut(&str)) -> Result<(), BookError> {
    read(path, column, take)
        .map_err(|error| BookError::Unreadable { path: path.to_path_buf(), what: error.to_string() })
}

fn read(path: &Path, column: &str, mut take: impl FnMut(&str)) -> Result<(), Box<dyn std::error::Error>> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?;
    let wanted = ProjectionMask::columns(builder.parquet_schema(), [column]);
    for batch in builder.with_projection(wanted).build()? {
        batch?.column(0).as_string::<i32>().iter().flatten().for_each(&mut take);
    }
    Ok(())
}
