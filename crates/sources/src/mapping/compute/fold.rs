//! Computes an aggregate for each group of rows. Rows come in chunks, and a group's rows may be in several chunks.

use crate::mapping::compute::failure::{Disagreement, Failure};
use crate::mapping::compute::kept::Kept;
use crate::mapping::compute::{numbers, where_true};
use crate::mapping::exact::Aggregation;
use crate::mapping::exact::expr_type::ExprType;
use crate::mapping::language::expr::AggregateFunction;
use accrue_kernel::money::Decimal;
use accrue_kernel::time::Timestamp;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Decimal128Array};
use arrow::buffer::BooleanBuffer;
use arrow::datatypes::{Decimal128Type, TimestampMicrosecondType};
use arrow::row::{RowConverter, SortField};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// An aggregate of all groups, over the rows so far.
pub(crate) struct Fold<'p> {
    aggregation: &'p Aggregation,
    so_far: SoFar,
    /// By group: why it has no result.
    pub(crate) failures: BTreeMap<u32, Failure>,
}

/// What has become of the rows so far, one value a group.
enum SoFar {
    /// Sums, and whether anything was summed.
    Sums(Vec<i128>, Vec<bool>),
    Counts(Vec<u32>),
    /// Counts, and the values that were counted.
    Distinct(Vec<u32>, BTreeSet<(u32, Box<[u8]>)>),
    /// A value of one of the rows.
    Taken(Kept),
}

impl<'p> Fold<'p> {
    /// Begins an aggregate of so many groups; `is_packed`: kept values are compressed while unused.
    pub(crate) fn new(aggregation: &'p Aggregation, groups: usize, is_packed: bool) -> Fold<'p> {
        let so_far = match (aggregation.function, &aggregation.input) {
            (AggregateFunction::Sum | AggregateFunction::Avg, Some(_)) => {
                SoFar::Sums(vec![0; groups], vec![false; groups])
            }
            (AggregateFunction::CountDistinct, Some(_)) => SoFar::Distinct(vec![0; groups], BTreeSet::new()),
            (AggregateFunction::Count, _) | (_, None) => SoFar::Counts(vec![0; groups]),
            _ => SoFar::Taken(Kept::new(groups, is_packed)),
        };
        Fold { aggregation, so_far, failures: BTreeMap::new() }
    }

    /// Goes on with the next rows, of these groups. `input` is what is aggregated, one value a row; rows of which
    /// `filter` is not true are left out.
    pub(crate) fn add(&mut self, of_row: &[u32], input: Option<&ArrayRef>, filter: Option<&BooleanArray>) {
        let counted =
            filter.map_or_else(|| BooleanBuffer::new_set(of_row.len()), |filter| where_true(filter).values().clone());
        let filled = input.and_then(|input| input.nulls()).map(|nulls| &counted & nulls.inner());
        let filled = filled.as_ref().unwrap_or(&counted);
        let with_group = |row: usize| (row, of_row[row]);
        let (rows, there) = (counted.set_indices().map(with_group), filled.set_indices().map(with_group));
        match (&mut self.so_far, input) {
            (SoFar::Sums(sums, is_summed), Some(input)) => {
                let numbers = input.as_primitive::<Decimal128Type>();
                for (row, group) in there {
                    match numbers::summand(numbers.value(row)) {
                        Ok(number) => {
                            // 10^8 summands of 30 digits have at most 38.
                            sums[group as usize] += number;
                            is_summed[group as usize] = true;
                        }
                        Err(failure) => drop(self.failures.entry(group).or_insert(failure)),
                    }
                }
            }
            (SoFar::Distinct(counts, seen), Some(input)) => {
                let converter = RowConverter::new(vec![SortField::new(input.data_type().clone())]);
                let values = converter.and_then(|converter| converter.convert_columns(std::slice::from_ref(input)));
                let values = values.expect("values have an order");
                let is_new = |(row, group): &(usize, u32)| seen.insert((*group, values.row(*row).as_ref().into()));
                there.filter(is_new).for_each(|(_, group)| counts[group as usize] += 1);
            }
            (SoFar::Taken(kept), Some(input)) => match self.aggregation.function {
                AggregateFunction::First => kept.add(input, rows, |_, _| false),
                AggregateFunction::Last => kept.add(input, rows, |_, _| true),
                AggregateFunction::Min => kept.add(input, there, |_, mut pair| pair.order() == Ordering::Greater),
                AggregateFunction::Max => kept.add(input, there, |_, mut pair| pair.order() == Ordering::Less),
                _ => {
                    let (aggregation, failures) = (self.aggregation, &mut self.failures);
                    kept.add(input, there, |group, mut pair| {
                        if pair.order().is_ne() {
                            failures.entry(group).or_insert_with(|| disagreement(aggregation, &pair.both()));
                        }
                        false
                    });
                }
            },
            (SoFar::Counts(counts), _) => there.for_each(|(_, group)| counts[group as usize] += 1),
            (_, None) => unreachable!("what has no input is counted"),
        }
    }

    /// Returns the results of some groups; the sum of nothing is null.
    pub(crate) fn results(&self, groups: Range<usize>) -> ArrayRef {
        match &self.so_far {
            SoFar::Sums(sums, is_summed) => {
                let sums = sums[groups.clone()].iter().zip(&is_summed[groups]);
                Arc::new(sums.map(|(sum, is_summed)| is_summed.then_some(*sum)).collect::<Decimal128Array>())
            }
            SoFar::Counts(counts) | SoFar::Distinct(counts, _) => {
                Arc::new(counts[groups].iter().map(|count| Some(i128::from(*count))).collect::<Decimal128Array>())
            }
            SoFar::Taken(kept) => kept.values(groups),
        }
    }
}

fn disagreement(aggregation: &Aggregation, values: &[(ArrayRef, usize); 2]) -> Failure {
    let values = values.each_ref().map(|(column, row)| shown(column, aggregation.holds, *row));
    Failure::Disagree(Box::new(Disagreement { column: aggregation.column.clone(), values }))
}

/// Shows a value of a column.
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
        ExprType::Text | ExprType::Null | ExprType::Unknown => column.as_string::<i32>().value(row).to_owned(),
    }
}
