//! Bytes to columns (docs/spec.md 2): one reader per format, so that every fault names its file, row and column.
//!
//! A reader gives the columns that are wanted, as the file has them, and the line or row of each row. What is wrong
//! with a row as a row (too few values, bytes of another encoding, no JSON object) is rejected here; what its values
//! should be is not known here: that is `canonical`, or a mapping's affair. Times of canonical columns are read at
//! once, where all of a piece are written alike; whatever else is there stays text.
//!
//! Invariants: pieces are numbered in the file's order, whichever thread makes them; no row is lost: each is in a
//! piece or among its rejects; a file is cut in the same places however many threads read it.

mod csv;
mod file_order;
mod files;
mod form;
mod format;
mod json;
mod lake;
mod layout;
mod lines;
mod local;
mod marks;
mod matched;
mod near;
mod number;
mod odd_names;
mod open;
mod parquet;
mod pieces;
mod placed;
mod recognise;
mod source;
mod swollen;
mod text;
mod text_columns;
mod time_column;
mod uuids;
mod wanted;
mod xlsx;

pub use files::format_of;
pub use form::{Form, forms};
pub use lake::{FixedColumn, Listed, list};
pub use near::Members;
pub(crate) use near::near_path;
pub(crate) use open::Compression;
pub use open::{Content, content};
pub use parquet::{Part, read_part};
pub use source::{Piece, Source, TakePiece, WholeFile};
pub(crate) use wanted::ROW_HASH;
pub use wanted::Wanted;

use crate::error::FileFault;
use accrue_files::Stamp;
use std::path::Path;

/// Reads a file, several pieces at the same time; of JSON also which members its records have.
///
/// # Errors
/// Where the file cannot be read, holds something else than its format, or lacks a wanted column; some pieces may have
/// been handed over by then.
pub fn read_file(source: &Source, wanted: &Wanted, take: TakePiece) -> Result<(WholeFile, Members), FileFault> {
    let before = stamp(source.path);
    let read = match source.columns.is_empty() {
        true => format::read(source, wanted, take),
        false => lake::read(source, wanted, take),
    };
    // What is half old and half new may look like anything.
    read.map_err(|fault| match before.zip(stamp(source.path)) {
        Some((before, after)) if before.has_changed(&after) => FileFault::Changed,
        _ => fault,
    })
}

fn stamp(path: &Path) -> Option<Stamp> {
    Some(Stamp::of(&path.metadata().ok()?))
}
