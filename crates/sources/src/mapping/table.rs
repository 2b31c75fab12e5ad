//! One file's rows on their way through a mapping: read, filtered, and made into canonical rows or rejects.

use crate::mapping::columns::{self, Fault, Reading};
use crate::mapping::exact::Exact;
use crate::mapping::expr_type::ExprType;
use crate::mapping::fault::{MappingFault, most_alike};
use crate::mapping::query::{self, BAD, BESIDE, Computed, ROW, compute, engine};
use crate::mapping::{Mapped, bridge};
use crate::raw::RawBatch;
use accrue_facts::FactKind;
use accrue_facts::columns::Need;
use accrue_facts::seen::Expiries;
use accrue_facts::{Reject, RejectReason};
use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType as ArrowType, Field as ColumnField, Schema as ColumnSchema, TimestampMicrosecondType};
use polars::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows of a batch that a mapping hands on.
const BATCH: usize = 1 << 17;

/// The name of the column that is true for rows of which `where` cannot tell.
const UNDECIDED: &str = "\u{1}undecided";

/// One file's rows, typed.
pub struct Table {
    kind: FactKind,
    file: u32,
    /// The names of all columns of the file.
    pub names: Vec<String>,
    /// What each column that the mapping speaks of holds.
    pub holds: BTreeMap<String, ExprType>,
    frame: DataFrame,
    places: Vec<u64>,
    /// Values that do not fit, by source column: columns in the order of the file.
    faults: Vec<(String, Fault)>,
    rejects: Vec<Reject>,
    /// How expiries were written.
    pub expiries: Expiries,
    /// Which rows have a reject.
    rejected: Vec<bool>,
}

impl Table {
    /// Reads the columns that a mapping speaks of.
    pub fn read(mapped: &Mapped, file: u32, raw: &[RawBatch], reading: &Reading<'_>) -> Result<Table, MappingFault> {
        let places: Vec<u64> = raw.iter().flat_map(|batch| batch.places.iter().copied()).collect();
        let names = raw[0].names();
        let wanted = mapped.wanted();
        mapped.check_named(&names, &wanted)?;
        let rows = Series::new(ROW.into(), (0..places.len() as IdxSize).collect::<Vec<_>>());
        let (mut holds, mut faults, mut series) = (BTreeMap::new(), Vec::new(), vec![rows.into_column()]);
        let (expiries, mut seen) = (mapped.expiries(), Expiries::default());
        let (parts_of_ids, plain_ids) = (mapped.parts_of_ids(), mapped.plain_ids());
        let is_absent = |(name, need): &&(String, Need)| *need == Need::Optional && !names.contains(name);
        let absent = wanted.iter().filter(is_absent).map(|(name, _)| name);
        for name in names.iter().filter(|name| wanted.iter().any(|(wanted, _)| wanted == *name)).chain(absent) {
            let chunks: Vec<ArrayRef> = match names.contains(name) {
                true => raw.iter().filter_map(|batch| batch.columns.column_by_name(name).cloned()).collect(),
                false => vec![Arc::new(StringArray::new_null(places.len()))],
            };
            if !names.contains(name) && !mapped.types.contains_key(name) {
                // Null goes with everything, as the column might in a file that has it.
                series.push(Column::full_null(name.into(), places.len(), &DataType::Null));
                holds.insert(name.clone(), ExprType::Null);
                continue;
            }
            let is_float = chunks.first().is_some_and(|chunk| chunk.data_type().is_floating());
            if parts_of_ids.contains(name) || is_float && plain_ids.contains(name) {
                let damaged = columns::damaged_parts(&chunks, reading.ids);
                faults.extend(damaged.into_iter().map(|fault| (name.clone(), fault)));
            }
            let column = columns::read(name, &chunks, mapped.types.get(name), reading)?;
            series.push(bridge::to_polars(name, &column.chunks).map_err(engine)?.into_column());
            if let Some(ends) = column.ends.filter(|_| expiries.contains(name)) {
                let own = columns::expiries(&column.chunks, &ends, reading.zone);
                // Of several columns that an expiry is chosen from, each counts by itself.
                seen.midnights += if own.has_others { 0 } else { own.midnights };
                series.push(bridge::to_polars(&query::ends_of(name), &ends).map_err(engine)?.into_column());
            }
            holds.insert(name.clone(), column.holds);
            faults.extend(column.faults.into_iter().map(|fault| (name.clone(), fault)));
        }
        series.push(flags(BAD, places.len(), faults.iter().map(|(_, fault)| fault.row)).into_column());
        series.push(flags(BESIDE, places.len(), beside(&places, reading.unread)).into_column());
        let frame = DataFrame::new(places.len(), series).map_err(engine)?;
        let (rejects, rejected) = (Vec::new(), vec![false; places.len()]);
        Ok(Table { kind: mapped.kind, file, names, holds, frame, places, faults, rejects, expiries: seen, rejected })
    }

