//! The book: what a shop's runs have taken in and posted (docs/spec.md 6), kept from run to run in tables that other programs
//! read too.
//!
//! A folder with one Delta table for each kind of fact, one for the ledger and one for email jobs; [`layout`] says what
//! is in them, [`accrue_delta`] how they stand on the disk. Facts are only added to: a changed one is a further row. What a run
//! was is told by its commit of the ledger ([`record`]); [`posted`] reads the ledger person by person.
//!
//! Not here: what facts and postings mean, which of them are new, and what a program is. This room is handed rows and
//! hands them back.
//!
//! **Invariants.** Only this room writes below the book's folder. A run is one commit of the ledger, on the very snapshot
//! that was read when the run began: before it nothing has happened, and of two runs with one number one gets `Locked`.
//! Facts come before it: those of a run that was never posted do not count (`withdrawn`). The run's folder and then its
//! jobs come after it; what is missing of these after a crash, the next run completes from what the book has kept.
//! Reading changes nothing, and a table that nobody has written to is not there.

#![forbid(unsafe_code)]

mod base;
mod error;
mod head;
mod jobs;
mod kept;
pub mod layout;
mod marker;
mod origins;
pub mod posted;
pub mod record;
mod remembered;
mod rows;
mod scan;
mod survey;
mod upkeep;
mod withdrawn;
mod writing;

pub use base::Base;
pub use error::BookError;
pub use head::Head;
pub use jobs::{Emitted, JobLines, encode_jobs};
pub use kept::{EMAILS, Kept, KeptFile};
pub use layout::TableName;
pub use origins::origins;
pub use posted::Posted;
pub use posted::keys::{Ending, PostedGroup, PostedKeys};
pub use record::{FolderRecord, PlannedRecord, ProgramRecord, RunRecord, TakenIn};
pub use remembered::{Remembered, SeenBalance, SeenCredit, SeenInput};
pub use rows::{Cell, TableRows};
pub use scan::{batches, expect_columns, expect_table, numbers, texts};
pub use survey::{Surveyed, survey};
pub use upkeep::{Cleared, TableUpkeep};
pub use withdrawn::Withdrawn;

use accrue_delta::{DataFile, DeltaError, Reading, Snapshot, Table};
use accrue_kernel::time::Instant;
use layout::{FORMAT, FORMAT_SETTING};
use marker::Marker;
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
    /// `None` where the book has not begun, and in books of versions that wrote none.
    marker: Option<Marker>,
    /// What the book was when the last run was posted to it that there was when it was opened.
    posted_over: Base,
    /// The files of facts that the last run has withdrawn.
    withdrawn: Withdrawn,
}

/// A file of facts that the last run has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactFile {
    pub path: PathBuf,
    /// By the number of a row, counted from 1, the as_of of the run that saw it and those after it first.
    pub seen_at: Vec<(u64, Instant)>,
}

impl Book {
    /// Opens a book, which may not have begun yet. Nothing is written.
    ///
    /// # Errors
    /// `Lost` where a table is older than the last run has left it; `NotABook` for a folder with other files.
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
        let marker = marker::read(folder)?;
        if marker.is_none() && tables.iter().all(Option::is_none) {
            marker::expect_empty(folder)?;
        }
        let (posted_over, withdrawn) = (Base::default(), Withdrawn::new());
        Ok(Book { folder: folder.to_path_buf(), tables, marker, posted_over, withdrawn })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the record of the last run.
    pub fn last_run(&self) -> Result<Option<RunRecord>, BookError> {
        self.runs().next().transpose()
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
            Ok(commit) => Some(RunRecord::read(commit.record).map_err(|what| BookError::Record {
                path: self.folder.join(TableName::Ledger.name()),
                version: commit.version,
                what,
            })),
            Err(error) => Some(Err(error.into())),
        })
    }

    /// Returns the files of a kind of facts that the last run has seen, in the order in which their rows came. What a run
    /// that was never posted has added does not count.
    ///
    /// # Errors
    /// The footer of a file cannot be read, or has other columns.
    pub fn facts(&self, name: TableName) -> Result<Vec<FactFile>, BookError> {
        let Some(snapshot) = self.table(name) else { return Ok(Vec::new()) };
        let file = |file: &DataFile| {
            let path = snapshot.place(file);
            Reading::open(&path, name.fields())?;
            let seen_at = file.tags.get(SEEN_TAG).and_then(|seen| seen_at(seen));
            let what = "its tag `seen_at` is missing".to_owned();
            let seen_at = seen_at.ok_or_else(|| BookError::Unreadable { path: path.clone(), what })?;
            Ok(FactFile { path, seen_at })
        };
        in_order_of_rows(snapshot).into_iter().filter(|file| self.is_posted(name, file)).map(file).collect()
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
        let last = self.last_run()?.filter(|_| !self.has_emitted());
        let to_come = last.map(|last| self.kept_jobs(&last)).transpose()?;
        Emitted::of(self.table(TableName::Emails), to_come)
    }

    /// Tells whether the jobs of the last run are in their table, which is the last step of a run.
    pub fn has_emitted(&self) -> bool {
        self.last_emitted() >= self.last_number()
    }

    /// Returns the number of the last run whose jobs are in their table; 0 where there was none.
    pub fn last_emitted(&self) -> i64 {
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
