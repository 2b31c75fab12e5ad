//! What a mapping has made of the rows of files.

use crate::raw::HeldBatch;
use accrue_facts::seen::{Expiries, RepeatedRows};
use accrue_facts::{FileIndex, Origin, Reject};
use arrow::array::RecordBatch;

/// What a mapping has made of the rows of files.
#[derive(Default)]
pub(crate) struct MappedRows {
    /// Canonical columns, each batch with the file of its rows.
    pub batches: Vec<(FileIndex, HeldBatch)>,
    pub rejects: Vec<Reject>,
    pub left_out: LeftOut,
    /// Rows that were added to a fact although another row of it is the same, and the file of the first.
    pub repeated: Option<(FileIndex, RepeatedRows)>,
    /// How expiries were written.
    pub expiries: Expiries,
}

/// Groups of rows that are left out, with what their canonical columns would be.
#[derive(Default)]
pub(crate) struct LeftOut {
    pub batches: Vec<RecordBatch>,
    /// Of each group: where the first of its rows is that has a reject.
    pub because: Vec<Origin>,
}
