//! CSV, and columns of blanks, as text columns.
//!
//! Lines without quotes are split where they are; anything with a quote in it goes through the `csv` crate.

use super::layout::{Layout, Wanted};
use super::marks::Marks;
use super::open::Opened;
use super::pieces::{Pieces, TextPiece};
use super::text::Text;
use super::text_columns::TextColumns;
use super::{Piece, Source, TakePiece, WholeFile};
use crate::ingest::error::FileFault;
use crate::ingest::facts::Reject;
use crate::ingest::input::Separator;
use encoding_rs::Encoding;
use memchr::{memchr, memchr_iter, memmem};
use rayon::iter::{ParallelBridge, ParallelIterator};
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Reads a CSV file.
pub fn read(source: &Source, wanted: &Wanted, take: TakePiece) -> Result<WholeFile, FileFault> {
    let text = Text::new(Opened::new(source.path)?, source.csv.encoding)?;
    let encoding = text.encoding();
    let quoting = match source.csv.separator {
        Separator::Byte(separator) => Some(separator),
        Separator::Whitespace => None,
    };
    let mut pieces = Pieces::new(text, quoting);
    let first = (&mut pieces).next().transpose()?.ok_or(FileFault::Empty)?;
    let (header, data_from) = header(source, &first)?;
    let layout = Layout::new(&header, wanted).map_err(|fault| unseparated(&header).unwrap_or(fault))?;
    let count = AtomicUsize::new(0);
    let each = |piece: Result<TextPiece, FileFault>| {
        let piece = piece?;
        count.fetch_add(1, Ordering::Relaxed);
        let from = if piece.number == 0 { data_from } else { 0 };
        take(Rows::read(source, &layout, &piece, from, encoding))
    };
    std::iter::once(Ok(first)).chain(&mut pieces).par_bridge().try_for_each(each)?;
    Ok(WholeFile { content: pieces.into_text().finish()?, pieces: count.into_inner() })
}

/// Returns the names of the columns, and where in the first piece the data begin.
fn header(source: &Source, first: &TextPiece) -> Result<(Vec<String>, usize), FileFault> {
    if !source.csv.header {
        return match source.csv.names.is_empty() {
            true => Err(FileFault::NoNames),
            false => Ok((source.csv.names.clone(), 0)),
        };
    }
    let (names, end) = match source.csv.separator {
        Separator::Byte(separator) => {
            let mut record = csv::ByteRecord::new();
            let mut reader = reader(separator, &first.bytes);
            reader.read_byte_record(&mut record).map_err(std::io::Error::other)?;
            (record.iter().map(name).collect::<Vec<_>>(), reader.position().byte() as usize)
        }
        Separator::Whitespace => {
            let lines = lines(&first.bytes, first.line_break, 0);
            let first_line = lines.map(|line| (blank_fields(&first.bytes, line.clone()), line.end));
            let (fields, end) = first_line.into_iter().find(|(fields, _)| !fields.is_empty()).unwrap_or_default();
            (fields.into_iter().map(|field| name(&first.bytes[field])).collect(), end)
        }
    };
    match (names.is_empty(), source.csv.names.is_empty()) {
        (true, _) => Err(FileFault::Empty),
        (false, true) => Ok((names, end)),
        (false, false) => Ok((source.csv.names.clone(), end)),
    }
}

/// Tells whether the only column of a file looks like several, and the beginning of its name.
fn unseparated(header: &[String]) -> Option<FileFault> {
    let [only] = header else { return None };
    let shown = || only.chars().take(40).chain(only.chars().nth(40).map(|_| '…')).collect();
    only.contains([',', ';', '\t', '|']).then(|| FileFault::Unseparated(shown()))
}

fn name(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_string()
}

fn reader(separator: u8, bytes: &[u8]) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(bytes)
}

/// The rows of a piece.
struct Rows<'a> {
    source: &'a Source<'a>,
    layout: &'a Layout,
    piece: &'a TextPiece,
    columns: TextColumns,
    rejects: Vec<Reject>,
}

impl<'a> Rows<'a> {
    fn read(
        source: &'a Source<'a>,
        layout: &'a Layout,
        piece: &'a TextPiece,
        from: usize,
        encoding: &'static Encoding,
    ) -> Piece {
        let columns = || TextColumns::new(layout.names(), piece.bytes.len(), piece.line_breaks + 1);
        let rows = |columns| Rows { source, layout, piece, columns, rejects: Vec::new() };
        match source.csv.separator {
            Separator::Whitespace => rows(columns()).blanks(from),
            Separator::Byte(separator) if is_plain(&piece.bytes) => {
                let quick = rows(columns().reading_times(&layout.times)).plain(from, separator);
                match !quick.columns.is_unfit() && quick.columns.is_right(encoding) {
                    true => quick,
                    // What is odd about a value is told by its text.
                    false => rows(columns()).plain(from, separator),
                }
            }
            Separator::Byte(separator) => rows(columns()).quoted(from, separator),
        }
        .finish(encoding)
    }

