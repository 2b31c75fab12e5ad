//! Counts how many rows of a file fill each canonical column. Later runs compare these counts to notice a column that
//! goes missing.
//!
//! A value counts unless it is null or a blank text. Whether a column has blank texts at all is decided by at most 64
//! samples, evenly spaced; only then every value is looked at.

use crate::FactKind;
use crate::columns::columns;
use crate::trim::trim;
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::DataType;

/// The number of values of a column that are looked at to learn whether it has blank texts.
const SAMPLES: usize = 64;

/// Counts of the rows of a file, rejected rows included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// The number of data rows.
    pub rows: u64,
    /// The number of accepted rows.
    pub accepted: u64,
    /// The number of accepted rows that are void.
    pub void: u64,
    /// The number of rows, before a mapping, of facts that stand in another file of the input.
    pub in_others: u64,
    /// The first and the last line or row, from 1; `None` without rows.
    pub places: Option<(u64, u64)>,
    /// The number of rows with a value, for each column in the order of [`columns`]; empty without rows.
    pub columns: Vec<u64>,
}

impl Filled {
    /// Counts the values in a batch of canonical columns. `places` has the line or row of each row, rising.
    ///
    /// `accepted`, `void` and `in_others` remain 0: the caller sets them.
    pub fn of(kind: FactKind, batch: &arrow::array::RecordBatch, places: &[u64]) -> Filled {
        let count = |name: &str| batch.column_by_name(name).map_or(0, filled) as u64;
        Filled {
            rows: places.len() as u64,
            accepted: 0,
            void: 0,
            in_others: 0,
            places: places.first().copied().zip(places.last().copied()),
            columns: columns(kind).iter().map(|column| count(column.name)).collect(),
        }
    }

    /// Adds the counts of other rows of the same kind.
    pub fn add(&mut self, other: &Filled) {
        self.rows += other.rows;
        self.accepted += other.accepted;
        self.void += other.void;
        self.in_others += other.in_others;
        self.places = match (self.places, other.places) {
            (Some((first, last)), Some((other_first, other_last))) => {
                Some((first.min(other_first), last.max(other_last)))
            }
            (own, other) => own.or(other),
        };
        self.columns.resize(self.columns.len().max(other.columns.len()), 0);
        self.columns.iter_mut().zip(&other.columns).for_each(|(own, other)| *own += other);
    }
}

/// Returns how many values are neither null nor blank.
fn filled(array: &ArrayRef) -> usize {
    let count = array.len() - array.logical_null_count();
    if *array.data_type() != DataType::Utf8 || count == 0 {
        return count;
    }
    let texts = array.as_string::<i32>();
    let is_blank = |at: usize| texts.is_null(at) || trim(texts.value(at)).is_empty();
    // A column with blank texts mostly has many of them, so that the samples find one.
    let mut samples = (0..texts.len()).step_by(texts.len().div_ceil(SAMPLES));
    let has_blanks = samples.any(|at| texts.is_valid(at) && is_blank(at));
    if has_blanks { (0..texts.len()).filter(|&at| !is_blank(at)).count() } else { count }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Int64Array, RecordBatch, StringArray};
    use std::sync::Arc;

    #[test]
    fn nulls_empty_and_blank_values_are_not_filled() {
        let column = |values: Vec<Option<&str>>| Arc::new(StringArray::from(values)) as ArrayRef;
        let numbers = Arc::new(Int64Array::from(vec![Some(1), None, Some(3)])) as ArrayRef;
        let batch = RecordBatch::try_from_iter([
            ("order_id", column(vec![Some("1"), Some("2"), Some("3")])),
            ("paid_at", column(vec![Some(" "), Some(""), Some("2024-05-01")])),
            ("items_amount", numbers),
        ]);
        let mut filled = Filled::of(FactKind::Orders, &batch.unwrap(), &[2, 3, 5]);
        let of = |filled: &Filled, name: &str| {
            let at = columns(FactKind::Orders).iter().position(|column| column.name == name).unwrap();
            filled.columns[at]
        };
        assert_eq!(["order_id", "paid_at", "items_amount", "email"].map(|name| of(&filled, name)), [3, 1, 2, 0]);
        assert_eq!((filled.rows, filled.places), (3, Some((2, 5))));
        let twice = filled.clone();
        filled.add(&twice);
        assert_eq!((filled.rows, of(&filled, "order_id")), (6, 6));
    }
}
