//! Bytes to columns (docs/spec.md 2): one reader per format, so that every fault names its file, row and column.
//!
//! A reader gives the columns that are wanted, as the file has them, and the line or row of each row. What is wrong
//! with a row as a row (too few values, bytes of another encoding, no JSON object) is rejected here; what its values
//! should be is not known here: that is `canonical`, or a mapping's affair. Times of canonical columns are read at once,
//! where all of a piece are written alike; whatever else stands there stays text.
//!
//! Invariants: pieces are numbered in the file's order, whichever thread makes them; no row is lost: each is in a
//! piece or among its rejects; a file is cut in the same places however many threads read it.

mod csv;
mod file_order;
mod files;
mod lake;
mod layout;
mod lines;
mod local;
mod marks;
mod matched;
mod ndjson;
mod near;
mod number;
mod odd_names;
mod open;
mod parquet;
mod pieces;
mod placed;
mod recognise;
mod swollen;
mod text;
mod text_columns;
mod time_column;
mod uuids;
mod wanted;
mod xlsx;

pub use lake::{FixedColumn, Listed, list};
pub use near::Members;
pub(crate) use open::Compression;
pub use open::{Content, content};
pub use parquet::{Part, read_part};
pub(crate) use recognise::without_format;
pub use wanted::Wanted;

use crate::error::FileFault;
use crate::input::{CsvOptions, Format};
use crate::long_texts::shortened;
use crate::raw::RawBatch;
use accrue_facts::FactKind;
use accrue_facts::{Reject, RejectReason};
use accrue_files::Stamp;
use encoding_rs::UTF_8;
use std::path::Path;

/// A file to read.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The kind of facts in its rows, which its rejects name.
    pub kind: FactKind,
    /// The path at which it is opened.
    pub path: &'a Path,
    /// The format in which it is read.
    pub format: Format,
    /// How it is written, where it is CSV.
    pub csv: &'a CsvOptions,
    /// The sheet to read, where it is XLSX; `None`: the only one.
    pub sheet: Option<&'a str>,
    /// Index into `Facts::files`, for its rejects.
    pub file: u32,
    /// Which rows of a Parquet file are wanted; `None`: all.
    pub rows: Option<&'a [u32]>,
    /// What the file's place says of all its rows.
    pub columns: &'a [FixedColumn],
}

/// Consecutive rows of a file.
pub struct Piece {
    /// From 0, in the file's order.
    pub number: usize,
    /// The rows that can be read as rows.
    pub batch: RawBatch,
    /// The rows that cannot.
    pub rejects: Vec<Reject>,
    /// Bytes of the file, as it stands on disk, that this piece stands for.
    pub bytes: u64,
}

/// What a file turned out to be once it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WholeFile {
    /// The digest and size of the file.
    pub content: Content,
    /// The number of pieces that were handed over.
    pub pieces: usize,
    /// Whether the last line of a CSV file has no line end, as in one that was cut off.
    pub last_line_unended: bool,
    /// Whether each line of a CSV file is wrapped as one quoted value, and was unwrapped.
    pub lines_unwrapped: bool,
}

impl WholeFile {
    /// Returns what a file is that is not CSV.
    fn new(content: Content, pieces: usize) -> WholeFile {
        WholeFile { content, pieces, last_line_unended: false, lines_unwrapped: false }
    }
}

/// Takes the pieces of a file: each once, in any order, on any thread.
pub type TakePiece<'a> = &'a (dyn Fn(Piece) -> Result<(), FileFault> + Sync);

/// Reads a file, several pieces at the same time; of NDJSON also which members its objects have.
///
/// # Errors
/// Where the file cannot be read, holds something else than its format, or lacks a wanted column; some pieces may have
/// been handed over by then.
pub fn read_file(source: &Source, wanted: &Wanted, take: TakePiece) -> Result<(WholeFile, Members), FileFault> {
    let before = stamp(source.path);
    let read = match source.columns.is_empty() {
        true => read_format(source, wanted, take),
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

fn read_format(source: &Source, wanted: &Wanted, take: TakePiece) -> Result<(WholeFile, Members), FileFault> {
    let utf_16 = recognise::check(source, wanted)?;
    let whole = match (source.format, utf_16) {
        (Format::Csv, None) => csv::read(source, wanted, take)?,
        (Format::Csv, Some(encoding)) => {
            let csv = CsvOptions { encoding, ..source.csv.clone() };
            csv::read(&Source { csv: &csv, ..*source }, wanted, take)?
        }
        (Format::Ndjson, utf_16) => return ndjson::read(source, utf_16.unwrap_or(UTF_8), wanted, take),
        (Format::Parquet, _) => parquet::read(source, wanted, take)?,
        (Format::Xlsx, _) => xlsx::read(source, wanted, take)?,
    };
    Ok((whole, Members::default()))
}

impl Piece {
    /// Returns the number of the file's rows in it, rejected ones included.
    pub fn rows(&self) -> u64 {
        (self.batch.places.len() + self.rejects.len()) as u64
    }
}

impl Source<'_> {
    fn reject(&self, place: u64, column: &str, value: &[u8], message: String) -> Reject {
        let (column, value) = (column.to_string(), shortened(&String::from_utf8_lossy(value)));
        Reject { kind: self.kind, file: self.file, place, column, value, reason: RejectReason::Malformed, message }
    }
}
