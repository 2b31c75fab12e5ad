//! Facts of several rows: each group of rows with the same keys becomes one canonical row, or is left out whole.

use crate::mapping::compute::failure::Failure;
use crate::mapping::compute::fold::{Fold, shown};
use crate::mapping::compute::groups::{Grouping, Groups};
use crate::mapping::compute::{Inputs, where_true};
use crate::mapping::exact::Aggregation;
use crate::mapping::fault::MappingFault;
use crate::mapping::mapped_rows::LeftOut;
use crate::mapping::plan::Plan;
use crate::mapping::table::chunk::{Chunk, Made, handed_on, in_batches, inputs};
use crate::mapping::table::{Finished, Table, named};
use accrue_facts::{FactKind, FileIndex, RejectReason};
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::error::ArrowError;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;

/// So many chunks are computed side by side, before their rows are added to the aggregates.
const AT_A_TIME: usize = 16;

impl Table {
    /// Makes one canonical row of each row of groups with the same keys.
    pub(crate) fn facts(mut self, plan: &Plan) -> Result<Finished, MappingFault> {
        // A key of its own is the id of the fact.
        self.note_orders(plan.keys.first().filter(|_| plan.keys.len() == 1));
        self.reject_faults();
        self.add_keys(plan)?;
        self.reject_keyless(plan);
        self.leave_out_repeated(plan).map_err(|_| MappingFault::unreadable(&key_names(plan)))?;
        let groups = self.grouped(plan).map_err(|_| MappingFault::unreadable(&key_names(plan)))?;
        let rows: Vec<u32> = self.chunks.iter().flat_map(|chunk| chunk.rows.iter().copied()).collect();
        let (folds, mut failed) = self.aggregated(&groups, plan);
        let sound = self.soundness(&groups, &rows);
        let partial = self.partial(plan, &groups, &sound);
        let repeated = self.repeated(&groups, &rows);
        let is_packed = self.chunks.iter().any(Chunk::is_packed);
        self.chunks.clear();
        let is_whole: Vec<bool> = sound.iter().map(Soundness::is_whole).collect();
        let of_batch = |own: Range<usize>| {
            let FactColumns { columns, is_wanted, failures } = FactColumns::new(plan, &folds, own.clone());
            let is_sound = |group: usize| {
                is_whole[group] && !failed.contains_key(&group) && !failures.contains_key(&(group - own.start))
            };
            let is_sound: Vec<bool> = own.clone().map(is_sound).collect();
            let is_kept: Vec<bool> = (0..).zip(&is_sound).map(|(at, sound)| *sound && is_wanted.value(at)).collect();
            let firsts = &groups.firsts[own.clone()];
            let mut made =
                Made { rows: firsts.iter().map(|&at| rows[at as usize]).collect(), columns: columns.clone() };
            made.keep(&is_kept);
            let lost = if self.names_left_out { lost(&is_sound, own, columns) } else { Made::default() };
            // Groups that do not fit are rejected; those that `having` does not keep are no facts.
            let is_fact: Vec<bool> = is_sound.iter().zip(&is_kept).map(|(sound, kept)| *kept || !sound).collect();
            (self.batches(made, plan, is_packed), lost, is_fact, failures)
        };
        let batches = in_batches(groups.count());
        let computed: Vec<_> = batches.par_iter().map(|own| of_batch(own.clone())).collect();
        drop(folds);
        let (mut made, mut lost, mut is_fact) = (Vec::with_capacity(computed.len()), Vec::new(), Vec::new());
        for (groups, (facts, left_out, are_facts, failures)) in batches.iter().zip(computed) {
            made.push(facts);
            lost.push(left_out);
            is_fact.extend(are_facts);
            for (at, failure) in failures {
                failed.entry(groups.start + at).or_insert(failure);
            }
        }
        self.reject_failed(failed_at(&failed, &groups, &rows, &self.is_rejected), &key_names(plan))?;
        for (group, row, value) in partial.into_iter().filter(|(group, ..)| !failed.contains_key(group)) {
            self.reject_partial(row, plan, value, sound[group].bad);
        }
        let left_out = self.left_out(lost, plan, &groups, &rows)?;
        let in_others = self.in_others(&groups, &rows, &is_fact);
        Ok(Finished { repeated, in_others, ..self.finish(made, left_out)? })
    }

    /// Counts, by file, the rows of facts that stand in another file.
    fn in_others(&self, groups: &Groups, rows: &[u32], is_fact: &[bool]) -> BTreeMap<FileIndex, u64> {
        let mut counts = BTreeMap::new();
        if !self.origins.is_of_several() {
            return counts;
        }
        let file = |row: u32| self.origins.of_row(row as usize).file;
        for (&row, &group) in rows.iter().zip(&groups.of_row) {
            let (own, first) = (file(row), file(rows[groups.firsts[group as usize] as usize]));
            if own != first && is_fact[group as usize] {
                *counts.entry(own).or_default() += 1;
            }
        }
        counts
    }

