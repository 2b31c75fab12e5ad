//! Finds rows that occur twice in files: `distinct` names the columns that tell the rows of a fact apart.

use crate::mapping::compute::fold::shown;
use crate::mapping::compute::groups::Groups;
use crate::mapping::compute::wide;
use crate::mapping::plan::{Plan, PlannedColumn};
use crate::mapping::table::Table;
use crate::mapping::table::chunk::Chunk;
use crate::mapping::table::grouped::key_column;
use accrue_facts::seen::RepeatedRows;
use accrue_facts::{FileIndex, Origin, RejectReason};
use arrow::array::{Array, ArrayRef};
use arrow::error::ArrowError;
use rayon::slice::ParallelSliceMut;
use std::collections::BTreeMap;

/// So many rows are compared with each other before they are sorted.
const FEW: usize = 16;

/// Of so many rows that contradict others a reject tells in which column.
const TOLD: usize = 100;

/// A row that contradicts the first one with the same keys.
struct Contradiction {
    row: usize,
    /// The places of both among the rows that are left.
    at: usize,
    first: usize,
}

impl Table {
    /// Leaves out rows of a fact that repeat an earlier one. Rows that `distinct` does not tell apart and that are not
    /// alike in all columns of the mapping do not fit: nobody knows which of them is right.
    pub(super) fn leave_out_repeated(&mut self, plan: &Plan) -> Result<(), ArrowError> {
        if plan.distinct.is_empty() {
            return Ok(());
        }
        let told_apart: Vec<String> = plan.keys.iter().chain(&plan.distinct).map(|key| key_column(&key.name)).collect();
        let by_distinct = self.firsts(|chunk| {
            let columns = chunk.columns();
            told_apart.iter().map(|name| columns[name].clone()).collect()
        })?;
        let by_all = self.firsts(|chunk| chunk.columns().values().cloned().collect())?;
        let mut start = 0;
        let (mut contradicting, mut kept) = (Vec::new(), Vec::new());
        for chunk in &self.chunks {
            let is_told: Vec<bool> = has_any(chunk, &plan.distinct);
            let mut is_kept = vec![true; chunk.rows.len()];
            for (at, row) in chunk.rows.iter().enumerate() {
                let own = (start + at) as u32;
                if !is_told[at] || by_distinct[own as usize] == own {
                    continue;
                }
                is_kept[at] = by_all[own as usize] == own;
                if is_kept[at] {
                    let first = by_distinct[own as usize] as usize;
                    contradicting.push(Contradiction { row: *row as usize, at: own as usize, first });
                }
            }
            start += chunk.rows.len();
            kept.push(is_kept);
        }
        self.reject_contradicting(&contradicting, plan);
        for (chunk, is_kept) in self.chunks.iter_mut().zip(kept) {
            chunk.keep(&is_kept);
        }
        Ok(())
    }

    /// Rejects rows that contradict an earlier one, and says in which column.
    fn reject_contradicting(&mut self, contradicting: &[Contradiction], plan: &Plan) {
        let names: Vec<&str> = plan.distinct.iter().map(|key| key.sources.as_str()).collect();
        for (number, contradiction) in contradicting.iter().enumerate() {
            let Contradiction { row, at, first } = *contradiction;
            if std::mem::replace(&mut self.is_bad[row], true) {
                continue;
            }
            let [own, earlier] = [at, first].map(|at| self.origin_of(at));
            let of_file = if own.file == earlier.file { "" } else { " of an earlier file" };
            let difference = if number < TOLD { self.difference(at, first) } else { None };
            let (differs, value) = match difference {
                Some((column, [own, earlier])) => {
                    (format!("has `{earlier}` in `{column}`, where this one has `{own}`"), own)
                }
                None => ("has another value in a column that the mapping reads".to_owned(), String::new()),
            };
            let message = format!("row {}{of_file} is the same by `distinct`, and {differs}", earlier.place);
            self.reject(row, names.join(", "), value, RejectReason::Malformed, message);
        }
    }

    /// Returns the file and place of a row by its place among the rows that are left.
    fn origin_of(&self, at: usize) -> Origin {
        let (chunk, at) = self.chunk_of(at);
        self.origins.of_row(self.chunks[chunk].rows[at] as usize)
    }

