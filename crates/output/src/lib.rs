//! The files of a run (docs/spec.md 8): ledger, balances, emails, rejects, exceptions, summary, in a folder that
//! appears whole or not at all.
//!
//! The main entries are [`folder::Folder`], which is written beside its place and then renamed, and [`table::create`],
//! which makes a table in it: workers encode pieces of rows with the [`table::Encoder`], and the owner of the
//! [`table::TableFile`] appends them in order. So the bytes do not depend on the number of threads.
//!
//! Not here: anything about credit, and where rows come from. The Parquet pages are made here ([`parquet`]); file,
//! headers and metadata are written by the `parquet` crate.

#![forbid(unsafe_code)]
#![deny(missing_docs, unreachable_pub)]

pub mod archive;
pub mod balances;
pub mod beside;
pub mod columns;
pub mod draft;
pub mod folder;
pub mod ledger;
pub mod lists;
pub mod mode;
mod numbering;
pub mod own;
pub mod parquet;
pub mod run_name;
pub mod table;
mod text;

use ::parquet::errors::ParquetError;
use std::path::{Path, PathBuf};

/// The file format of the tables of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// CSV with a header.
    Csv,
    /// Parquet.
    Parquet,
    /// One JSON object on each line.
    Ndjson,
}

/// The errors of writing files. Their texts name the file and the remedy.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// A file or folder cannot be written.
    #[error("cannot write {path}: {source}", path = .path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The error of the system.
        source: std::io::Error,
    },
    /// Rows cannot be encoded as Parquet.
    #[error("cannot encode {path}: {source}", path = .path.display())]
    Encode {
        /// The file or folder.
        path: PathBuf,
        /// The error of the Parquet writer.
        source: ParquetError,
    },
    /// The output folder has files in it.
    #[error("the output folder {path} is not empty: name a new folder with `--out`, or empty it", path = .0.display())]
    NotEmpty(PathBuf),
    /// The output folder is something else than a folder.
    #[error("the output folder {path} is not a folder: name a new one with `--out`", path = .0.display())]
    NotAFolder(PathBuf),
    #[error(
        "the output folder {path} is a mount or the current folder, so that nothing can take its place: name a new one in it with `--out`",
        path = .0.display()
    )]
    /// The output folder cannot be replaced by a rename: it is a mount or the current folder.
    Fixed(PathBuf),
}

impl OutputError {
    /// Tells whether the user only has to name another `--out`.
    pub fn is_usage(&self) -> bool {
        matches!(self, OutputError::NotEmpty(_) | OutputError::NotAFolder(_) | OutputError::Fixed(_))
    }
}

impl TableFormat {
    /// All formats.
    pub const ALL: [TableFormat; 3] = [TableFormat::Csv, TableFormat::Parquet, TableFormat::Ndjson];

    /// Returns the ending of file names in this format, without the point.
    pub fn ending(self) -> &'static str {
        match self {
            TableFormat::Csv => "csv",
            TableFormat::Parquet => "parquet",
            TableFormat::Ndjson => "ndjson",
        }
    }
}

/// Returns the folder of a path; `.` where the path is a name alone.
pub fn folder_of(place: &Path) -> &Path {
    place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn write_error(path: &Path) -> impl Fn(std::io::Error) -> OutputError + use<> {
    let path = path.to_path_buf();
    move |source| OutputError::Write { path: path.clone(), source }
}

/// Returns a function that makes an [`OutputError`] of an error of the Parquet writer about `path`: `Write` where the
/// cause is the system, such as a full disk, else `Encode`.
pub fn encode_error(path: &Path) -> impl Fn(ParquetError) -> OutputError + use<> {
    let path = path.to_path_buf();
    move |source| match source {
        // An error of the system, such as a full disk, comes wrapped.
        ParquetError::External(error) => match error.downcast() {
            Ok(error) => write_error(&path)(*error),
            Err(error) => OutputError::Encode { path: path.clone(), source: ParquetError::External(error) },
        },
        source => OutputError::Encode { path: path.clone(), source },
    }
}
