//! Strict CSV against a second implementation that reads a whole file byte by byte, however it is cut into pieces.

use crate::input::{CsvOptions, Format, JsonOptions};
use crate::readers::csv::record::{VALUE_BYTES, VALUE_LINES};
use crate::readers::csv::*;
use crate::readers::lines::line_break_of;
use accrue_facts::columns::Need;
use accrue_facts::{FactKind, FileIndex};
use arrow::array::{Array, AsArray};
use proptest::prelude::*;
use std::sync::Mutex;

/// Rows with their lines and values, and the lines of rejects.
type Found = (Vec<(u64, Vec<String>)>, Vec<u64>);

const NAMES: [&str; 3] = ["x", "y", "z"];

/// Reads a file with a header of so many columns in pieces of about so many bytes.
fn found(bytes: &[u8], width: usize, escape: bool, piece: usize) -> Found {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let (csv, json) = (CsvOptions { escape, ..CsvOptions::default() }, JsonOptions::default());
    let (kind, format) = (FactKind::Orders, Format::Csv);
    let (path, sheet) = (file.path(), None);
    let source = Source {
        kind,
        path,
        format,
        csv: &csv,
        json: &json,
        sheet,
        file: FileIndex::default(),
        rows: None,
        columns: &[],
    };
    let columns = NAMES[..width].iter().map(|name| (name.to_string(), Need::Required)).collect();
    let taken = Mutex::new(Vec::new());
    let take = |piece| {
        taken.lock().unwrap().push(piece);
        Ok(())
    };
    let text = Text::new(Opened::new(file.path()).unwrap(), csv.encoding).unwrap();
    let pieces = Pieces::new(text).of_size(piece, line_break_of(bytes));
    let wanted = Wanted { columns, ..Wanted::default() };
    let whole = read_pieces(&source, &wanted, &take, pieces, csv.encoding).unwrap();
    assert_eq!(whole.last_line_unended, !bytes.ends_with(b"\n") && !bytes.ends_with(b"\r"));
    let mut pieces = taken.into_inner().unwrap();
    pieces.sort_by_key(|piece: &crate::readers::Piece| piece.number);
    let (mut rows, mut rejects) = (Vec::new(), Vec::new());
    for piece in pieces {
        for (row, &line) in piece.batch.places.iter().enumerate() {
            let column = |column: &arrow::array::ArrayRef| {
                let texts = column.as_string::<i32>();
                if texts.is_null(row) { String::new() } else { texts.value(row).to_string() }
            };
            rows.push((line, piece.batch.columns.columns().iter().map(column).collect()));
        }
        rejects.extend(piece.rejects.iter().map(|reject| reject.place));
    }
    (rows, rejects)
}

/// The rules, byte by byte.
struct Naive<'a> {
    bytes: &'a [u8],
    escape: bool,
    line_break: u8,
}

struct NaiveRow {
    values: Vec<Vec<u8>>,
    end: usize,
    has_end_of_text: bool,
}

