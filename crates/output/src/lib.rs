//! The files of a run (docs/spec.md 8): ledger, balances, emails, rejects, exceptions, summary, in a folder that appears whole or
//! not at all.
//!
//! Rows come in pieces, one range of people after the other. Workers build and encode a piece; whoever owns the file
//! appends the encoded pieces in order, so the bytes do not depend on the number of threads. This room computes nothing
//! about credit and does not know where rows come from.

#![forbid(unsafe_code)]
#![warn(missing_docs, unreachable_pub)]

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

/// How the tables of a run are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    Csv,
    Parquet,
    Ndjson,
}

/// What can go wrong while writing.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    #[error("cannot write {path}: {source}", path = .path.display())]
    Write { path: PathBuf, source: std::io::Error },
    #[error("cannot encode {path}: {source}", path = .path.display())]
    Encode { path: PathBuf, source: ParquetError },
    #[error("the output folder {path} is not empty: name a new folder with `--out`, or empty it", path = .0.display())]
    NotEmpty(PathBuf),
    #[error("the output folder {path} is not a folder: name a new one with `--out`", path = .0.display())]
    NotAFolder(PathBuf),
    #[error(
        "the output folder {path} is a mount or the current folder, so that nothing can take its place: name a new one in it with `--out`",
        path = .0.display()
    )]
    Fixed(PathBuf),
}

impl OutputError {
    /// Tells whether another `--out` is all that is needed.
    pub fn is_usage(&self) -> bool {
        matches!(self, OutputError::NotEmpty(_) | OutputError::NotAFolder(_) | OutputError::Fixed(_))
    }
}

impl TableFormat {
    pub const ALL: [TableFormat; 3] = [TableFormat::Csv, TableFormat::Parquet, TableFormat::Ndjson];

    /// Returns the ending of a file in this format.
    pub fn ending(self) -> &'static str {
        match self {
            TableFormat::Csv => "csv",
            TableFormat::Parquet => "parquet",
            TableFormat::Ndjson => "ndjson",
        }
    }
}

/// Returns the folder that a place is in, which may be the current one.
pub fn folder_of(place: &Path) -> &Path {
    place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn write_error(path: &Path) -> impl Fn(std::io::Error) -> OutputError + use<> {
    let path = path.to_path_buf();
    move |source| OutputError::Write { path: path.clone(), source }
}

pub fn encode_error(path: &Path) -> impl Fn(ParquetError) -> OutputError + use<> {
    let path = path.to_path_buf();
    move |source| match source {
        // A full disk is one whatever is written.
        ParquetError::External(error) => match error.downcast() {
            Ok(error) => write_error(&path)(*error),
            Err(error) => OutputError::Encode { path: path.clone(), source: ParquetError::External(error) },
        },
        source => OutputError::Encode { path: path.clone(), source },
    }
}
