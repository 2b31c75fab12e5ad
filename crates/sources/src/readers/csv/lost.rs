//! Which lines of a CSV file are lost because a quoted value does not end as it should (docs/spec.md 10).
//!
//! All lines of such a value are lost, from the line in which its row begins. Reading goes on at the next line that is
//! by itself a row of the header's width. In this row no unquoted value may end with a quote, because such a line is
//! mostly the rest of a quoted text. Until then every line that is not blank is lost.
//!
//! Invariant: what is lost depends only on the bytes of the file, not on where it is cut into pieces. A cut is made at
//! a row, or, after a fault, at a line whose kind is still unknown.

use crate::readers::csv::record::{Cause, End, Quoting, Record, Value};
use crate::readers::lines::line_end;
use memchr::{memchr, memrchr};
use std::ops::Range;

/// Looks for lost lines.
#[derive(Clone, Copy, Debug)]
pub struct Scanner {
    pub quoting: Quoting,
    /// Number of columns of the file.
    pub width: usize,
}

/// Lines that are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost {
    pub start: usize,
    pub end: usize,
    pub cause: LostBy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LostBy {
    /// A value with its opening quote at `open`.
    Value { open: usize, cause: Cause },
    /// The line follows a fault and is no row.
    NoRow,
}

/// What is known of some bytes of a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Scan {
    /// Up to here there are whole rows and lost lines.
    pub end: usize,
    pub lost: Vec<Lost>,
    /// Whether a row is still looked for after a fault.
    pub is_lost: bool,
}

impl Scanner {
    /// Looks through bytes that begin with a row, or, where a row is looked for after a fault, with a line.
    pub fn scan(&self, bytes: &[u8], is_lost: bool, is_whole: bool) -> Scan {
        let mut scan = Scan { end: 0, lost: Vec::new(), is_lost };
        loop {
            if scan.is_lost {
                self.resume(bytes, is_whole, &mut scan);
            }
            if scan.is_lost {
                return scan;
            }
            match self.sound(bytes, scan.end, is_whole) {
                Ok(end) => return Scan { end, ..scan },
                Err(from) => {
                    let lost = self.faulty_row(bytes, from, is_whole);
                    (scan.end, scan.is_lost) = (lost.end, true);
                    scan.lost.push(lost);
                }
            }
        }
    }

    /// Passes over sound rows from `at`: up to where, or, before a fault, the beginning of a row not far before it.
    fn sound(&self, bytes: &[u8], at: usize, is_whole: bool) -> Result<usize, usize> {
        let (mut last, mut unquoted_from, mut look_from) = (at, at, at);
        let last_row = |range: Range<usize>, last| {
            let start = range.start;
            memrchr(self.quoting.line_break, &bytes[range]).map_or(last, |found| start + found + 1)
        };
        while let Some(found) = memchr(b'"', &bytes[look_from..]) {
            let open = look_from + found;
            look_from = open + 1;
            if open > at && !self.quoting.ends_value(bytes[open - 1]) {
                continue; // Within an unquoted value a quote is a character like any other.
            }
            if open > at && bytes[open - 1] == self.quoting.line_break {
                last = open;
            } else if open > unquoted_from + 1 {
                last = last_row(unquoted_from..open, last);
            }
            match self.quoting.value(bytes, open, is_whole) {
                Value::Closed { close, .. } => (unquoted_from, look_from) = (close + 1, close + 1),
                Value::Unfinished => return Ok(last),
                Value::Fault(_) => return Err(last),
            }
        }
        Ok(if is_whole { bytes.len() } else { last_row(unquoted_from..bytes.len(), last) })
    }

    /// Returns the first faulty row from `at`, where a row begins.
    fn faulty_row(&self, bytes: &[u8], mut at: usize, is_whole: bool) -> Lost {
        let mut record = Record::default();
        loop {
            match record.read(bytes, at, &self.quoting, usize::MAX, is_whole) {
                End::Row(end) => at = end,
                End::Fault(fault) => {
                    let cause = LostBy::Value { open: fault.open, cause: fault.cause };
                    return Lost { start: at, end: fault.end, cause };
                }
                End::Wide | End::Unfinished => unreachable!("a faulty value was found in these rows"),
            }
        }
    }

    /// Looks for the next line that is a row, from `scan.end`, where a line begins.
    fn resume(&self, bytes: &[u8], is_whole: bool, scan: &mut Scan) {
        let mut record = Record::default();
        while scan.end < bytes.len() {
            let start = scan.end;
            let Some(line_end) = line_end(bytes, start, self.quoting.line_break, is_whole) else { return };
            let mut row_end = record.read(bytes, start, &self.quoting, self.width, is_whole);
            if row_end == End::Wide && record.is_blank(bytes) {
                row_end = record.read(bytes, start, &self.quoting, usize::MAX, is_whole);
            }
            match row_end {
                End::Unfinished => return,
                End::Row(end) if record.is_blank(bytes) => scan.end = end,
                End::Row(_) if self.is_sound(&record, bytes) => {
                    scan.is_lost = false;
                    return;
                }
                _ => {
                    scan.lost.push(Lost { start, end: line_end, cause: LostBy::NoRow });
                    scan.end = line_end;
                }
            }
        }
    }

    /// Tells whether a line that begins at `at` is a row of the header's width by itself.
    pub fn is_row(&self, bytes: &[u8], at: usize) -> bool {
        let mut record = Record::default();
        let end = record.read(bytes, at, &self.quoting, self.width, true);
        matches!(end, End::Row(_)) && self.is_sound(&record, bytes)
    }

    fn is_sound(&self, record: &Record, bytes: &[u8]) -> bool {
        record.len() == self.width && !record.has_end_of_text(bytes)
    }
}
