//! The rows of one kind: they stay in the pieces in which they were read, with what stands beside them.

use crate::places::Places;
use crate::prefetch::prefetch;
use crate::short_text::ShortText;
use crate::text_column::TextColumn;
use crate::{Extras, OrderRow, Row, Time};
use std::ops::Index;

/// Rows between two signposts.
const STRIDE: usize = 1 << 12;

/// The accepted rows of one kind, numbered in reading order.
pub struct Table<R> {
    pub rows: Rows<R>,
    /// One for each piece of rows.
    batches: Vec<Batch>,
}

/// What stands beside the rows of a piece of one file.
pub struct Batch {
    /// Index into `Facts::files`.
    pub file: u32,
    pub places: Places,
    /// One column per text of the kind, in the order of `R::TEXTS`; `None` where no row has one, and of ids where every row
    /// has its own with it.
    pub texts: Vec<Option<TextColumn>>,
    /// `updated_at` of each row up to the last that has one: most exports have none at all.
    pub updated: Vec<Time>,
    /// Of orders; the first is `Extras::NONE`.
    pub extras: Vec<Extras>,
}

/// Where a row stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place {
    pub batch: u32,
    pub at: u32,
}

/// Rows in pieces of any size, none of them empty, with one numbering.
pub struct Rows<R> {
    pieces: Vec<Vec<R>>,
    /// The number of each piece's first row, and the number of all rows.
    starts: Vec<usize>,
    /// The piece of every `STRIDE`th row.
    signposts: Vec<u32>,
}

impl<R: Row> Table<R> {
    /// Adds the rows of a piece and what stands beside them.
    pub fn push(&mut self, rows: Vec<R>, batch: Batch) {
        if !rows.is_empty() {
            self.rows.push(rows);
            self.batches.push(batch);
        }
    }

    /// Adds the rows of another table behind these, its files having other numbers now.
    pub fn append(&mut self, other: Table<R>, first_file: u32) {
        for (rows, batch) in other.rows.pieces.into_iter().zip(other.batches) {
            self.push(rows, Batch { file: first_file + batch.file, ..batch });
        }
    }

    /// Leaves out all rows but these, whose numbers rise.
    pub fn only(&mut self, rows: &[u32]) {
        if rows.len() == self.rows.len() {
            return;
        }
        let mut left = rows;
        for (start, (rows, batch)) in std::mem::take(self).into_pieces() {
            let own = left.partition_point(|&row| (row as usize) < start + rows.len());
            let at: Vec<u32> = left[..own].iter().map(|&row| row - start as u32).collect();
            left = &left[own..];
            if at.len() == rows.len() {
                self.push(rows, batch);
            } else {
                self.push(at.iter().map(|&at| rows[at as usize]).collect(), batch.only(&at));
            }
        }
    }

    /// Takes the pieces, each with the number of its first row.
    fn into_pieces(self) -> impl Iterator<Item = (usize, (Vec<R>, Batch))> {
        let Rows { pieces, starts, .. } = self.rows;
        starts.into_iter().zip(pieces.into_iter().zip(self.batches))
    }

    /// Returns the pieces, and what stands beside the rows of each.
    pub fn pieces(&self) -> impl Iterator<Item = (&[R], &Batch)> {
        self.rows.pieces.iter().map(Vec::as_slice).zip(&self.batches)
    }

    /// Returns a text of a row: column `column` of `R::TEXTS`.
    #[inline]
    pub fn text(&self, row: usize, column: usize) -> Option<&str> {
        self.text_at(self.rows.place(row), column)
    }

    /// Returns a text of the row at a place.
    #[inline]
    pub fn text_at(&self, place: Place, column: usize) -> Option<&str> {
        if column == 0
            && let Some(id) = self.rows.at(place).short_id().and_then(ShortText::get)
        {
            return Some(id);
        }
        self.batches[place.batch as usize].texts[column].as_ref()?.get(place.at)
    }

    /// Returns the rows that do not have a text other than their id.
    pub fn rows_without(&self, column: usize) -> impl Iterator<Item = u32> {
        self.rows.starts.iter().zip(self.pieces()).flat_map(move |(&start, (rows, batch))| {
            let texts = batch.texts[column].as_ref();
            let count = if texts.is_some_and(TextColumn::is_full) { 0 } else { rows.len() };
            let is_empty = move |at: &usize| texts.is_none_or(|texts| !texts.has(*at as u32));
            (0..count).filter(is_empty).map(move |at| (start + at) as u32)
        })
    }

