//! The state of a book when a plan was made against it, and the check whether it is still that state.

use super::{Book, BookError, RunRecord, TableName};
use accrue_delta::{DataFile, Snapshot};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The state of a book: the number of its last run, and the ids and versions of its tables.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// The number of its last run; 0 where there was none.
    pub run: i64,
    /// The tables that exist, by name.
    tables: BTreeMap<String, TableBase>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct TableBase {
    id: String,
    version: u64,
}

impl Base {
    /// Returns the version that a table had; `None` where it did not exist.
    pub(super) fn version(&self, name: TableName) -> Option<u64> {
        self.tables.get(name.name()).map(|table| table.version)
    }
}

impl Book {
    /// Compares each table with the state after the last run, and refuses a table that is older. A log may have lost its
    /// last commits; without this check it would be read as an earlier state. Remembers the state before that run.
    pub(super) fn checked_whole(self) -> Result<Book, BookError> {
        let (number, last) = (self.last_number(), self.last_run()?);
        let told = last.as_ref().map_or(0, |last| last.number);
        let emitted = self.last_emitted();
        if told != number || emitted > number {
            let what = format!("the commit of run {}", number.max(emitted).max(told));
            return Err(self.lost(TableName::Ledger, what));
        }
        let (posted_over, withdrawn) = last.map(|last| (last.base, last.withdrawn)).unwrap_or_default();
        for name in TableName::ALL.into_iter().filter(|&name| name != TableName::Ledger) {
            let (then, now) = (posted_over.version(name), self.table(name).map(Snapshot::version));
            if now < then {
                return Err(self.lost(name, format!("commit {}", then.expect("more than none"))));
            }
        }
        Ok(Book { posted_over, withdrawn, ..self })
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

    fn lost(&self, name: TableName, what: String) -> BookError {
        BookError::Lost { log: self.folder.join(name.name()).join("_delta_log"), what }
    }

    /// Returns the state of the book now.
    pub fn base(&self) -> Base {
        let base = |name: TableName| {
            let table = self.table(name)?;
            Some((name.name().to_owned(), TableBase { id: table.id().to_owned(), version: table.version() }))
        };
        Base { run: self.last_number(), tables: TableName::ALL.into_iter().filter_map(base).collect() }
    }

    /// Returns what has happened to the book since then, as a text for people; `None` where a run that was made against
    /// that state can still be posted.
    ///
    /// # Errors
    /// Where the record of the last run cannot be read.
    pub fn moved_since(&self, base: &Base) -> Result<Option<String>, BookError> {
        let is_another = |name: TableName| {
            let then = base.tables.get(name.name()).map(|table| &table.id);
            then.is_some_and(|then| self.table(name).map(Snapshot::id) != Some(then))
        };
        if self.last_number() < base.run || TableName::ALL.into_iter().any(is_another) {
            return Ok(Some("it is another book, or an older copy of it".to_owned()));
        }
        if self.last_number() > base.run {
            let last = self.last_run()?.map(|last| last.run_id).unwrap_or_default();
            return Ok(Some(format!("its last run was number {}, and {last} has been posted since", base.run)));
        }
        Ok(None)
    }

    /// Tells whether a table has a file with this name.
    pub fn has_file(&self, name: TableName, file: &str) -> bool {
        self.file(name, file).is_some()
    }

    fn file(&self, name: TableName, file: &str) -> Option<&DataFile> {
        self.table(name)?.files().find(|found| found.name == file)
    }
}
