//! The statistics of a data file in the log: the number of rows, and bounds of the columns, by which readers skip
//! files.

use super::reading::guarded;
use super::{DeltaError, read_error};
use accrue_kernel::time::Timestamp;
use parquet::basic::{LogicalType, TimeUnit};
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::statistics::Statistics;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::path::Path;

/// The longest text in bytes that is kept as a bound, so that a log stays small whatever ids there are.
const LONGEST_BOUND: usize = 256;

/// The number of rows of a file and, by column, the least and the greatest value and the number of nulls. A column
/// without bounds can hold anything.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Stats {
    /// The number of rows.
    pub num_records: Option<u64>,
    /// The least value of each column that has bounds.
    pub min_values: Map<String, Value>,
    /// The greatest value of each column that has bounds.
    pub max_values: Map<String, Value>,
    /// The number of nulls of each column.
    pub null_count: Map<String, Value>,
}

impl Stats {
    /// Returns the least and the greatest text of a column; `None` without bounds. Times are texts here.
    pub fn text_range(&self, column: &str) -> Option<(&str, &str)> {
        self.min_values.get(column)?.as_str().zip(self.max_values.get(column)?.as_str())
    }

    /// Returns the least and the greatest number of a column of whole numbers; `None` without bounds.
    pub fn number_range(&self, column: &str) -> Option<(i64, i64)> {
        self.min_values.get(column)?.as_i64().zip(self.max_values.get(column)?.as_i64())
    }

    /// Computes them from the footer of a Parquet file.
    ///
    /// # Errors
    /// Where the file cannot be read as Parquet.
    pub fn of_file(path: &Path) -> Result<Stats, DeltaError> {
        let file = accrue_files::open(path).map_err(read_error(path))?;
        guarded(path, || Ok(Stats::of_footer(SerializedFileReader::new(file)?.metadata())))
    }

    fn of_footer(footer: &ParquetMetaData) -> Stats {
        let rows = u64::try_from(footer.file_metadata().num_rows()).ok();
        let mut stats = Stats { num_records: rows, ..Stats::default() };
        for (at, column) in footer.file_metadata().schema_descr().columns().iter().enumerate() {
            let chunks: Vec<&ColumnChunkMetaData> = footer.row_groups().iter().map(|group| group.column(at)).collect();
            if let Some(nulls) = chunks.iter().map(|chunk| null_count(chunk)).sum::<Option<u64>>() {
                stats.null_count.insert(column.name().to_owned(), nulls.into());
            }
            let with_values: Vec<_> = chunks.into_iter().filter(|chunk| !is_all_null(chunk)).collect();
            if let Some((least, greatest)) = bounds(&with_values, column.logical_type_ref()) {
                stats.min_values.insert(column.name().to_owned(), least);
                stats.max_values.insert(column.name().to_owned(), greatest);
            }
        }
        stats
    }
}

/// Returns the least and the greatest value of some chunks of a column. Amounts have no bounds: many readers would read
/// them from JSON as binary fractions.
fn bounds(chunks: &[&ColumnChunkMetaData], logical: Option<&LogicalType>) -> Option<(Value, Value)> {
    match logical {
        Some(LogicalType::String) => {
            let (least, greatest) = merged(chunks.iter().map(|chunk| texts(chunk)))?;
            let is_short = least.len().max(greatest.len()) <= LONGEST_BOUND;
            is_short.then(|| (least.into(), greatest.into()))
        }
        Some(LogicalType::Timestamp(kind)) if kind.unit == TimeUnit::MICROS => {
            let (least, greatest) = merged(chunks.iter().map(|chunk| numbers(chunk)))?;
            let text = |micros| Value::from(Timestamp::from_micros(micros).to_string());
            Some((text(least), text(greatest)))
        }
        None => {
            merged(chunks.iter().map(|chunk| numbers(chunk))).map(|(least, greatest)| (least.into(), greatest.into()))
        }
        Some(_) => None,
    }
}

/// Returns the least and the greatest of some pairs; `None` unless all of them are known.
fn merged<T: Ord>(mut pairs: impl Iterator<Item = Option<(T, T)>>) -> Option<(T, T)> {
    let first = pairs.next()??;
    pairs.try_fold(first, |(least, greatest), pair| pair.map(|(low, high)| (least.min(low), greatest.max(high))))
}

fn texts(chunk: &ColumnChunkMetaData) -> Option<(&str, &str)> {
    let Some(Statistics::ByteArray(known)) = chunk.statistics() else { return None };
    known.min_opt()?.as_utf8().ok().zip(known.max_opt()?.as_utf8().ok())
}

fn numbers(chunk: &ColumnChunkMetaData) -> Option<(i64, i64)> {
    let Some(Statistics::Int64(known)) = chunk.statistics() else { return None };
    known.min_opt().copied().zip(known.max_opt().copied())
}

fn null_count(chunk: &ColumnChunkMetaData) -> Option<u64> {
    chunk.statistics()?.null_count_opt()
}

fn is_all_null(chunk: &ColumnChunkMetaData) -> bool {
    null_count(chunk).is_some_and(|nulls| i64::try_from(nulls) == Ok(chunk.num_values()))
}
