//! Rows put in the order of people.

use super::same::NONE;
use std::ops::Range;

/// The rows of one kind, person by person, within a person as they were read.
pub struct Shelf {
    /// Where the rows of each rank begin, and the end of the last.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Shelf {
    /// Puts rows in order, given the rank of each row's person; `NONE` leaves a row out.
    pub fn new(people: usize, ranks: impl Iterator<Item = u32> + Clone) -> Shelf {
        let mut starts = vec![0; people + 1];
        for rank in ranks.clone().filter(|&rank| rank != NONE) {
            starts[rank as usize + 1] += 1;
        }
        for rank in 0..people {
            starts[rank + 1] += starts[rank];
        }
        let mut ends = starts.clone();
        let mut rows = vec![0; starts[people] as usize];
        for (rank, row) in ranks.zip(0..).filter(|&(rank, _)| rank != NONE) {
            let end = &mut ends[rank as usize];
            rows[*end as usize] = row;
            *end += 1;
        }
        Shelf { starts, rows }
    }

    /// Returns the rows of a person, rising.
    pub fn of(&self, rank: usize) -> &[u32] {
        &self.rows[self.range(rank)]
    }

    pub fn count(&self, rank: usize) -> usize {
        self.range(rank).len()
    }

    /// Returns the rows of consecutive people.
    pub fn of_all(&self, ranks: Range<usize>) -> &[u32] {
        &self.rows[self.starts[ranks.start] as usize..self.starts[ranks.end] as usize]
    }

    /// Returns where the rows of a person are among those of the people from `first` on.
    pub fn range_from(&self, first: usize, rank: usize) -> Range<usize> {
        let Range { start, end } = self.range(rank);
        let first = self.starts[first] as usize;
        start - first..end - first
    }

    fn range(&self, rank: usize) -> Range<usize> {
        self.starts[rank] as usize..self.starts[rank + 1] as usize
    }
}
