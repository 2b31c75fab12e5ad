//! A text file in pieces of whole records, so that several can be read at the same time and none is held for long.
//!
//! A record ends at a line break outside quotes. Quotes are followed exactly as the CSV reader follows them: one
//! opens a value only at the value's beginning, and within a quoted value two of them are one.

use super::text::Text;
use crate::ingest::error::FileFault;
use memchr::{memchr, memchr_iter, memrchr};

/// Bytes asked for at a time: small enough for a core's cache, large enough for full columns.
const PIECE: usize = 1 << 20;
/// What a single record may take.
const RECORD_LIMIT: usize = 64 << 20;

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
    /// Whether the file ends within a quoted value.
    pub cut: bool,
    /// Bytes of the file, as it stands on disk, that were read for it.
    pub read: u64,
}

/// Cuts a file into pieces.
pub struct Pieces {
    text: Text,
    /// The separator of values, where values may be quoted.
    quoting: Option<u8>,
    piece: usize,
    carry: Vec<u8>,
    line: u64,
    line_break: Option<u8>,
    number: usize,
    read: u64,
    ended: bool,
}

impl Pieces {
    pub fn new(text: Text, quoting: Option<u8>) -> Pieces {
        let (carry, line_break) = (Vec::new(), None);
        Pieces { text, quoting, piece: PIECE, carry, line: 1, line_break, number: 0, read: 0, ended: false }
    }

    pub fn into_text(self) -> Text {
        self.text
    }

    fn next_piece(&mut self) -> Result<Option<TextPiece>, FileFault> {
        let mut bytes = Vec::with_capacity(self.carry.len() + self.piece + 64);
        bytes.append(&mut self.carry);
        let mut more = self.piece;
        while !self.ended {
            self.ended = self.text.fill(&mut bytes, more)?;
            let line_break = *self.line_break.get_or_insert_with(|| line_break_of(&bytes));
            if self.ended {
                break;
            }
            if let Ends { last: Some(end), .. } = record_ends(&bytes, self.quoting, line_break) {
                self.carry.extend_from_slice(&bytes[end..]);
                bytes.truncate(end);
                return Ok(Some(self.hand_over(bytes, false)));
            }
            if bytes.len() > RECORD_LIMIT {
                return Err(FileFault::EndlessRecord { line: self.line, megabytes: RECORD_LIMIT >> 20 });
            }
            // Twice as much each time, so that a long record is not gone through again and again.
            more = bytes.len();
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        let cut = record_ends(&bytes, self.quoting, self.line_break.unwrap_or(b'\n')).within_quotes;
        Ok(Some(self.hand_over(bytes, cut)))
    }

    fn hand_over(&mut self, bytes: Vec<u8>, cut: bool) -> TextPiece {
        let (number, first_line) = (self.number, self.line);
        let line_break = self.line_break.unwrap_or(b'\n');
        self.number += 1;
        let line_breaks = memchr_iter(line_break, &bytes).count();
        self.line += line_breaks as u64;
        let read = self.text.bytes_read() - std::mem::replace(&mut self.read, self.text.bytes_read());
        TextPiece { number, bytes, line_breaks, first_line, line_break, cut, read }
    }
}

impl Iterator for &mut Pieces {
    type Item = Result<TextPiece, FileFault>;

    fn next(&mut self) -> Option<Self::Item> {
        let piece = self.next_piece().transpose();
        // After an error there is nothing more.
        if matches!(piece, Some(Err(_))) {
            (self.ended, self.carry) = (true, Vec::new());
        }
        piece
    }
}

struct Ends {
    /// Just after the last line break outside quotes.
    last: Option<usize>,
    within_quotes: bool,
}

fn record_ends(bytes: &[u8], quoting: Option<u8>, line_break: u8) -> Ends {
    let Some(separator) = quoting else {
        return Ends { last: memrchr(line_break, bytes).map(|at| at + 1), within_quotes: false };
    };
    let mut last = None;
    let mut unquoted_from = 0;
    let mut look_from = 0;
    while let Some(found) = memchr(b'"', &bytes[look_from..]) {
        let open = look_from + found;
        look_from = open + 1;
        if open > 0 && ![separator, b'\n', b'\r'].contains(&bytes[open - 1]) {
            continue; // Within an unquoted value a quote is a character like any other.
        }
        last = memrchr(line_break, &bytes[unquoted_from..open]).map(|at| unquoted_from + at + 1).or(last);
        match closing_quote(bytes, open + 1) {
            None => return Ends { last, within_quotes: true },
            Some(close) => (unquoted_from, look_from) = (close + 1, close + 1),
        }
    }
    last = memrchr(line_break, &bytes[unquoted_from..]).map(|at| unquoted_from + at + 1).or(last);
    Ends { last, within_quotes: false }
}

fn closing_quote(bytes: &[u8], mut from: usize) -> Option<usize> {
    loop {
        let close = from + memchr(b'"', &bytes[from..])?;
        if bytes.get(close + 1) != Some(&b'"') {
            return Some(close);
        }
        from = close + 2;
    }
}

fn line_break_of(bytes: &[u8]) -> u8 {
    if memchr(b'\n', bytes).is_none() && memchr(b'\r', bytes).is_some() { b'\r' } else { b'\n' }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::readers::open::Opened;

    fn pieces(bytes: &[u8], quoting: Option<u8>, piece: usize) -> Vec<(u64, String, bool)> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let text = Text::new(Opened::new(file.path()).unwrap(), encoding_rs::UTF_8).unwrap();
        let mut pieces = Pieces { piece, ..Pieces::new(text, quoting) };
        let mut found = Vec::new();
        for piece in &mut pieces {
            let piece = piece.unwrap();
            found.push((piece.first_line, String::from_utf8(piece.bytes).unwrap(), piece.cut));
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
            for (line, piece, cut) in pieces(text.as_bytes(), Some(b','), size) {
                assert_eq!((line, cut), (rest[0].0, false));
                let mut piece = piece.as_str();
                while !piece.is_empty() {
                    piece = piece.strip_prefix(rest[0].1).expect("a piece is whole records");
                    rest = &rest[1..];
                }
            }
            assert!(rest.is_empty());
        }
    }

    #[test]
    fn a_file_that_ends_within_quotes_says_so() {
        assert!(pieces(b"a,b\n1,\"x\n", Some(b','), 64)[0].2);
        assert!(!pieces(b"a,b\n1,\"x\n", None, 64)[0].2);
        assert!(!pieces(b"a,b\n1,x\"\n", Some(b','), 64)[0].2);
    }

    #[test]
    fn lines_may_end_in_cr_alone() {
        let found = pieces(b"a\r1\r2\r", Some(b','), 2);
        let lines: Vec<_> = found.iter().map(|(line, text, _)| (*line, text.as_str())).collect();
        assert_eq!(lines, [(1, "a\r1\r"), (3, "2\r")]);
    }
}
