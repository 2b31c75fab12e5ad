//! Refunds and cancellations (SPEC 3, 5): first they give credit back, then they reclaim.

use super::clawback::{self, Refunded};
use super::exception::{Exception, Reason};
use super::facts::{Order, Refund, RefundMethod};
use super::lots::Cause;
use super::money::{Amount, Total};
use super::outcome::Outcome;
use super::refund_credit;
use super::restore;
use super::state::State;
use super::terms::Terms;

/// Lets a refund act: `store_credit` gives new credit, `restore` gives back what paid for the order, and those that
/// count reclaim what the order granted.
pub(crate) fn refund<'a>(
    refund: &Refund<'a>,
    order: &Order<'a>,
    terms: &Terms<'_>,
    state: &mut State<'a>,
    cause: &Cause<'a>,
    out: &mut Outcome<'a>,
) {
    let index = refund.order as usize;
    report_over_refund(refund.amount, order, index, state, cause, out);
    match refund.method {
        RefundMethod::Original => {}
        RefundMethod::StoreCredit => refund_credit::give(refund.amount, order.currency, terms, state, cause, out),
        RefundMethod::Restore => {
            let restored = restore(order, index, Some(refund.amount), terms, state, cause, out);
            let excess = refund.amount - restored;
            if excess.is_positive() && !state.orders[index].cancelled {
                out.exceptions.push(exception(Reason::OverRestore, order, cause, excess));
            }
        }
    }
    if refund.method != RefundMethod::StoreCredit || terms.program.clawback.on_store_credit {
        count(refund.amount, order, index, terms, state, cause, out);
    }
}

/// Lets a cancellation act: the credit that paid for the order goes back, and what refunds have left of its total is
/// refunded.
pub(crate) fn cancel<'a>(
    order: &Order<'a>,
    index: usize,
    terms: &Terms<'_>,
    state: &mut State<'a>,
    cause: &Cause<'a>,
    out: &mut Outcome<'a>,
) {
    if terms.program.redemption.restore_on_cancel {
        restore(order, index, None, terms, state, cause, out);
    }
    let counted = state.orders[index].counted;
    let left = (Total::from(order.total) - counted).saturate().max(Amount::ZERO);
    count(left, order, index, terms, state, cause, out);
    if order.total.is_zero() && cause.at >= terms.program.clawback.from {
        reclaim(Refunded::Whole, order, index, terms, state, cause, out);
    }
    state.orders[index].cancelled = true;
}

/// Adds a refund that counts to its order and reclaims what it is due; after a cancellation nothing more is.
fn count<'a>(
    amount: Amount,
    order: &Order<'a>,
    index: usize,
    terms: &Terms<'_>,
    state: &mut State<'a>,
    cause: &Cause<'a>,
    out: &mut Outcome<'a>,
) {
    let so_far = &mut state.orders[index];
    so_far.counted += amount;
    if so_far.cancelled || cause.at < terms.program.clawback.from || order.total.is_zero() {
        return;
    }
    so_far.reclaiming = (Total::from(so_far.reclaiming) + amount).up_to(order.total);
    let refunded = Refunded::Part { refunded: so_far.reclaiming, total: order.total };
    reclaim(refunded, order, index, terms, state, cause, out);
}

fn reclaim<'a>(
    refunded: Refunded,
    order: &Order<'a>,
    index: usize,
    terms: &Terms<'_>,
    state: &mut State<'a>,
    cause: &Cause<'a>,
    out: &mut Outcome<'a>,
) {
    let lots = state.orders[index].lots.clone();
    if !lots.is_empty() {
        let account = state.account(order.currency, terms);
        clawback::reclaim(state.account_mut(account), lots, refunded, terms.program, cause, out);
    }
}

/// Gives back up to `limit` of what redemptions naming the order took (SPEC 5.3); returns how much.
fn restore<'a>(
    order: &Order<'a>,
    index: usize,
    limit: Option<Amount>,
    terms: &Terms<'_>,
    state: &mut State<'a>,
    cause: &Cause<'a>,
    out: &mut Outcome<'a>,
) -> Amount {
    let Some(last) = state.orders[index].last_taken else { return Amount::ZERO };
    let account = state.account(order.currency, terms);
    let restored = restore::restore(last, limit, terms.program.redemption.order, account, state, cause, out);
    refund_credit::give(restored.settled, order.currency, terms, state, cause, out);
    restored.amount
}

/// Reports what a refund brings the refunds of its order above the order's total; not after a cancellation.
fn report_over_refund<'a>(
    amount: Amount,
    order: &Order<'a>,
    index: usize,
    state: &mut State<'a>,
    cause: &Cause<'a>,
    out: &mut Outcome<'a>,
) {
    let so_far = &mut state.orders[index];
    so_far.refunded += amount;
    let excess = (so_far.refunded - order.total).saturate().min(amount);
    if excess.is_positive() && !so_far.cancelled {
        out.exceptions.push(exception(Reason::OverRefund, order, cause, excess));
    }
}

fn exception<'a>(reason: Reason, order: &Order<'a>, cause: &Cause<'a>, amount: Amount) -> Exception<'a> {
    Exception { reason, currency: order.currency, source_id: cause.source_id, amount: Some(amount), fact: cause.fact }
}
