//! The state of a book at one moment: its last run and the versions of its tables. Plans and runs record the state that
//! they were made from.

use super::layout::TableName;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The state of a book: the number of its last run, and the ids and versions of its tables.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// The number of its last run; 0 where there was none.
    pub run: i64,
    /// The tables that exist, by name.
    pub(super) tables: BTreeMap<String, TableBase>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TableBase {
    pub(super) id: String,
    pub(super) version: u64,
}

impl Base {
    /// Returns the version that a table had; `None` where it did not exist.
    pub(super) fn version(&self, name: TableName) -> Option<u64> {
        self.tables.get(name.name()).map(|table| table.version)
    }
}
