//! Facts of several rows: each group of rows with the same keys becomes one canonical row, or is left out whole.

use crate::mapping::compute::failure::Failure;
use crate::mapping::compute::groups::{Groups, shown};
use crate::mapping::compute::{Inputs, where_true};
use crate::mapping::fault::MappingFault;
use crate::mapping::plan::Plan;
use crate::mapping::table::chunk::{Made, handed_on, in_batches};
use crate::mapping::table::{Finished, Table};
use accrue_facts::RejectReason;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::compute::{cast, concat};
use arrow::datatypes::DataType;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;

impl Table {
    /// Makes one canonical row of each group of rows with the same keys.
    pub(crate) fn facts(mut self, plan: &Plan) -> Result<Finished, MappingFault> {
        self.reject_faults();
        self.add_keys(plan)?;
        self.reject_keyless(plan);
        let rows: Vec<u32> = self.chunks.iter().flat_map(|chunk| chunk.rows.iter().copied()).collect();
        let key_columns: Vec<ArrayRef> = plan.keys.iter().map(|key| self.whole(&key_column(&key.name))).collect();
        let groups = Groups::by(&key_columns).map_err(|fault| MappingFault::unreadable(&key_names(plan), &fault))?;
        let (aggregated, mut failed) = self.aggregated(&groups, plan);
        let batches = in_batches(groups.count());
        let computed: Vec<FactColumns> =
            batches.par_iter().map(|groups| FactColumns::new(plan, &aggregated, groups.clone())).collect();
        for (groups, facts) in batches.iter().zip(&computed) {
            for (at, failure) in &facts.failures {
                failed.entry(groups.start + at).or_insert_with(|| failure.clone());
            }
        }
        let shown = |group: usize| key_of(plan, &key_columns, groups.firsts[group] as usize);
        let sound = self.soundness(&groups, &rows);
        let mut partial = Vec::new();
        for (group, soundness) in sound.iter().enumerate().filter(|(group, _)| !failed.contains_key(group)) {
            if let (Some(first), false) = (soundness.first, soundness.is_whole()) {
                partial.push((first, shown(group), soundness.bad));
            }
        }
        self.reject_failed(failed_at(&failed, &groups, &rows, &self.is_rejected), &key_names(plan))?;
        for (row, value, bad) in partial {
            self.reject_partial(row, plan, value, bad);
        }
        let is_whole: Vec<bool> =
            sound.iter().enumerate().map(|(group, sound)| sound.is_whole() && !failed.contains_key(&group)).collect();
        let made = batches.into_iter().zip(computed).map(|(own, facts)| {
            let is_kept: Vec<bool> =
                own.clone().map(|group| is_whole[group] && facts.is_wanted.value(group - own.start)).collect();
            let firsts = &groups.firsts[own];
            let mut made = Made { rows: firsts.iter().map(|&at| rows[at as usize]).collect(), columns: facts.columns };
            made.keep(&is_kept);
            made
        });
        let made = made.collect();
        self.finish(made, plan)
    }

