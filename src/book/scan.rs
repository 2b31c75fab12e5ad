//! One column of a file, read by itself; and whether a file has the columns of its table.

use super::{BookError, TableName};
use crate::output::parquet;
use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::Int64Type;
use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use std::fs::File;
use std::path::Path;

/// Hands over the texts of a column that has no null.
pub fn texts(path: &Path, column: &str, mut take: impl FnMut(&str)) -> Result<(), BookError> {
    read(path, column, |array| array.as_string::<i32>().iter().flatten().for_each(&mut take))
        .map_err(|error| unreadable(path, &*error))
}

/// Hands over the whole numbers of a column that has no null.
pub fn numbers(path: &Path, column: &str, mut take: impl FnMut(i64)) -> Result<(), BookError> {
    read(path, column, |array| array.as_primitive::<Int64Type>().values().iter().copied().for_each(&mut take))
        .map_err(|error| unreadable(path, &*error))
}

/// Checks that a file has the columns of a table, in their order and of their types.
pub fn expect_table(path: &Path, name: TableName) -> Result<(), BookError> {
    let has_columns = || {
        let found = SerializedFileReader::new(File::open(path)?)?;
        let wanted = parquet::schema(name.name(), name.fields())?;
        Ok::<bool, Box<dyn std::error::Error>>(
            found.metadata().file_metadata().schema_descr().columns() == wanted.columns(),
        )
    };
    match has_columns() {
        Ok(true) => Ok(()),
        Ok(false) => Err(unreadable(path, &format!("it has other columns than the table {} has", name.name()))),
        Err(error) => Err(unreadable(path, &*error)),
    }
}

fn unreadable(path: &Path, what: &(impl ToString + ?Sized)) -> BookError {
    BookError::Unreadable { path: path.to_path_buf(), what: what.to_string() }
}

fn read(path: &Path, column: &str, mut take: impl FnMut(&ArrayRef)) -> Result<(), Box<dyn std::error::Error>> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?;
    let wanted = ProjectionMask::columns(builder.parquet_schema(), [column]);
    for batch in builder.with_projection(wanted).build()? {
        take(batch?.column(0));
    }
    Ok(())
}
