//! Reads the rows of one piece of a CSV file into columns, and rejects its faulty lines.

use crate::readers::csv::blanks;
use crate::readers::csv::described::{LIMITS, described, shown};
use crate::readers::csv::head::{self, Head};
use crate::readers::csv::lost::{Lost, LostBy, Scanner};
use crate::readers::csv::record::{Cause, End, Quoting, Record};
use crate::readers::csv::unwrapper::NOT_WRAPPED;
use crate::readers::layout::Layout;
use crate::readers::marks::Marks;
use crate::readers::pieces::TextPiece;
use crate::readers::text_columns::TextColumns;
use crate::readers::{Piece, Source};
use accrue_facts::Reject;
use encoding_rs::Encoding;
use memchr::{memchr, memchr_iter, memmem};
use std::ops::Range;

/// The rows of a piece.
pub(super) struct Rows<'a> {
    source: &'a Source<'a>,
    layout: &'a Layout,
    piece: &'a TextPiece,
    columns: TextColumns,
    rejects: Vec<Reject>,
}

impl<'a> Rows<'a> {
    pub(super) fn read(
        source: &'a Source<'a>,
        head: &'a Head,
        piece: &'a TextPiece,
        encoding: &'static Encoding,
    ) -> Piece {
        let layout = &head.layout;
        let columns = || {
            let columns = TextColumns::new(layout.names(), piece.bytes.len(), piece.line_breaks + 1);
            columns.with_hashes(layout.hashes)
        };
        let rows = |columns| Rows { source, layout, piece, columns, rejects: Vec::new() };
        match head::quoting(head.separator, source.csv, piece.line_break) {
            None => rows(columns()).blanks(),
            Some(quoting) if piece.lost.is_empty() && is_plain(&piece.bytes) => {
                let quick = rows(columns().reading_times(&layout.times)).plain(quoting);
                match !quick.columns.is_unfit() && quick.columns.is_right(encoding) {
                    true => quick,
                    // The message about an odd value depends on its text.
                    false => rows(columns()).plain(quoting),
                }
            }
            Some(quoting) => rows(columns()).quoted(quoting),
        }
        .finish(encoding)
    }

    fn finish(self, encoding: &'static Encoding) -> Piece {
        self.columns.finish(self.source, encoding, self.rejects, (self.piece.number, self.piece.read))
    }

    /// Splits lines in which no value is quoted; gives up where a value is not the time that it should be.
    fn plain(mut self, quoting: Quoting) -> Rows<'a> {
        let bytes = &self.piece.bytes;
        let mut fields: Vec<Range<usize>> = Vec::with_capacity(self.layout.width);
        let (mut start, mut record) = (0, 0);
        let mut line = self.piece.first_line;
        let ends = Marks::new(bytes, 0, quoting.separator, [b'\n']);
        for end in ends.chain(std::iter::once(bytes.len())) {
            if bytes.get(end) == Some(&quoting.separator) {
                fields.push(start..end);
                start = end + 1;
                continue;
            }
            let last = if end > start && bytes[end - 1] == b'\r' { end - 1 } else { end };
            if !quoting.is_blank(&bytes[record..last]) {
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

    fn blanks(mut self) -> Rows<'a> {
        let bytes = &self.piece.bytes;
        for (line, record) in (self.piece.first_line..).zip(lines(bytes, self.piece.line_break)) {
            let fields = blanks::fields(bytes, record.clone());
            if !fields.is_empty() {
                self.row(line, record, fields.len(), |at| &bytes[fields[at].clone()]);
            }
        }
        self
    }

    fn quoted(mut self, quoting: Quoting) -> Rows<'a> {
        let bytes = &self.piece.bytes;
        let mut lost = self.piece.lost.iter().peekable();
        let mut record = Record::default();
        let (mut start, mut line) = (0, self.piece.first_line);
        while start < bytes.len() {
            let (end, line_breaks) = match lost.next_if(|lost| lost.start == start) {
                Some(lost) => {
                    self.reject_lines(line, lost.start..lost.end, self.lost_by(line, lost));
                    (lost.end, self.line_breaks(start..lost.end))
                }
                None => {
                    let End::Row(end) = record.read(bytes, start, &quoting, usize::MAX, true) else {
                        unreachable!("lines that are no rows are among the lost");
                    };
                    self.record(line, start..end, &record, quoting);
                    (end, record.line_breaks() as u64 + self.line_breaks(end - 1..end))
                }
            };
            (start, line) = (end, line + line_breaks);
        }
        self
    }

    /// Takes a row. If it has the wrong number of values and goes over lines that are rows by themselves, its quotes
    /// are wrong, and each of its lines is rejected.
    fn record(&mut self, line: u64, range: Range<usize>, record: &Record, quoting: Quoting) {
        let (bytes, width) = (&self.piece.bytes, self.layout.width);
        if record.is_blank(bytes) {
            return;
        }
        let joins_rows = || {
            let scanner = Scanner { quoting, width };
            let mut later = lines(&bytes[range.clone()], quoting.line_break).skip(1);
            later.any(|line| scanner.is_row(&bytes[..range.end], range.start + line.start))
        };
        if record.len() != width && joins_rows() {
            let last = line + self.line_breaks(range.start..range.end - 1);
            let message =
                format!("lines {line} to {last} are read as one by their quotes: {}", ragged(record.len(), width));
            return self.reject_lines(line, range, message);
        }
        self.row(line, range, record.len(), |at| record.value(bytes, at));
    }

