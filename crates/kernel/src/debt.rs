//! Debt (docs/spec.md 5.5): what lots cannot cover, carried on the pseudo-lot `owed` or reported as an open item.

use super::entry::{Kind, SourceId};
use super::exception::{Exception, Reason};
use super::journal::Journal;
use super::lots::{Account, Cause, EntrySource};
use super::money::Amount;
use super::time::Timestamp;
use super::trace::Trace;

/// Posts an uncovered amount, above zero, to `owed` where debt is carried; else reports it as an open item, and returns
/// its index in `PersonLedger::exceptions`.
pub(crate) fn owe<'a, T: Trace<'a>>(
    account: &mut Account<'a>,
    carry: bool,
    kind: Kind,
    source: &EntrySource<'a>,
    amount: Amount,
    journal: &mut Journal<'_, 'a, T>,
) -> Option<usize> {
    if carry {
        account.post_to_owed(-amount, &source.cause(kind), journal);
        return None;
    }
    let reason = if kind == Kind::Clawback { Reason::Uncollected } else { Reason::Unbacked };
    Some(journal.add_exception(Exception {
        reason,
        currency: account.currency(),
        source_id: source.source_id,
        amount: Some(amount),
        fact: source.fact,
    }))
}

/// Lets credit that has just arrived in a lot, and no more than that, repay what is owed in the same instant.
#[inline]
pub(crate) fn settle<'a, T: Trace<'a>>(
    account: &mut Account<'a>,
    index: usize,
    arrived: Amount,
    at: Timestamp,
    journal: &mut Journal<'_, 'a, T>,
) {
    if !account.owed().is_zero() {
        repay(account, index, arrived, at, journal);
    }
}

fn repay<'a, T: Trace<'a>>(
    account: &mut Account<'a>,
    index: usize,
    arrived: Amount,
    at: Timestamp,
    journal: &mut Journal<'_, 'a, T>,
) {
    let repaid = account.owed().up_to(arrived);
    if repaid.is_zero() {
        return;
    }
    let source_id = SourceId(account.lots()[index].origin_id().0);
    let cause = Cause { kind: Kind::Settle, source_id, at };
    account.take(index, repaid, &cause, journal);
    account.post_to_owed(repaid, &cause, journal);
}

/// Gives back up to `amount` of a redemption that became debt, as far as it is still owed; returns how much.
pub(crate) fn forgive<'a, T: Trace<'a>>(
    account: &mut Account<'a>,
    source: &EntrySource<'a>,
    amount: Amount,
    journal: &mut Journal<'_, 'a, T>,
) -> Amount {
    let forgiven = account.owed().up_to(amount);
    if !forgiven.is_zero() {
        account.post_to_owed(forgiven, &source.cause(Kind::Restore), journal);
    }
    forgiven
}
