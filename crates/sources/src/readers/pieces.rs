//! A text file in pieces of whole records, so that several can be read at the same time and none is held for long.
//!
//! Where values may be quoted, a record ends at a line break outside quotes, and lines that are lost by a faulty quoted
//! value are found here, before any piece is read: what comes after them depends on them.

use crate::error::FileFault;
use crate::readers::csv::lost::{Lost, Scan, Scanner};
use crate::readers::csv::unwrapper::Unwrapper;
use crate::readers::lines::{line_break_of, line_end};
use crate::readers::text::Text;
use memchr::{memchr_iter, memrchr};

/// Bytes asked for at a time: small enough for a core's cache, large enough for full columns.
const PIECE: usize = 1 << 20;
/// What a single record may take.
pub(super) const RECORD_LIMIT: usize = 64 << 20;

/// Whole records of a file.
pub struct TextPiece {
    /// From 0, in the file's order.
    pub number: usize,
    pub bytes: Vec<u8>,
    pub line_breaks: usize,
    /// The line of the first byte, from 1.
    pub first_line: u64,
    /// What ends a line: LF, or CR in files that have nothing else.
    pub line_break: u8,
    /// Lines that are no records, rising.
    pub lost: Vec<Lost>,
    /// Numbers of lines that are not wrapped in a file of wrapped ones, rising.
    pub not_wrapped: Vec<u64>,
    /// Bytes of the file, as it is on disk, that were read for it.
    pub read: u64,
}

/// The beginning of a file.
pub struct Beginning<'a> {
    pub bytes: &'a [u8],
    pub line_break: u8,
    /// Whether the file ends where the bytes end.
    pub is_whole: bool,
}

/// Cuts a file into pieces.
pub struct Pieces {
    text: Text,
    /// Unwraps the lines of a file in which each is wrapped as one value.
    unwrapper: Option<Unwrapper>,
    /// Finds lost lines, where values may be quoted.
    scanner: Option<Scanner>,
    piece: usize,
    carry: Vec<u8>,
    /// Whether the carried bytes follow lost lines.
    is_lost: bool,
    line: u64,
    line_break: Option<u8>,
    number: usize,
    read: u64,
    ended: bool,
    last_byte: Option<u8>,
}

impl Beginning<'_> {
    /// Returns the place just after the line in which `at` is; `None` where it may not be all there yet.
    pub fn line_end(&self, at: usize) -> Option<usize> {
        line_end(self.bytes, at, self.line_break, self.is_whole)
    }

    /// Returns the number of the line in which `at` is, from 1.
    pub fn line_number(&self, at: usize) -> u64 {
        1 + memchr_iter(self.line_break, &self.bytes[..at]).count() as u64
    }
}

impl Pieces {
    pub fn new(text: Text) -> Pieces {
        Pieces {
            text,
            unwrapper: None,
            scanner: None,
            piece: PIECE,
            carry: Vec::new(),
            is_lost: false,
            line: 1,
            line_break: None,
            number: 0,
            read: 0,
            ended: false,
            last_byte: None,
        }
    }

    /// Reads as much of the file's beginning as `look` needs to find something in it.
    ///
    /// # Panics
    /// Where `look` finds nothing in the whole file.
    pub fn look<T>(
        &mut self,
        mut look: impl FnMut(&Beginning) -> Result<Option<T>, FileFault>,
    ) -> Result<T, FileFault> {
        loop {
            if !self.carry.is_empty() || self.ended {
                let (line_break, is_whole) = (self.line_break(), self.ended);
                let found = look(&Beginning { bytes: &self.carry, line_break, is_whole })?;
                if let Some(found) = found {
                    return Ok(found);
                }
                assert!(!is_whole, "in a whole file there is always something to find");
            }
            let mut bytes = std::mem::take(&mut self.carry);
            let more = self.piece.max(bytes.len());
            self.fill(&mut bytes, more)?;
            self.carry = bytes;
        }
    }

    /// Passes over the first bytes, which hold no rows, and looks for lost lines in all that come.
    pub fn begin(&mut self, from: usize, scanner: impl FnOnce(u8) -> Option<Scanner>) {
        self.line += memchr_iter(self.line_break(), &self.carry[..from]).count() as u64;
        self.carry.drain(..from);
        self.scanner = scanner(self.line_break());
    }

