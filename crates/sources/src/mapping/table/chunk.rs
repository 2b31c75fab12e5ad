//! Rows in chunks: the columns that expressions are computed over, and the results. Chunks not in use may be
//! compressed.

use crate::mapping::compute::Inputs;
use crate::mapping::exact::expr_type::ExprType;
use crate::packed::Packed;
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Int64Array, RecordBatch, RecordBatchOptions,
};
use arrow::compute::filter;
use arrow::datatypes::{Decimal128Type, Field, Schema, TimestampMicrosecondType};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::num::TryFromIntError;
use std::ops::Range;
use std::sync::Arc;

/// Facts of a batch that a mapping hands on.
const BATCH: usize = 1 << 14;

/// Columns by their names.
pub(super) type Columns = BTreeMap<String, ArrayRef>;

/// Some of the rows: their numbers among all rows, from 0 and rising, and what expressions are computed over.
pub(super) struct Chunk {
    pub rows: Vec<u32>,
    held: Held,
}

/// Columns as they are, or packed.
enum Held {
    Plain(Columns),
    Packed(Packed),
}

/// Canonical columns and the row that each of their values is of.
#[derive(Default)]
pub(super) struct Made {
    pub rows: Vec<u32>,
    pub columns: Vec<ArrayRef>,
}

impl Chunk {
    pub(super) fn new(rows: Range<u32>, columns: Columns, is_packed: bool) -> Chunk {
        let held = Held::new(columns, rows.len(), is_packed);
        Chunk { rows: rows.collect(), held }
    }

    pub(super) fn is_packed(&self) -> bool {
        matches!(self.held, Held::Packed(_))
    }

    pub(super) fn columns(&self) -> Cow<'_, Columns> {
        match &self.held {
            Held::Plain(columns) => Cow::Borrowed(columns),
            Held::Packed(packed) => Cow::Owned(unpacked(packed)),
        }
    }

    /// Changes the columns, and not their length.
    pub(super) fn change<T>(&mut self, change: impl FnOnce(&[u32], &mut Columns) -> T) -> T {
        match &mut self.held {
            Held::Plain(columns) => change(&self.rows, columns),
            Held::Packed(packed) => {
                let mut columns = unpacked(packed);
                let changed = change(&self.rows, &mut columns);
                self.held = Held::new(columns, self.rows.len(), true);
                changed
            }
        }
    }

    /// Keeps some of the rows.
    pub(super) fn keep(&mut self, is_kept: &[bool]) {
        if is_kept.iter().all(|is_kept| *is_kept) {
            return;
        }
        let is_packed = self.is_packed();
        let mut columns = self.columns().into_owned();
        keep(&mut self.rows, columns.values_mut(), is_kept);
        self.held = Held::new(columns, self.rows.len(), is_packed);
    }
}

impl Held {
    fn new(columns: Columns, height: usize, is_packed: bool) -> Held {
        if !is_packed {
            return Held::Plain(columns);
        }
        let field = |(name, array): (&String, &ArrayRef)| Field::new(name, array.data_type().clone(), true);
        let schema = Schema::new(columns.iter().map(field).collect::<Vec<_>>());
        let options = RecordBatchOptions::new().with_row_count(Some(height));
        let columns = RecordBatch::try_new_with_options(Arc::new(schema), columns.into_values().collect(), &options);
        Held::Packed(Packed::new(&columns.expect("columns of one length")))
    }
}

fn unpacked(packed: &Packed) -> Columns {
    let columns = packed.unpack();
    let names = columns.schema_ref().fields().iter().map(|field| field.name().clone());
    names.zip(columns.columns().iter().cloned()).collect()
}

/// Returns what expressions of rows are computed over.
pub(super) fn inputs<'c>(columns: &'c Columns, rows: &[u32]) -> Inputs<'c> {
    Inputs { columns, aggregated: &[], height: rows.len() }
}

impl Made {
    pub(super) fn keep(&mut self, is_kept: &[bool]) {
        keep(&mut self.rows, self.columns.iter_mut(), is_kept);
    }
}

/// Keeps some rows, in all columns.
fn keep<'c>(rows: &mut Vec<u32>, columns: impl Iterator<Item = &'c mut ArrayRef>, is_kept: &[bool]) {
    if is_kept.iter().all(|is_kept| *is_kept) {
        return;
    }
    let mask = BooleanArray::from(is_kept.to_vec());
    columns.for_each(|column| *column = filter(column, &mask).expect("a mask of the same length"));
    let mut kept = is_kept.iter();
    rows.retain(|_| *kept.next().expect("a flag a row"));
}

/// Returns the ranges of batches, one at least.
pub(super) fn in_batches(count: usize) -> Vec<Range<usize>> {
    (0..count.max(1)).step_by(BATCH).map(|start| start..(start + BATCH).min(count)).collect()
}

/// Returns values as chunks hold them: numbers as mantissas of 64 bits, or of 128 bits where one needs them.
pub(super) fn held(array: ArrayRef) -> ArrayRef {
    let Some(numbers) = array.as_primitive_opt::<Decimal128Type>() else { return array };
    let narrow: Result<Int64Array, TryFromIntError> = numbers.try_unary(i64::try_from);
    match narrow {
        Ok(narrow) => Arc::new(narrow),
        Err(_) => {
            let (_, mantissas, nulls) = numbers.clone().into_parts();
            Arc::new(Decimal128Array::new(mantissas, nulls))
        }
    }
}

/// Returns values as the readers give them: numbers with their decimals, instants that say that they are.
pub(super) fn handed_on(array: ArrayRef, holds: ExprType) -> ArrayRef {
    match holds {
        ExprType::Int => {
            let numbers = array.as_primitive::<Decimal128Type>();
            Arc::new(numbers.iter().map(|number| number.map(|number| number as i64)).collect::<Int64Array>())
        }
        ExprType::Decimal(scale) => {
            let (_, mantissas, nulls) = array.as_primitive::<Decimal128Type>().clone().into_parts();
            let numbers = Decimal128Array::new(mantissas, nulls).with_precision_and_scale(38, scale as i8);
            Arc::new(numbers.expect("at most 38 decimals"))
        }
        ExprType::Time => Arc::new(array.as_primitive::<TimestampMicrosecondType>().clone().with_timezone("UTC")),
        ExprType::Bool | ExprType::Text | ExprType::Null | ExprType::Unknown => array,
    }
}

/// Returns flags that are set at some of so many rows.
pub(super) fn flags(count: usize, rows: impl Iterator<Item = usize>) -> Vec<bool> {
    let mut flags = vec![false; count];
    rows.for_each(|row| flags[row] = true);
    flags
}
