//! One column of a file, read by itself; and whether a file has the columns of its table.

use super::{BookError, TableName};
use crate::delta::{DeltaError, Reading};
use crate::output::columns::Field;
use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use std::path::Path;

/// Hands over the texts of a column of a file that is to have these.
pub fn texts(path: &Path, fields: &'static [Field], column: &str, mut take: impl FnMut(&str)) -> Result<(), BookError> {
    for batch in Reading::open(path, fields)?.batches(&[column], |rows| rows)? {
        batch?.column(0).as_string::<i32>().iter().flatten().for_each(&mut take);
    }
    Ok(())
}

/// Hands over the whole numbers of a column, which has no null, of a file that is to have these.
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

/// Checks that a file has the columns of a table and no others.
pub fn expect_table(path: &Path, name: TableName) -> Result<(), BookError> {
    let reading = Reading::open(path, name.fields())?;
    match reading.footer().file_metadata().schema_descr().num_columns() == name.fields().len() {
        true => Ok(()),
        false => Err(DeltaError::OtherColumns(path.to_path_buf()).into()),
    }
}
