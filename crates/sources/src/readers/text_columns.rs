//! Collects the values of text files in columns, row by row. Line numbers count from 1.

use crate::raw::RawBatch;
use crate::readers::time_column::TimeColumn;
use crate::readers::wanted::ROW_HASH;
use crate::readers::{Piece, Source};
use accrue_facts::Reject;
use arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, RecordBatchOptions, StringArray};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{Field, Schema};
use encoding_rs::{Encoding, UTF_8};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// The wanted columns of a piece and the lines of its rows.
pub(super) struct TextColumns {
    names: Vec<String>,
    columns: Vec<Column>,
    lines: Vec<u64>,
    /// Hashes of the rows, where they are wanted.
    hashes: Option<Vec<i64>>,
    /// Whether a column of times was given something else.
    is_unfit: bool,
}

enum Column {
    Text(TextColumn),
    Times(TimeColumn),
}

/// Values one after the other, and where each begins and ends.
struct TextColumn {
    offsets: Vec<i32>,
    values: Vec<u8>,
}

impl TextColumns {
    /// Begins columns that are to hold about so many bytes in all and so many rows.
    pub(super) fn new<'a>(names: impl Iterator<Item = &'a str>, bytes: usize, rows: usize) -> TextColumns {
        let names: Vec<String> = names.map(str::to_string).collect();
        // A column that outgrows its room is copied, and room that is not used costs nothing.
        let room = bytes / (names.len() + 1).min(8);
        let column = || Column::Text(TextColumn::new(room, rows));
        let columns = names.iter().map(|_| column()).collect();
        TextColumns { columns, names, lines: Vec::with_capacity(rows), hashes: None, is_unfit: false }
    }

    /// Takes hashes of the rows too.
    pub(super) fn with_hashes(mut self, are_wanted: bool) -> TextColumns {
        self.hashes = are_wanted.then(|| Vec::with_capacity(self.lines.capacity()));
        self
    }

    /// Takes the hash of a row that is about to be added, of its bytes without the end of its line.
    #[inline]
    pub(super) fn hash(&mut self, row: &[u8]) {
        if let Some(hashes) = &mut self.hashes {
            hashes.push(xxh3_64(row.trim_ascii_end()) as i64);
        }
    }

    /// Reads some columns as times from the first row on. They are of no use where they turn out not to fit.
    pub(super) fn reading_times(mut self, times: &[bool]) -> TextColumns {
        for (column, _) in self.columns.iter_mut().zip(times).filter(|(_, is_time)| **is_time) {
            *column = Column::Times(TimeColumn::new(self.lines.capacity()));
        }
        self
    }

    /// Tells whether a value could not be read as the time that it should be.
    #[inline]
    pub(super) fn is_unfit(&self) -> bool {
        self.is_unfit
    }

    /// Tells whether all bytes are of the file's encoding.
    pub(super) fn is_right(&self, encoding: &'static Encoding) -> bool {
        self.texts().all(|column| !column.has_wrong_bytes(encoding))
    }

    /// Returns the bytes of all texts.
    pub(super) fn bytes(&self) -> u64 {
        self.texts().map(|column| column.values.len() as u64).sum()
    }

    /// Adds a row; an empty value is null.
    #[inline]
    pub(super) fn push<'v>(&mut self, line: u64, value: impl Fn(usize) -> &'v [u8]) {
        for (at, column) in self.columns.iter_mut().enumerate() {
            match column {
                Column::Text(texts) => texts.push(value(at)),
                Column::Times(times) => self.is_unfit |= !times.push(value(at)),
            }
        }
        self.lines.push(line);
    }

    /// Hands the rows over; those with bytes that are not of the file's encoding are added to the rejects, of which
    /// columns with times must have none.
    pub(super) fn finish(
        self,
        source: &Source,
        encoding: &'static Encoding,
        mut rejects: Vec<Reject>,
        (number, bytes): (usize, u64),
    ) -> Piece {
        let good = self.without_wrong_bytes(source, encoding, &mut rejects);
        rejects.sort_by_key(|reject| reject.place);
        let mut good = good;
        let room = good.give_back();
        let mut arrays = good.columns.into_iter().map(Column::finish).collect::<Vec<_>>();
        if let Some(hashes) = good.hashes {
            good.names.push(ROW_HASH.to_owned());
            arrays.push(Arc::new(Int64Array::from(hashes)));
        }
        let field = |(name, array): (&String, &ArrayRef)| Field::new(name, array.data_type().clone(), true);
        let fields: Vec<Field> = good.names.iter().zip(&arrays).map(field).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(good.lines.len()));
        let columns = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)
            .expect("a row fills every column");
        drop(room);
        Piece { number, batch: RawBatch { columns, places: good.lines }, rejects, bytes }
    }

    fn without_wrong_bytes(self, source: &Source, encoding: &'static Encoding, rejects: &mut Vec<Reject>) -> Self {
        if self.is_right(encoding) {
            return self;
        }
        let texts: Vec<&TextColumn> = self.texts().collect();
        let good = TextColumns::new(self.names.iter().map(String::as_str), 0, self.lines.len());
        let mut good = good.with_hashes(self.hashes.is_some());
        for (row, line) in self.lines.iter().enumerate() {
            let wrong = texts.iter().position(|column| is_wrong(column.value(row), encoding));
            match wrong {
                None => {
                    good.push(*line, |at| texts[at].value(row));
                    if let (Some(all), Some(hashes)) = (&self.hashes, &mut good.hashes) {
                        hashes.push(all[row]);
                    }
                }
                Some(at) => {
                    let value = texts[at].value(row);
                    rejects.push(source.reject(*line, &self.names[at], value, not_of(encoding)));
                }
            }
        }
        good
    }

    /// Moves values that fill little of the room that was made for them to places of their own. All that room is to be
    /// given back at once: the next piece needs as much, and finds it only if nothing has been put into it.
    fn give_back(&mut self) -> (Vec<TextColumn>, Vec<u64>) {
        let texts = self.columns.iter_mut().filter_map(|column| match column {
            Column::Text(texts) if texts.is_roomy() => {
                let copy = texts.copy();
                Some(std::mem::replace(texts, copy))
            }
            _ => None,
        });
        let texts = texts.collect();
        match self.lines.capacity() > 2 * self.lines.len() {
            true => {
                let copy = self.lines.as_slice().to_vec();
                (texts, std::mem::replace(&mut self.lines, copy))
            }
            false => (texts, Vec::new()),
        }
    }

    fn texts(&self) -> impl Iterator<Item = &TextColumn> {
        self.columns.iter().filter_map(|column| match column {
            Column::Text(texts) => Some(texts),
            Column::Times(_) => None,
        })
    }
}

