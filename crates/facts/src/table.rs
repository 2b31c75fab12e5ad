//! The rows of one kind of facts. They stay in the pieces in which they were read, with their texts, places and rare
//! values beside them.
//!
//! Rows have one numbering from 0 over all pieces. To find the piece of a row, a sparse index (every 4096th row) gives
//! a piece to begin at, and a short linear search goes on from there.

use crate::origin::{FileIndex, Origin};
use crate::places::Places;
use crate::prefetch::prefetch;
use crate::short_text::ShortText;
use crate::text_column::TextColumn;
use crate::{Extras, OrderRow, Row, Time};
use accrue_kernel::facts::FactRow;
use std::ops::Index;

/// The number of rows between two entries of the sparse index.
const STRIDE: usize = 1 << 12;

/// The accepted rows of one kind, numbered from 0 in reading order.
pub struct Table<R> {
    /// The records of fixed size.
    pub rows: Rows<R>,
    /// One for each piece of rows.
    batches: Vec<Batch>,
}

/// The texts, places and rare values of one piece of rows, all of them from one file.
pub struct Batch {
    /// The file.
    pub file: FileIndex,
    /// For each row of the piece, its line or row number in the file.
    pub places: Places,
    /// One column for each text of the kind, in the order of [`Row::TEXTS`]. `None` where no row has a text; for ids
    /// also where each record holds its own id.
    pub texts: Vec<Option<TextColumn>>,
    /// `updated_at` of each row up to the last that has one; most exports have none at all.
    pub updated: Vec<Time>,
    /// The extras of those orders that have any. Empty for other kinds.
    pub extras: Vec<Extras>,
}

/// Where a row is.
#[derive(Clone, Copy, Debug, Default)]
pub struct RowAddress {
    /// The number of its piece, from 0.
    pub batch: u32,
    /// Its number within the piece, from 0.
    pub at: u32,
}

/// Rows in pieces of any size, none of them empty, with one numbering from 0.
pub struct Rows<R> {
    pieces: Vec<Vec<R>>,
    /// The number of the first row of each piece, then the number of all rows.
    starts: Vec<usize>,
    /// The piece of every `STRIDE`th row.
    signposts: Vec<u32>,
}

impl<R: Row> Table<R> {
    /// Adds a piece of rows; an empty one is ignored.
    ///
    /// # Panics
    /// Where there are 2^32 pieces already.
    pub fn push(&mut self, rows: Vec<R>, batch: Batch) {
        if !rows.is_empty() {
            self.rows.push(rows);
            self.batches.push(batch);
        }
    }

    /// Adds the rows of another table behind these, once so many files are before theirs.
    pub fn append(&mut self, other: Table<R>, files: usize) {
        for (rows, batch) in other.rows.pieces.into_iter().zip(other.batches) {
            self.push(rows, Batch { file: batch.file.after(files), ..batch });
        }
    }