    /// Says why groups are left out; the rows of `lost` are the numbers of the groups.
    fn left_out(&self, lost: Vec<Made>, plan: &Plan, groups: &Groups, rows: &[u32]) -> Result<LeftOut, MappingFault> {
        let numbers = lost.iter().flat_map(|lost| &lost.rows);
        let mut because: BTreeMap<u32, Option<(bool, u32)>> = numbers.map(|group| (*group, None)).collect();
        if because.is_empty() {
            return Ok(LeftOut::default());
        }
        for (&row, group) in rows.iter().zip(&groups.of_row).filter(|(row, _)| self.is_rejected[**row as usize]) {
            // A row that does not fit says more than one that is left out with it.
            let why = (!self.is_bad[row as usize], row);
            because.entry(*group).and_modify(|best| *best = Some(best.map_or(why, |best| why.min(best))));
        }
        let named = |lost: Made| named(plan, lost.columns, lost.rows.len());
        let batches = lost.into_iter().filter(|lost| !lost.rows.is_empty()).map(named).collect::<Result<_, _>>()?;
        let row = |why: Option<(bool, u32)>| why.expect("a group is left out where one of its rows is rejected").1;
        let because = because.into_values().map(|why| self.origins.of_row(row(why) as usize)).collect();
        Ok(LeftOut { batches, because })
    }

    /// Finds the groups of the rows that are left.
    fn grouped(&self, plan: &Plan) -> Result<Groups, ArrowError> {
        self.grouped_by(|chunk| {
            let columns = chunk.columns();
            plan.keys.iter().map(|key| columns[&key_column(&key.name)].clone()).collect()
        })
    }

    /// Finds the groups of the rows that have the same values in some columns.
    pub(super) fn grouped_by(&self, columns: impl Fn(&Chunk) -> Vec<ArrayRef>) -> Result<Groups, ArrowError> {
        let first = self.chunks.first().map(&columns).unwrap_or_default();
        let types: Vec<_> = first.iter().map(|column| column.data_type().clone()).collect();
        let mut grouping = Grouping::new(&types)?;
        self.chunks.iter().try_for_each(|chunk| grouping.add(&columns(chunk)))?;
        Ok(grouping.finish())
    }

