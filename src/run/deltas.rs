//! Finds the postings of one person: all entries if nothing is posted yet, else the differences.

use super::book_session::BookSession;
use super::error::RunError;
use crate::book::Posted;
use crate::book::posted::PostedRange;
use crate::emails;
use crate::kernel::currency::Currency;
use crate::kernel::delta::{Posting, currencies_of, delta};
use crate::kernel::entry::Entry;
use crate::kernel::money::WideAmount;
use crate::kernel::outcome::Balance;
use crate::resolve::{People, Ranks};

/// Memory reused from person to person.
#[derive(Default)]
pub(crate) struct Deltas<'g> {
    /// What is posted to the person.
    posted: Vec<Entry<'g>>,
    postings: Vec<Posting<'g>>,
    entries: Vec<Entry<'g>>,
    balances: Vec<Balance>,
    /// The currencies of what is posted.
    before: Vec<Currency>,
}

/// Along what is posted to a range of people, person by person.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'p> {
    range: &'p PostedRange,
    at: usize,
}

/// Reads what is posted to a range of people; the first range begins, and the last ends, with whoever is in the ledger.
pub(crate) fn posted(
    session: Option<&BookSession>,
    people: &People,
    range: &Ranks,
    rules: &[String],
) -> Result<PostedRange, RunError> {
    match session {
        None => Ok(PostedRange::without_rows(rules)),
        Some(session) => posted_range(&session.posted, people, range, rules),
    }
}

/// Reads what a ledger has of a range of people, as [`posted`] does.
pub(crate) fn posted_range(
    ledger: &Posted,
    people: &People,
    range: &Ranks,
    rules: &[String],
) -> Result<PostedRange, RunError> {
    let after = range.before().map(|rank| people.id(rank));
    let up_to = range.clone().next_back().filter(|_| range.end() < people.len()).map(|rank| people.id(rank));
    Ok(ledger.range(after, up_to, rules)?)
}

impl<'p> Cursor<'p> {
    pub(crate) fn new(range: &'p PostedRange) -> Cursor<'p> {
        Cursor { range, at: 0 }
    }

    /// Returns who comes next.
    pub(crate) fn id(&self) -> Option<&'p str> {
        self.range.id_at(self.at)
    }

    /// Takes what is posted to the person who comes next, if that is this one; else nothing.
    pub(crate) fn take<'g>(&mut self, id: &str, into: &mut Vec<Entry<'g>>)
    where
        'p: 'g,
    {
        into.clear();
        if self.id() == Some(id) {
            self.at = self.range.fill(self.at, into);
        }
    }
}

impl<'g> Deltas<'g> {
    /// Takes what is posted to the person who comes next, if that is this one.
    pub(crate) fn take<'p: 'g>(&mut self, id: &str, cursor: &mut Cursor<'p>) {
        cursor.take(id, &mut self.posted);
    }

    /// Returns what is posted to the person already.
    pub(crate) fn posted(&self) -> &[Entry<'g>] {
        &self.posted
    }

    /// Returns what is to be posted, where something is posted already.
    pub(crate) fn postings(&self) -> &[Posting<'g>] {
        &self.postings
    }

    /// Finds the currencies in which something is posted already.
    pub(crate) fn find_before(&mut self) {
        currencies_of(&self.posted, &mut self.before);
    }

    /// Returns what `find_before` has found.
    pub(crate) fn before(&self) -> &[Currency] {
        &self.before
    }

    /// Finds what is to be posted, given the person's entries and the balances that they come to.
    pub(crate) fn find(&mut self, entries: &[Entry<'g>], balances: &[Balance]) {
        self.entries.clear();
        self.balances.clear();
        self.postings.clear();
        if self.posted.is_empty() {
            return;
        }
        delta(entries, &self.posted, &mut self.postings);
        self.entries.extend(self.postings.iter().map(|posting| posting.entry));
        self.balances.extend_from_slice(balances);
        for entry in &self.entries {
            let currency = entry.currency;
            if self.balances.iter().all(|balance| balance.currency != currency) {
                // Whatever was there is taken back.
                self.balances.push(Balance { currency, amount: WideAmount::ZERO, next_expiry: None });
            }
        }
        self.balances.sort_by_key(|balance| balance.currency);
    }

    /// Returns what is posted, in ledger order.
    pub(crate) fn entries<'m>(&'m self, entries: &'m [Entry<'g>]) -> &'m [Entry<'g>] {
        if self.posted.is_empty() { entries } else { &self.entries }
    }

    /// Returns what the person has afterwards.
    pub(crate) fn balances<'m>(&'m self, balances: &'m [Balance]) -> &'m [Balance] {
        if self.posted.is_empty() { balances } else { &self.balances }
    }

    /// Returns the same as the emails room takes it.
    pub(crate) fn mailed<'m>(&'m self, entries: &'m [Entry<'g>]) -> impl Iterator<Item = emails::Posting<'m>> {
        let corrections = self.postings.iter().map(|posting| posting.is_correction);
        let is_correction = corrections.chain(std::iter::repeat(false));
        self.entries(entries)
            .iter()
            .zip(is_correction)
            .map(|(entry, is_correction)| emails::Posting { entry, is_correction })
    }
}