    /// Keeps only the rows with these numbers, which must be in rising order.
    ///
    /// # Panics
    /// Where a number is not that of a row.
    pub fn only(&mut self, rows: &[FactRow]) {
        if rows.len() == self.rows.len() {
            return;
        }
        let mut left = rows;
        for (start, (rows, batch)) in std::mem::take(self).into_pieces() {
            let own = left.partition_point(|row| row.get() < start + rows.len());
            let at: Vec<u32> = left[..own].iter().map(|row| (row.get() - start) as u32).collect();
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

    /// Returns the rows of each piece with its texts, places and rare values.
    pub fn pieces(&self) -> impl Iterator<Item = (&[R], &Batch)> {
        self.rows.pieces.iter().map(Vec::as_slice).zip(&self.batches)
    }

    /// Returns a text of a row by the number of its column in [`Row::TEXTS`]; `None` where the row has none.
    ///
    /// # Panics
    /// Where there is no such row or column.
    #[inline]
    pub fn text(&self, row: usize, column: usize) -> Option<&str> {
        self.text_at(self.rows.place(row), column)
    }

    /// Returns a text of the row at a place, as [`Table::text`] does.
    ///
    /// # Panics
    /// Where there is no such row or column.
    #[inline]
    pub fn text_at(&self, place: RowAddress, column: usize) -> Option<&str> {
        if column == 0
            && let Some(id) = self.rows.at(place).short_id().and_then(ShortText::get)
        {
            return Some(id);
        }
        self.batches[place.batch as usize].texts[column].as_ref()?.get(place.at)
    }

    /// Returns the numbers of the rows that have no text in a column. The column must not be that of the fact's own id.
    ///
    /// # Panics
    /// Where there is no such column.
    pub fn rows_without(&self, column: usize) -> impl Iterator<Item = u32> {
        self.rows.starts.iter().zip(self.pieces()).flat_map(move |(&start, (rows, batch))| {
            let texts = batch.texts[column].as_ref();
            let count = if texts.is_some_and(TextColumn::is_full) { 0 } else { rows.len() };
            let is_empty = move |at: &usize| texts.is_none_or(|texts| !texts.has(*at as u32));
            (0..count).filter(is_empty).map(move |at| (start + at) as u32)
        })
    }

    /// Returns the fact's own id.
    ///
    /// # Panics
    /// Where there is no such row.
    #[inline]
    pub fn id(&self, row: usize) -> &str {
        self.text(row, 0).expect("a row without its id is rejected")
    }

    /// Returns the bytes of the fact's own id.
    ///
    /// # Panics
    /// Where there is no such row.
    #[inline]
    pub fn id_bytes(&self, row: usize) -> &[u8] {
        let short = self.rows[row].short_id().and_then(ShortText::bytes);
        short.unwrap_or_else(|| self.id(row).as_bytes())
    }

    /// Begins to fetch the fact's own id from memory, where the record holds it.
    ///
    /// # Panics
    /// Where there is no such row.
    #[inline]
    pub fn prefetch_id(&self, row: usize) {
        if let Some(id) = self.rows[row].short_id() {
            prefetch(id);
        }
    }

    /// Returns `updated_at` of a row; null where it has none.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn updated_at(&self, row: usize) -> Time {
        let RowAddress { batch, at } = self.rows.place(row);
        self.batches[batch as usize].updated.get(at as usize).copied().unwrap_or(Time::NULL)
    }

    /// Returns where a row comes from.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn origin(&self, row: usize) -> Origin {
        let RowAddress { batch, at } = self.rows.place(row);
        let batch = &self.batches[batch as usize];
        Origin { file: batch.file, place: batch.places.get(at) }
    }
}

impl Batch {
    /// Keeps only the rows with these numbers within the piece.
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
    /// Returns the extras of an order.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn extras(&self, row: usize) -> &Extras {
        let place = self.rows.place(row);
        self.extras_of(self.rows.at(place), place)
    }

    /// Returns the extras of the order that is at a place.
    ///
    /// # Panics
    /// Where there is no such piece.
    #[inline]
    pub fn extras_of(&self, order: &OrderRow, place: RowAddress) -> &Extras {
        match order.extras {
            None => &Extras::NONE,
            Some(extras) => &self.batches[place.batch as usize].extras[extras.get()],
        }
    }
}

impl<R> Rows<R> {
    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        self.starts[self.pieces.len()]
    }

    /// Tells whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Returns a row by its number from 0; `None` where there is no such row.
    pub fn get(&self, row: usize) -> Option<&R> {
        (row < self.len()).then(|| &self[row])
    }

    /// Returns all rows in order.
    pub fn iter(&self) -> impl Iterator<Item = &R> {
        self.pieces.iter().flatten()
    }

    /// Returns where a row is.
    ///
    /// # Panics
    /// Where there is no such row.
    #[inline]
    pub fn place(&self, row: usize) -> RowAddress {
        let mut piece = self.signposts[row / STRIDE] as usize;
        while self.starts[piece + 1] <= row {
            piece += 1;
        }
        RowAddress { batch: piece as u32, at: (row - self.starts[piece]) as u32 }
    }

    /// Returns the row at a place.
    ///
    /// # Panics
    /// Where there is no such row.
    #[inline]
    pub fn at(&self, place: RowAddress) -> &R {
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
        let RowAddress { batch, at } = rows.place(STRIDE);
        assert_eq!((batch, at), (3, 0));
    }
}