impl Naive<'_> {
    /// Returns the row that begins at `at`, or where the last line ends that its faulty value reached over.
    fn row(&self, mut at: usize) -> Result<NaiveRow, usize> {
        let mut row = NaiveRow { values: Vec::new(), end: 0, has_end_of_text: false };
        loop {
            let mut value = Vec::new();
            if self.bytes.get(at) == Some(&b'"') {
                at = self.quoted(at + 1, &mut value)?;
            } else {
                while at < self.bytes.len() && !b",\r\n".contains(&self.bytes[at]) {
                    value.push(self.bytes[at]);
                    at += 1;
                }
                row.has_end_of_text |= value.last() == Some(&b'"');
            }
            row.values.push(value);
            row.end = match (self.bytes.get(at), self.bytes.get(at + 1)) {
                (Some(b','), _) => {
                    at += 1;
                    continue;
                }
                (Some(b'\r'), Some(b'\n')) => at + 2,
                (Some(_), _) => at + 1,
                (None, _) => at,
            };
            return Ok(row);
        }
    }

    fn quoted(&self, mut at: usize, value: &mut Vec<u8>) -> Result<usize, usize> {
        let (open, mut lines) = (at - 1, 1);
        loop {
            let closes = self.bytes.get(at) == Some(&b'"') && self.bytes.get(at + 1) != Some(&b'"');
            if at - open > VALUE_BYTES && at < self.bytes.len() && !closes {
                return Err(self.line_end(at));
            }
            if self.bytes.get(at) == Some(&self.line_break) {
                lines += 1;
                if lines > VALUE_LINES {
                    return Err(at + 1);
                }
            }
            match (self.bytes.get(at).copied(), self.bytes.get(at + 1).copied()) {
                (None, _) => return Err(at),
                (Some(b'\\'), Some(next @ (b'"' | b'\\'))) if self.escape => {
                    value.push(next);
                    at += 2;
                }
                (Some(b'"'), Some(b'"')) => {
                    value.push(b'"');
                    at += 2;
                }
                // Two quotes may have led over the limit.
                (Some(b'"'), _) if at - open - 1 > VALUE_BYTES => return Err(self.line_end(open + 1 + VALUE_BYTES)),
                (Some(b'"'), None | Some(b',' | b'\r' | b'\n')) => return Ok(at + 1),
                (Some(b'"'), _) => return Err(self.line_end(at)),
                (Some(byte), _) => {
                    value.push(byte);
                    at += 1;
                }
            }
        }
    }

    fn line_end(&self, at: usize) -> usize {
        (at..self.bytes.len()).find(|&at| self.bytes[at] == self.line_break).map_or(self.bytes.len(), |at| at + 1)
    }

    fn lines_before(&self, end: usize) -> u64 {
        self.bytes[..end].iter().filter(|&&byte| byte == self.line_break).count() as u64
    }

    /// Adds the line of each line that begins within a range.
    fn reject_each(&self, from: usize, end: usize, rejects: &mut Vec<u64>) {
        let mut at = from;
        while at < end {
            rejects.push(1 + self.lines_before(at));
            at = self.line_end(at);
        }
    }

    fn is_row(&self, row: &Result<NaiveRow, usize>, width: usize) -> bool {
        row.as_ref().is_ok_and(|row| row.values.len() == width && !row.has_end_of_text)
    }

    fn found(&self, from: usize, width: usize) -> Found {
        let (mut rows, mut rejects) = (Vec::new(), Vec::new());
        let (mut at, mut is_lost) = (from, false);
        while at < self.bytes.len() {
            let row = self.row(at);
            if let Ok(row) = &row
                && row.values.iter().flatten().all(u8::is_ascii_whitespace)
            {
                at = row.end;
                continue;
            }
            if is_lost && !self.is_row(&row, width) {
                rejects.push(1 + self.lines_before(at));
                at = self.line_end(at);
                continue;
            }
            let end = match row {
                Err(end) => {
                    self.reject_each(at, end, &mut rejects);
                    is_lost = true;
                    end
                }
                Ok(row) if row.values.len() == width => {
                    let values = row.values.into_iter().map(|value| String::from_utf8(value).unwrap()).collect();
                    rows.push((1 + self.lines_before(at), values));
                    is_lost = false;
                    row.end
                }
                Ok(row) => {
                    let within = Naive { bytes: &self.bytes[..row.end], ..*self };
                    let starts = (at + 1..row.end).filter(|&start| self.bytes[start - 1] == self.line_break);
                    let joins = starts.map(|start| within.row(start)).any(|row| within.is_row(&row, width));
                    self.reject_each(at, if joins { row.end } else { at + 1 }, &mut rejects);
                    row.end
                }
            };
            at = end;
        }
        (rows, rejects)
    }
}

fn naive(bytes: &[u8], from: usize, width: usize, escape: bool) -> Found {
    Naive { bytes, escape, line_break: line_break_of(bytes) }.found(from, width)
}

/// Texts of few signs, of which those that matter come often.
fn texts() -> impl Strategy<Value = String> {
    let sign = prop_oneof![4 => Just("a"), 4 => Just(","), 4 => Just("\""), 3 => Just("\n"), 1 => Just("\r"),
        1 => Just("\r\n"), 1 => Just("\\"), 1 => Just(" "), 1 => Just("\"\""), 2 => Just(",\""), 2 => Just("\",")];
    prop::collection::vec(sign, 0..48).prop_map(|signs| signs.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_in_any_pieces_give_what_the_second_implementation_gives(
        text in texts(),
        width in 1..=3_usize,
        escape in any::<bool>(),
        line_end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
    ) {
        let header = NAMES[..width].join(",") + line_end;
        let bytes = [header.as_bytes(), text.as_bytes()].concat();
        let expected = naive(&bytes, header.len(), width, escape);
        for piece in [1, 2, 5, 13, 1 << 20] {
            prop_assert_eq!(&found(&bytes, width, escape, piece), &expected, "{:?} in pieces of {}", text, piece);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn values_about_as_long_as_they_may_be_give_what_the_second_implementation_gives(
        before in texts(),
        beginning in texts(),
        (sign, most) in prop::sample::select(vec![("x\n", VALUE_LINES), ("x", VALUE_BYTES), ("\"\"", VALUE_BYTES / 2)]),
        fewer in 0..24_usize,
        after in texts(),
        escape in any::<bool>(),
    ) {
        let text = format!("x,y\n{before}\n1,\"{beginning}{}{after}", sign.repeat(most - fewer));
        let expected = naive(text.as_bytes(), 4, 2, escape);
        for piece in [5_000, 1 << 20] {
            prop_assert_eq!(&found(text.as_bytes(), 2, escape, piece), &expected, "in pieces of {}", piece);
        }
    }
}