    /// Unwraps all lines from a place on, of what was looked at and of what comes; the unwrapper begins with a line.
    pub fn unwrap_from(&mut self, start: usize, unwrapper: impl FnOnce(u64) -> Unwrapper) {
        let (line_break, is_whole) = (self.line_break(), self.ended);
        let above = memchr_iter(line_break, &self.carry[..start]).count() as u64;
        let mut unwrapper = unwrapper(self.line + above);
        unwrapper.raw = self.carry.split_off(start);
        unwrapper.unwrap(&mut self.carry, line_break, is_whole);
        self.unwrapper = Some(unwrapper);
    }

    #[cfg(test)]
    pub fn of_size(self, piece: usize, line_break: u8) -> Pieces {
        Pieces { piece, line_break: Some(line_break), ..self }
    }

    pub fn into_text(self) -> Text {
        self.text
    }

    /// Tells whether the file, which was read to its end, ends within a line.
    pub fn last_line_unended(&self) -> bool {
        self.last_byte.is_some_and(|byte| byte != b'\n' && byte != b'\r')
    }

    fn next_piece(&mut self) -> Result<Option<TextPiece>, FileFault> {
        let mut bytes = std::mem::take(&mut self.carry);
        let mut more = self.piece.saturating_sub(bytes.len());
        loop {
            if !self.ended && more > 0 {
                self.fill(&mut bytes, more)?;
            }
            if self.ended && bytes.is_empty() && self.number > 0 {
                return Ok(None);
            }
            let scan = self.whole_records(&bytes);
            if self.ended || scan.end > 0 {
                self.is_lost = scan.is_lost;
                self.carry.extend_from_slice(&bytes[scan.end..]);
                bytes.truncate(scan.end);
                return Ok(Some(self.hand_over(bytes, scan.lost)));
            }
            // Twice as much each time, so that a long record is not gone through again and again.
            more = bytes.len().max(1);
        }
    }

    fn fill(&mut self, bytes: &mut Vec<u8>, count: usize) -> Result<(), FileFault> {
        if bytes.len() > RECORD_LIMIT {
            return Err(FileFault::EndlessRecord { line: self.line, megabytes: RECORD_LIMIT >> 20 });
        }
        bytes.reserve(count + 64);
        if self.unwrapper.is_some() {
            return self.fill_unwrapped(bytes, count);
        }
        self.ended = self.text.fill(bytes, count)?;
        self.line_break.get_or_insert_with(|| line_break_of(bytes));
        self.last_byte = bytes.last().copied().or(self.last_byte);
        Ok(())
    }

    /// Appends lines of about so many bytes, at least one.
    fn fill_unwrapped(&mut self, bytes: &mut Vec<u8>, count: usize) -> Result<(), FileFault> {
        let (before, line_break) = (bytes.len(), self.line_break());
        let Some(unwrapper) = &mut self.unwrapper else { return Ok(()) };
        while bytes.len() == before && !self.ended {
            if unwrapper.raw.len() > RECORD_LIMIT {
                return Err(FileFault::EndlessRecord { line: self.line, megabytes: RECORD_LIMIT >> 20 });
            }
            let more = count.max(unwrapper.raw.len());
            self.ended = self.text.fill(&mut unwrapper.raw, more)?;
            self.last_byte = unwrapper.raw.last().copied().or(self.last_byte);
            unwrapper.unwrap(bytes, line_break, self.ended);
        }
        Ok(())
    }

    /// Finds where whole records end.
    fn whole_records(&self, bytes: &[u8]) -> Scan {
        match self.scanner {
            Some(scanner) => scanner.scan(bytes, self.is_lost, self.ended),
            None => {
                let last =
                    if self.ended { Some(bytes.len()) } else { memrchr(self.line_break(), bytes).map(|at| at + 1) };
                Scan { end: last.unwrap_or(0), lost: Vec::new(), is_lost: false }
            }
        }
    }

