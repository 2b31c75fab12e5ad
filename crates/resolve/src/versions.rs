//! Versions (docs/spec.md 2): of the rows with one id the greatest `updated_at` counts, then the one read later.

use crate::index::{Place, RowIndex, recast};
use crate::same::Same;
use accrue_facts::Row;
use accrue_facts::table::Table;
use arrow::buffer::BooleanBuffer;

/// For each row of a kind, the row that is the newest version of its fact; by default of no rows.
pub(crate) struct Newest {
    /// Empty where every row is the only one of its fact.
    versions: Vec<Option<RowIndex>>,
    /// The rows that are the newest version of their fact and not void.
    standing: BooleanBuffer,
}

impl Default for Newest {
    fn default() -> Newest {
        Newest { versions: Vec::new(), standing: BooleanBuffer::new_unset(0) }
    }
}

impl Newest {
    /// Finds the newest versions of a kind.
    pub(crate) fn of<R: Row>(same: &Same, table: &Table<R>) -> Newest {
        Newest::of_accepted(same, table, |_| true)
    }

    /// Finds the newest versions among the rows that `is_accepted` lets pass.
    pub(crate) fn of_accepted<R: Row>(
        same: &Same,
        table: &Table<R>,
        is_accepted: impl Fn(usize) -> bool + Sync,
    ) -> Newest {
        let id = |place: usize| is_accepted(place).then(|| table.id_bytes(place));
        let mut places = same.firsts_apart(table.rows.len(), id, |place| table.prefetch_id(place));
        point_to_newest(table, &mut places);
        Newest::new(table, recast(places))
    }

    /// Finds the newest versions of a kind, and for each of some references to the kind's ids the newest version of
    /// what it names: `None` where no row has that id.
    pub(crate) fn and_named<'a, R: Row>(
        same: &Same,
        table: &'a Table<R>,
        reference_count: usize,
        reference: impl Fn(usize) -> Option<&'a str> + Sync,
    ) -> (Newest, Vec<Option<RowIndex>>) {
        let row_count = table.rows.len();
        let id = |place: usize| match place.checked_sub(row_count) {
            None => Some(table.id_bytes(place)),
            Some(reference_place) => reference(reference_place).map(str::as_bytes),
        };
        let prefetch = |place| {
            if place < row_count {
                table.prefetch_id(place);
            }
        };
        let mut places = same.firsts_apart(row_count + reference_count, id, prefetch);
        point_to_newest(table, &mut places);
        let named = places.split_off(row_count);
        (Newest::new(table, recast(places)), recast(named))
    }

    fn new<R: Row>(table: &Table<R>, mut versions: Vec<Option<RowIndex>>) -> Newest {
        let mut rows = table.rows.iter();
        let mut is_void = || rows.next().expect("a version for every row").is_void();
        let standing =
            BooleanBuffer::collect_bool(versions.len(), |row| !is_void() && versions[row] == Some(RowIndex::new(row)));
        if versions.iter().zip(0..).all(|(&version, row)| version == Some(RowIndex::from_number(row))) {
            versions = Vec::new();
        }
        versions.shrink_to_fit();
        Newest { versions, standing }
    }

    /// Returns the rows whose id other rows have too, each but the oldest version with the version before it.
    pub(crate) fn successions<R: Row>(&self, table: &Table<R>) -> Vec<(usize, usize)> {
        let all = || self.versions.iter().enumerate().filter_map(|(row, newest)| Some((row, (*newest)?.get())));
        let mut is_repeated = vec![false; self.versions.len()];
        all().filter(|(row, newest)| newest != row).for_each(|(_, newest)| is_repeated[newest] = true);
        let rows = all().filter(|&(_, newest)| is_repeated[newest]);
        let mut versions: Vec<_> = rows.map(|(row, newest)| (newest, table.updated_at(row), row)).collect();
        versions.sort_unstable();
        let pairs = versions.windows(2).filter(|pair| pair[0].0 == pair[1].0);
        pairs.map(|pair| (pair[0].2, pair[1].2)).collect()
    }

    /// Returns the newest version of a row's fact; `None` where the row is not accepted.
    pub(crate) fn of_row(&self, row: usize) -> Option<RowIndex> {
        if self.versions.is_empty() { Some(RowIndex::new(row)) } else { self.versions[row] }
    }

    /// Returns of how many rows this is; none where the program does not use the kind.
    pub(crate) fn row_count(&self) -> usize {
        self.standing.len()
    }

    /// Tells whether a row is the newest version of a fact, whether that exists or not.
    pub(crate) fn is_newest(&self, row: usize) -> bool {
        self.of_row(row) == Some(RowIndex::new(row))
    }

    /// Tells whether a row is the newest version of a fact that exists: one that is not void.
    #[inline]
    pub(crate) fn stands(&self, row: usize) -> bool {
        self.standing.value(row)
    }
}

/// Turns the first place of each id into the newest version of it, and of the places after the rows, which are
/// references, into the newest version of what they name.
fn point_to_newest<R: Row>(table: &Table<R>, places: &mut [Option<Place>]) {
    let row_count = table.rows.len();
    // The slot of a first row, which is no less than its own place, holds the newest version seen so far; all others
    // still hold the first row, which is before them.
    for row in 0..row_count {
        let Some(first) = places[row].map(Place::get).filter(|&first| first < row) else { continue };
        let newest = places[first].expect("a first row has a place").get();
        if table.updated_at(row) >= table.updated_at(newest) {
            places[first] = Some(Place::new(row));
        }
    }
    for place in 0..places.len() {
        let Some(first) = places[place].map(Place::get) else { continue };
        if place >= row_count && first >= row_count {
            places[place] = None;
        } else if first < place {
            places[place] = places[first];
        }
    }
}
