//! Finds the kept rows with an instant after the last run's as_of and up to this run's: their people are affected.

use crate::facts::columns::{CanonicalType, Need, columns};
use crate::facts::{FactKind, FileRow};
use crate::kernel::time::Timestamp;
use crate::sources::error::FileFault;
use crate::sources::input::Input;
use crate::sources::readers::{self, Part, Piece, Wanted};
use arrow::array::{AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type, TimeUnit};
use parquet::basic::{LogicalType, TimeUnit as ParquetTimeUnit};
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::statistics::Statistics;
use std::sync::Mutex;

/// Since when rows have changed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Since {
    /// What the last run that was posted was computed for.
    pub posted: Timestamp,
    /// What is computed now.
    pub as_of: Timestamp,
}

/// Returns the rows of a file that have changed by themselves, rising. Row groups without any are passed over by what
/// the file says of them.
pub(crate) fn rows(input: &Input, since: &Since) -> Result<Vec<FileRow>, FileFault> {
    let times = own_times(input.kind);
    let columns = times.iter().map(|&name| (name.to_owned(), Need::Required)).collect();
    let wanted = Wanted { columns, ..Wanted::default() };
    let may_have = |group: &RowGroupMetaData| may_have(group, &times, since);
    let changed = Mutex::new(Vec::new());
    let take = |piece: Piece| {
        let of_piece = of_batch(&piece.batch.columns, &times, since)?.into_iter();
        let rows = of_piece.map(|at| FileRow::at_place(piece.batch.places[at]));
        changed.lock().expect("no thread panics with it").extend(rows);
        Ok(())
    };
    readers::read_part(&input.path, &wanted, Part::Groups(&may_have), &take)?;
    let mut changed = changed.into_inner().expect("no thread panics with it");
    changed.sort_unstable();
    Ok(changed)
}

/// Returns the times at which something happens: of orders that may be a refund without a date too, at `updated_at`.
fn own_times(kind: FactKind) -> Vec<&'static str> {
    let own = columns(kind).iter().filter(|column| column.holds == CanonicalType::Timestamp).map(|column| column.name);
    own.filter(|&name| name != "updated_at" || kind == FactKind::Orders).collect()
}

fn of_batch(columns: &RecordBatch, times: &[&str], since: &Since) -> Result<Vec<usize>, FileFault> {
    let column = |name: &str, holds: &DataType| {
        let column = columns.column_by_name(name).expect("a column that was asked for");
        cast(column, holds)
    };
    let mut is_changed = vec![false; columns.num_rows()];
    for name in times {
        let micros = column(name, &DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())))?;
        let micros = cast(&micros, &DataType::Int64)?;
        for (is_changed, at) in is_changed.iter_mut().zip(micros.as_primitive::<Int64Type>()) {
            *is_changed |= at.is_some_and(|at| since.has_come(at, at));
        }
    }
    Ok((0..is_changed.len()).filter(|&row| is_changed[row]).collect())
}

/// Tells whether a row group may have such rows.
fn may_have(group: &RowGroupMetaData, times: &[&str], since: &Since) -> bool {
    let column = |name: &str| group.columns().iter().find(|chunk| chunk.column_descr().name() == name);
    let is_due = |name: &&str| match column(name) {
        Some(chunk) if is_all_null(chunk) => false,
        Some(chunk) if is_micros(chunk) => range(chunk).is_none_or(|(least, most)| since.has_come(least, most)),
        _ => true,
    };
    times.iter().any(is_due)
}

impl Since {
    /// Tells whether any instant from one to another, in microseconds, has come since the last run.
    fn has_come(&self, least: i64, greatest: i64) -> bool {
        greatest > self.posted.micros() && least <= self.as_of.micros()
    }
}

fn range(chunk: &ColumnChunkMetaData) -> Option<(i64, i64)> {
    let Some(Statistics::Int64(known)) = chunk.statistics() else { return None };
    known.min_opt().copied().zip(known.max_opt().copied())
}

fn is_all_null(chunk: &ColumnChunkMetaData) -> bool {
    let nulls = chunk.statistics().and_then(Statistics::null_count_opt);
    nulls.is_some_and(|nulls| i64::try_from(nulls) == Ok(chunk.num_values()))
}

fn is_micros(chunk: &ColumnChunkMetaData) -> bool {
    let logical = chunk.column_descr().logical_type_ref();
    matches!(logical, Some(LogicalType::Timestamp(kind)) if kind.unit == ParquetTimeUnit::MICROS)
}
