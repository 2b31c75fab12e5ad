//! Commits: the step that makes files part of the table.
//!
//! A commit is a file `_delta_log/<version>.json`, created under a temporary name, synced, and renamed without
//! replacing: so of several writers exactly one makes a version (optimistic concurrency control of Delta Lake).

use super::action::{CommitInfo, Line, Txn, millis};
use super::commit_record::commit_info;
use super::{DataFile, DeltaError, Snapshot, write_error};
use accrue_files::sync_folder;
use accrue_kernel::time::Timestamp;
use serde_json::Value;

/// The setting of a table that is only added to: with the value `true`, no commit may remove rows.
pub const APPEND_ONLY: &str = "delta.appendOnly";

/// What a commit does.
pub struct Commit<'a> {
    /// What other programs show as its kind, such as `WRITE`.
    pub operation: &'a str,
    /// The time of the commit. It is an argument because the clock is never looked at here.
    pub at: Timestamp,
    /// Files in the table's folder that are added.
    pub add: Vec<DataFile>,
    /// Names of files that leave the table.
    pub remove: Vec<String>,
    /// Whether the rows of the table change; false where only their files do.
    pub changes_data: bool,
    /// The version that an application reaches with this commit.
    pub txn: Option<Txn>,
    /// A value of the caller, found again in [`CommitRecord::record`](super::CommitRecord::record).
    pub record: Value,
}

impl Snapshot {
    /// Commits on this very snapshot and returns the new one. When it returns, the disk has the commit.
    ///
    /// # Errors
    /// `Conflict` where another writer has committed since the snapshot was read, `Repeated` where the application had
    /// reached the version already, `AppendOnly`, `NotLive`, `Taken`, or a fault of an added file. After any error but
    /// `Unconfirmed` the table is what it was.
    pub fn commit(self, commit: Commit<'_>) -> Result<Snapshot, DeltaError> {
        let lines = self.lines(commit, self.version + 1)?;
        self.write(lines)
    }

    /// Commits that some files, with their rows, leave the table. The setting [`APPEND_ONLY`] is removed from it.
    ///
    /// # Errors
    /// As [`Snapshot::commit`].
    pub fn withdraw(mut self, files: Vec<String>, at: Timestamp) -> Result<Snapshot, DeltaError> {
        let was_append_only = self.metadata.configuration.remove(APPEND_ONLY).is_some();
        let (operation, record) = ("DELETE", Value::Null);
        let commit = Commit { operation, at, add: Vec::new(), remove: files, changes_data: true, txn: None, record };
        let mut lines = self.lines(commit, self.version + 1)?;
        if was_append_only {
            lines.push(self.metadata.clone().into());
        }
        self.write(lines)
    }

    fn write(mut self, lines: Vec<Line>) -> Result<Snapshot, DeltaError> {
        let version = self.version + 1;
        let (log, folder) = (self.table.log(), self.table.folder());
        sync_folder(folder).map_err(write_error(folder))?;
        log.write(version, &lines)?;
        log.clear_up_to(version);
        self.state.apply(&log.commit_path(version), Some(version), lines)?;
        self.version = version;
        Ok(self)
    }

    /// Returns the actions of a commit that follows this snapshot.
    fn lines(&self, commit: Commit<'_>, version: u64) -> Result<Vec<Line>, DeltaError> {
        let Commit { operation, at, add, remove, changes_data, txn, record } = commit;
        let previous = self.table.log().digest(self.version)?;
        let mut lines = vec![CommitInfo { previous, ..commit_info(operation, at, record) }.into()];
        if let Some(txn) = txn {
            self.expect_later(&txn)?;
            lines.push(Txn { last_updated: Some(millis(at)), ..txn }.into());
        }
        if changes_data && !remove.is_empty() && self.setting(APPEND_ONLY) == Some("true") {
            return Err(DeltaError::AppendOnly(self.table.folder().to_path_buf()));
        }
        for name in remove {
            let file = self.state.live.get(&name);
            let file = file.ok_or_else(|| DeltaError::NotLive(self.table.folder().join(&name)))?;
            lines.push(file.to_remove(at, changes_data).into());
        }
        for file in add {
            let place = self.table.place_of(&file.name)?;
            if self.state.live.contains_key(&file.name) {
                return Err(DeltaError::Taken(place));
            }
            file.check(self.table.folder())?;
            let file = DataFile { version: Some(version), modified_at: millis(at), ..file };
            lines.push(file.to_add(changes_data).into());
        }
        Ok(lines)
    }

    fn expect_later(&self, txn: &Txn) -> Result<(), DeltaError> {
        match self.txn(&txn.app_id).filter(|&known| known >= txn.version) {
            None => Ok(()),
            Some(known) => Err(DeltaError::Repeated {
                path: self.table.folder().to_path_buf(),
                app_id: txn.app_id.clone(),
                known,
                version: txn.version,
            }),
        }
    }
}
