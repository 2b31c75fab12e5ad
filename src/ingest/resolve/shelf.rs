//! Rows put in the order of people.

use rayon::prelude::*;
use std::ops::Range;

/// People whose rows are put in order at a time, at most: where these begin then stays in the processor's cache, while all
/// ranks go by.
const RANGE: usize = 1 << 21;

/// The rows of one kind, person by person, within a person as they were read.
pub struct Shelf {
    /// Where the rows of each rank begin, and the end of the last.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Shelf {
    /// Puts rows in order, given the rank of each row's person; `NONE` leaves a row out.
    pub fn new(people: usize, ranks: &[u32]) -> Shelf {
        let length = people.div_ceil(rayon::current_num_threads()).clamp(1, RANGE);
        // The place of a rank in a range of people; beyond them all where it is not one of these.
        let place_in = |range: usize, rank: u32| (rank as usize).wrapping_sub(range * length);
        let mut starts = vec![0; people + 1];
        starts[1..].par_chunks_mut(length).enumerate().for_each(|(range, counts)| {
            for &rank in ranks {
                if let Some(count) = counts.get_mut(place_in(range, rank)) {
                    *count += 1;
                }
            }
        });
        for rank in 0..people {
            starts[rank + 1] += starts[rank];
        }
        let mut rows = vec![0; starts[people] as usize];
        let mut left = rows.as_mut_slice();
        let own_rows = starts[..people].chunks(length).enumerate().map(|(range, own)| {
            let end = starts[range * length + own.len()];
            (range, own, left.split_off_mut(..(end - own[0]) as usize).expect("a shelf has room for all rows"))
        });
        own_rows.collect::<Vec<_>>().into_par_iter().for_each(|(range, starts, rows)| {
            let mut ends: Vec<u32> = starts.iter().map(|start| start - starts[0]).collect();
            for (&rank, row) in ranks.iter().zip(0..) {
                if let Some(end) = ends.get_mut(place_in(range, rank)) {
                    rows[*end as usize] = row;
                    *end += 1;
                }
            }
        });
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

#[cfg(test)]
mod tests {
    use super::super::same::NONE;
    use super::*;

    #[test]
    fn rows_come_person_by_person_as_they_were_read() {
        let people = 2_003;
        let rank = |row: u32| if row % 11 == 5 { NONE } else { row * row % 2_011 % 2_003 };
        let ranks: Vec<u32> = (0..10_000).map(rank).collect();
        let shelf = Shelf::new(people, &ranks);
        let mut rows: Vec<u32> = Vec::new();
        for person in 0..people {
            assert!(shelf.of(person).iter().all(|&row| rank(row) as usize == person) && shelf.of(person).is_sorted());
            rows.extend(shelf.of(person));
        }
        assert_eq!(rows, shelf.of_all(0..people));
        rows.sort_unstable();
        assert!(rows.into_iter().eq((0..10_000).filter(|&row| rank(row) != NONE)));
        assert!(Shelf::new(0, &[]).of_all(0..0).is_empty());
    }
}
