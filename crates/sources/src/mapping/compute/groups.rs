//! Rows of one fact: which they are, and what aggregates make of them.

use crate::mapping::compute::failure::{Disagreement, Failure};
use crate::mapping::compute::numbers;
use crate::mapping::exact::Aggregation;
use crate::mapping::exact::expr_type::ExprType;
use crate::mapping::language::expr::AggregateFunction;
use accrue_kernel::money::Decimal;
use accrue_kernel::time::Timestamp;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, UInt32Array, make_comparator};
use arrow::compute::{SortOptions, take};
use arrow::datatypes::{Decimal128Type, TimestampMicrosecondType};
use arrow::error::ArrowError;
use arrow::row::{RowConverter, SortField};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Rows with the same keys. Groups are numbered in the order of their first rows.
pub(crate) struct Groups {
    /// The group of each row.
    pub of_row: Vec<u32>,
    /// The first row of each group.
    pub firsts: Vec<u32>,
}

impl Groups {
    /// Groups rows by the values of key columns; null equals null.
    pub(crate) fn by(keys: &[ArrayRef]) -> Result<Groups, ArrowError> {
        let fields = keys.iter().map(|key| SortField::new(key.data_type().clone())).collect();
        let rows = RowConverter::new(fields)?.convert_columns(keys)?;
        let (mut of_row, mut firsts) = (Vec::with_capacity(rows.num_rows()), Vec::new());
        let mut known = BTreeMap::new();
        let mut before = None;
        for (at, row) in rows.iter().enumerate() {
            // Rows of a fact mostly stand together.
            let group = match before {
                Some((other, group)) if other == row => group,
                _ => *known.entry(row).or_insert_with(|| {
                    firsts.push(at as u32);
                    firsts.len() as u32 - 1
                }),
            };
            of_row.push(group);
            before = Some((row, group));
        }
        Ok(Groups { of_row, firsts })
    }

    pub(crate) fn count(&self) -> usize {
        self.firsts.len()
    }

    /// Computes an aggregate: one value a group. `input` is what is aggregated, one value a row; rows of which `filter`
    /// is not true are left out. Also returns the rows that cannot be summed.
    pub(crate) fn aggregate(
        &self,
        aggregation: &Aggregation,
        input: Option<&ArrayRef>,
        filter: Option<&BooleanArray>,
    ) -> (ArrayRef, Vec<(usize, Failure)>) {
        let counts = |row: &usize| filter.is_none_or(|filter| filter.is_valid(*row) && filter.value(*row));
        let rows = (0..self.of_row.len()).filter(counts).map(|row| (row, self.of_row[row] as usize));
        let is_there = |row: usize| input.is_none_or(|input| input.is_valid(row));
        let there = rows.clone().filter(|(row, _)| is_there(*row));
        let array: ArrayRef = match (aggregation.function, input) {
            (AggregateFunction::Sum | AggregateFunction::Avg, Some(input)) => return self.sums(input, there),
            (AggregateFunction::CountDistinct, Some(input)) => self.counts(distinct(input, there)),
            (AggregateFunction::Agree, Some(input)) => return self.agreed(input, aggregation, there),
            (AggregateFunction::First, Some(input)) => self.taken(input, rows, |_, _| false),
            (AggregateFunction::Last, Some(input)) => self.taken(input, rows, |_, _| true),
            (AggregateFunction::Min | AggregateFunction::Max, Some(input)) => {
                let wanted =
                    if aggregation.function == AggregateFunction::Min { Ordering::Less } else { Ordering::Greater };
                let compare = make_comparator(input, input, SortOptions::default()).expect("values have an order");
                self.taken(input, there, |row, best| compare(row, best) == wanted)
            }
            _ => self.counts(there),
        };
        (array, Vec::new())
    }

