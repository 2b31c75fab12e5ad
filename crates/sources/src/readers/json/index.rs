//! An index of a file's records by the fingerprints of their ids, for joining children to them.

use crate::packed::Packed;
use crate::readers::json::part::texts;
use arrow::array::{Array, AsArray, RecordBatch};
use rayon::slice::ParallelSliceMut;
use std::collections::BTreeSet;
use xxhash_rust::xxh3::{Xxh3, xxh3_128_with_seed};

/// Records by fingerprints of their ids, of 128 bits: for 100 million records the odds that two different ids have the
/// same one are below 1 in 10^22. They begin with a seed that whoever chooses an id does not know.
pub(super) struct Index {
    seed: u64,
    records: Vec<Known>,
}

/// A record.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Known {
    /// The fingerprint of its id, in halves, so that it takes no more room than it needs.
    id: [u64; 2],
    /// The fingerprint of its values, which is compared among records of the same id.
    values: u64,
    /// Its number among all rows of records.
    pub(super) number: u32,
}

impl Index {
    /// Takes note of all records. Second are those that have the id and the values of one before them.
    pub(super) fn new(records: &[Packed], seed: u64) -> (Index, BTreeSet<u32>) {
        let mut known = Vec::with_capacity(records.iter().map(Packed::rows).sum());
        let mut first = 0;
        for part in records {
            let rows = part.unpack();
            let ids = texts(&rows, "id");
            for row in (0..rows.num_rows()).filter(|row| ids.is_valid(*row)) {
                let (id, values) = (fingerprint(ids.value(row), seed), values_of(&rows, row, seed));
                known.push(Known { id, values, number: first + row as u32 });
            }
            first += rows.num_rows() as u32;
        }
        known.par_sort_unstable();
        let mut repeated = BTreeSet::new();
        known.dedup_by(|later, earlier| {
            let is_same = (later.id, later.values) == (earlier.id, earlier.values);
            is_same && repeated.insert(later.number)
        });
        (Index { seed, records: known }, repeated)
    }

    /// Returns the records that have an id and differ.
    pub(super) fn find(&self, id: &str) -> &[Known] {
        let id = fingerprint(id, self.seed);
        let first = self.records.partition_point(|known| known.id < id);
        let count = self.records[first..].iter().take_while(|known| known.id == id).count();
        &self.records[first..first + count]
    }
}

fn fingerprint(id: &str, seed: u64) -> [u64; 2] {
    let whole = xxh3_128_with_seed(id.as_bytes(), seed);
    [(whole >> 64) as u64, whole as u64]
}

/// Returns the fingerprint of all texts of a row.
fn values_of(rows: &RecordBatch, row: usize, seed: u64) -> u64 {
    let mut hash = Xxh3::with_seed(seed);
    for texts in rows.columns().iter().filter_map(|column| column.as_string_opt::<i32>()) {
        let text = if texts.is_valid(row) { texts.value(row) } else { "" };
        hash.update(&text.len().to_le_bytes());
        hash.update(text.as_bytes());
    }
    hash.digest()
}
