//! One column of a file, read by itself.

use super::BookError;
use crate::delta::Reading;
use crate::output::columns::Field;
use arrow::array::AsArray;
use std::path::Path;

/// Hands over the texts of a column of a file that is to have these.
pub fn texts(path: &Path, fields: &'static [Field], column: &str, mut take: impl FnMut(&str)) -> Result<(), BookError> {
    for batch in Reading::open(path, fields)?.batches(&[column], |rows| rows)? {
        batch?.column(0).as_string::<i32>().iter().flatten().for_each(&mut take);
    }
    Ok(())
}
