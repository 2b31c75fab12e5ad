//! Snapshots: a table at one version of its log.
//!
//! A snapshot never changes: a commit takes it and gives the next one. What it names was on the disk, with the sizes
//! and footers that the log says, when it was read.

use super::action::{CommitInfo, Metadata, Protocol};
use super::commit_record::CommitRecord;
use super::schema::schema;
use super::state::State;
use super::{DataFile, DeltaError, Table};
use accrue_kernel::time::Timestamp;
use accrue_output::columns::Field;
use serde_json::Value;
use std::path::PathBuf;

/// A table at one version. All its files were there, with their sizes and footers, when it was read.
pub struct Snapshot {
    pub(super) table: Table,
    pub(super) version: u64,
    pub(super) protocol: Protocol,
    pub(super) metadata: Metadata,
    pub(super) state: State,
    /// The newest checkpoint that was used.
    pub(super) checkpoint: Option<u64>,
}

impl Snapshot {
    /// Returns the table.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Returns the version, from 0.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Returns the files of the table, by name.
    pub fn files(&self) -> impl ExactSizeIterator<Item = &DataFile> {
        self.state.live.values()
    }

    /// Returns the path of a file of the table.
    pub fn place(&self, file: &DataFile) -> PathBuf {
        self.table.folder().join(&file.name)
    }

    /// Returns the version that an application has reached; `None` where it has not committed.
    pub fn txn(&self, app_id: &str) -> Option<i64> {
        self.state.txns.get(app_id).map(|txn| txn.version)
    }

    /// Returns the id that the table got when it was created.
    pub fn id(&self) -> &str {
        &self.metadata.id
    }

    /// Returns the value of a setting of the table (`configuration` of the protocol).
    pub fn setting(&self, key: &str) -> Option<&str> {
        self.metadata.configuration.get(key).map(String::as_str)
    }

    /// Checks that the table has exactly these columns.
    ///
    /// # Errors
    /// `OtherColumns` where a column is missing, additional, or different.
    pub fn expect_columns(&self, fields: &[Field]) -> Result<(), DeltaError> {
        let found: Option<Value> = serde_json::from_str(&self.metadata.schema_string).ok();
        match found == Some(schema(fields)) {
            true => Ok(()),
            false => Err(DeltaError::OtherColumns(self.table.folder().to_path_buf())),
        }
    }

    /// Returns the commits up to this version, newest first, as far back as the log goes. An item is an error where a
    /// commit cannot be read.
    pub fn commits(&self) -> impl Iterator<Item = Result<CommitRecord, DeltaError>> {
        let log = self.table.log();
        let record = move |version| match log.read(version) {
            Ok(lines) => {
                let info = lines.into_iter().find_map(|line| line.commit_info).unwrap_or_default();
                let CommitInfo { timestamp, operation, record, .. } = info;
                let at = timestamp.map(|millis| Timestamp::from_micros(millis.saturating_mul(1_000)));
                Some(Ok(CommitRecord { version, at, operation, record }))
            }
            Err(DeltaError::Hole(_)) => None,
            Err(error) => Some(Err(error)),
        };
        (0..=self.version).rev().map_while(record)
    }

    /// Returns the number of commits that a reader has to read one by one.
    pub fn commits_since_checkpoint(&self) -> u64 {
        self.version + 1 - self.checkpoint.map_or(0, |version| version + 1)
    }
}