    /// Keeps the rows of which a condition is true, or cannot be told for want of a column of `sources`.
    pub fn keep(&mut self, condition: &Expr, sources: &[String]) -> Result<(), MappingFault> {
        let untold = self.faults.iter().filter(|(column, _)| sources.contains(column)).map(|(_, fault)| fault.row);
        let undecided = flags(UNDECIDED, self.places.len(), untold);
        self.frame.with_column(undecided.into_column()).map_err(engine)?;
        let condition = condition.clone().or(col(UNDECIDED));
        let frame = std::mem::take(&mut self.frame);
        let Computed { frame, failed } = compute(frame, &|rows| rows.filter(condition.clone()), &query::rows)?;
        self.frame = frame;
        self.reject_failed(failed, "where");
        Ok(())
    }

    /// Makes one canonical row of each row.
    pub fn rows(mut self, columns: &[(String, Exact)]) -> Result<(Vec<RawBatch>, Vec<Reject>), MappingFault> {
        self.reject_faults()?;
        let sound = std::mem::take(&mut self.frame).lazy().filter(col(BAD).not()).collect().map_err(engine)?;
        let mut exprs = vec![col(ROW)];
        exprs.extend(columns.iter().map(|(canonical, exact)| exact.expr.clone().alias(canonical.as_str())));
        let Computed { frame, failed } = compute(sound, &|rows| rows.select(exprs.clone()), &query::rows)?;
        self.reject_failed(failed, "");
        self.finish(&frame, columns)
    }

    /// Makes one canonical row of each group of rows with the same keys.
    pub fn facts(
        mut self,
        keys: &[String],
        columns: &[(String, Exact)],
    ) -> Result<(Vec<RawBatch>, Vec<Reject>), MappingFault> {
        self.reject_faults()?;
        self.reject_keyless(keys)?;
        // Under names of their own: a canonical column may be called like a key.
        let key = |at: usize| format!("\u{1}key{at}");
        let by: Vec<Expr> = keys.iter().enumerate().map(|(at, name)| col(name).alias(key(at))).collect();
        // The first sound row, which a group that is left out is listed at; of a sound group its first row.
        let count = |flag: &str| col(flag).cast(DataType::UInt64).sum();
        let mut exprs = vec![col(ROW).filter(col(BAD).not()).first(), count(BAD), count(BESIDE)];
        exprs.extend(columns.iter().map(|(canonical, exact)| exact.expr.clone().alias(canonical.as_str())));
        let query = |rows: LazyFrame| rows.group_by_stable(by.clone()).agg(exprs.clone());
        let frame = std::mem::take(&mut self.frame);
        let Computed { frame, failed } = compute(frame, &query, &|frame| query::groups(frame, keys))?;
        self.reject_failed(failed, &keys.join(", "));
        let shown: Vec<Expr> = (0..keys.len()).map(|at| col(key(at)).cast(DataType::String)).collect();
        self.reject_partial(&frame, &shown, keys)?;
        let whole = frame.lazy().filter(col(BAD).eq(lit(0)).and(col(BESIDE).eq(lit(0)))).collect().map_err(engine)?;
        self.finish(&whole, columns)
    }

