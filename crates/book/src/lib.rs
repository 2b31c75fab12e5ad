//! The book: the facts, postings and email jobs of all runs of a shop (docs/spec.md 6), kept in tables that other
//! programs can read too.
//!
//! A book is a folder with one Delta table for each kind of facts, one for the ledger and one for email jobs;
//! [`layout`] has their columns, `accrue-delta` the format on the disk. The main entry is [`Book::open`]. Facts are
//! only added: a changed fact is a further row. A run is one commit of the ledger, which has the run's record
//! ([`RunRecord`]); [`posted`] reads the ledger person by person.
//!
//! Not here: what facts and postings mean, which facts are new, and programs. The clock is never looked at.
//!
//! **Invariants.** Only this crate writes below the book's folder. A run is one commit of the ledger, on the very
//! snapshot that was read when the run began (optimistic concurrency): before it nothing has happened, and of two runs
//! with one number one gets `Locked`. The facts of a run are committed before it (write-ahead), and do not count if the
//! run is never posted ([`Withdrawn`]). Its folder and then its jobs come after it; the next run completes what a crash
//! has left out, from what the book has kept. Reading changes nothing, and a table that nothing was written to does not
//! exist.

#![forbid(unsafe_code)]
#![deny(missing_docs, unreachable_pub)]

mod base;
mod error;
mod head;
mod jobs;
mod kept;
pub mod layout;
mod marker;
mod origins;
pub mod posted;
mod record;
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
pub use posted::keys::{Ending, PostedGroup, PostedKeys, PostedRows};
pub use record::{FolderRecord, PlannedRecord, ProgramRecord, RunRecord, TakenIn};
pub use remembered::{Remembered, SeenBalance, SeenCredit, SeenInput};
pub use rows::{Cell, TableRows};
pub use scan::{batches, expect_columns, expect_table, numbers, texts};
pub use survey::{Surveyed, survey};
pub use upkeep::{Cleared, TableUpkeep};
pub use withdrawn::Withdrawn;

use accrue_delta::{DataFile, DeltaError, Reading, Snapshot, Table};
use accrue_kernel::time::Timestamp;
use layout::{FORMAT, FORMAT_SETTING};
use marker::Marker;
use std::path::{Path, PathBuf};

/// The name under which runs count themselves in the tables (`txn` of Delta Lake).
const APPLICATION: &str = "accrue";
/// The tag of a file of facts that says when its rows were first seen: `1:A 7:B` means that the first six rows were
/// seen by a run as of A, and all others by one as of B. Both are microseconds since 1970.
const SEEN_TAG: &str = "seen_at";
/// The tag of a file of facts that has replaced others: the version that had added the first of them.
const SINCE_TAG: &str = "since";

/// A book as it was when it was opened, with what this process has added to it.
///
/// A method that fails to commit loses the state of its table: after such an error, open the book again.
pub struct Book {
    folder: PathBuf,
    /// One for each of `TableName::ALL`; `None` for a table that does not exist yet.
    tables: [Option<Snapshot>; TableName::ALL.len()],
    /// `None` where the book has not begun, and in books of versions that wrote no marker.
    marker: Option<Marker>,
    /// The state of the book just before its last run was posted.
    posted_over: Base,
    /// The files of facts that the last run has withdrawn.
    withdrawn: Withdrawn,
}

/// A file of facts that the last run has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactFile {
    /// Its path, in the table's folder.
    pub path: PathBuf,
    /// Pairs of a row number (from 1, rising) and an as_of: the run as of it was the first to see that row and the rows
    /// after it, up to the next pair.
    pub seen_at: Vec<(u64, Timestamp)>,
}

impl Book {
    /// Opens a book, which may not have begun yet. Nothing is written.
    ///
    /// # Errors
    /// `Lost` where a table is older than the last run has left it, `NotABook` for a folder with other files, and where
    /// a table cannot be read.
    pub fn open(folder: &Path) -> Result<Book, BookError> {
        // Another run may post between the reading of two tables. A second reading then finds all of it.
        Book::newest(folder)?.checked_whole().or_else(|_| Book::newest(folder)?.checked_whole())
    }

    fn newest(folder: &Path) -> Result<Book, BookError> {
        let mut tables = [const { None }; TableName::ALL.len()];
        // The ledger first: the tables read after it are at least as new as its last run has left them.
        for name in [TableName::Ledger].into_iter().chain(TableName::ALL) {
            if tables[name.index()].is_some() {
                continue;
            }
            let table = Table::at(folder.join(name.name()));
            tables[name.index()] = match table.newest() {
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

    /// Returns the files of a kind of facts that the last run has seen, in the order in which their rows came. Facts of
    /// runs that were never posted do not count.
    ///
    /// # Errors
    /// Where the footer of a file cannot be read, or has other columns.
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

    /// Opens the ledger for reading.
    ///
    /// # Errors
    /// Where a file of the ledger cannot be read.
    pub fn posted(&self) -> Result<Posted, BookError> {
        Posted::of(self.table(TableName::Ledger))
    }

    /// Returns the row groups of the ledger, without reading their rows.
    ///
    /// # Errors
    /// Where the footer of a file cannot be read.
    pub fn posted_groups(&self) -> Result<Vec<PostedGroup>, BookError> {
        PostedGroup::all(self.table(TableName::Ledger))
    }

    /// Reads the ids of all jobs that were emitted. Jobs of the last run count even if it died before it could commit
    /// them.
    ///
    /// # Errors
    /// Where the table of emails, or the kept jobs of the last run, cannot be read.
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
        self.tables[name.index()].as_ref()
    }
}

/// Returns the files of a table in the order in which their rows came.
fn in_order_of_rows(snapshot: &Snapshot) -> Vec<&DataFile> {
    let mut files: Vec<&DataFile> = snapshot.files().collect();
    files.sort_by_key(|file| since(file));
    files
}

/// Returns the version that added the first rows of a file.
fn since(file: &DataFile) -> Option<u64> {
    let told = file.tags.get(SINCE_TAG).and_then(|version| version.parse().ok());
    told.or(file.version)
}

/// Reads the tag that says when rows were first seen.
fn seen_at(tag: &str) -> Option<Vec<(u64, Timestamp)>> {
    let piece = |piece: &str| {
        let (row, micros) = piece.split_once(':')?;
        Some((row.parse().ok()?, Timestamp::from_micros(micros.parse().ok()?)))
    };
    tag.split(' ').map(piece).collect()
}

/// Checks that a table is one of a book, in a format and with columns that this version knows.
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
