//! Clawback (SPEC 5.4): a refund reclaims a prorated part of every lot that its order granted.

use super::debt;
use super::entry::Kind;
use super::lots::{Account, Cause, Lot};
use super::money::Amount;
use super::outcome::Outcome;
use super::program::{ClawbackShare, Program, Reach};
use super::redemption;
use std::ops::Range;

/// How much of an order the refunds that count have given back so far.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Refunded {
    /// This much of the order's total, which is above zero.
    Part { refunded: Amount, total: Amount },
    /// All of it: a cancelled order, whatever its total.
    Whole,
}

/// Reclaims from the lots of one order, `lots`, what their part of `refunded` exceeds earlier refunds' part.
pub(crate) fn reclaim<'a>(
    account: &mut Account<'a>,
    lots: Range<usize>,
    refunded: Refunded,
    program: &Program,
    cause: &Cause<'a>,
    out: &mut Outcome<'a>,
) {
    for index in lots.clone() {
        let reclaimable = reclaimable(&account.lots()[index], refunded);
        account.reclaim(index, reclaimable, cause, out);
    }
    for index in lots {
        let shortfall = account.take_shortfall(index);
        collect_elsewhere(account, index, shortfall, program, cause, out);
    }
}

/// Takes a lot's shortfall from the person's other lots, where the program reaches so far; what is left is debt.
fn collect_elsewhere<'a>(
    account: &mut Account<'a>,
    index: usize,
    shortfall: Amount,
    program: &Program,
    cause: &Cause<'a>,
    out: &mut Outcome<'a>,
) {
    let rest = match program.clawback.reach {
        Reach::Lot => shortfall,
        Reach::Account => {
            redemption::spend(account, program.redemption.order, Kind::Clawback, cause, shortfall, out, |_, _| ())
        }
    };
    if rest.is_zero() {
        return;
    }
    if let Some(exception) = debt::owe(account, program.carry_debt, Kind::Clawback, cause, rest, out) {
        account.add_open_item(index, exception);
    }
}

/// Collects from credit that came back to a lot what refunds could not collect of it, the oldest open item first;
/// returns how much.
pub(crate) fn collect_late<'a>(
    account: &mut Account<'a>,
    index: usize,
    back: Amount,
    cause: &Cause<'a>,
    out: &mut Outcome<'a>,
) -> Amount {
    let mut left = back;
    for exception in account.open_items(index) {
        let open = out.exceptions[exception].lower(left);
        account.take(index, Kind::Clawback, cause.source_id, open, cause.at, out);
        left -= open;
    }
    back - left
}

/// Returns the total of a lot to have been reclaimed by now.
fn reclaimable(lot: &Lot<'_>, refunded: Refunded) -> Amount {
    match (lot.clawback(), refunded) {
        (ClawbackShare::None, _) => Amount::ZERO,
        (_, Refunded::Whole) => lot.granted(),
        (ClawbackShare::Prorate, Refunded::Part { refunded, total }) => {
            lot.granted().prorate(refunded, total).saturate()
        }
        (ClawbackShare::FullOnly, Refunded::Part { refunded, total }) if refunded == total => lot.granted(),
        (ClawbackShare::FullOnly, Refunded::Part { .. }) => Amount::ZERO,
    }
}
