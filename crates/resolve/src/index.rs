//! Numbers of rows, places and people: a type for each, so that none is taken for another, and none of them is "none".
//!
//! Each takes four bytes, also as an `Option`: what is kept is the number plus one, and zero is `None`. So an empty
//! list of numbers is memory filled with zeros.

use accrue_kernel::facts::FactRow;
use std::fmt;
use std::marker::PhantomData;
use std::num::NonZeroU32;

/// A number from 0 among things of one kind.
pub struct Index<K> {
    plus_one: NonZeroU32,
    kind: PhantomData<fn() -> K>,
}

/// The row of a table.
pub(crate) type RowIndex = Index<OfRow>;
/// A place in a list of texts, which may go over the rows of several tables.
pub(crate) type Place = Index<OfPlace>;
/// A person: ids rise with ranks.
pub type Rank = Index<OfPerson>;

/// A guest: an email that no registration owns.
pub(crate) type GuestIndex = Index<OfGuest>;

pub(crate) struct OfRow;
pub(crate) struct OfPlace;
/// What a [`Rank`] counts.
pub struct OfPerson;
pub(crate) struct OfGuest;
/// Numbers of refunds that only orders tell of.
pub(crate) struct OfUndated;

impl<K> Index<K> {
    /// # Panics
    /// Where the number takes more than 32 bits: tables have fewer rows.
    #[inline]
    pub(crate) fn new(number: usize) -> Index<K> {
        Index::from_number(u32::try_from(number).expect("tables have fewer rows"))
    }

    /// # Panics
    /// For `u32::MAX`: tables have fewer rows.
    #[inline]
    pub(crate) fn from_number(number: u32) -> Index<K> {
        let plus_one = NonZeroU32::new(number.wrapping_add(1)).expect("tables have fewer rows");
        Index { plus_one, kind: PhantomData }
    }

    #[inline]
    pub(crate) fn number(self) -> u32 {
        self.plus_one.get() - 1
    }

    /// Returns the number as an index into a slice.
    #[inline]
    pub fn get(self) -> usize {
        self.number() as usize
    }

    /// Returns the same number among other things.
    #[inline]
    pub(crate) fn recast<L>(self) -> Index<L> {
        Index { plus_one: self.plus_one, kind: PhantomData }
    }
}

impl RowIndex {
    /// Returns the row as the kernel takes it, and hands it back.
    #[inline]
    pub(crate) fn of_fact(self) -> FactRow {
        FactRow::new(self.number())
    }
}

/// Takes a list of numbers for numbers of other things, in the same memory.
pub(crate) fn recast<K, L>(list: Vec<Option<Index<K>>>) -> Vec<Option<Index<L>>> {
    list.into_iter().map(|index| index.map(Index::recast)).collect()
}

impl<K> Clone for Index<K> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Index<K> {}

impl<K> PartialEq for Index<K> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.plus_one == other.plus_one
    }
}

impl<K> Eq for Index<K> {}

impl<K> PartialOrd for Index<K> {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<K> Ord for Index<K> {
    #[inline]
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.plus_one.cmp(&other.plus_one)
    }
}

impl<K> fmt::Debug for Index<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_or_none_takes_four_bytes() {
        assert_eq!(size_of::<Option<RowIndex>>(), 4);
        assert_eq!([0, 7, u32::MAX - 1].map(|number| RowIndex::from_number(number).number()), [0, 7, u32::MAX - 1]);
        assert!(None < Some(Rank::new(0)) && Rank::new(3) < Rank::new(4));
    }

    #[test]
    fn a_list_is_taken_for_another_where_it_is() {
        let places = vec![Some(Place::new(5)), None];
        let before = places.as_ptr().addr();
        let rows: Vec<Option<RowIndex>> = recast(places);
        assert_eq!((rows.as_ptr().addr(), &rows[..]), (before, &[Some(RowIndex::new(5)), None][..]));
    }
}
