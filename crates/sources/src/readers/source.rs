//! A file to read, and what reading it gives: pieces of rows, and facts about the whole file once all are read.

use crate::error::FileFault;
use crate::input::{CsvOptions, Format, JsonOptions};
use crate::raw::RawBatch;
use crate::readers::lake::FixedColumn;
use crate::readers::open::Content;
use crate::text_limit::shortened;
use accrue_facts::{FactKind, FileIndex, FileRow, Reject, RejectReason, Wanted};
use std::path::Path;

/// A file to read, with everything that its reader must know. (The ledger's sources are events, not files.)
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
    /// What its rows are, where it is JSON.
    pub json: &'a JsonOptions,
    /// The sheet to read, where it is XLSX; `None`: the only one.
    pub sheet: Option<&'a str>,
    /// The file, for its rejects.
    pub file: FileIndex,
    /// Which rows of a Parquet file are wanted; `None`: all.
    pub rows: Option<&'a [FileRow]>,
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
    /// Bytes of the file, as it is on disk, that this piece stands for.
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
    pub(super) fn new(content: Content, pieces: usize) -> WholeFile {
        WholeFile { content, pieces, last_line_unended: false, lines_unwrapped: false }
    }
}

/// Takes the pieces of a file: each once, in any order, on any thread.
pub type TakePiece<'a> = &'a (dyn Fn(Piece) -> Result<(), FileFault> + Sync);

impl Piece {
    /// Returns the number of the file's rows in it, rejected ones included.
    pub fn rows(&self) -> u64 {
        (self.batch.places.len() + self.rejects.len()) as u64
    }
}

impl Source<'_> {
    /// Returns the reject of a row, with the value as it is shown.
    pub(super) fn reject(&self, place: u64, column: &str, value: &[u8], message: String) -> Reject {
        let (column, value) = (column.to_string(), shortened(&String::from_utf8_lossy(value)));
        let (kind, file, reason) = (self.kind, self.file, RejectReason::Malformed);
        let (expression, wanted, order_id) = (None, Wanted::Other, None);
        Reject { kind, file, place, column, value, expression, wanted, reason, message, order_id }
    }
}
