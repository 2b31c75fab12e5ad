//! Clawback (SPEC 5.4): a refund reclaims a prorated part of every lot that its order granted.

use super::debt;
use super::entry::Kind;
use super::lots::{Account, Cause, Lot, Uncollected};
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
        take_from_itself(account, index, refunded, cause, out);
    }
    for index in lots {
        let shortfall = std::mem::take(&mut account.lots[index].shortfall);
        collect_elsewhere(account, index, shortfall, program, cause, out);
    }
}

/// Takes from the lot itself; what has expired of it counts as reclaimed; the rest is its shortfall.
fn take_from_itself<'a>(
    account: &mut Account<'a>,
    index: usize,
    refunded: Refunded,
    cause: &Cause<'a>,
    out: &mut Outcome<'a>,
) {
    let lot = &mut account.lots[index];
    let reclaimable = reclaimable(lot, refunded);
    let due = reclaimable - lot.reclaimable;
    lot.reclaimable = reclaimable;
    let own = due.min(lot.remaining);
    let counted = (due - own).min(lot.expired);
    lot.expired -= counted;
    lot.shortfall = due - own - counted;
    account.take(index, Kind::Clawback, cause.source_id, own, cause.at, out);
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
        let earlier = account.lots[index].uncollected.replace(account.uncollected.len() as u32);
        account.uncollected.push(Uncollected { exception, earlier });
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
    let chain = |item: &u32| account.uncollected[*item as usize].earlier;
    let items: Vec<u32> = std::iter::successors(account.lots[index].uncollected, chain).collect();
    let mut left = back;
    for item in items.into_iter().rev() {
        let open = out.exceptions[account.uncollected[item as usize].exception].lower(left);
        account.take(index, Kind::Clawback, cause.source_id, open, cause.at, out);
        left -= open;
    }
    back - left
}

/// Returns the total of a lot to have been reclaimed by now.
fn reclaimable(lot: &Lot<'_>, refunded: Refunded) -> Amount {
    match (lot.clawback, refunded) {
        (ClawbackShare::None, _) => Amount::ZERO,
        (_, Refunded::Whole) => lot.granted,
        (ClawbackShare::Prorate, Refunded::Part { refunded, total }) => lot.granted.prorate(refunded, total).saturate(),
        (ClawbackShare::FullOnly, Refunded::Part { refunded, total }) if refunded == total => lot.granted,
        (ClawbackShare::FullOnly, Refunded::Part { .. }) => Amount::ZERO,
    }
}