    #[inline]
    fn row<'v>(&mut self, line: u64, record: Range<usize>, count: usize, value: impl Fn(usize) -> &'v [u8]) {
        if count != self.layout.width {
            let is_ended = count == self.layout.width + 1 && value(count - 1).trim_ascii().is_empty();
            let message = if is_ended { too_many_ends(self.layout.width) } else { ragged(count, self.layout.width) };
            return self.reject(line, record, message);
        }
        let layout = self.layout;
        self.columns.hash(&self.piece.bytes[record]);
        self.columns.push(line, |at| value(layout.columns[at].0));
    }

    /// Rejects each line by itself.
    fn reject_lines(&mut self, line: u64, range: Range<usize>, message: String) {
        let bytes = &self.piece.bytes[range.clone()];
        for (line, within) in (line..).zip(lines(bytes, self.piece.line_break)) {
            self.reject(line, range.start + within.start..range.start + within.end, message.clone());
        }
    }

    fn reject(&mut self, line: u64, record: Range<usize>, message: String) {
        let value = self.piece.bytes[record].trim_ascii_end();
        let value = if self.is_not_wrapped(line) { value.strip_prefix(NOT_WRAPPED).unwrap_or(value) } else { value };
        self.rejects.push(self.source.reject(line, "", value, message));
    }

    fn line_breaks(&self, range: Range<usize>) -> u64 {
        memchr_iter(self.piece.line_break, &self.piece.bytes[range]).count() as u64
    }

    /// Tells whether each line of the file is wrapped as one value, but for this one.
    fn is_not_wrapped(&self, line: u64) -> bool {
        self.piece.not_wrapped.binary_search(&line).is_ok()
    }

    /// Says why lines are lost, of which `line` is the first.
    fn lost_by(&self, line: u64, lost: &Lost) -> String {
        let bytes = &self.piece.bytes;
        let last = line + self.line_breaks(lost.start..lost.end - 1);
        if self.is_not_wrapped(last) {
            return not_wrapped(line, last);
        }
        let LostBy::Value { open, cause } = lost.cause else {
            let width = values(self.layout.width);
            return format!(
                "the line follows a faulty quoted value and is itself no row of {width}: mend that value first"
            );
        };
        let what = match (last == line, cause) {
            (true, _) => described(bytes, cause),
            (false, cause) => {
                let opened = line + self.line_breaks(lost.start..open);
                let then = match cause {
                    Cause::TextAfter(at) => {
                        format!(", and in line {last} `{}` follows its closing quote", shown(bytes, at))
                    }
                    Cause::TooLong => format!(" and has more than {LIMITS}"),
                    Cause::FileEnds => ", and the file ends within it".to_string(),
                };
                format!("lines {line} to {last} cannot be read: a quoted value begins in line {opened}{then}")
            }
        };
        let remedy = match cause {
            Cause::TextAfter(at) if !self.source.csv.escape && bytes[..at - 1].ends_with(b"\\") => {
                "if a backslash makes a quote part of its value, set `csv = { escape = \"\\\\\" }`"
            }
            Cause::TextAfter(_) => "a quote within a quoted value is written twice",
            Cause::TooLong => "its closing quote is missing",
            Cause::FileEnds => "export it again",
        };
        format!("{what}: {remedy}")
    }
}

/// Says that the last of some lines is not wrapped.
fn not_wrapped(first: u64, last: u64) -> String {
    let rule = "is not wrapped as the header is: one quoted value, each quote in it written twice, and separators after \
                it: read the file as the shop has made it, before another program saved it";
    match first == last {
        true => format!("the line {rule}"),
        false => format!("lines {first} to {last} cannot be read: line {last} {rule}"),
    }
}

/// Says of a row that it has one value more, an empty one at its end. A value that holds the separator and is not
/// quoted looks the same where the last column is empty, so the row is not read.
fn too_many_ends(width: usize) -> String {
    let have = values(width + 1);
    format!(
        "the row has {have}, the last one empty, where the file has {width} columns: if each row ends in a separator and \
         the header does not, write the names of the columns and one more in `csv.names`; if not, quote values that hold \
         the separator"
    )
}

fn ragged(count: usize, width: usize) -> String {
    let have = values(count);
    match count < width {
        true => format!("the row has {have} where the file has {width} columns: was it cut off, or the file?"),
        false => format!("the row has {have} where the file has {width} columns: quote values that hold the separator"),
    }
}

fn values(count: usize) -> String {
    if count == 1 { "1 value".to_string() } else { format!("{count} values") }
}

/// Tells whether lines end in LF or CRLF and no value is quoted.
fn is_plain(bytes: &[u8]) -> bool {
    let carriage_returns = memchr_iter(b'\r', bytes).count();
    memchr(b'"', bytes).is_none()
        && (carriage_returns == 0 || carriage_returns == memmem::find_iter(bytes, b"\r\n").count())
}

/// Returns the lines of some bytes without their ends.
fn lines(bytes: &[u8], line_break: u8) -> impl Iterator<Item = Range<usize>> {
    let ends = memchr_iter(line_break, bytes).chain(std::iter::once(bytes.len()));
    let lines = ends.scan(0, |start, end| {
        let line = *start..end;
        *start = end + 1;
        Some(line)
    });
    lines.filter(|line| line.start < bytes.len())
}
