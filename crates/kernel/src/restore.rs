//! Restore (docs/spec.md 5.3): the credit that paid for an order goes back to the lots it came from.

use super::clawback;
use super::context::Context;
use super::debt;
use super::entry::SourceId;
use super::journal::Journal;
use super::lots::{Account, EntrySource};
use super::money::Amount;
use super::program::RedemptionOrder;
use super::redeemed::RedeemedFrom;
use super::trace::{Decision, Trace};

/// Gives back up to `limit` (`None`: all) of what an order's redemptions took: last taken, first returned.
///
/// `last` is the newest of it in `PersonState::taken`. Returns what was given back, and the part of it that was debt
/// settled meanwhile: that is to come back as a `refund_credit` lot.
pub(crate) fn restore<'a, T: Trace<'a>>(
    last: usize,
    limit: Option<Amount>,
    account: usize,
    context: &mut Context<'_, '_, 'a, T>,
) -> Restored {
    let order = context.compiled.program.redemption.order;
    let (source, journal) = (&context.source, &mut *context.journal);
    let (account, taken) = context.state.account_and_taken(account);
    let mut restored = Restored::default();
    let mut next = Some(last);
    while let Some(part) = next.map(|index| &mut taken[index]) {
        next = part.before;
        let back = limit.map_or(part.amount, |limit| part.amount.min(limit - restored.amount));
        if back.is_zero() {
            continue;
        }
        part.amount -= back;
        restored.amount += back;
        match part.from {
            RedeemedFrom::Lot(lot) => give_back(account, lot, back, order, source, journal),
            RedeemedFrom::OpenItem(exception) => {
                journal.lower_exception(exception, back);
            }
            RedeemedFrom::Owed => restored.settled += back - debt::forgive(account, source, back, journal),
        }
    }
    let Restored { amount, settled } = restored;
    journal.tell(|| Decision::Restored { limit, amount, settled });
    restored
}

/// What a restore gave back.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Restored {
    pub(crate) amount: Amount,
    /// The part that was debt when it was spent and has been settled since.
    pub(crate) settled: Amount,
}

fn give_back<'a, T: Trace<'a>>(
    account: &mut Account<'a>,
    lot: usize,
    back: Amount,
    order: RedemptionOrder,
    source: &EntrySource<'a>,
    journal: &mut Journal<'_, 'a, T>,
) {
    account.give_back(lot, order, source, back, journal);
    if account.lots()[lot].is_expired(source.at) {
        account.expire(lot, SourceId(source.source_id.0.restored()), source.at, journal);
        return;
    }
    let collected = clawback::collect_late(account, lot, back, source, journal);
    debt::settle(account, lot, back - collected, source.at, journal);
}