    /// Rejects the rows that `where` kept and that have values which do not fit.
    fn reject_faults(&mut self) -> Result<(), MappingFault> {
        let mut kept = vec![false; self.places.len()];
        for row in numbers(&self.frame)? {
            kept[row as usize] = true;
        }
        for (column, fault) in std::mem::take(&mut self.faults) {
            if kept[fault.row] {
                let message = format!("`{}` {}", fault.value, fault.misfit.message);
                self.reject(fault.row, column, fault.value, fault.misfit.reason, message);
            }
        }
        Ok(())
    }

    /// Rejects the rows that have none of the keys: nothing says which fact they belong to.
    fn reject_keyless(&mut self, keys: &[String]) -> Result<(), MappingFault> {
        let has_none = keys.iter().map(|key| col(key).is_null()).reduce(Expr::and).unwrap_or(lit(false));
        let frame = std::mem::take(&mut self.frame).lazy();
        let keyless = frame.clone().filter(has_none.clone().and(col(BAD).not())).collect().map_err(engine)?;
        for row in numbers(&keyless)? {
            let message = "is empty, and rows are grouped by it".to_owned();
            self.reject(row as usize, keys.join(", "), String::new(), RejectReason::Missing, message);
        }
        self.frame = frame.filter(has_none.not()).collect().map_err(engine)?;
        Ok(())
    }

    /// Rejects the sound rows of groups that have rows which do not fit, at the first of them.
    fn reject_partial(&mut self, groups: &DataFrame, shown: &[Expr], keys: &[String]) -> Result<(), MappingFault> {
        let shown = concat_str(shown, ", ", true).alias("shown");
        let is_partial = col(BAD).gt(lit(0)).or(col(BESIDE).gt(lit(0))).and(col(ROW).is_not_null());
        let partial = groups.clone().lazy().filter(is_partial).select([col(ROW), col(BAD), shown]);
        let partial = partial.collect().map_err(engine)?;
        let bad = partial.column(BAD).and_then(|bad| bad.u64().cloned()).map_err(engine)?;
        let shown = partial.column("shown").and_then(|shown| shown.str().cloned()).map_err(engine)?;
        for ((row, count), value) in numbers(&partial)?.into_iter().zip(bad.iter()).zip(shown.iter()) {
            let (count, value) = (count.unwrap_or_default(), value.unwrap_or_default());
            let message = match count {
                0 => {
                    format!("`{value}` is left out whole: a row beside its rows cannot be read, and may be one of them")
                }
                _ => format!("`{value}` is left out whole: {count} of its rows cannot be read, each listed by itself"),
            };
            self.reject(row as usize, keys.join(", "), value.to_owned(), RejectReason::Malformed, message);
        }
        Ok(())
    }

    fn reject_failed(&mut self, failed: Vec<(Vec<IdxSize>, String)>, column: &str) {
        for (rows, message) in failed {
            let sound = rows.into_iter().filter(|&row| !self.rejected[row as usize]).min();
            let message = format!("an expression {message}");
            if let Some(row) = sound {
                self.reject(row as usize, column.to_owned(), String::new(), RejectReason::OutOfRange, message);
            }
        }
    }

    /// Rejects a row, unless it is rejected already.
    fn reject(&mut self, row: usize, column: String, value: String, reason: RejectReason, message: String) {
        if std::mem::replace(&mut self.rejected[row], true) {
            return;
        }
        let place = self.places[row];
        self.rejects.push(Reject { kind: self.kind, file: self.file, place, column, value, reason, message });
    }

