//! People who follow each other, by their ranks.

use crate::index::Rank;
use std::ops::Range;

/// Consecutive ranks: an iterator over those that are left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranks(Range<usize>);

impl Ranks {
    pub(crate) fn new(numbers: Range<usize>) -> Ranks {
        Ranks(numbers)
    }

    /// One person.
    pub fn one(rank: Rank) -> Ranks {
        Ranks(rank.get()..rank.get() + 1)
    }

    /// Returns the first of these ranks; `None` where there are none.
    pub fn first(&self) -> Option<Rank> {
        self.clone().next()
    }

    /// Returns the rank before the first of these; `None` where they begin with the first person of all.
    pub fn before(&self) -> Option<Rank> {
        self.0.start.checked_sub(1).map(Rank::new)
    }

    /// Returns the number of people up to the last of these ranks.
    pub fn end(&self) -> usize {
        self.0.end
    }

    /// Returns the number of people before the first of these ranks.
    pub(crate) fn start(&self) -> usize {
        self.0.start
    }

    /// Cuts off the first `count` ranks, or all where there are fewer.
    pub(crate) fn split_off(&mut self, count: usize) -> Ranks {
        let at = self.0.end.min(self.0.start + count);
        Ranks(std::mem::replace(&mut self.0.start, at)..at)
    }
}

impl Iterator for Ranks {
    type Item = Rank;

    #[inline]
    fn next(&mut self) -> Option<Rank> {
        self.0.next().map(Rank::new)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl DoubleEndedIterator for Ranks {
    fn next_back(&mut self) -> Option<Rank> {
        self.0.next_back().map(Rank::new)
    }
}

impl ExactSizeIterator for Ranks {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_cut_and_know_who_comes_before() {
        let mut ranks = Ranks::new(2..5);
        assert_eq!((ranks.before(), ranks.first(), ranks.end()), (Some(Rank::new(1)), Some(Rank::new(2)), 5));
        let cut = ranks.split_off(2);
        assert_eq!((cut.len(), ranks.clone().collect::<Vec<_>>()), (2, vec![Rank::new(4)]));
        assert_eq!((ranks.split_off(9).len(), ranks.first()), (1, None));
        assert_eq!((Ranks::one(Rank::new(0)).before(), Ranks::default().end()), (None, 0));
    }
}
