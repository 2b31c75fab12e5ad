//! The rows of a file as the expressions of a mapping speak of them.

use crate::mapping::columns::Fault;
use crate::raw::RawBatch;

/// The rows of one file: its columns under their aliases, its packed cells split.
#[derive(Default)]
pub(crate) struct FileRows {
    /// The file's index in `Facts::files`.
    pub(crate) file: u32,
    pub(super) raw: Vec<RawBatch>,
    /// Cells that could not be split, by the name of the column.
    pub(super) faults: Vec<(String, Fault)>,
    /// The lines, rising, that could not be read as rows.
    pub(super) unread: Vec<u64>,
    /// Aliases and the name that the file has for each.
    pub(super) found: Vec<(String, String)>,
}

impl FileRows {
    /// Returns the names of the columns.
    pub(super) fn names(&self) -> Vec<String> {
        self.raw.first().map(RawBatch::names).unwrap_or_default()
    }
}
