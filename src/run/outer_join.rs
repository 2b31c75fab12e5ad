//! Everybody who has facts, and everybody else who is in the ledger, in one order: an outer merge join by customer id.

use super::deltas::Cursor;
use crate::resolve::People;
use std::ops::Range;

/// The people of a range, and those of the ledger among and behind them.
pub(crate) struct OuterJoin<'j> {
    people: &'j People,
    end: usize,
}

/// Who comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next<'p> {
    /// Somebody with facts, by rank.
    Person(usize),
    /// Somebody of whom only the ledger knows: the one whom the cursor stands at, whom the caller must take.
    Gone(&'p str),
}

impl<'j> OuterJoin<'j> {
    pub(crate) fn new(people: &'j People, range: &Range<usize>) -> OuterJoin<'j> {
        OuterJoin { people, end: range.end }
    }

    /// Returns who comes next: of these ranks, which are the next ones of the range, or of the ledger before them.
    ///
    /// Behind the last rank of the range come all who are left of the ledger.
    pub(crate) fn next<'p>(&self, ranks: &mut Range<usize>, cursor: &Cursor<'p>) -> Option<Next<'p>> {
        let is_before = |id: &&str| match Range::is_empty(ranks) {
            true => ranks.end == self.end,
            false => *id < self.people.id(ranks.start),
        };
        match cursor.id().filter(is_before) {
            Some(id) => Some(Next::Gone(id)),
            None => ranks.next().map(Next::Person),
        }
    }
}
