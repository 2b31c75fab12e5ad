//! Rows in pieces: what expressions are computed over, and what they have made.

use crate::mapping::compute::Inputs;
use crate::mapping::exact::expr_type::ExprType;
use crate::mapping::file_rows::FileRows;
use arrow::array::{ArrayRef, AsArray, BooleanArray, Decimal128Array, Int64Array};
use arrow::compute::filter;
use arrow::datatypes::{DataType, Decimal128Type, Int64Type, TimestampMicrosecondType};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Facts of a batch that a mapping hands on.
const BATCH: usize = 1 << 17;

/// Some of the rows: their numbers among all rows, from 0 and rising, and what expressions are computed over.
#[derive(Default)]
pub(super) struct Chunk {
    pub rows: Vec<u32>,
    pub columns: BTreeMap<String, ArrayRef>,
}

/// Canonical columns and the row that each of their values is of.
pub(super) struct Made {
    pub rows: Vec<u32>,
    pub columns: Vec<ArrayRef>,
}

impl Chunk {
    pub(super) fn inputs(&self) -> Inputs<'_> {
        Inputs { columns: &self.columns, aggregated: &[], height: self.rows.len() }
    }

    pub(super) fn keep(&mut self, is_kept: &[bool]) {
        keep(&mut self.rows, self.columns.values_mut(), is_kept);
    }
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

/// Returns chunks of the rows of batches, without columns yet.
pub(super) fn numbered(files: &[FileRows]) -> Vec<Chunk> {
    let mut next = 0;
    let chunks = files.iter().flat_map(|rows| &rows.raw).map(|batch| {
        let start = next;
        next += batch.places.len() as u32;
        Chunk { rows: (start..next).collect(), columns: BTreeMap::new() }
    });
    chunks.collect()
}

/// Adds a column, its numbers as mantissas.
pub(super) fn add(chunks: &mut [Chunk], name: &str, arrays: Vec<ArrayRef>) {
    for (chunk, array) in chunks.iter_mut().zip(arrays) {
        chunk.columns.insert(name.to_owned(), computable(array));
    }
}

/// Returns values as expressions are computed over them: numbers as mantissas.
pub(super) fn computable(array: ArrayRef) -> ArrayRef {
    match array.data_type() {
        DataType::Int64 => {
            let numbers = array.as_primitive::<Int64Type>();
            Arc::new(numbers.iter().map(|number| number.map(i128::from)).collect::<Decimal128Array>())
        }
        DataType::Decimal128(..) => {
            let (_, mantissas, nulls) = array.as_primitive::<Decimal128Type>().clone().into_parts();
            Arc::new(Decimal128Array::new(mantissas, nulls))
        }
        _ => array,
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