    /// Hands over what was computed, and the rejects in the order of their places.
    fn finish(
        mut self,
        frame: &DataFrame,
        columns: &[(String, Exact)],
    ) -> Result<(Vec<RawBatch>, Vec<Reject>), MappingFault> {
        let starts = (0..frame.height().max(1)).step_by(BATCH);
        let batches = starts.map(|start| self.batch(&frame.slice(start as i64, BATCH), columns));
        let batches = batches.collect::<Result<_, _>>()?;
        self.rejects.sort_by_key(|reject| reject.place);
        Ok((batches, self.rejects))
    }

    fn batch(&self, frame: &DataFrame, columns: &[(String, Exact)]) -> Result<RawBatch, MappingFault> {
        let (mut fields, mut arrays) = (Vec::new(), Vec::new());
        for (canonical, exact) in columns {
            let mut series = frame.column(canonical).map_err(engine)?.as_materialized_series().clone();
            if *series.dtype() == DataType::Null {
                series = series.cast(&DataType::String).map_err(engine)?;
            }
            let array = bridge::to_arrow(&series).and_then(|array| handed_on(array, exact.holds)).map_err(engine)?;
            fields.push(ColumnField::new(canonical, array.data_type().clone(), true));
            arrays.push(array);
        }
        let places = numbers(frame)?.into_iter().map(|row| self.places[row as usize]).collect();
        let columns = RecordBatch::try_new(Arc::new(ColumnSchema::new(fields)), arrays);
        Ok(RawBatch { columns: columns.map_err(|fault| MappingFault::Engine(fault.to_string()))?, places })
    }
}

impl Mapped {
    /// Checks that the columns of `types` and `group_by` exist; those of expressions are checked with them.
    fn check_named(&self, names: &[String], wanted: &[(String, Need)]) -> Result<(), MappingFault> {
        let is_optional = |column: &&String| wanted.contains(&((*column).clone(), Need::Optional));
        let typed = self.types.keys().filter(|column| !is_optional(column)).map(|column| ("types", column));
        let mut named = typed.chain(self.keys.iter().map(|column| ("group_by", column)));
        match named.find(|(_, column)| !names.contains(column)) {
            None => Ok(()),
            Some((key, column)) => Err(MappingFault::UnknownColumn {
                key: key.to_owned(),
                column: column.clone(),
                nearest: most_alike(column, names.iter().map(String::as_str)),
            }),
        }
    }
}

/// Instants say that they are; text is plain UTF-8, as the readers give it.
fn handed_on(array: ArrayRef, holds: ExprType) -> PolarsResult<ArrayRef> {
    let array = match holds {
        ExprType::Time => {
            let instants = array.as_primitive::<TimestampMicrosecondType>().clone();
            Ok(Arc::new(instants.with_timezone("UTC")) as ArrayRef)
        }
        ExprType::Text | ExprType::Null => cast(&array, &ArrowType::Utf8),
        _ => Ok(array),
    };
    array.map_err(|fault| PolarsError::ComputeError(fault.to_string().into()))
}

/// Returns the rows just before and after lines that could not be read as rows: nobody knows which fact such a line is of, but
/// the rows of a fact stand together.
fn beside(places: &[u64], unread: &[u64]) -> impl Iterator<Item = usize> {
    let around = |line: &u64| {
        let after = places.partition_point(|place| place < line);
        [after.checked_sub(1), Some(after).filter(|&after| after < places.len())]
    };
    unread.iter().flat_map(around).flatten()
}

fn flags(name: &str, count: usize, rows: impl Iterator<Item = usize>) -> Series {
    let mut flags = vec![false; count];
    for row in rows {
        flags[row] = true;
    }
    Series::new(name.into(), flags)
}

fn numbers(frame: &DataFrame) -> Result<Vec<IdxSize>, MappingFault> {
    let rows = frame.column(ROW).and_then(|rows| rows.idx().cloned()).map_err(engine)?;
    Ok(rows.into_no_null_iter().collect())
}
