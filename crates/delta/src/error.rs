//! The errors of reading and writing a table. Their texts name the file and the remedy.

use crate::damage;
use accrue_output::OutputError;
use parquet::errors::ParquetError;
use std::io;
use std::path::{Path, PathBuf};

/// Why a table cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum DeltaError {
    /// A file or folder cannot be read.
    #[error("cannot read {path}: {source}", path = .path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// A file or folder cannot be written.
    #[error("cannot write {path}: {source}", path = .path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// A data file cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// A file is no Parquet file, or is damaged.
    #[error("cannot read {path} as Parquet: {}: restore the file from a copy of the table", damage::of_parquet(source), path = .path.display())]
    Parquet {
        /// The file or folder.
        path: PathBuf,
        /// The error of the Parquet reader.
        source: ParquetError,
    },
    /// A row has no value in a column that must have one.
    #[error("the column `{column}` of {path} has a row without a value: restore the file from a copy of the table", path = .path.display())]
    NoValue {
        /// The file.
        path: PathBuf,
        /// The name of the column.
        column: String,
    },
    /// The folder has no table.
    #[error("there is no table in {path}: name the folder that has `_delta_log` in it", path = .0.display())]
    NoTable(PathBuf),
    /// The folder of a new table has other files in it.
    #[error("{path} has files in it, so that no table can begin there: name a new folder", path = .0.display())]
    NotEmpty(PathBuf),
    /// The table has no such version yet.
    #[error("{path} has no version {version}: its newest is {newest}", path = .path.display())]
    NoVersion {
        /// The folder of the table.
        path: PathBuf,
        /// The version that was asked for.
        version: u64,
        /// The newest version of the table.
        newest: u64,
    },
    /// A commit is missing although later ones are there.
    #[error("{path} is missing, though the log goes on after it: restore it from a copy of the table", path = .0.display())]
    Hole(PathBuf),
    /// A line of the log cannot be read.
    #[error("{path}, line {line}: {reason}: restore the file from a copy of the table", path = .path.display())]
    Line {
        /// The file or folder.
        path: PathBuf,
        /// The number of the line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// The log does not say which protocol or which columns the table has.
    #[error("the log up to {path} does not say {what}: restore the log from a copy of the table", path = .path.display())]
    Incomplete {
        /// The newest file that was read.
        path: PathBuf,
        /// What the log does not say.
        what: &'static str,
    },
    /// The table asks for versions of the protocol that are not supported.
    #[error("{path} asks for {needs}, which this version of accrue does not understand: use a newer one", path = .path.display())]
    TooNew {
        /// The file of the log that asks for it.
        path: PathBuf,
        /// The versions and features of the protocol that the table asks for.
        needs: String,
    },
    /// The table has a feature that is not written here.
    #[error("{path} has {what}, which accrue does not write: let it have a table of its own", path = .path.display())]
    Foreign {
        /// The file or folder.
        path: PathBuf,
        /// The feature of the table that accrue does not write.
        what: String,
    },
    /// The table or file does not have the expected columns.
    #[error("{path} has other columns than this version of accrue writes: use the version that wrote it, or a newer one", path = .0.display())]
    OtherColumns(PathBuf),
    /// A data file is missing.
    #[error("{path} is missing, though the table needs it: restore it from a copy of the table", path = .0.display())]
    Lost(PathBuf),
    /// A data file does not have the size that the log says.
    #[error("{path} has {found} bytes where the log says {expected}: restore it from a copy of the table", path = .path.display())]
    WrongSize {
        /// The file or folder.
        path: PathBuf,
        /// The number of bytes in the log.
        expected: u64,
        /// The number of bytes of the file.
        found: u64,
    },
    /// A data file does not have the number of rows that the log says.
    #[error("{path} has {found} rows where the log says {expected}: restore it from a copy of the table", path = .path.display())]
    WrongCount {
        /// The file or folder.
        path: PathBuf,
        /// The number of rows in the log.
        expected: u64,
        /// The number of rows of the file.
        found: u64,
    },
    /// A file does not have its digest: it was damaged or changed.
    #[error("{path} does not hold what was written to it: restore it from a copy of the table", path = .0.display())]
    Altered(PathBuf),
    /// A checkpoint, or the file that leads to it, contradicts the log or cannot be read.
    #[error("{path} does not say what the log says, or cannot be read: remove it, since the log says everything", path = .0.display())]
    Misleading(PathBuf),
    /// Another file has the name already.
    #[error("{path} is there already, and files of a table are never written over: take a new name", path = .0.display())]
    Taken(PathBuf),
    #[error(
        "{name:?} cannot be a file's name in a table: use letters, digits, `-`, `_` and `.`, a letter or digit first"
    )]
    /// A file name has characters that are not allowed.
    Name {
        /// The name.
        name: String,
    },
    /// The file is not one of the table's.
    #[error("{path} is not a file of the table: read the table again", path = .0.display())]
    NotLive(PathBuf),
    /// An application has committed this version of its own, or a later one.
    #[error("{path} has version {known} of {app_id} already, so that version {version} is not committed again: read the table again", path = .path.display())]
    Repeated {
        /// The folder of the table.
        path: PathBuf,
        /// The application.
        app_id: String,
        /// How far it had come already.
        known: i64,
        /// The version that was to be committed.
        version: i64,
    },
    /// Files cannot leave a table that is only added to.
    #[error("{path} is a table that is only added to: nothing can be taken out of it", path = .0.display())]
    AppendOnly(PathBuf),
    /// Another writer has committed since the snapshot was read.
    #[error("{path} was committed by somebody else in the meantime: begin again from what the table is now", path = .0.display())]
    Conflict(PathBuf),
    /// The commit is made, but the system did not confirm that the disk has it.
    #[error("{path} is committed, but the disk did not confirm it ({source}): check the disk before the next run", path = .path.display())]
    Unconfirmed {
        /// The file or folder.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
}

pub(crate) fn read_error(path: &Path) -> impl Fn(io::Error) -> DeltaError + use<> {
    let path = path.to_path_buf();
    move |source| DeltaError::Read { path: path.clone(), source }
}

pub(crate) fn write_error(path: &Path) -> impl Fn(io::Error) -> DeltaError + use<> {
    let path = path.to_path_buf();
    move |source| DeltaError::Write { path: path.clone(), source }
}

pub(crate) fn parquet_error(path: &Path) -> impl Fn(ParquetError) -> DeltaError + use<> {
    let path = path.to_path_buf();
    move |source| DeltaError::Parquet { path: path.clone(), source }
}

pub(crate) fn line_error(path: &Path, line: usize, (reason, text): (&serde_json::Error, &str)) -> DeltaError {
    DeltaError::Line { path: path.to_path_buf(), line, reason: damage::of_json(reason, text.as_bytes()) }
}