    /// Returns the results of the aggregates, one value a group, and the groups that fail.
    fn aggregated(&self, groups: &Groups, plan: &Plan) -> (Vec<ArrayRef>, BTreeMap<usize, Failure>) {
        // Of each chunk, the inputs and filters of all aggregates.
        let computed: Vec<_> = self
            .chunks
            .par_iter()
            .map(|chunk| {
                let inputs = chunk.inputs();
                let mut evaluation = inputs.evaluation();
                let columns: Vec<[Option<ArrayRef>; 2]> = plan
                    .aggregations
                    .iter()
                    .map(|aggregation| {
                        [&aggregation.input, &aggregation.filter]
                            .map(|node| node.as_ref().map(|node| evaluation.column(node)))
                    })
                    .collect();
                (columns, evaluation.failures)
            })
            .collect();
        let mut failed = BTreeMap::new();
        let mut start = 0;
        for ((_, failures), chunk) in computed.iter().zip(&self.chunks) {
            for (at, failure) in failures {
                failed.entry(groups.of_row[start + at] as usize).or_insert_with(|| failure.clone());
            }
            start += chunk.rows.len();
        }
        let whole = |aggregation: usize, part: usize| {
            let parts: Vec<&ArrayRef> =
                computed.iter().filter_map(|(columns, _)| columns[aggregation][part].as_ref()).collect();
            (!parts.is_empty()).then(|| joined(&parts))
        };
        let results: Vec<_> = plan
            .aggregations
            .par_iter()
            .enumerate()
            .map(|(at, aggregation)| {
                let filter = whole(at, 1);
                groups.aggregate(aggregation, whole(at, 0).as_ref(), filter.as_ref().map(|filter| filter.as_boolean()))
            })
            .collect();
        for (row, failure) in results.iter().flat_map(|(_, failed)| failed) {
            failed.entry(groups.of_row[*row] as usize).or_insert_with(|| failure.clone());
        }
        (results.into_iter().map(|(array, _)| array).collect(), failed)
    }

    /// Counts the rows of each group that do not fit.
    fn soundness(&self, groups: &Groups, rows: &[u32]) -> Vec<Soundness> {
        let mut sound = vec![Soundness::default(); groups.count()];
        for (&row, &group) in rows.iter().zip(&groups.of_row) {
            let group = &mut sound[group as usize];
            group.has_beside |= self.is_beside[row as usize];
            match self.is_bad[row as usize] {
                true => group.bad += 1,
                false => group.first = group.first.or(Some(row)),
            }
        }
        sound
    }

    /// Returns a column of all rows that are left.
    fn whole(&self, name: &str) -> ArrayRef {
        let parts: Vec<&ArrayRef> = self.chunks.iter().map(|chunk| &chunk.columns[name]).collect();
        joined(&parts)
    }

    /// Computes the keys of all rows. A row whose key cannot be computed may belong to the facts beside it.
    fn add_keys(&mut self, plan: &Plan) -> Result<(), MappingFault> {
        let mut failed = Vec::new();
        for chunk in &mut self.chunks {
            let inputs = chunk.inputs();
            let mut evaluation = inputs.evaluation();
            let columns: Vec<ArrayRef> = plan.keys.iter().map(|key| evaluation.column(&key.node)).collect();
            failed.extend(evaluation.failures.into_iter().map(|(at, failure)| (chunk.rows[at], failure)));
            for (key, column) in plan.keys.iter().zip(columns) {
                chunk.columns.insert(key_column(&key.name), column);
            }
        }
        for (row, _) in &failed {
            let row = *row as usize;
            self.is_bad[row] = true;
            for beside in [row.checked_sub(1), Some(row + 1).filter(|after| *after < self.origins.height())] {
                beside.into_iter().for_each(|beside| self.is_beside[beside] = true);
            }
        }
        self.reject_failed(failed, &key_names(plan))
    }

    /// Rejects the rows that have none of the keys: nothing says which fact they belong to.
    fn reject_keyless(&mut self, plan: &Plan) {
        let mut keyless = Vec::new();
        for chunk in &mut self.chunks {
            let columns: Vec<&ArrayRef> =
                plan.keys.iter().filter_map(|key| chunk.columns.get(&key_column(&key.name))).collect();
            let has_key: Vec<bool> =
                (0..chunk.rows.len()).map(|at| columns.iter().any(|column| column.is_valid(at))).collect();
            keyless.extend(
                chunk.rows.iter().zip(&has_key).filter(|(_, has_key)| !**has_key).map(|(row, _)| *row as usize),
            );
            chunk.keep(&has_key);
        }
        for row in keyless {
            if !self.is_bad[row] {
                let message = "is empty, and rows are grouped by it".to_owned();
                self.reject(row, key_names(plan), String::new(), RejectReason::Missing, message);
            }
        }
    }

