//! Everybody who has facts, and everybody else who is in the ledger, in one order: a full outer sort-merge join by the
//! bytes of the customer id (G. Graefe, "Query Evaluation Techniques for Large Databases", 1993).

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
    /// A customer id without facts; the caller must consume its postings from the cursor.
    Gone(&'p str),
}

impl<'j> OuterJoin<'j> {
    pub(crate) fn new(people: &'j People, range: &Ranks) -> OuterJoin<'j> {
        OuterJoin { people, end: range.end() }
    }

    /// Returns the smaller of the next rank and the cursor's customer id; a rank if they are the same person.
    ///
    /// After the last rank of the whole range come all customer ids that are left in the ledger.
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