    /// Returns the fact's own id.
    #[inline]
    pub fn id(&self, row: usize) -> &str {
        self.text(row, 0).expect("a row without its id is rejected")
    }

    /// Returns the bytes of the fact's own id.
    #[inline]
    pub fn id_bytes(&self, row: usize) -> &[u8] {
        let short = self.rows[row].short_id().and_then(ShortText::bytes);
        short.unwrap_or_else(|| self.id(row).as_bytes())
    }

    /// Begins to fetch the fact's own id, where the row has it with it.
    #[inline]
    pub fn prefetch_id(&self, row: usize) {
        if let Some(id) = self.rows[row].short_id() {
            prefetch(id);
        }
    }

    pub fn updated_at(&self, row: usize) -> Time {
        let Place { batch, at } = self.rows.place(row);
        self.batches[batch as usize].updated.get(at as usize).copied().unwrap_or(Time::NULL)
    }

    /// Returns the file (index into `Facts::files`) and the line or row that a row came from.
    pub fn origin(&self, row: usize) -> (u32, u64) {
        let Place { batch, at } = self.rows.place(row);
        let batch = &self.batches[batch as usize];
        (batch.file, batch.places.get(at))
    }
}

impl Batch {
    /// Returns what stands beside some of the rows, by their places in the piece.
    fn only(self, at: &[u32]) -> Batch {
        let updated = |&at: &u32| self.updated.get(at as usize).copied().unwrap_or(Time::NULL);
        Batch {
            file: self.file,
            places: at.iter().map(|&at| self.places.get(at)).collect(),
            updated: at.iter().map(updated).collect(),
            texts: self.texts.iter().map(|texts| texts.as_ref().map(|texts| texts.only(at))).collect(),
            extras: self.extras,
        }
    }
}

impl Table<OrderRow> {
    /// Returns what few orders have.
    pub fn extras(&self, row: usize) -> &Extras {
        let place = self.rows.place(row);
        self.extras_of(self.rows.at(place), place)
    }

    /// Returns what few orders have, of the order that stands at a place.
    #[inline]
    pub fn extras_of(&self, order: &OrderRow, place: Place) -> &Extras {
        match order.extras {
            0 => &Extras::NONE,
            extras => &self.batches[place.batch as usize].extras[extras as usize],
        }
    }
}

impl<R> Rows<R> {
    pub fn len(&self) -> usize {
        self.starts[self.pieces.len()]
    }

    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    pub fn get(&self, row: usize) -> Option<&R> {
        (row < self.len()).then(|| &self[row])
    }

    pub fn iter(&self) -> impl Iterator<Item = &R> {
        self.pieces.iter().flatten()
    }

    /// Returns where a row stands.
    #[inline]
    pub fn place(&self, row: usize) -> Place {
        let mut piece = self.signposts[row / STRIDE] as usize;
        while self.starts[piece + 1] <= row {
            piece += 1;
        }
        Place { batch: piece as u32, at: (row - self.starts[piece]) as u32 }
    }

    #[inline]
    pub fn at(&self, place: Place) -> &R {
        &self.pieces[place.batch as usize][place.at as usize]
    }

    fn push(&mut self, rows: Vec<R>) {
        let piece = u32::try_from(self.pieces.len()).expect("a piece is many rows");
        let end = self.len() + rows.len();
        self.signposts.resize(end.div_ceil(STRIDE), piece);
        self.starts.push(end);
        self.pieces.push(rows);
    }
}

impl<R> Index<usize> for Rows<R> {
    type Output = R;

    #[inline]
    fn index(&self, row: usize) -> &R {
        self.at(self.place(row))
    }
}

impl<R> Default for Rows<R> {
    fn default() -> Rows<R> {
        Rows { pieces: Vec::new(), starts: vec![0], signposts: Vec::new() }
    }
}

impl<R> Default for Table<R> {
    fn default() -> Table<R> {
        Table { rows: Rows::default(), batches: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_by_their_number_whatever_the_sizes_of_pieces() {
        let mut rows = Rows::default();
        assert!(rows.is_empty() && rows.get(0).is_none());
        let mut next = 0;
        for size in [1, 2, STRIDE - 3, STRIDE, 1, 3 * STRIDE + 7, 5, STRIDE - 1, 1] {
            rows.push((next..next + size).collect());
            next += size;
        }
        assert_eq!((rows.len(), rows.get(next)), (next, None));
        assert!((0..next).all(|row| rows[row] == row));
        assert!(rows.iter().copied().eq(0..next));
        let Place { batch, at } = rows.place(STRIDE);
        assert_eq!((batch, at), (3, 0));
    }
}
