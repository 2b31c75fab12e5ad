//! Opens workbooks by a library, and turns its panics over damaged files into errors.

use super::damage::of_workbook;
use super::file::Seekable;
use crate::error::FileFault;
use accrue_delta::decoder::{CONTRADICTION, caught};
use calamine::{Xlsx, XlsxError};
use std::io::BufReader;

/// A workbook that is open.
pub(super) type Workbook = Xlsx<BufReader<Seekable>>;

/// Runs a step of the library, which may panic over a damaged workbook.
pub(super) fn guarded<T>(step: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, FileFault> {
    match caught(step) {
        Some(Ok(done)) => Ok(done),
        Some(Err(error)) => Err(of_workbook(error)),
        None => Err(FileFault::Xlsx(CONTRADICTION.to_owned())),
    }
}
