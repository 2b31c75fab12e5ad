//! Refunds and cancellations (docs/spec.md 3, 5): first they give credit back, then they reclaim.

use super::clawback;
use super::context::Context;
use super::exception::{Exception, Reason};
use super::facts::{Order, OrderIndex, Refund, RefundMethod};
use super::lots::EntrySource;
use super::money::Amount;
use super::refund_credit;
use super::refunded::Refunded;
use super::restore;
use super::trace::{Decision, NotReclaimed, Trace};

/// Lets a refund act: `store_credit` gives new credit, `restore` gives back what paid for the order, and those that
/// count reclaim what the order granted.
pub(crate) fn refund<'a, T: Trace<'a>>(refund: &Refund<'a>, order: &Order<'a>, context: &mut Context<'_, '_, 'a, T>) {
    let index = refund.order;
    report_over_refund(refund.amount, order, index, context);
    match refund.method {
        RefundMethod::Original => {}
        RefundMethod::StoreCredit => refund_credit::give(refund.amount, order.currency, context),
        RefundMethod::Restore => {
            let restored = restore(order, index, Some(refund.amount), context);
            let excess = refund.amount - restored;
            if excess.is_positive() && !context.state.order(index).is_cancelled() {
                context.journal.add_exception(exception(Reason::OverRestore, order, &context.source, excess));
            }
        }
    }
    if refund.method != RefundMethod::StoreCredit || context.compiled.program.clawback.on_store_credit {
        count(refund.amount, order, index, context);
    } else {
        context.journal.tell(|| Decision::NotReclaimed(NotReclaimed::StoreCredit));
    }
}

/// Lets a cancellation act: the credit that paid for the order goes back, and what refunds have left of its total is
/// refunded.
pub(crate) fn cancel<'a, T: Trace<'a>>(order: &Order<'a>, index: OrderIndex, context: &mut Context<'_, '_, 'a, T>) {
    if context.compiled.program.redemption.restore_on_cancel {
        restore(order, index, None, context);
    }
    if order.total.is_zero() && context.source.at >= context.compiled.program.clawback.from {
        reclaim(Refunded::Whole, order, index, context);
    } else {
        count(context.state.order(index).left_of(order.total), order, index, context);
    }
    context.state.order_mut(index).cancel();
}

/// Adds a refund that counts to its order and reclaims what it is due; after a cancellation nothing more is.
fn count<'a, T: Trace<'a>>(amount: Amount, order: &Order<'a>, index: OrderIndex, context: &mut Context<'_, '_, 'a, T>) {
    let from = context.compiled.program.clawback.from;
    let so_far = context.state.order_mut(index);
    so_far.count(amount);
    context.journal.tell(|| Decision::CountedRefund { amount });
    let why_not = match () {
        () if so_far.is_cancelled() => NotReclaimed::AfterCancellation,
        () if context.source.at < from => NotReclaimed::BeforeFrom { from },
        () if order.total.is_zero() => NotReclaimed::TotalZero,
        () => {
            let refunded = Refunded::Part { refunded: so_far.reclaim(amount, order.total), total: order.total };
            return reclaim(refunded, order, index, context);
        }
    };
    context.journal.tell(|| Decision::NotReclaimed(why_not));
}

fn reclaim<'a, T: Trace<'a>>(
    refunded: Refunded,
    order: &Order<'a>,
    index: OrderIndex,
    context: &mut Context<'_, '_, 'a, T>,
) {
    let lots = context.state.order(index).lots();
    if lots.is_empty() {
        context.journal.tell(|| Decision::NotReclaimed(NotReclaimed::NothingGranted));
        return;
    }
    let account = context.state.account(order.currency, context.compiled);
    let (account, program) = (context.state.account_mut(account), context.compiled.program);
    clawback::reclaim(account, lots, refunded, program, &context.source, context.journal);
}

/// Gives back up to `limit` of what redemptions naming the order took (docs/spec.md 5.3); returns how much.
fn restore<'a, T: Trace<'a>>(
    order: &Order<'a>,
    index: OrderIndex,
    limit: Option<Amount>,
    context: &mut Context<'_, '_, 'a, T>,
) -> Amount {
    let Some(last) = context.state.order(index).last_taken() else {
        let (amount, settled) = (Amount::ZERO, Amount::ZERO);
        context.journal.tell(|| Decision::Restored { limit, amount, settled });
        return Amount::ZERO;
    };
    let account = context.state.account(order.currency, context.compiled);
    let restored = restore::restore(last, limit, account, context);
    refund_credit::give(restored.settled, order.currency, context);
    restored.amount
}

/// Reports what a refund brings the refunds of its order above the order's total; not after a cancellation.
fn report_over_refund<'a, T: Trace<'a>>(
    amount: Amount,
    order: &Order<'a>,
    index: OrderIndex,
    context: &mut Context<'_, '_, 'a, T>,
) {
    let so_far = context.state.order_mut(index);
    let excess = so_far.refund(amount, order.total);
    if excess.is_positive() && !so_far.is_cancelled() {
        context.journal.add_exception(exception(Reason::OverRefund, order, &context.source, excess));
    }
}

fn exception<'a>(reason: Reason, order: &Order<'a>, source: &EntrySource<'a>, amount: Amount) -> Exception<'a> {
    Exception { reason, currency: order.currency, source_id: source.source_id, amount: Some(amount), fact: source.fact }
}