    /// Takes the numbers of the lines above a line that are not wrapped.
    fn not_wrapped_before(&mut self, line: u64) -> Vec<u64> {
        let Some(unwrapper) = &mut self.unwrapper else { return Vec::new() };
        let count = unwrapper.not_wrapped.partition_point(|&found| found < line);
        let rest = unwrapper.not_wrapped.split_off(count);
        std::mem::replace(&mut unwrapper.not_wrapped, rest)
    }

    fn line_break(&self) -> u8 {
        self.line_break.unwrap_or(b'\n')
    }

    fn hand_over(&mut self, bytes: Vec<u8>, lost: Vec<Lost>) -> TextPiece {
        let (number, first_line, line_break) = (self.number, self.line, self.line_break());
        self.number += 1;
        let line_breaks = memchr_iter(line_break, &bytes).count();
        self.line += line_breaks as u64;
        let read = self.text.bytes_read() - std::mem::replace(&mut self.read, self.text.bytes_read());
        let is_within_line = !bytes.ends_with(&[line_break]);
        let not_wrapped = self.not_wrapped_before(self.line + u64::from(is_within_line));
        TextPiece { number, bytes, line_breaks, first_line, line_break, lost, not_wrapped, read }
    }
}

impl Iterator for &mut Pieces {
    type Item = Result<TextPiece, FileFault>;

    fn next(&mut self) -> Option<Self::Item> {
        let piece = self.next_piece().transpose();
        // After an error there is nothing more.
        if matches!(piece, Some(Err(_))) {
            (self.ended, self.carry, self.number) = (true, Vec::new(), self.number.max(1));
        }
        piece
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::csv::record::Quoting;
    use crate::readers::open::Opened;

    fn pieces(bytes: &[u8], quoted: bool, piece: usize) -> Vec<(u64, String, usize)> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let text = Text::new(Opened::new(file.path()).unwrap(), encoding_rs::UTF_8).unwrap();
        let mut pieces = Pieces::new(text).of_size(piece, line_break_of(bytes));
        let quoting = |line_break| Quoting { separator: b',', escape: false, line_break };
        pieces.begin(0, |line_break| quoted.then(|| Scanner { quoting: quoting(line_break), width: 2 }));
        let mut found = Vec::new();
        for piece in &mut pieces {
            let piece = piece.unwrap();
            found.push((piece.first_line, String::from_utf8(piece.bytes).unwrap(), piece.lost.len()));
        }
        found
    }

    #[test]
    fn no_record_is_ever_cut_wherever_a_piece_would_end() {
        let text = "id,note\n1,\"a\nb\"\n2,\"say \"\"\n\"\"\"\n3,5\" pipe\n4,\"\"\n5,\"x\ny\"";
        let records = [(1, "id,note\n"), (2, "1,\"a\nb\"\n"), (4, "2,\"say \"\"\n\"\"\"\n"), (6, "3,5\" pipe\n")];
        let records: Vec<_> = records.into_iter().chain([(7, "4,\"\"\n"), (8, "5,\"x\ny\"")]).collect();
        for size in 1..=text.len() + 1 {
            let mut rest = records.as_slice();
            for (line, piece, lost) in pieces(text.as_bytes(), true, size) {
                let mut piece = piece.as_str();
                assert_eq!((line, lost), (rest.first().map_or(line, |first| first.0), 0));
                while !piece.is_empty() {
                    piece = piece.strip_prefix(rest[0].1).expect("a piece is whole records");
                    rest = &rest[1..];
                }
            }
            assert!(rest.is_empty());
        }
    }

    #[test]
    fn lines_of_a_file_that_ends_within_quotes_are_lost_where_values_are_quoted() {
        assert_eq!(pieces(b"a,b\n1,\"x\n", true, 64)[0].2, 1);
        assert_eq!(pieces(b"a,b\n1,\"x\n", false, 64)[0].2, 0);
        assert_eq!(pieces(b"a,b\n1,x\"\n", true, 64)[0].2, 0);
    }

    #[test]
    fn lines_may_end_in_cr_alone() {
        let found = pieces(b"a\r1\r2\r", true, 1);
        let lines: Vec<_> = found.iter().map(|(line, text, _)| (*line, text.as_str())).collect();
        assert_eq!(lines, [(1, "a\r1\r"), (3, "2\r")]);
    }
}
