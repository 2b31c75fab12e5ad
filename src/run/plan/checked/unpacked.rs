//! The paths of a plan's files after they were unpacked.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where the files of a plan are.
pub(crate) struct Unpacked<'u> {
    /// The run's folder.
    pub folder: &'u Path,
    /// What is added to the book's tables.
    pub tables: &'u Path,
    /// The names of all members.
    pub members: BTreeSet<String>,
}

impl Unpacked<'_> {
    /// Returns the path of the ledger.
    pub(super) fn ledger(&self) -> PathBuf {
        self.folder.join("ledger.parquet")
    }
}
