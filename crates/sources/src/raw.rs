//! What a reader hands over: some rows of one file, column by column, as the file has them.

use arrow::array::RecordBatch;

/// Consecutive rows of one file (or, after a mapping, of what the mapping made of it).
///
/// CSV and JSON give text columns (UTF-8, untrimmed; JSON numbers as their shortest decimal, `true`/`false`);
/// Parquet gives its own types; a mapping gives canonical columns of any type.
pub struct RawBatch {
    /// The columns under their names in the file, or under canonical names after a mapping.
    pub columns: RecordBatch,
    /// Line (CSV, NDJSON), record (JSON) or row (Parquet), from 1, of each row: rising in what a reader gives, and the
    /// same for the rows that one record of JSON makes.
    pub places: Vec<u64>,
}

impl RawBatch {
    /// Returns the names of the columns.
    pub fn names(&self) -> Vec<String> {
        self.columns.schema_ref().fields().iter().map(|field| field.name().clone()).collect()
    }
}
