//! A book: its tables as they were when it was opened, and the runs in them.
//!
//! A run is posted when the ledger's commit has it, and done when the commit of its emails is there. Runs are numbered
//! from 1 without gaps. The last number of a book without runs is 0.

use super::BookError;
use super::base::Base;
use super::layout::TableName;
use super::marker::Marker;
use super::posted::Posted;
use super::posted::keys::PostedGroup;
use super::record::RunRecord;
use super::withdrawn::Withdrawn;
use accrue_delta::{DataFile, Snapshot};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The name under which runs count themselves in the tables (`txn` of Delta Lake).
pub(crate) const APPLICATION: &str = "accrue";

/// A book as it was when it was opened, with what this process has added to it.
///
/// A method that fails to commit loses the state of its table: after such an error, open the book again.
pub struct Book {
    pub(crate) folder: PathBuf,
    /// One for each of `TableName::ALL`; `None` for a table that does not exist yet.
    pub(crate) tables: [Option<Snapshot>; TableName::ALL.len()],
    /// `None` where the book has not begun, and in books of versions that wrote no marker.
    pub(crate) marker: Option<Marker>,
    /// The state of the book just before its last run was posted.
    pub(crate) posted_over: Base,
    /// The files of facts that the last run has withdrawn.
    pub(crate) withdrawn: Withdrawn,
}

impl Book {
    /// Returns the book's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the record of the last run; `None` where there was none.
    ///
    /// # Errors
    /// Where the commit of the ledger cannot be read.
    pub fn last_run(&self) -> Result<Option<RunRecord>, BookError> {
        self.runs().next().transpose()
    }

    /// Returns the number of the last run; 0 where there was none.
    pub fn last_number(&self) -> i64 {
        self.table(TableName::Ledger).and_then(|ledger| ledger.txn(APPLICATION)).unwrap_or(0)
    }

    /// Returns the records of all runs, newest first. Each is read when it is asked for; an item is an error where it
    /// cannot be read.
    pub fn runs(&self) -> impl Iterator<Item = Result<RunRecord, BookError>> {
        let commits = self.table(TableName::Ledger).into_iter().flat_map(Snapshot::commits);
        commits.filter_map(|commit| match commit {
            // Commits of other programs and of housekeeping are no runs.
            Ok(commit) if commit.record.get("run_id").is_none() => None,
            Ok(commit) => Some(RunRecord::read(commit.record).map_err(|what| BookError::Record {
                path: self.folder.join(TableName::Ledger.name()),
                version: commit.version,
                what,
            })),
            Err(error) => Some(Err(error.into())),
        })
    }

    /// Opens the ledger for reading.
    ///
    /// # Errors
    /// Where a file of the ledger cannot be read.
    pub fn posted(&self) -> Result<Posted, BookError> {
        Posted::of(self.table(TableName::Ledger))
    }

    /// Opens the ledger for reading, with the run of each row. `numbers` has the numbers of runs by their ids.
    ///
    /// # Errors
    /// Where a file of the ledger cannot be read.
    pub fn posted_with_runs(&self, numbers: BTreeMap<String, u32>) -> Result<Posted, BookError> {
        Posted::of_runs(self.table(TableName::Ledger), numbers)
    }

    /// Returns the row groups of the ledger, without reading their rows.
    ///
    /// # Errors
    /// Where the footer of a file cannot be read.
    pub fn posted_groups(&self) -> Result<Vec<PostedGroup>, BookError> {
        PostedGroup::all(self.table(TableName::Ledger))
    }

    /// Returns the names of the files that the ledger has now, in order.
    pub fn ledger_files(&self) -> Vec<String> {
        let files = self.table(TableName::Ledger).into_iter().flat_map(Snapshot::files);
        files.map(|file| file.name.clone()).collect()
    }

    /// Tells whether the jobs of the last run are in their table, which is the last step of a run.
    pub fn has_emitted(&self) -> bool {
        self.last_emitted() >= self.last_number()
    }

    /// Returns the number of the last run whose email jobs are in the book; 0 where no run has any there.
    pub fn last_emitted(&self) -> i64 {
        self.table(TableName::Emails).and_then(|emails| emails.txn(APPLICATION)).unwrap_or(0)
    }

    pub(crate) fn table(&self, name: TableName) -> Option<&Snapshot> {
        self.tables[name.index()].as_ref()
    }

    /// Returns the records of all runs, newest first.
    ///
    /// # Errors
    /// `Lost` where the record of a run is missing, and where one cannot be read.
    pub fn all_runs(&self) -> Result<Vec<RunRecord>, BookError> {
        let runs: Vec<RunRecord> = self.runs().collect::<Result<_, _>>()?;
        for (number, run) in (1..=self.last_number()).rev().zip(runs.iter().map(Some).chain(std::iter::repeat(None))) {
            if run.is_none_or(|run| run.number != number) {
                return Err(self.lost(TableName::Ledger, format!("the commit of run {number}")));
            }
        }
        Ok(runs)
    }

    /// Tells whether a table has a file with this name.
    pub fn has_file(&self, name: TableName, file: &str) -> bool {
        self.file(name, file).is_some()
    }

    pub(crate) fn file(&self, name: TableName, file: &str) -> Option<&DataFile> {
        self.table(name)?.files().find(|found| found.name == file)
    }

    /// Returns the error of a table whose log has lost its end.
    pub(crate) fn lost(&self, name: TableName, what: String) -> BookError {
        BookError::Lost { log: self.folder.join(name.name()).join("_delta_log"), what }
    }
}
