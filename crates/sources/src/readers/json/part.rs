//! The records and the children of one piece of a file, compressed until they are joined.

use crate::packed::Packed;
use crate::raw::RawBatch;
use crate::readers::wanted::Wanted;
use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, UInt64Type};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The column of the lines of rows. No member's name begins with this character.
pub(super) const LINE: &str = "\u{1}line";

/// The records and the children of a piece, packed: rows, and for each its line.
pub(super) struct Part {
    pub(super) number: usize,
    pub(super) records: Packed,
    pub(super) children: Packed,
    pub(super) others: Others,
}

/// What is known of the lines of a piece beside their rows.
#[derive(Default)]
pub(super) struct Others {
    /// What the ids of children are of.
    pub(super) kinds: BTreeSet<String>,
    /// What the ids of records are of.
    pub(super) kinds_of_records: BTreeSet<String>,
    /// What the ids of the records of wanted children are of.
    pub(super) kinds_of_parents: BTreeSet<String>,
    /// The ids of records that were rejected.
    pub(super) lost: Vec<String>,
    /// The ids of the records of children that were rejected.
    pub(super) damaged: Vec<String>,
    pub(super) unread: Unread,
}

/// The lines that cannot be read, by the ids of the records whose lines are next to them. The lines of a record are
/// mostly together, so an unread line probably belongs to the record of a line next to it.
#[derive(Default)]
pub(super) struct Unread {
    /// The ids of these records.
    pub(super) beside: Vec<String>,
    /// The record of the first line that can be read.
    first: Option<String>,
    /// The record of the last line that can be read.
    last: Option<String>,
    /// Whether a line before the first of them, and one after the last, cannot be read.
    is_first: bool,
    is_last: bool,
}

impl Unread {
    /// Takes note of a line of a record.
    pub(super) fn pass(&mut self, record: &str) {
        if std::mem::take(&mut self.is_last) {
            self.beside.push(record.to_owned());
        }
        self.first.get_or_insert_with(|| record.to_owned());
        let last = self.last.get_or_insert_default();
        last.clear();
        last.push_str(record);
    }

    /// Takes note of a line that cannot be read.
    pub(super) fn meet(&mut self) {
        self.is_last = true;
        self.is_first |= self.first.is_none();
        self.beside.extend(self.last.clone());
    }

    /// Takes note of what comes after the piece.
    pub(super) fn meet_next(&mut self, next: &Unread) {
        if self.is_last {
            self.beside.extend(next.first.clone());
        }
        if next.is_first {
            self.beside.extend(self.last.clone());
        }
    }
}

/// Returns no rows, with all columns.
pub(super) fn empty(wanted: &Wanted) -> RawBatch {
    let fields: Vec<Field> = wanted.columns.iter().map(|(name, _)| Field::new(name, DataType::Utf8, true)).collect();
    RawBatch { columns: RecordBatch::new_empty(Arc::new(Schema::new(fields))), places: Vec::new() }
}

/// Packs rows with their lines.
pub(super) fn packed(batch: RawBatch) -> Packed {
    let lines: ArrayRef = Arc::new(UInt64Array::from(batch.places));
    Packed::new(&with_column(&batch.columns, LINE, lines))
}

/// Returns the lines of rows.
pub(super) fn lines(rows: &RecordBatch) -> &UInt64Array {
    rows.column_by_name(LINE).expect("its lines were packed with it").as_primitive::<UInt64Type>()
}

/// Returns a column of texts.
pub(super) fn texts<'r>(rows: &'r RecordBatch, name: &str) -> &'r StringArray {
    rows.column_by_name(name).expect("a column that was read").as_string()
}

/// Returns rows with one more column.
pub(super) fn with_column(rows: &RecordBatch, name: &str, column: ArrayRef) -> RecordBatch {
    let mut fields = rows.schema_ref().fields().to_vec();
    fields.push(Arc::new(Field::new(name, column.data_type().clone(), true)));
    let mut columns = rows.columns().to_vec();
    columns.push(column);
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).expect("columns of one length")
}
