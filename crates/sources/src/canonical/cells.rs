//! Finds the canonical columns of a batch by name.

use crate::canonical::reading::Reading;
use arrow::array::{ArrayRef, RecordBatch};

/// The columns of a batch, and what its values are read by.
pub(crate) struct Cells<'a> {
    pub columns: &'a RecordBatch,
    pub reading: &'a Reading<'a>,
}

impl Cells<'_> {
    /// Returns a column, or `None` where the file has none.
    pub(crate) fn column(&self, name: &str) -> Option<&ArrayRef> {
        self.columns.column_by_name(name)
    }
}
