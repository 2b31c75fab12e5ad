//! What can go wrong with a book.

use super::layout::FORMAT;
use accrue_delta::DeltaError;
use accrue_output::OutputError;
use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum BookError {
    #[error(transparent)]
    Table(#[from] DeltaError),
    #[error(transparent)]
    Output(#[from] OutputError),
    #[error("{path} is a table of book format {found}, and this version of accrue knows {FORMAT}: use a newer one", path = .path.display())]
    TooNew { path: PathBuf, found: u32 },
    #[error("{path} is a table that no book has begun: name another folder as the pipeline's `book`", path = .0.display())]
    NotOurs(PathBuf),
    #[error(
        "{path} is not empty and no book (it has {found:?}): name a new folder, for the book alone, as the pipeline's `book`",
        path = .path.display()
    )]
    NotABook { path: PathBuf, found: String },
    #[error(
        "{path}, which says how far the book beside it has come, cannot be read: {what}: where the book is the right one, remove it",
        path = .path.display()
    )]
    Head { path: PathBuf, what: String },
    #[error("another run has begun the book in {path} in the meantime: run again", path = .0.display())]
    Begun(PathBuf),
    #[error("another run has posted to the book in {path} in the meantime: run again", path = .path.display())]
    Locked { path: PathBuf, source: DeltaError },
    #[error("{path}, row {row} of row group {group}: {what}: restore the table from a copy", path = .path.display())]
    Row { path: PathBuf, group: usize, row: usize, what: String },
    #[error("{path} cannot be read: {what}: restore the table from a copy", path = .path.display())]
    Unreadable { path: PathBuf, what: String },
    #[error("{log} lacks {what}: restore the log from a copy", log = .log.display())]
    Lost { log: PathBuf, what: String },
    #[error("commit {version} of {path} does not say which run it was ({what}): restore the log from a copy", path = .path.display())]
    Record { path: PathBuf, version: u64, what: String },
}

impl BookError {
    /// Tells whether somebody else is writing to the book, or a newer version of this program has, or it is none.
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
