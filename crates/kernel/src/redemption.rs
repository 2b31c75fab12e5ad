//! Redemption (docs/spec.md 5.2): credit is taken from the person's lots of a currency, in the program's order.

use super::journal::Journal;
use super::lots::{Account, Cause};
use super::money::Amount;
use super::program::RedemptionOrder;
use super::trace::Trace;

/// Takes up to `amount` from the lots in redemption order, one entry per lot touched; returns what they did not cover.
///
/// Calls `taken` for each lot touched, with the amount taken from it.
pub(crate) fn spend<'a, T: Trace<'a>>(
    account: &mut Account<'a>,
    order: RedemptionOrder,
    amount: Amount,
    cause: &Cause<'a>,
    journal: &mut Journal<'_, 'a, T>,
    mut taken: impl FnMut(usize, Amount),
) -> Amount {
    let mut rest = amount;
    while rest.is_positive()
        && let Some(index) = account.next_to_spend(order)
    {
        let part = rest.min(account.lots()[index].remaining());
        account.take(index, part, cause, journal);
        taken(index, part);
        rest -= part;
    }
    rest
}
