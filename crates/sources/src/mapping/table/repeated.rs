//! Finds rows that occur twice in files: `distinct` names the columns that tell the rows of a fact apart.

use crate::mapping::compute::groups::Groups;
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
        let mut contradicting = Vec::new();
        for chunk in &mut self.chunks {
            let is_told: Vec<bool> = has_any(chunk, &plan.distinct);
            let mut is_kept = vec![true; chunk.rows.len()];
            for (at, row) in chunk.rows.iter().enumerate() {
                let own = (start + at) as u32;
                if !is_told[at] || by_distinct[own as usize] == own {
                    continue;
                }
                is_kept[at] = by_all[own as usize] == own;
                if is_kept[at] {
                    contradicting.push(*row as usize);
                }
            }
            start += chunk.rows.len();
            chunk.keep(&is_kept);
        }
        let names: Vec<&str> = plan.distinct.iter().map(|key| key.sources.as_str()).collect();
        for row in contradicting {
            if !std::mem::replace(&mut self.is_bad[row], true) {
                let message = "an earlier row of the same has other values in columns that the mapping reads";
                self.reject(row, names.join(", "), String::new(), RejectReason::Malformed, message.to_owned());
            }
        }
        Ok(())
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
