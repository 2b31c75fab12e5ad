//! A file that was read, and what is known of it afterwards.

use crate::FactKind;
use crate::filled::Filled;
use accrue_kernel::time::Instant;
use std::path::PathBuf;

/// A file that was read.
#[derive(Clone, Debug)]
pub struct FileRead {
    /// Which input of the pipeline it belongs to, from 0.
    pub input: u32,
    pub kind: FactKind,
    pub path: PathBuf,
    /// SHA-256 of the file's bytes, in hex; empty where some of its rows were read only.
    pub digest: String,
    pub bytes: u64,
    /// Data rows, rejected ones included.
    pub rows: u64,
    /// What its rows hold in the canonical columns, after a mapping where there is one.
    pub filled: Filled,
    /// Accepted rows that say of a fact what was known of it, and those that say something else of a known fact.
    pub repeated: u64,
    pub newer: u64,
    /// Names of the input's mapping that no row of an NDJSON file has.
    pub nowhere: Vec<String>,
    /// Whether the last line of a CSV file has no line end, as in one that was cut off.
    pub last_line_unended: bool,
    /// When runs first saw its rows, where they are kept since then; `None`: an export.
    pub kept_since: Option<KeptSince>,
    /// What its place says of its rows; empty where it says nothing.
    pub told_by_place: String,
}

/// When runs have first seen the rows of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSince {
    /// The number of a row, counted from 1, and the as_of for it and those after it.
    pub seen_at: Vec<(u64, Instant)>,
}

impl KeptSince {
    /// Returns when a row was first seen, by its number.
    pub fn of_row(&self, row: u64) -> Option<Instant> {
        let after = self.seen_at.partition_point(|&(first, _)| first <= row);
        after.checked_sub(1).map(|at| self.seen_at[at].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_was_seen_with_those_before_it() {
        let seen_at = vec![(1, Instant::from_micros(10)), (4, Instant::from_micros(20))];
        let kept = KeptSince { seen_at };
        let seen = [1, 3, 4, 9].map(|row| kept.of_row(row).unwrap().micros());
        assert_eq!(seen, [10, 10, 20, 20]);
        assert_eq!(KeptSince { seen_at: Vec::new() }.of_row(1), None);
    }
}
