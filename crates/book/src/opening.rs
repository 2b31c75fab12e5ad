//! Opens a book: reads its tables, and refuses one that is older than the last run left it.
//!
//! The ledger is read first, since a run commits it last but for its emails: the tables that are read after it are at
//! least as new as its last run has left them. Nothing is written.

use super::base::Base;
use super::book::Book;
use super::layout::{FORMAT, FORMAT_SETTING, TableName};
use super::withdrawn::Withdrawn;
use super::{BookError, marker};
use accrue_delta::{DeltaError, Snapshot, Table};
use std::path::Path;

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

    /// Compares each table with the state after the last run, and refuses a table that is older. A log may have lost
    /// its last commits; without this check it would be read as an earlier state. Remembers the state before that run.
    fn checked_whole(self) -> Result<Book, BookError> {
        let (number, last) = (self.last_number(), self.last_run()?);
        let recorded = last.as_ref().map_or(0, |last| last.number);
        let emitted = self.last_emitted();
        if recorded != number || emitted > number {
            let what = format!("the commit of run {}", number.max(emitted).max(recorded));
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
}

/// Checks that a table is one of a book, in a format and with columns that this version knows.
pub(super) fn checked(snapshot: Snapshot, name: TableName) -> Result<Snapshot, BookError> {
    let path = || snapshot.table().folder().to_path_buf();
    let format = snapshot.setting(FORMAT_SETTING).and_then(|format| format.parse::<u32>().ok());
    match format {
        None => return Err(BookError::NotOurs(path())),
        Some(found) if found > FORMAT => return Err(BookError::TooNew { path: path(), found }),
        Some(_) => snapshot.expect_columns(name.fields())?,
    }
    Ok(snapshot)
}
