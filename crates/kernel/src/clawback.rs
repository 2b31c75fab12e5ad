//! Clawback (docs/spec.md 5.4): a refund reclaims a prorated part of every lot that its order granted.
//!
//! Each refund reclaims what all refunds so far should have reclaimed, minus what the earlier ones should have. Only
//! that total is rounded. So several partial refunds reclaim what one refund of the same sum would reclaim.

use super::debt;
use super::entry::Kind;
use super::journal::Journal;
use super::lots::{Account, EntrySource};
use super::money::Amount;
use super::program::{Program, Reach};
use super::redemption;
use super::refunded::Refunded;
use super::trace::Trace;
use std::ops::Range;

/// Reclaims from the lots of one order, `lots`, what their part of `refunded` exceeds earlier refunds' part.
pub(crate) fn reclaim<'a, T: Trace<'a>>(
    account: &mut Account<'a>,
    lots: Range<usize>,
    refunded: Refunded,
    program: &Program,
    source: &EntrySource<'a>,
    journal: &mut Journal<'_, 'a, T>,
) {
    for index in lots.clone() {
        account.reclaim(index, refunded, source, journal);
    }
    for index in lots {
        let shortfall = account.take_shortfall(index);
        collect_elsewhere(account, index, shortfall, program, source, journal);
    }
}

/// Takes a lot's shortfall from the person's other lots, where the program reaches so far; what is left is debt.
fn collect_elsewhere<'a, T: Trace<'a>>(
    account: &mut Account<'a>,
    index: usize,
    shortfall: Amount,
    program: &Program,
    source: &EntrySource<'a>,
    journal: &mut Journal<'_, 'a, T>,
) {
    let rest = match program.clawback.reach {
        Reach::Lot => shortfall,
        Reach::Account => {
            let cause = source.cause(Kind::Clawback);
            redemption::spend(account, program.redemption.order, shortfall, &cause, journal, |_, _| ())
        }
    };
    if rest.is_zero() {
        return;
    }
    if let Some(exception) = debt::owe(account, program.carry_debt, Kind::Clawback, source, rest, journal) {
        account.add_open_item(index, exception);
    }
}

/// Collects from credit that came back to a lot what refunds could not collect of it, the oldest open item first;
/// returns how much.
pub(crate) fn collect_late<'a, T: Trace<'a>>(
    account: &mut Account<'a>,
    index: usize,
    back: Amount,
    source: &EntrySource<'a>,
    journal: &mut Journal<'_, 'a, T>,
) -> Amount {
    let mut left = back;
    for exception in account.open_items(index) {
        let open = journal.lower_exception(exception, left);
        account.take(index, open, &source.cause(Kind::Clawback), journal);
        left -= open;
    }
    back - left
}
