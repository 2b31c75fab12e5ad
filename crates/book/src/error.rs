//! The errors of a book. Each message names the file or folder and says what to do.

use super::layout::FORMAT;
use accrue_delta::DeltaError;
use accrue_output::OutputError;
use std::io;
use std::path::{Path, PathBuf};

/// Why a book cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// A table cannot be read or written.
    #[error(transparent)]
    Table(#[from] DeltaError),
    /// A file cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The book is in a format that this version does not know.
    #[error("{path} is a table of book format {found}, and this version of accrue knows {FORMAT}: use a newer one", path = .path.display())]
    TooNew {
        /// The file or folder.
        path: PathBuf,
        /// The format of the book.
        found: u32,
    },
    /// The table was not created by accrue.
    #[error("{path} is a table that no book has begun: name another folder as the pipeline's `book`", path = .0.display())]
    NotOurs(PathBuf),
    #[error(
        "{path} is not empty and no book (it has {found:?}): name a new folder, for the book alone, as the pipeline's `book`",
        path = .path.display()
    )]
    /// The folder is not empty and has no book.
    NotABook {
        /// The file or folder.
        path: PathBuf,
        /// The name of a file in it.
        found: String,
    },
    #[error(
        "{path}, which says how far the book beside it has come, cannot be read: {what}: where the book is the right one, remove it",
        path = .path.display()
    )]
    /// The head beside the book is damaged.
    Head {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong or missing.
        what: String,
    },
    /// Another run has begun the book in the meantime.
    #[error("another run has begun the book in {path} in the meantime: run again", path = .0.display())]
    Begun(PathBuf),
    /// Another run or housekeeping has committed in the meantime.
    #[error("another run has posted to the book in {path} in the meantime: run again", path = .path.display())]
    Locked {
        /// The file or folder.
        path: PathBuf,
        /// The error of the table.
        source: DeltaError,
    },
    /// A row of the ledger is no posting.
    #[error("{path}, row {row} of row group {group}: {what}: restore the table from a copy", path = .path.display())]
    Row {
        /// The file or folder.
        path: PathBuf,
        /// The number of the row group, from 0.
        group: usize,
        /// The number of the row in it, from 0.
        row: usize,
        /// What is wrong or missing.
        what: String,
    },
    /// A file cannot be read, or is damaged.
    #[error("{path} cannot be read: {what}: restore the table from a copy", path = .path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong or missing.
        what: String,
    },
    /// The log of a table has lost its end.
    #[error("{log} lacks {what}: restore the log from a copy", log = .log.display())]
    Lost {
        /// The folder of the log.
        log: PathBuf,
        /// What the log does not have.
        what: String,
    },
    /// A commit of the ledger has a record that cannot be read.
    #[error("commit {version} of {path} does not say which run it was ({what}): restore the log from a copy", path = .path.display())]
    Record {
        /// The folder of the table.
        path: PathBuf,
        /// The version that the commit made.
        version: u64,
        /// What is wrong or missing.
        what: String,
    },
}

impl BookError {
    /// Tells whether the cause is another program: a writer at the same time, a newer version of accrue, or a folder of
    /// something else. Then the book is not damaged.
    pub fn is_of_others(&self) -> bool {
        matches!(
            self,
            BookError::Locked { .. }
                | BookError::Begun(_)
                | BookError::TooNew { .. }
                | BookError::NotABook { .. }
                | BookError::Table(DeltaError::TooNew { .. })
        )
    }
}

pub(super) fn unreadable(path: &Path) -> impl Fn(io::Error) -> BookError + use<> {
    let path = path.to_path_buf();
    move |error| BookError::Unreadable { path: path.clone(), what: error.to_string() }
}

pub(super) fn unwritable(path: &Path) -> impl Fn(io::Error) -> BookError + use<> {
    let path = path.to_path_buf();
    move |source| BookError::Output(OutputError::Write { path: path.clone(), source })
}
