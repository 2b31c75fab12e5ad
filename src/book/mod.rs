//! The book: what a shop's runs have taken in and posted (SPEC 6), kept from run to run in tables that other programs
//! read too.
//!
//! A folder with one Delta table for each kind of fact, one for the ledger and one for email jobs; [`layout`] says what
//! is in them, [`crate::delta`] how they stand on the disk. Facts are only added to: a changed one is a further row. What a run
//! was is told by its commit of the ledger ([`record`]); [`posted`] reads the ledger person by person.
//!
//! Not here: what facts and postings mean, which of them are new, and what a program is. This room is handed rows and
//! hands them back.
//!
//! **Invariants.** Only this room writes below the book's folder. A run is one commit of the ledger, on the very snapshot
//! that was read when the run began: before it nothing has happened, and of two runs with one number one gets `Locked`.
//! Facts come before it (repeating them is harmless), jobs and the run's folder after it; what is missing of these
//! after a crash, [`Book::repair`] completes from the record. Reading changes nothing, and a table that nobody has
//! written to is not there.

mod base;
mod error;
mod jobs;
mod kept;
pub mod layout;
mod origins;
pub mod posted;
pub mod record;
mod remembered;
mod rows;
mod scan;
mod survey;
mod upkeep;
mod writing;

pub use base::Base;
pub use error::BookError;
pub use jobs::{Emitted, encode_jobs};
pub use kept::{Kept, KeptFile};
pub use layout::TableName;
pub use origins::origins;
pub use posted::Posted;
pub use posted::keys::{Ending, PostedGroup, PostedKeys};
pub use record::{FolderRecord, PlannedRecord, ProgramRecord, RunRecord, TakenIn};
pub use remembered::{Remembered, SeenCredit, SeenInput};
pub use rows::{Cell, TableRows};
pub use survey::survey;
pub use upkeep::TableUpkeep;

use crate::delta::{DataFile, DeltaError, Snapshot, Table};
use crate::kernel::time::Instant;
use layout::{FORMAT, FORMAT_SETTING};
use std::path::{Path, PathBuf};

/// As which application runs count themselves in the tables.
const APPLICATION: &str = "accrue";
/// The tag of a file of facts that says when they were first seen: `1:A 7:B` means that the first six rows were seen by
/// a run as of A, in microseconds, and all others by one as of B.
const SEEN_TAG: &str = "seen_at";
/// The tag of a file of facts that stands in the place of others: the version that had added the first of them.
const SINCE_TAG: &str = "since";

/// A book as it was when it was opened, and what this process has added to it.
pub struct Book {
    folder: PathBuf,
    /// One for each of `TableName::ALL`; `None` where nobody has written yet.
    tables: [Option<Snapshot>; TableName::ALL.len()],
    /// What the book was when the last run was posted to it that there was when it was opened.
    posted_over: Base,
}

/// A file of facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactFile {
    pub path: PathBuf,
    /// By the number of a row, counted from 1, the as_of of the run that saw it and those after it first.
    pub seen_at: Vec<(u64, Instant)>,
    /// Whether the last run has seen them. It has not where they are of a run that has died or was too late.
    pub is_posted: bool,
}

impl Book {
    /// Opens a book, which may not have begun yet. Nothing is written.
    ///
    /// # Errors
    /// `Lost` where a table is older than the last run has left it.
    pub fn open(folder: &Path) -> Result<Book, BookError> {
        // A run may have been posted between the reading of one table and the next: then a second look finds all of it.
        Book::newest(folder)?.checked_whole().or_else(|_| Book::newest(folder)?.checked_whole())
    }

    fn newest(folder: &Path) -> Result<Book, BookError> {
        let mut tables = [const { None }; TableName::ALL.len()];
        // The ledger first: what its last run was posted over is there already.
        for name in [TableName::Ledger].into_iter().chain(TableName::ALL) {
            if tables[name as usize].is_some() {
                continue;
            }
            let table = Table::at(folder.join(name.name()));
            tables[name as usize] = match table.newest() {
                Ok(snapshot) => Some(checked(snapshot, name)?),
                Err(DeltaError::NoTable(_)) => None,
                Err(error) => return Err(error.into()),
            };
        }
        Ok(Book { folder: folder.to_path_buf(), tables, posted_over: Base::default() })
    }

    /// Returns the number of the last run; 0 where there was none.
    pub fn last_number(&self) -> i64 {
        self.table(TableName::Ledger).and_then(|ledger| ledger.txn(APPLICATION)).unwrap_or(0)
    }

