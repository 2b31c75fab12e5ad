//! Tables of Delta Lake in local folders: data files in Parquet, and a log that says which of them are the table.
//!
//! Source: <https://github.com/delta-io/delta/blob/master/PROTOCOL.md>, reader version 1 and writer version 2. What is here
//! knows tables, files and commits; what the rows mean is no matter of it. It writes tables of files that are added, and
//! replaced only by others with the same rows. Tables with partitions, column mapping, deletion vectors or table features
//! are not written; [`current`] reads those of other programs, as far as it can.
//!
//! Invariants. A commit is whole or is not there, and is made on the very snapshot that was read: of two writers one
//! gets a `Conflict`. What a commit names is on the disk before it. A crash leaves files that no commit names and
//! temporary files in the log; the next commit or a vacuum clears them away. No file is ever written over: a name that is
//! taken is an error. A checkpoint only saves time: without one, or with one that cannot be read, the log tells the same.
//! The clock is never looked at.

#![forbid(unsafe_code)]

mod action;
mod checkpoint;
mod commit;
mod compact;
pub mod current;
mod data_file;
pub mod decoder;
pub mod digest;
mod disk;
mod footer;
mod log;
mod merge;
mod reading;
mod schema;
mod seal;
mod snapshot;
mod state;
mod stats;
mod survey;
mod table;
#[cfg(test)]
mod tests;
mod vacuum;

pub use action::Txn;
pub use commit::{APPEND_ONLY, Commit, CommitRecord};
pub use data_file::{DataFile, NewFile, is_file_name};
pub use disk::{copy, create_folders, create_read_only, write_beside};
pub use reading::{Reading, ReadingBuilder};
pub use snapshot::Snapshot;
pub use stats::Stats;
pub use survey::Survey;
pub use table::{NewTable, Table};
pub use vacuum::{Use, Vacuumed};

use accrue_output::OutputError;
use parquet::errors::ParquetError;
use std::io;
use std::path::{Path, PathBuf};

/// What can go wrong with a table.
#[derive(Debug, thiserror::Error)]
pub enum DeltaError {
    #[error("cannot read {path}: {source}", path = .path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot write {path}: {source}", path = .path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Output(#[from] OutputError),
    #[error("cannot read {path} as Parquet: {source}: restore the file from a copy of the table", path = .path.display())]
    Parquet { path: PathBuf, source: ParquetError },
    #[error("there is no table in {path}: name the folder that has `_delta_log` in it", path = .0.display())]
    NoTable(PathBuf),
    #[error("{path} has files in it, so that no table can begin there: name a new folder", path = .0.display())]
    NotEmpty(PathBuf),
    #[error("{path} has no version {version}: its newest is {newest}", path = .path.display())]
    NoVersion { path: PathBuf, version: u64, newest: u64 },
    #[error("{path} is missing, though the log goes on after it: restore it from a copy of the table", path = .0.display())]
    Hole(PathBuf),
    #[error("{path}, line {line}: {reason}: restore the file from a copy of the table", path = .path.display())]
    Line { path: PathBuf, line: usize, reason: String },
    #[error("the log up to {path} does not say {what}: restore the log from a copy of the table", path = .path.display())]
    Incomplete { path: PathBuf, what: &'static str },
    #[error("{path} asks for {needs}, which this version of accrue does not understand: use a newer one", path = .path.display())]
    TooNew { path: PathBuf, needs: String },
    #[error("{path} has {what}, which accrue does not write: let it have a table of its own", path = .path.display())]
    Foreign { path: PathBuf, what: String },
    #[error("{path} has other columns than this version of accrue writes: use the version that wrote it, or a newer one", path = .0.display())]
    OtherColumns(PathBuf),
    #[error("{path} is missing, though the table needs it: restore it from a copy of the table", path = .0.display())]
    Lost(PathBuf),
    #[error("{path} has {found} bytes where the log says {expected}: restore it from a copy of the table", path = .path.display())]
    WrongSize { path: PathBuf, expected: u64, found: u64 },
    #[error("{path} has {found} rows where the log says {expected}: restore it from a copy of the table", path = .path.display())]
    WrongCount { path: PathBuf, expected: u64, found: u64 },
    #[error("{path} does not hold what was written to it: restore it from a copy of the table", path = .0.display())]
    Altered(PathBuf),
    #[error("{path} does not say what the log says, or cannot be read: remove it, since the log says everything", path = .0.display())]
    Misleading(PathBuf),
    #[error("{path} is there already, and files of a table are never written over: take a new name", path = .0.display())]
    Taken(PathBuf),
    #[error(
        "{name:?} cannot be a file's name in a table: use letters, digits, `-`, `_` and `.`, a letter or digit first"
    )]
    Name { name: String },
    #[error("{path} is not a file of the table: read the table again", path = .0.display())]
    NotLive(PathBuf),
    #[error("{path} has version {known} of {app_id} already, so that version {version} is not committed again: read the table again", path = .path.display())]
    Repeated { path: PathBuf, app_id: String, known: i64, version: i64 },
    #[error("{path} is a table that is only added to: nothing can be taken out of it", path = .0.display())]
    AppendOnly(PathBuf),
    #[error("{path} was committed by somebody else in the meantime: begin again from what the table is now", path = .0.display())]
    Conflict(PathBuf),
    #[error("{path} is committed, but the disk did not confirm it ({source}): check the disk before the next run", path = .path.display())]
    Unconfirmed { path: PathBuf, source: io::Error },
}

fn read_error(path: &Path) -> impl Fn(io::Error) -> DeltaError + use<> {
    let path = path.to_path_buf();
    move |source| DeltaError::Read { path: path.clone(), source }
}

fn write_error(path: &Path) -> impl Fn(io::Error) -> DeltaError + use<> {
    let path = path.to_path_buf();
    move |source| DeltaError::Write { path: path.clone(), source }
}

fn parquet_error(path: &Path) -> impl Fn(ParquetError) -> DeltaError + use<> {
    let path = path.to_path_buf();
    move |source| DeltaError::Parquet { path: path.clone(), source }
}

fn line_error(path: &Path, line: usize, reason: &serde_json::Error) -> DeltaError {
    DeltaError::Line { path: path.to_path_buf(), line, reason: reason.to_string() }
}
