//! Describes a file that was read: its path and digest, what its rows hold, and when runs first saw them.

use crate::filled::Filled;
use crate::{FactKind, InputIndex};
use accrue_kernel::time::Timestamp;
use std::path::PathBuf;

/// A file that was read, and what is known of it afterwards.
#[derive(Clone, Debug)]
pub struct FileRead {
    /// The file's input.
    pub input: InputIndex,
    /// The kind of facts in its rows.
    pub kind: FactKind,
    /// Its path, as it was opened.
    pub path: PathBuf,
    /// SHA-256 of the file's bytes, in hex; empty where only some of its rows were read.
    pub digest: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// The number of data rows, rejected ones included.
    pub rows: u64,
    /// How many rows fill each canonical column, after a mapping where there is one.
    pub filled: Filled,
    /// The number of accepted rows that repeat what was known of their fact.
    pub repeated: u64,
    /// The number of accepted rows that say something else of a known fact.
    pub newer: u64,
    /// Names in the input's mapping that no row of this NDJSON file has.
    pub nowhere: Vec<String>,
    /// The decimal mark of its numbers, where its input can set another: in CSV files only.
    pub decimal: Option<u8>,
    /// Whether the last line of a CSV file has no line end, as in a file that was cut off.
    pub last_line_unended: bool,
    /// What such a file is called, where a platform's mapping of it was made without having seen one.
    pub unconfirmed: Option<String>,
    /// Whether each line of a CSV file is wrapped as one quoted value, and was unwrapped.
    pub lines_unwrapped: bool,
    /// When runs first saw its rows, for facts that a book keeps; `None` for an export.
    pub kept_since: Option<KeptSince>,
    /// The columns that folder names or the table log add, as one text: if it changes, the file is read again. Empty
    /// where they add none.
    pub told_by_place: String,
}

/// When runs first saw the rows of a file. Row numbers rise and begin at 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSince {
    /// Pairs of a row number (from 1) and an as_of: it holds for that row and the rows after it, up to the next pair.
    pub seen_at: Vec<(u64, Timestamp)>,
}

impl KeptSince {
    /// Returns the as_of of the run that first saw a row, by the row's number from 1; `None` for a row before the first
    /// pair.
    pub fn of_row(&self, row: u64) -> Option<Timestamp> {
        let after = self.seen_at.partition_point(|&(first, _)| first <= row);
        after.checked_sub(1).map(|at| self.seen_at[at].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_was_seen_with_those_before_it() {
        let seen_at = vec![(1, Timestamp::from_micros(10)), (4, Timestamp::from_micros(20))];
        let kept = KeptSince { seen_at };
        let seen = [1, 3, 4, 9].map(|row| kept.of_row(row).unwrap().micros());
        assert_eq!(seen, [10, 10, 20, 20]);
        assert_eq!(KeptSince { seen_at: Vec::new() }.of_row(1), None);
    }
}
