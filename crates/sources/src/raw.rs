//! What a reader hands over: some rows of one file, column by column, as the file has them.

use crate::packed::Packed;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, SchemaRef};
use memchr::memchr;
use std::sync::Arc;

/// Consecutive rows of one file (or, after a mapping, of what the mapping made of it).
///
/// CSV and JSON give text columns (UTF-8, untrimmed; JSON numbers as their shortest decimal, `true`/`false`);
/// Parquet gives its own types; a mapping gives canonical columns of any type.
pub struct RawBatch {
    /// The columns under their names in the file, or under canonical names after a mapping.
    pub columns: RecordBatch,
    /// Line (CSV, NDJSON), record (JSON) or row (Parquet), from 1, of each row: rising in what a reader gives, unless
    /// it joins lines, and the same for the rows that one record of JSON makes.
    pub places: Vec<u64>,
}

/// Columns that wait for others, as they are or packed.
#[derive(Clone)]
pub(crate) enum Held {
    Plain(RecordBatch),
    Packed(Arc<Packed>),
}

/// Consecutive rows of one file that wait for the others.
#[derive(Clone)]
pub(crate) struct HeldBatch {
    pub(crate) columns: Held,
    /// As in [`RawBatch`].
    pub(crate) places: Arc<[u64]>,
    /// The columns that have a comma in a text, or may have one.
    with_commas: Arc<[String]>,
}

impl RawBatch {
    /// Returns the rows as they are to wait.
    pub(crate) fn held(self, is_packed: bool) -> HeldBatch {
        let schema = self.columns.schema();
        let columns = schema.fields().iter().zip(self.columns.columns());
        let with_commas = columns.filter(|(_, column)| has_comma(column)).map(|(field, _)| field.name().clone());
        let with_commas = with_commas.collect();
        HeldBatch { columns: Held::new(self.columns, is_packed), places: self.places.into(), with_commas }
    }
}

impl Held {
    pub(crate) fn new(columns: RecordBatch, is_packed: bool) -> Held {
        if is_packed { Held::Packed(Arc::new(Packed::new(&columns))) } else { Held::Plain(columns) }
    }

    pub(crate) fn is_packed(&self) -> bool {
        matches!(self, Held::Packed(_))
    }

    pub(crate) fn schema(&self) -> SchemaRef {
        match self {
            Held::Plain(columns) => columns.schema(),
            Held::Packed(packed) => packed.schema().clone(),
        }
    }

    /// Returns the columns.
    pub(crate) fn columns(&self) -> RecordBatch {
        match self {
            Held::Plain(columns) => columns.clone(),
            Held::Packed(packed) => packed.unpack(),
        }
    }
}

fn has_comma(column: &ArrayRef) -> bool {
    match column.data_type() {
        DataType::Utf8 => memchr(b',', column.as_string::<i32>().value_data()).is_some(),
        DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(..) => true,
        _ => false,
    }
}

impl HeldBatch {
    /// Tells whether a column has a comma in a text; may be true although it has none.
    pub(crate) fn has_comma(&self, column: &String) -> bool {
        self.with_commas.contains(column)
    }

    /// Returns the names of the columns.
    pub(crate) fn names(&self) -> Vec<String> {
        self.columns.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    /// Returns the rows, and whether they were packed.
    pub(crate) fn taken(self) -> (RawBatch, bool) {
        let is_packed = self.columns.is_packed();
        let columns = match self.columns {
            Held::Plain(columns) => columns,
            Held::Packed(packed) => packed.unpack(),
        };
        (RawBatch { columns, places: self.places.to_vec() }, is_packed)
    }
}
