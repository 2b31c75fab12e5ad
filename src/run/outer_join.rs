//! Everybody who has facts, and everybody else who is in the ledger, in one order: an outer merge join by customer id.

use super::deltas::Cursor;
use crate::resolve::{People, Rank, Ranks};

/// The people of a range, and those of the ledger among and behind them.
pub(crate) struct OuterJoin<'j> {
    people: &'j People,
    end: usize,
}

/// Who comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next<'p> {
    /// Somebody with facts, by rank.
    Person(Rank),
    /// Somebody of whom only the ledger knows: the one whom the cursor stands at, whom the caller must take.
    Gone(&'p str),
}

impl<'j> OuterJoin<'j> {
    pub(crate) fn new(people: &'j People, range: &Ranks) -> OuterJoin<'j> {
        OuterJoin { people, end: range.end() }
    }

    /// Returns who comes next: of these ranks, which are the next ones of the range, or of the ledger before them.
    ///
    /// Behind the last rank of the range come all who are left of the ledger.
    pub(crate) fn next<'p>(&self, ranks: &mut Ranks, cursor: &Cursor<'p>) -> Option<Next<'p>> {
        let is_before = |id: &&str| match ranks.first() {
            Some(first) => *id < self.people.id(first),
            None => ranks.end() == self.end,
        };
        match cursor.id().filter(is_before) {
            Some(id) => Some(Next::Gone(id)),
            None => ranks.next().map(Next::Person),
        }
    }
}
