//! Sorts the rows of a kind by the rank of their person, and keeps for each rank where its rows begin.
//!
//! A stable counting sort in two passes (D. E. Knuth, "The Art of Computer Programming", volume 3, 5.2): the first
//! deals rows out to ranges of people, the second sorts each range while it stays in the processor's cache. Each pass
//! counts the rows of every bucket, adds the counts up to where buckets begin, and writes the rows there. The result is
//! a compressed sparse row layout: `rows[starts[rank]..starts[rank + 1]]` are the rows of a rank, rising.

use crate::index::{Index, OfRow, Rank};
use crate::ranks::Ranks;
use rayon::prelude::*;
use std::ops::Range;

/// People whose rows are put in order at a time: where the rows of each begin then stays in the processor's cache, and
/// the place of a person among them is a `u16`.
const RANGE: usize = 1 << 16;

/// The rows of one kind, or the numbers of other things, person by person, within a person as they were read.
pub(crate) struct Shelf<K = OfRow> {
    /// Where the rows of each rank begin, and the end of the last.
    starts: Vec<u32>,
    rows: Vec<Index<K>>,
}

/// The result of the first pass: rows by range of people, within a range as they were read.
struct ByRange<K> {
    rows: Vec<Index<K>>,
    /// For each of the rows the place of its person in the range.
    places: Vec<u16>,
    /// How many rows each range has.
    counts: Vec<usize>,
}

impl<K> Shelf<K> {
    /// Puts rows in order, given the rank of each row's person; `None` leaves a row out.
    pub(crate) fn new(people: usize, ranks: &[Option<Rank>]) -> Shelf<K> {
        let ByRange { mut rows, mut places, counts } = ByRange::new(people.div_ceil(RANGE), ranks);
        let mut starts = vec![0; people + 1];
        let (mut rows_left, mut places_left, mut first) = (rows.as_mut_slice(), places.as_mut_slice(), 0);
        let ranges = starts[1..].chunks_mut(RANGE).zip(counts).map(|(ends, count)| {
            let own = (split_off(&mut rows_left, count), &*split_off(&mut places_left, count), first, ends);
            first += count as u32;
            own
        });
        let ranges: Vec<_> = ranges.collect();
        ranges.into_par_iter().for_each_init(Vec::new, |unsorted, (rows, places, first, ends)| {
            unsorted.clear();
            unsorted.extend_from_slice(rows);
            put_in_order(unsorted, places, first, rows, ends);
        });
        Shelf { starts, rows }
    }

    /// Returns the rows of a person, rising.
    pub(crate) fn of(&self, rank: Rank) -> &[Index<K>] {
        &self.rows[self.range(rank)]
    }

    pub(crate) fn count(&self, rank: Rank) -> usize {
        self.range(rank).len()
    }

    /// Returns the rows of consecutive people.
    pub(crate) fn of_all(&self, ranks: &Ranks) -> &[Index<K>] {
        &self.rows[self.starts[ranks.start()] as usize..self.starts[ranks.end()] as usize]
    }

    /// Returns where the rows of a person are among those of these people.
    pub(crate) fn range_among(&self, ranks: &Ranks, rank: Rank) -> Range<usize> {
        let Range { start, end } = self.range(rank);
        let first = self.starts[ranks.start()] as usize;
        start - first..end - first
    }

    fn range(&self, rank: Rank) -> Range<usize> {
        self.starts[rank.get()] as usize..self.starts[rank.get() + 1] as usize
    }
}

impl<K> ByRange<K> {
    fn new(ranges: usize, ranks: &[Option<Rank>]) -> ByRange<K> {
        let length = ranks.len().div_ceil(rayon::current_num_threads()).max(1);
        let count = |ranks: &[Option<Rank>]| {
            let mut counts = vec![0; ranges];
            ranks.iter().flatten().for_each(|rank| counts[rank.get() / RANGE] += 1);
            counts
        };
        let parts: Vec<Vec<usize>> = ranks.par_chunks(length).map(count).collect();
        let counts: Vec<usize> = (0..ranges).map(|range| parts.iter().map(|counts| counts[range]).sum()).collect();
        let total = counts.iter().sum();
        let (mut rows, mut places) = (vec![Index::from_number(0); total], vec![0; total]);
        let (mut rows_left, mut places_left) = (rows.as_mut_slice(), places.as_mut_slice());
        // For each thread's part of the rows, the slots in each range that it writes to.
        let mut own: Vec<Vec<_>> = parts.iter().map(|_| Vec::with_capacity(ranges)).collect();
        for range in 0..ranges {
            for (counts, own) in parts.iter().zip(&mut own) {
                let (rows, places) =
                    (split_off(&mut rows_left, counts[range]), split_off(&mut places_left, counts[range]));
                own.push(rows.iter_mut().zip(places));
            }
        }
        ranks.par_chunks(length).zip(own).enumerate().for_each(|(part, (ranks, mut own))| {
            let rows = (part * length) as u32..;
            for (own_row, rank) in rows.zip(ranks).filter_map(|(row, rank)| Some((Index::from_number(row), (*rank)?))) {
                let (row, place) = own[rank.get() / RANGE].next().expect("as many as were counted");
                (*row, *place) = (own_row, (rank.get() % RANGE) as u16);
            }
        });
        ByRange { rows, places, counts }
    }
}

fn split_off<'s, T>(left: &mut &'s mut [T], count: usize) -> &'s mut [T] {
    left.split_off_mut(..count).expect("there is room for all that were counted")
}

/// Puts rows of a range of people in order, given the place of each row's person; `first` is where they begin on the
/// shelf, and `ends` becomes where those of each person end.
fn put_in_order<K>(unsorted: &[Index<K>], places: &[u16], first: u32, rows: &mut [Index<K>], ends: &mut [u32]) {
    places.iter().for_each(|&place| ends[usize::from(place)] += 1);
    let mut start = first;
    for end in &mut *ends {
        (*end, start) = (start, start + *end);
    }
    for (&row, &place) in unsorted.iter().zip(places) {
        let end = &mut ends[usize::from(place)];
        rows[(*end - first) as usize] = row;
        *end += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::RowIndex;

    #[test]
    fn rows_come_person_by_person_as_they_were_read() {
        let people = 2 * RANGE + 3;
        let rank =
            |row: u32| (row % 11 != 5).then(|| Rank::from_number(row.wrapping_mul(2_654_435_761) % people as u32));
        let ranks: Vec<Option<Rank>> = (0..300_000).map(rank).collect();
        let shelf = Shelf::new(people, &ranks);
        let mut rows: Vec<RowIndex> = Vec::new();
        for person in (0..people).map(Rank::new) {
            assert!(
                shelf.of(person).iter().all(|row| rank(row.number()) == Some(person)) && shelf.of(person).is_sorted()
            );
            rows.extend(shelf.of(person));
        }
        assert_eq!(rows, shelf.of_all(&Ranks::new(0..people)));
        rows.sort_unstable();
        assert!(rows.into_iter().eq((0..300_000).filter(|&row| rank(row).is_some()).map(RowIndex::from_number)));
        assert!(Shelf::<OfRow>::new(0, &[]).of_all(&Ranks::default()).is_empty());
    }
}