    /// Returns the records of all runs, newest first, as they are asked for.
    pub fn runs(&self) -> impl Iterator<Item = Result<RunRecord, BookError>> {
        let commits = self.table(TableName::Ledger).into_iter().flat_map(Snapshot::commits);
        commits.filter_map(|commit| match commit {
            // What other programs, and those that keep the table small, have committed is no run.
            Ok(commit) if commit.record.get("run_id").is_none() => None,
            Ok(commit) => Some(serde_json::from_value(commit.record).map_err(|error| BookError::Record {
                path: self.folder.join(TableName::Ledger.name()),
                version: commit.version,
                what: error.to_string(),
            })),
            Err(error) => Some(Err(error.into())),
        })
    }

    /// Returns the files of a kind of facts, in the order in which their rows came.
    pub fn facts(&self, name: TableName) -> Result<Vec<FactFile>, BookError> {
        let Some(snapshot) = self.table(name) else { return Ok(Vec::new()) };
        let posted = self.posted_over.version(name);
        let file = |file: &DataFile| {
            let path = snapshot.place(file);
            let seen_at = file.tags.get(SEEN_TAG).and_then(|seen| seen_at(seen));
            let what = "its tag `seen_at` is missing".to_owned();
            let seen_at = seen_at.ok_or_else(|| BookError::Unreadable { path: path.clone(), what })?;
            Ok(FactFile { path, seen_at, is_posted: since(file) <= posted })
        };
        in_order_of_rows(snapshot).into_iter().map(file).collect()
    }

    /// Prepares what is posted for being read.
    pub fn posted(&self) -> Result<Posted, BookError> {
        Posted::of(self.table(TableName::Ledger))
    }

    /// Returns the row groups of the ledger, for the keys of their rows to be read.
    pub fn posted_groups(&self) -> Result<Vec<PostedGroup>, BookError> {
        PostedGroup::all(self.table(TableName::Ledger))
    }

    /// Reads the ids of all jobs that were emitted; those of a run that has died before it could emit them are as good
    /// as that.
    pub fn emitted(&self) -> Result<Emitted, BookError> {
        let last = self.runs().next().transpose()?.filter(|_| !self.has_emitted());
        let to_come = last.map(|last| self.folder.join(TableName::Emails.name()).join(last.emails));
        Emitted::of(self.table(TableName::Emails), to_come)
    }

    /// Tells whether the jobs of the last run are in their table.
    pub fn has_emitted(&self) -> bool {
        self.last_emitted() >= self.last_number()
    }

    /// Returns the number of the last run whose jobs are in their table; 0 where there was none.
    fn last_emitted(&self) -> i64 {
        self.table(TableName::Emails).and_then(|emails| emails.txn(APPLICATION)).unwrap_or(0)
    }

    fn table(&self, name: TableName) -> Option<&Snapshot> {
        self.tables[name as usize].as_ref()
    }
}

/// Returns the files of a table in the order in which their rows came.
fn in_order_of_rows(snapshot: &Snapshot) -> Vec<&DataFile> {
    let mut files: Vec<&DataFile> = snapshot.files().collect();
    files.sort_by_key(|file| since(file));
    files
}

/// Returns the version that has added the first rows of a file.
fn since(file: &DataFile) -> Option<u64> {
    let told = file.tags.get(SINCE_TAG).and_then(|version| version.parse().ok());
    told.or(file.version)
}

/// Reads the tag that says when rows were first seen.
fn seen_at(tag: &str) -> Option<Vec<(u64, Instant)>> {
    let piece = |piece: &str| {
        let (row, micros) = piece.split_once(':')?;
        Some((row.parse().ok()?, Instant::from_micros(micros.parse().ok()?)))
    };
    tag.split(' ').map(piece).collect()
}

/// Checks that a table is one of a book, as this version knows them.
fn checked(snapshot: Snapshot, name: TableName) -> Result<Snapshot, BookError> {
    let path = || snapshot.table().folder().to_path_buf();
    let format = snapshot.setting(FORMAT_SETTING).and_then(|format| format.parse::<u32>().ok());
    match format {
        None => return Err(BookError::NotOurs(path())),
        Some(found) if found > FORMAT => return Err(BookError::TooNew { path: path(), found }),
        Some(_) => snapshot.expect_columns(name.fields())?,
    }
    Ok(snapshot)
}
