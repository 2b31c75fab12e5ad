//! The result of a mapping for the rows of files: canonical columns, and rejects.

use crate::raw::HeldBatch;
use accrue_facts::seen::{Expiries, RepeatedRows};
use accrue_facts::{FileIndex, Origin, Reject};
use arrow::array::RecordBatch;
use std::collections::BTreeMap;

/// What a mapping has made of the rows of files.
#[derive(Default)]
pub(crate) struct MappedRows {
    /// Canonical columns, each batch with the file of its rows.
    pub batches: Vec<(FileIndex, HeldBatch)>,
    pub rejects: Vec<Reject>,
    /// Where the mapping is to name them.
    pub left_out: LeftOut,
    /// By file: rows that were added to a fact although another row of it is the same.
    pub repeated: BTreeMap<FileIndex, RepeatedRows>,
    /// By file: the number of rows of facts that stand in another file.
    pub in_others: BTreeMap<FileIndex, u64>,
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