    /// Sums numbers; the sum of nothing is null.
    fn sums(&self, input: &ArrayRef, rows: impl Iterator<Item = (usize, usize)>) -> (ArrayRef, Vec<(usize, Failure)>) {
        let numbers = input.as_primitive::<Decimal128Type>();
        let (mut sums, mut failed) = (vec![None; self.count()], Vec::new());
        for (row, group) in rows {
            match numbers::summand(numbers.value(row)) {
                // 10^8 summands of 30 digits have at most 38.
                Ok(number) => *sums[group].get_or_insert(0_i128) += number,
                Err(failure) => failed.push((row, failure)),
            }
        }
        (Arc::new(Decimal128Array::from(sums)), failed)
    }

    /// Takes the value that all rows have which have one, and tells the first row of each group that has another.
    fn agreed(
        &self,
        input: &ArrayRef,
        aggregation: &Aggregation,
        rows: impl Iterator<Item = (usize, usize)>,
    ) -> (ArrayRef, Vec<(usize, Failure)>) {
        let compare = make_comparator(input, input, SortOptions::default()).expect("values have an order");
        let (mut firsts, mut failed) = (vec![None; self.count()], BTreeMap::new());
        for (row, group) in rows {
            let first = *firsts[group].get_or_insert(row as u32) as usize;
            if compare(first, row).is_ne() {
                failed.entry(group).or_insert((first, row));
            }
        }
        let disagreement = |(first, row): (usize, usize)| {
            let column = aggregation.column.clone();
            let values = [first, row].map(|row| shown(input, aggregation.holds, row));
            (row, Failure::Disagree(Box::new(Disagreement { column, values })))
        };
        let failed = failed.into_values().map(disagreement).collect();
        (take(input, &UInt32Array::from(firsts), None).expect("rows of the input"), failed)
    }

    fn counts(&self, rows: impl Iterator<Item = (usize, usize)>) -> ArrayRef {
        let mut counts = vec![0_i128; self.count()];
        rows.for_each(|(_, group)| counts[group] += 1);
        Arc::new(Decimal128Array::from(counts))
    }

    /// Takes the value of one row a group: of the first, or of a later one that is better than it.
    fn taken(
        &self,
        input: &ArrayRef,
        rows: impl Iterator<Item = (usize, usize)>,
        is_better: impl Fn(usize, usize) -> bool,
    ) -> ArrayRef {
        let mut best: Vec<Option<u32>> = vec![None; self.count()];
        for (row, group) in rows {
            if best[group].is_none_or(|best| is_better(row, best as usize)) {
                best[group] = Some(row as u32);
            }
        }
        take(input, &UInt32Array::from(best), None).expect("rows of the input")
    }
}

/// Leaves out the rows that have a value which a row of their group before them has.
fn distinct(input: &ArrayRef, rows: impl Iterator<Item = (usize, usize)>) -> impl Iterator<Item = (usize, usize)> {
    let converter = RowConverter::new(vec![SortField::new(input.data_type().clone())]);
    let values = converter.and_then(|converter| converter.convert_columns(std::slice::from_ref(input)));
    let values = values.expect("values have an order");
    let mut seen = BTreeSet::new();
    rows.filter(move |&(row, group)| seen.insert((group, values.row(row).as_ref().to_vec())))
}

/// Shows a value of a column of all rows, whose texts are views.
pub(crate) fn shown(column: &ArrayRef, holds: ExprType, row: usize) -> String {
    match holds {
        ExprType::Int => column.as_primitive::<Decimal128Type>().value(row).to_string(),
        ExprType::Decimal(scale) => {
            let mantissa = column.as_primitive::<Decimal128Type>().value(row);
            Decimal { mantissa, decimals: u32::from(scale) }.to_string()
        }
        ExprType::Bool => column.as_boolean().value(row).to_string(),
        ExprType::Time => {
            Timestamp::from_micros(column.as_primitive::<TimestampMicrosecondType>().value(row)).to_string()
        }
        ExprType::Text | ExprType::Null | ExprType::Unknown => column.as_string_view().value(row).to_owned(),
    }
}
