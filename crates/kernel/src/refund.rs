//! Refunds and cancellations (docs/spec.md 3, 5). Each first gives credit back (a restore or new credit), then reclaims
//! what the refunded part of the order had earned.

use super::clawback;
use super::context::Context;
use super::decision::Basis;
use super::exception::{Exception, Reason};
use super::facts::{Order, OrderIndex, Refund, RefundMethod};
use super::lots::EntrySource;
use super::money::Amount;
use super::refund_credit;
use super::refunded::Refunded;
use super::restore::{self, Restored};
use super::trace::{Decision, NotReclaimed, Trace};

/// Lets a refund act: `store_credit` gives new credit, `restore` gives back what paid for the order, `restore_first`
/// does that and gives the rest as new credit; what counts reclaims what the order granted.
pub(crate) fn refund<'a, T: Trace<'a>>(refund: &Refund<'a>, order: &Order<'a>, context: &mut Context<'_, '_, 'a, T>) {
    let index = refund.order;
    report_over_refund(refund.amount, order, index, context);
    let new_credit = match refund.method {
        RefundMethod::Original => Amount::ZERO,
        RefundMethod::StoreCredit => {
            refund_credit::give(refund.amount, Basis::Stated, order.currency, context);
            refund.amount
        }
        RefundMethod::Restore => {
            context.state.order_mut(index).give_back(refund.amount);
            let restored = restore(order, index, Some(refund.amount), context);
            refund_credit::give(restored.settled, Basis::Settled, order.currency, context);
            let excess = refund.amount - restored.amount;
            if excess.is_positive() && !context.state.order(index).is_cancelled() {
                context.journal.add_exception(exception(Reason::OverRestore, order, &context.source, excess));
            }
            Amount::ZERO
        }
        RefundMethod::RestoreFirst => restore_first(refund.amount, order, index, context),
    };
    let counts_all = new_credit.is_zero() && refund.method != RefundMethod::StoreCredit;
    if counts_all || context.compiled.program.clawback.on_store_credit {
        return count(refund.amount, order, index, context);
    }
    context.journal.tell(|| Decision::NotReclaimed(NotReclaimed::StoreCredit));
    if refund.amount > new_credit {
        count(refund.amount - new_credit, order, index, context);
    }
}

/// Gives back what paid for the order, and the rest as new credit; returns how much of the refund is new credit.
///
/// What a cancellation has restored already is no new credit.
fn restore_first<'a, T: Trace<'a>>(
    amount: Amount,
    order: &Order<'a>,
    index: OrderIndex,
    context: &mut Context<'_, '_, 'a, T>,
) -> Amount {
    let paid = context.state.order(index).not_refunded().saturate();
    let back = context.state.order_mut(index).give_back(amount);
    let new_credit = amount - back;
    let settled = match back.is_positive() {
        true => restore(order, index, Some(back), context).settled,
        false => Amount::ZERO,
    };
    let basis = Basis::RestOfRefund { refund: amount, paid, settled };
    refund_credit::give(settled + new_credit, basis, order.currency, context);
    new_credit
}

/// Lets a cancellation act: the credit that paid for the order goes back, and what refunds have left of its total is
/// refunded.
pub(crate) fn cancel<'a, T: Trace<'a>>(order: &Order<'a>, index: OrderIndex, context: &mut Context<'_, '_, 'a, T>) {
    if context.compiled.program.redemption.restore_on_cancel {
        let restored = restore(order, index, None, context);
        refund_credit::give(restored.settled, Basis::Settled, order.currency, context);
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

/// Gives back up to `limit` of what redemptions naming the order took (docs/spec.md 5.3).
fn restore<'a, T: Trace<'a>>(
    order: &Order<'a>,
    index: OrderIndex,
    limit: Option<Amount>,
    context: &mut Context<'_, '_, 'a, T>,
) -> Restored {
    let Some(last) = context.state.order(index).last_taken() else {
        let (amount, settled) = (Amount::ZERO, Amount::ZERO);
        context.journal.tell(|| Decision::Restored { limit, amount, settled });
        return Restored::default();
    };
    let account = context.state.account(order.currency, context.compiled);
    restore::restore(last, limit, account, context)
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