    fn finish(self, encoding: &'static Encoding) -> Piece {
        self.columns.finish(self.source, encoding, self.rejects, (self.piece.number, self.piece.read))
    }

    /// Splits lines in which no value is quoted; gives up where a value is not the time that it should be.
    fn plain(mut self, from: usize, separator: u8) -> Rows<'a> {
        let bytes = &self.piece.bytes;
        let mut fields: Vec<Range<usize>> = Vec::with_capacity(self.layout.width);
        let (mut start, mut record) = (from, from);
        let mut line = self.line_at(from);
        let ends = Marks::new(bytes, from, [separator, b'\n']);
        for end in ends.chain(std::iter::once(bytes.len())) {
            if bytes.get(end) == Some(&separator) {
                fields.push(start..end);
                start = end + 1;
                continue;
            }
            let last = if end > start && bytes[end - 1] == b'\r' { end - 1 } else { end };
            if !(fields.is_empty() && start == last) {
                fields.push(start..last);
                self.row(line, record..end, fields.len(), |at| &bytes[fields[at].clone()]);
                if self.columns.is_unfit() {
                    break;
                }
            }
            fields.clear();
            (start, record, line) = (end + 1, end + 1, line + 1);
        }
        self
    }

    fn blanks(mut self, from: usize) -> Rows<'a> {
        let bytes = &self.piece.bytes;
        for (line, record) in (self.line_at(from)..).zip(lines(bytes, self.piece.line_break, from)) {
            let fields = blank_fields(bytes, record.clone());
            if !fields.is_empty() {
                self.row(line, record, fields.len(), |at| &bytes[fields[at].clone()]);
            }
        }
        self
    }

    fn quoted(mut self, from: usize, separator: u8) -> Rows<'a> {
        let bytes = &self.piece.bytes;
        let mut reader = reader(separator, &bytes[from..]);
        let mut record = csv::ByteRecord::new();
        let (mut start, mut line) = (from, self.line_at(from));
        while reader.read_byte_record(&mut record).expect("bytes in memory can be read") {
            // What ended the record before, and empty lines, come before this one's first byte.
            let empty = bytes[start..].iter().take_while(|&&byte| byte == b'\n' || byte == b'\r').count();
            line += self.line_breaks(start..start + empty);
            start += empty;
            let end = from + reader.position().byte() as usize;
            if self.piece.cut && end == bytes.len() {
                self.reject(line, start..end, "the file ends within a quoted value: export it again".to_string());
            } else {
                self.row(line, start..end, record.len(), |at| record.get(at).unwrap_or_default());
            }
            line += self.line_breaks(start..end);
            start = end;
        }
        self
    }

    #[inline]
    fn row<'v>(&mut self, line: u64, record: Range<usize>, count: usize, value: impl Fn(usize) -> &'v [u8]) {
        if count != self.layout.width {
            return self.reject(line, record, ragged(count, self.layout.width));
        }
        let layout = self.layout;
        self.columns.push(line, |at| value(layout.columns[at].0));
    }

    fn reject(&mut self, line: u64, record: Range<usize>, message: String) {
        let value = self.piece.bytes[record].trim_ascii_end();
        self.rejects.push(self.source.reject(line, "", value, message));
    }

    fn line_at(&self, start: usize) -> u64 {
        self.piece.first_line + self.line_breaks(0..start)
    }

    fn line_breaks(&self, range: Range<usize>) -> u64 {
        memchr_iter(self.piece.line_break, &self.piece.bytes[range]).count() as u64
    }
}

fn ragged(count: usize, width: usize) -> String {
    let have = if count == 1 { "1 value".to_string() } else { format!("{count} values") };
    match count < width {
        true => format!("the row has {have} where the file has {width} columns: was it cut off, or the file?"),
        false => format!("the row has {have} where the file has {width} columns: quote values that hold the separator"),
    }
}

/// Tells whether lines end in LF or CRLF and no value is quoted.
fn is_plain(bytes: &[u8]) -> bool {
    let carriage_returns = memchr_iter(b'\r', bytes).count();
    memchr(b'"', bytes).is_none()
        && (carriage_returns == 0 || carriage_returns == memmem::find_iter(bytes, b"\r\n").count())
}

fn lines(bytes: &[u8], line_break: u8, from: usize) -> impl Iterator<Item = Range<usize>> {
    let ends = memchr_iter(line_break, &bytes[from..]).map(move |at| from + at);
    ends.chain(std::iter::once(bytes.len())).scan(from, |start, end| {
        let line = *start..end;
        *start = end + 1;
        Some(line)
    })
}

fn blank_fields(bytes: &[u8], line: Range<usize>) -> Vec<Range<usize>> {
    let mut fields = Vec::new();
    let mut at = line.start;
    while at < line.end {
        let blank = bytes[at].is_ascii_whitespace();
        let count = bytes[at..line.end].iter().take_while(|byte| byte.is_ascii_whitespace() == blank).count();
        if !blank {
            fields.push(at..at + count);
        }
        at += count;
    }
    fields
}
