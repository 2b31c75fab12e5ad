//! Versions (SPEC 2): of the rows with one id the greatest `updated_at` counts, then the one read later.

use super::same::{Hash, NONE, firsts};
use crate::ingest::facts::{Row, Table};

/// For each row of a kind, the row that is the newest version of its fact.
pub struct Newest(Vec<u32>);

impl Newest {
    /// Finds the newest versions of a kind.
    pub fn of<R: Row>(hash: Hash, table: &Table<R>) -> Newest {
        Newest::of_accepted(hash, table, |_| true)
    }

    /// Finds the newest versions among the rows that `is_accepted` lets pass.
    pub fn of_accepted<R: Row>(hash: Hash, table: &Table<R>, is_accepted: impl Fn(usize) -> bool + Sync) -> Newest {
        let id = |place: usize| is_accepted(place).then(|| table.id(&table.rows[place]));
        let mut places = firsts(hash, table.rows.len(), id);
        point_to_newest(&table.rows, &mut places);
        Newest(places)
    }

    /// Finds the newest versions of a kind, and for each of some references to the kind's ids the newest version of
    /// what it names: `NONE` where no row has that id.
    pub fn and_named<'a, R: Row>(
        hash: Hash,
        table: &'a Table<R>,
        reference_count: usize,
        reference: impl Fn(usize) -> Option<&'a str> + Sync,
    ) -> (Newest, Vec<u32>) {
        let row_count = table.rows.len();
        let id = |place: usize| match table.rows.get(place) {
            Some(row) => Some(table.id(row)),
            None => reference(place - row_count),
        };
        let mut places = firsts(hash, row_count + reference_count, id);
        point_to_newest(&table.rows, &mut places);
        let named = places.split_off(row_count);
        places.shrink_to_fit();
        (Newest(places), named)
    }

    /// Returns the newest version of a row's fact; `NONE` where the row is not accepted.
    pub fn of_row(&self, row: usize) -> u32 {
        self.0[row]
    }

    /// Tells whether a row is the newest version of a fact that exists: one that is not void.
    pub fn stands<R: Row>(&self, rows: &[R], row: usize) -> bool {
        self.0[row] as usize == row && !rows[row].is_void()
    }
}

/// Turns the first place of each id into the newest version of it, and of the places after the rows, which are
/// references, into the newest version of what they name.
fn point_to_newest<R: Row>(rows: &[R], places: &mut [u32]) {
    // The slot of a first row, which is no less than its own place, holds the newest version seen so far; all others
    // still hold the first row, which is before them.
    for row in 0..rows.len() {
        let first = places[row] as usize;
        if first < row && rows[row].updated_at() >= rows[places[first] as usize].updated_at() {
            places[first] = row as u32;
        }
    }
    for place in 0..places.len() {
        let first = places[place] as usize;
        if place >= rows.len() && first >= rows.len() {
            places[place] = NONE;
        } else if first < place {
            places[place] = places[first];
        }
    }
}
