//! Redemption (SPEC 5.2): credit is taken from the person's lots of a currency, in the program's order.

use super::entry::Kind;
use super::lots::{Account, Cause};
use super::money::Amount;
use super::outcome::Outcome;
use super::program::RedemptionOrder;

/// Takes up to `amount` from the lots in redemption order, one entry per lot touched; returns what they did not cover.
///
/// `taken` hears of each lot touched and how much it gave.
pub(crate) fn spend<'a>(
    account: &mut Account<'a>,
    order: RedemptionOrder,
    kind: Kind,
    cause: &Cause<'a>,
    amount: Amount,
    out: &mut Outcome<'a>,
    mut taken: impl FnMut(usize, Amount),
) -> Amount {
    let mut rest = amount;
    while rest.is_positive()
        && let Some(index) = account.next_to_spend(order)
    {
        let part = rest.min(account.lots()[index].remaining());
        account.take(index, kind, cause.source_id, part, cause.at, out);
        taken(index, part);
        rest -= part;
    }
    rest
}