    /// Returns the first column of the files in which two rows differ, and both values.
    fn difference(&self, at: usize, other: usize) -> Option<(String, [String; 2])> {
        let rows = [at, other].map(|at| self.chunk_of(at));
        let columns = rows.map(|(chunk, _)| self.chunks[chunk].columns());
        self.names.iter().find_map(|name| {
            let holds = *self.holds.get(name)?;
            let value = |of: usize| {
                let array = columns[of].get(name)?;
                let (_, at) = rows[of];
                Some(if array.is_valid(at) { shown(&wide(array), holds, at) } else { String::new() })
            };
            let values = [value(0)?, value(1)?];
            (values[0] != values[1]).then(|| (name.clone(), values))
        })
    }

    /// Returns the chunk in which a row is, and its place there.
    fn chunk_of(&self, mut at: usize) -> (usize, usize) {
        for (number, chunk) in self.chunks.iter().enumerate() {
            match at.checked_sub(chunk.rows.len()) {
                Some(left) => at = left,
                None => return (number, at),
            }
        }
        unreachable!("a row that is left")
    }

    /// Finds rows of a fact that are the same in all columns of the file; a repeated row counts to its own file.
    pub(super) fn repeated(&self, groups: &Groups, rows: &[u32]) -> BTreeMap<FileIndex, RepeatedRows> {
        let mut by_file = BTreeMap::new();
        let Some(hashes) = &self.hashes else { return by_file };
        let hash = |(&row, &group): (&u32, &u32)| (u64::from(group), hashes[row as usize], row);
        let may_repeat = may_repeat(groups, rows, hashes);
        let candidates = rows.iter().zip(&groups.of_row).filter(|(_, group)| may_repeat[**group as usize]);
        let mut hashed: Vec<(u64, i64, u32)> = candidates.map(hash).collect();
        hashed.par_sort_unstable();
        let alike = hashed.windows(2).filter(|pair| (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1));
        // The parts of a line that was split are no rows of the file.
        let origins = alike.map(|pair| [pair[0].2, pair[1].2].map(|row| self.origins.of_row(row as usize)));
        let mut repeated: Vec<[Origin; 2]> = origins.filter(|[one, other]| one != other).collect();
        repeated.sort_unstable_by_key(|[_, later]| (later.file, later.place));
        for [of, later] in repeated {
            let of = (of.file == later.file).then_some(of.place);
            let first = RepeatedRows { rows: 0, first: later.place, of };
            by_file.entry(later.file).or_insert(first).rows += 1;
        }
        by_file
    }

    /// Returns, of each row, the first row with the same values.
    fn firsts(&self, columns: impl Fn(&Chunk) -> Vec<ArrayRef>) -> Result<Vec<u32>, ArrowError> {
        let groups = self.grouped_by(columns)?;
        Ok(groups.of_row.iter().map(|group| groups.firsts[*group as usize]).collect())
    }
}

/// Tells of each group whether two of its rows may be the same. The rows of a group are mostly few and together: then
/// they are compared with each other.
fn may_repeat(groups: &Groups, rows: &[u32], hashes: &[i64]) -> Vec<bool> {
    let (mut may_repeat, mut is_known) = (vec![false; groups.count()], vec![false; groups.count()]);
    let hash = |row: &u32| hashes[*row as usize];
    let mut rows = rows.iter();
    for together in groups.of_row.chunk_by(|one, other| one == other) {
        let own: Vec<i64> = rows.by_ref().take(together.len()).map(hash).collect();
        let is_repeated = |(at, hash): (usize, &i64)| own[..at].contains(hash);
        let group = together[0] as usize;
        let is_apart = std::mem::replace(&mut is_known[group], true);
        may_repeat[group] |= is_apart || own.len() > FEW || own.iter().enumerate().any(is_repeated);
    }
    may_repeat
}

/// Tells of each row whether it has a value in any of the columns.
fn has_any(chunk: &Chunk, keys: &[PlannedColumn]) -> Vec<bool> {
    let columns = chunk.columns();
    let keys: Vec<&ArrayRef> = keys.iter().map(|key| &columns[&key_column(&key.name)]).collect();
    (0..chunk.rows.len()).map(|at| keys.iter().any(|key| key.is_valid(at))).collect()
}
