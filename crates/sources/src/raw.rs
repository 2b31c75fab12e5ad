//! What a reader hands over: some rows of one file, column by column, as the file has them.

use arrow::array::RecordBatch;

/// Consecutive rows of one file (or, after a mapping, of what the mapping made of it).
///
/// CSV and NDJSON give text columns (UTF-8, untrimmed; NDJSON numbers as their shortest decimal, `true`/`false`);
/// Parquet gives its own types; a mapping gives canonical columns of any type.
pub struct RawBatch {
    /// The columns under their names in the file, or under canonical names after a mapping.
    pub columns: RecordBatch,
    /// Line (CSV, NDJSON) or row (Parquet), from 1, of each row: strictly rising in what a reader gives.
    pub places: Vec<u64>,
}

impl RawBatch {
    /// Returns the names of the columns.
    pub fn names(&self) -> Vec<String> {
        self.columns.schema_ref().fields().iter().map(|field| field.name().clone()).collect()
    }
}