impl Column {
    fn finish(self) -> ArrayRef {
        match self {
            Column::Text(texts) => Arc::new(texts.finish()),
            Column::Times(times) => times.finish(),
        }
    }
}

impl TextColumn {
    fn new(bytes: usize, rows: usize) -> TextColumn {
        let mut offsets = Vec::with_capacity(rows + 1);
        offsets.push(0);
        TextColumn { offsets, values: Vec::with_capacity(bytes) }
    }

    fn is_roomy(&self) -> bool {
        let used = self.values.len() + size_of_val(self.offsets.as_slice());
        self.values.capacity() + self.offsets.capacity() * size_of::<i32>() > 2 * used
    }

    /// Returns the same in as little room as it needs.
    fn copy(&self) -> TextColumn {
        TextColumn { offsets: self.offsets.as_slice().to_vec(), values: self.values.as_slice().to_vec() }
    }

    #[inline]
    fn push(&mut self, value: &[u8]) {
        self.values.extend_from_slice(value);
        // A piece is far below what 31 bits can tell.
        self.offsets.push(self.values.len() as i32);
    }

    fn value(&self, row: usize) -> &[u8] {
        &self.values[self.offsets[row] as usize..self.offsets[row + 1] as usize]
    }

    fn has_wrong_bytes(&self, encoding: &'static Encoding) -> bool {
        match std::str::from_utf8(&self.values) {
            // Values are right where all of them are, and none begins within a character.
            Ok(values) if encoding == UTF_8 || values.is_ascii() => {
                !self.offsets.iter().all(|offset| values.is_char_boundary(*offset as usize))
            }
            _ => (0..self.offsets.len() - 1).any(|row| is_wrong(self.value(row), encoding)),
        }
    }

    fn finish(mut self) -> StringArray {
        self.values.shrink_to_fit();
        let is_full = |ends: &[i32]| ends[0] < ends[1];
        let nulls = (!self.offsets.windows(2).all(is_full)).then(|| {
            let full = |row: usize| self.offsets[row] < self.offsets[row + 1];
            NullBuffer::new(BooleanBuffer::collect_bool(self.offsets.len() - 1, full))
        });
        let offsets = OffsetBuffer::new(ScalarBuffer::from(self.offsets));
        StringArray::new(offsets, Buffer::from_vec(self.values), nulls)
    }
}

/// In UTF-8 files wrong bytes are still there; in transcoded ones U+FFFD stands for them.
pub(super) fn is_wrong(value: &[u8], encoding: &'static Encoding) -> bool {
    match encoding == UTF_8 {
        true => std::str::from_utf8(value).is_err(),
        false => memchr::memmem::find(value, "\u{fffd}".as_bytes()).is_some(),
    }
}

/// Says what is wrong with bytes that are not of an encoding.
pub(super) fn not_of(encoding: &'static Encoding) -> String {
    let name = encoding.name();
    format!("holds bytes that are not {name}: set `csv.encoding` to what the file is in, such as `windows-1252`")
}
