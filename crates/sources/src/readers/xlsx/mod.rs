//! XLSX: the rows of one sheet of a workbook, as text columns (docs/columns.md).
//!
//! `measured` looks at what a workbook unpacks to before anything of it is believed, `workbook` is one that is open,
//! `sheet` finds the sheet, `rows` puts its cells together, and `cell` and `date` say what is in one. A sheet is
//! read from its first row to its last, and one piece of it is in memory at a time; the workbook's table of texts is
//! there as a whole.

mod cell;
mod damage;
mod date;
mod file;
mod measured;
mod rows;
mod sheet;
mod workbook;

use crate::error::FileFault;
use crate::readers::layout::Layout;
use crate::readers::open::{Opened, most_unpacked};
use crate::readers::placed::Placed;
use crate::readers::text_columns::TextColumns;
use crate::readers::wanted::Wanted;
use crate::readers::{Piece, Source, TakePiece, WholeFile};
use calamine::Reader;
use encoding_rs::UTF_8;
use file::Seekable;
use parquet::file::reader::Length;
use rows::Rows;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;
use workbook::{Workbook, guarded};

/// The most rows of a piece, and about the most bytes of its texts.
const PIECE_ROWS: usize = 1 << 14;
const PIECE_BYTES: usize = 16 << 20;
/// The most bytes of texts that a piece can hold.
const MOST_BYTES: usize = 256 << 20;
/// Among so many rows of a sheet the header is looked for.
const ROWS_LOOKED_AT: u64 = 20;
const UNVALUED: &str = "is a formula whose result is not in the file: open the file in a spreadsheet program, which works it \
                        out, and save it as `.xlsx` there";

/// Returns the names of the visible sheets of an XLSX file that have a value.
pub(super) fn filled_sheets(path: &Path) -> Result<Vec<String>, FileFault> {
    let mut opened = Opened::new(path)?;
    let file = match opened.plain() {
        Some(file) => Placed::new(file)?,
        None => unpacked(&mut opened)?,
    };
    measured::has_formulas(&file)?;
    let mut workbook = guarded(|| Workbook::new(BufReader::new(Seekable::of(&file))))?;
    let sheets = sheet::filled(&mut workbook)?;
    if sheets.is_empty() { Err(FileFault::Empty) } else { Ok(sheets) }
}

/// A workbook is read from its end: what is packed as a whole must be unpacked as a whole.
fn unpacked(opened: &mut Opened) -> Result<Placed, FileFault> {
    let mut unpacked = tempfile::NamedTempFile::new()?;
    std::io::copy(opened, &mut unpacked)?;
    Ok(Placed::new(Arc::new(unpacked.into_file()))?)
}

/// Reads a sheet of an XLSX file.
pub(super) fn read(source: &Source, wanted: &Wanted, take: TakePiece) -> Result<WholeFile, FileFault> {
    let mut opened = Opened::new(source.path)?;
    let Some(file) = opened.plain() else {
        let unpacked = unpacked(&mut opened)?;
        let content = opened.finish()?;
        let pieces = read_workbook(source, wanted, &unpacked, content.bytes, take)?;
        return Ok(WholeFile::new(content, pieces));
    };
    let file = Placed::new(file)?;
    let read = || read_workbook(source, wanted, &file, file.len(), take);
    let (pieces, content) = rayon::join(read, || opened.finish());
    let whole = WholeFile::new(content?, pieces?);
    // The digest may have been there long before the last row.
    file.expect_unchanged()?;
    Ok(whole)
}

/// Reads the rows of a workbook, of a file of so many bytes on disk; returns the number of pieces.
fn read_workbook(
    source: &Source,
    wanted: &Wanted,
    file: &Placed,
    bytes: u64,
    take: TakePiece,
) -> Result<usize, FileFault> {
    if file.len() == 0 {
        return Err(FileFault::Empty);
    }
    let has_formulas = measured::has_formulas(file)?;
    let mut workbook = guarded(|| Workbook::new(BufReader::new(Seekable::of(file))))?;
    let sheet = sheet::find(&mut workbook, source.sheet)?;
    let unvalued = if has_formulas { sheet::without_value(&mut workbook, &sheet)? } else { Vec::new() };
    let mut rows = Rows::of(&mut workbook, &sheet, unvalued)?;
    let layout = header(&mut rows, wanted)?;
    let mut pieces = Pieces { source, layout, number: 0, seen: 0, most: most_unpacked(file.len()), bytes: file.len() };
    loop {
        let (mut piece, is_last) = pieces.next(&mut rows)?;
        // How far the reader is in the file is not known.
        piece.bytes = if is_last { bytes } else { 0 };
        take(piece)?;
        if is_last {
            return Ok(pieces.number);
        }
    }
}

/// Finds the header, so that `rows` goes on below it: the first row with all columns that are needed, among the first
/// of the sheet.
fn header(rows: &mut Rows, wanted: &Wanted) -> Result<Layout, FileFault> {
    let mut fault = None;
    while rows.next()? && (fault.is_none() || rows.place() <= ROWS_LOOKED_AT) {
        match Layout::new(&rows.names(), wanted) {
            Ok(layout) => return Ok(layout),
            Err(other) => fault = fault.or(Some(other)),
        }
    }
    Err(fault.unwrap_or(FileFault::Empty))
}

/// Makes pieces of rows.
struct Pieces<'a> {
    source: &'a Source<'a>,
    layout: Layout,
    number: usize,
    /// Bytes of texts so far, and how many there may be.
    seen: u64,
    most: u64,
    /// Of the workbook.
    bytes: u64,
}

impl Pieces<'_> {
    /// Makes the next piece; tells whether it is the last one.
    fn next(&mut self, rows: &mut Rows) -> Result<(Piece, bool), FileFault> {
        let mut columns = TextColumns::new(self.layout.names(), 0, PIECE_ROWS).with_hashes(self.layout.hashes);
        let mut rejects = Vec::new();
        let (mut count, mut bytes, mut is_last) = (0, 0, false);
        while count < PIECE_ROWS && bytes < PIECE_BYTES {
            is_last = !rows.next()?;
            if is_last {
                break;
            }
            rows.set_out(self.layout.width);
            count += 1;
            let unvalued = self.layout.columns.iter().find(|(at, _)| rows.is_unvalued(*at));
            match unvalued {
                Some((_, column)) => rejects.push(self.source.reject(rows.place(), column, b"", UNVALUED.to_owned())),
                None => {
                    bytes += self.layout.columns.iter().map(|(at, _)| rows.value(*at).len()).sum::<usize>();
                    if self.layout.hashes {
                        columns.hash(rows.names().join("\u{1}").as_bytes());
                    }
                    columns.push(rows.place(), |at| rows.value(self.layout.columns[at].0));
                }
            }
        }
        self.seen += bytes as u64;
        if self.seen > self.most || bytes > MOST_BYTES {
            return Err(FileFault::Swollen { bytes: self.bytes, most: self.most.min(MOST_BYTES as u64) });
        }
        let number = self.number;
        self.number += 1;
        Ok((columns.finish(self.source, UTF_8, rejects, (number, 0)), is_last))
    }
}