    /// Rejects the sound rows of a group that has rows which do not fit, at the first of them.
    fn reject_partial(&mut self, row: u32, plan: &Plan, value: String, bad: usize) {
        let message = match bad {
            0 => format!("`{value}` is left out whole: a row beside its rows cannot be read, and may be one of them"),
            _ => format!("`{value}` is left out whole: {bad} of its rows cannot be read, each listed by itself"),
        };
        self.reject(row as usize, key_names(plan), value, RejectReason::Malformed, message);
    }
}

/// Names the column that the values of a key are kept in. No column of a file begins with this character.
fn key_column(key: &str) -> String {
    format!("\u{1}key {key}")
}

/// Returns the keys as the mapping has them.
fn key_names(plan: &Plan) -> String {
    plan.keys.iter().map(|key| key.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Shows the keys of a row, without those that are empty.
fn key_of(plan: &Plan, columns: &[ArrayRef], row: usize) -> String {
    let there = plan.keys.iter().zip(columns).filter(|(_, column)| column.is_valid(row));
    let shown: Vec<String> = there.map(|(key, column)| shown(column, key.holds, row)).collect();
    shown.join(", ")
}

/// What expressions make of some groups.
struct FactColumns {
    columns: Vec<ArrayRef>,
    /// Where `having` is true.
    is_wanted: BooleanArray,
    /// By the place among these groups.
    failures: BTreeMap<usize, Failure>,
}

impl FactColumns {
    fn new(plan: &Plan, aggregated: &[ArrayRef], groups: Range<usize>) -> FactColumns {
        let height = groups.len();
        let aggregated: Vec<ArrayRef> =
            aggregated.iter().map(|array| unviewed(&array.slice(groups.start, height))).collect();
        let inputs = Inputs { columns: &BTreeMap::new(), aggregated: &aggregated, height };
        let mut evaluation = inputs.evaluation();
        let columns =
            plan.columns.iter().map(|column| handed_on(evaluation.column(&column.node), column.holds)).collect();
        let is_wanted = match &plan.having {
            Some(having) => where_true(evaluation.column(having).as_boolean()),
            None => BooleanArray::from(vec![true; height]),
        };
        FactColumns { columns, is_wanted, failures: evaluation.failures }
    }
}

/// Joins the values of all chunks; texts as views, since those of a file may be more than one array of texts can hold.
fn joined(parts: &[&ArrayRef]) -> ArrayRef {
    let viewed = |part: &&ArrayRef| match part.data_type() {
        DataType::Utf8 => cast(part, &DataType::Utf8View).expect("a text has a view"),
        _ => ArrayRef::clone(part),
    };
    let parts: Vec<ArrayRef> = parts.iter().map(viewed).collect();
    let parts: Vec<&dyn Array> = parts.iter().map(|part| &**part).collect();
    concat(&parts).expect("chunks are of one type")
}

/// Returns texts that are not views.
fn unviewed(array: &ArrayRef) -> ArrayRef {
    match array.data_type() {
        DataType::Utf8View => cast(array, &DataType::Utf8).expect("a view has a text"),
        _ => array.clone(),
    }
}

/// What is known of the rows of a group.
#[derive(Clone, Default)]
struct Soundness {
    /// The first row that fits, which a group that is left out is listed at.
    first: Option<u32>,
    /// How many do not fit.
    bad: usize,
    has_beside: bool,
}

impl Soundness {
    fn is_whole(&self) -> bool {
        self.bad == 0 && !self.has_beside
    }
}

/// Returns, for each group that fails, its first row that has no reject yet.
fn failed_at(
    failed: &BTreeMap<usize, Failure>,
    groups: &Groups,
    rows: &[u32],
    is_rejected: &[bool],
) -> Vec<(u32, Failure)> {
    let mut left = failed.clone();
    let mut found = Vec::new();
    if left.is_empty() {
        return found;
    }
    for (&row, &group) in rows.iter().zip(&groups.of_row) {
        if !is_rejected[row as usize]
            && let Some(failure) = left.remove(&(group as usize))
        {
            found.push((row, failure));
        }
    }
    found
}
