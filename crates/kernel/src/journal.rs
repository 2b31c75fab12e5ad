//! Where the effects of events are written: the result of the person, and the trace.

use super::entry::Entry;
use super::exception::Exception;
use super::money::Amount;
use super::outcome::PersonLedger;
use super::trace::{Decision, Trace};

/// The result so far, and the trace that hears how it comes about.
pub(crate) struct Journal<'j, 'a, T> {
    pub(crate) out: &'j mut PersonLedger<'a>,
    pub(crate) trace: &'j mut T,
}

impl<'a, T: Trace<'a>> Journal<'_, 'a, T> {
    /// Tells the trace a decision; it is not even made where nobody listens.
    #[inline(always)]
    pub(crate) fn tell(&mut self, decision: impl FnOnce() -> Decision<'a>) {
        if T::LISTENS {
            self.trace.hear(decision());
        }
    }

    #[inline(always)]
    pub(crate) fn add_entry(&mut self, entry: Entry<'a>) {
        self.out.entries.push(entry);
    }

    /// Adds an exception; returns its index in `PersonLedger::exceptions`.
    pub(crate) fn add_exception(&mut self, exception: Exception<'a>) -> usize {
        self.tell(|| Decision::Exception(exception));
        self.out.exceptions.push(exception);
        self.out.exceptions.len() - 1
    }

    /// Lowers an open item by up to `amount`; returns by how much.
    pub(crate) fn lower_exception(&mut self, index: usize, amount: Amount) -> Amount {
        let exception = self.out.exceptions[index];
        let by = self.out.exceptions[index].lower(amount);
        self.tell(|| Decision::Lowered { exception, by });
        by
    }
}