    /// Computes the aggregates of all groups, and returns the groups that fail.
    fn aggregated<'p>(&self, groups: &Groups, plan: &'p Plan) -> (Vec<Fold<'p>>, BTreeMap<usize, Failure>) {
        let is_packed = self.chunks.iter().any(Chunk::is_packed);
        let fold = |aggregation| Fold::new(aggregation, groups.count(), is_packed);
        let mut folds: Vec<Fold<'p>> = plan.aggregations.iter().map(fold).collect();
        let mut failed = BTreeMap::new();
        let mut start = 0;
        for chunks in self.chunks.chunks(AT_A_TIME) {
            let computed: Vec<_> = chunks.par_iter().map(|chunk| aggregate_inputs(chunk, plan)).collect();
            let mut of_rows = Vec::with_capacity(chunks.len());
            for (chunk, (_, failures)) in chunks.iter().zip(&computed) {
                let of_row = &groups.of_row[start..start + chunk.rows.len()];
                start += of_row.len();
                for (at, failure) in failures {
                    failed.entry(of_row[*at] as usize).or_insert_with(|| failure.clone());
                }
                of_rows.push(of_row);
            }
            folds.par_iter_mut().enumerate().for_each(|(at, fold)| {
                for ((inputs, _), of_row) in computed.iter().zip(&of_rows) {
                    if let Some((input, filter)) = &inputs[at] {
                        fold.add(of_row, input.as_ref(), filter.as_ref());
                    }
                }
            });
        }
        for (group, failure) in folds.iter_mut().flat_map(|fold| std::mem::take(&mut fold.failures)) {
            failed.entry(group as usize).or_insert(failure);
        }
        (folds, failed)
    }

    /// Returns the groups that have rows which fit and others which do not, each with its first sound row and its keys.
    fn partial(&self, plan: &Plan, groups: &Groups, sound: &[Soundness]) -> Vec<(usize, u32, String)> {
        let is_partial = |sound: &Soundness| !sound.is_whole();
        let partial = sound.iter().enumerate().filter(|(_, sound)| is_partial(sound));
        let shown = |(group, sound): (usize, &Soundness)| {
            Some((group, sound.first?, self.keys_of(plan, groups.firsts[group] as usize)))
        };
        partial.filter_map(shown).collect()
    }

    /// Shows the keys of a row, without those that are empty.
    fn keys_of(&self, plan: &Plan, mut at: usize) -> String {
        for chunk in &self.chunks {
            if at >= chunk.rows.len() {
                at -= chunk.rows.len();
                continue;
            }
            let columns = chunk.columns();
            let keys = plan.keys.iter().map(|key| (key, &columns[&key_column(&key.name)]));
            let there = keys.filter(|(_, column)| column.is_valid(at));
            let shown: Vec<String> = there.map(|(key, column)| shown(column, key.holds, at)).collect();
            return shown.join(", ");
        }
        String::new()
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

    /// Computes the keys of all rows. A row whose key cannot be computed may belong to the facts beside it.
    fn add_keys(&mut self, plan: &Plan) -> Result<(), MappingFault> {
        let add = |chunk: &mut Chunk| {
            let failures = chunk.change(|rows, columns| {
                let inputs = inputs(columns, rows);
                let mut evaluation = inputs.evaluation();
                let all = || plan.keys.iter().chain(&plan.distinct);
                let keys: Vec<ArrayRef> = all().map(|key| evaluation.column(&key.node)).collect();
                let failures = evaluation.failures;
                columns.extend(all().map(|key| key_column(&key.name)).zip(keys));
                failures
            });
            failures.into_iter().map(|(at, failure)| (chunk.rows[at], failure)).collect::<Vec<_>>()
        };
        let failed: Vec<_> = self.chunks.par_iter_mut().map(add).collect();
        let failed: Vec<_> = failed.into_iter().flatten().collect();
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
            let columns = chunk.columns();
            let keys: Vec<&ArrayRef> = plan.keys.iter().filter_map(|key| columns.get(&key_column(&key.name))).collect();
            let has_key: Vec<bool> = (0..chunk.rows.len()).map(|at| keys.iter().any(|key| key.is_valid(at))).collect();
            drop(columns);
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
    fn reject_partial(&mut self, row: u32, plan: &Plan, value: String, bad: u32) {
        let message = match bad {
            0 => format!("`{value}` is left out whole: a row beside its rows cannot be read, and may be one of them"),
            _ => format!("`{value}` is left out whole: {bad} of its rows cannot be read, each listed by itself"),
        };
        if self.kind == FactKind::Orders && plan.keys.len() == 1 {
            self.order_ids.insert(row as usize, value.clone());
        }
        self.reject(row as usize, key_names(plan), value, RejectReason::Malformed, message);
    }
}

/// Names the column that the values of a key are kept in. No column of a file begins with this character.
pub(super) fn key_column(key: &str) -> String {
    format!("\u{1}key {key}")
}

/// Returns the columns that the keys are made of.
fn key_names(plan: &Plan) -> String {
    plan.keys.iter().map(|key| key.sources.as_str()).collect::<Vec<_>>().join(", ")
}

/// The input and the filter of an aggregate for the rows of a chunk; `None` where no row counts.
type AggregateInput = Option<(Option<ArrayRef>, Option<BooleanArray>)>;

/// Computes what each aggregate is computed of for the rows of a chunk. Rows that do not count fail nothing.
fn aggregate_inputs(chunk: &Chunk, plan: &Plan) -> (Vec<AggregateInput>, BTreeMap<usize, Failure>) {
    let columns = chunk.columns();
    let inputs = inputs(&columns, &chunk.rows);
    let mut evaluation = inputs.evaluation();
    let of = |Aggregation { function, input, filter, .. }: &Aggregation| {
        let Some(filter) = filter else {
            return Some((input.as_ref().map(|input| evaluation.column(input)), None));
        };
        let filter = evaluation.column(filter).as_boolean().clone();
        // Mostly there are few such rows, or none, and what is not needed is not computed.
        if function.is_total() && filter.true_count() == 0 {
            return None;
        }
        Some((input.as_ref().map(|input| evaluation.filtered(input, &filter)), Some(filter)))
    };
    let computed = plan.aggregations.iter().map(of).collect();
    (computed, evaluation.failures)
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
    fn new(plan: &Plan, folds: &[Fold<'_>], groups: Range<usize>) -> FactColumns {
        let height = groups.len();
        let aggregated: Vec<ArrayRef> = folds.iter().map(|fold| fold.results(groups.clone())).collect();
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

/// Returns what is made of the groups that are not sound; the rows are the numbers of the groups.
fn lost(is_sound: &[bool], groups: Range<usize>, columns: Vec<ArrayRef>) -> Made {
    if is_sound.iter().all(|is_sound| *is_sound) {
        return Made::default();
    }
    let mut lost = Made { rows: groups.map(|group| group as u32).collect(), columns };
    lost.keep(&is_sound.iter().map(|is_sound| !is_sound).collect::<Vec<_>>());
    lost
}

/// What is known of the rows of a group.
#[derive(Clone, Default)]
struct Soundness {
    /// The first row that fits: a group that is left out is listed there.
    first: Option<u32>,
    /// How many do not fit.
    bad: u32,
    /// Whether one of the rows is beside a row that may belong to the group and cannot be read.
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
