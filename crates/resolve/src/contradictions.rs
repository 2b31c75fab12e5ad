//! Facts of one person that contradict themselves or each other (docs/spec.md 10), found where they lie gathered. They
//! stand as they are: nothing here changes an amount.

use crate::index::Rank;
use crate::person::Gathered;
use accrue_facts::Extras;
use accrue_kernel::entry::{EventId, SourceId};
use accrue_kernel::exception::{Exception, Reason};
use accrue_kernel::facts::{Order, OrderIndex, Person, Refund};
use accrue_kernel::money::{Amount, WideAmount};
use accrue_kernel::program::{Program, RefundSource};
use accrue_kernel::time::Timestamp;

impl Gathered<'_> {
    /// Adds to a person's exceptions what contradicts itself or another fact, in the order that they are in: by source
    /// id, reason and currency. The person must be one of these people.
    pub fn contradictions<'g>(
        &self,
        rank: Rank,
        person: &Person<'g, '_>,
        program: &Program,
        as_of: Timestamp,
        found: &mut Vec<Exception<'g>>,
    ) {
        let before = found.len();
        for (index, (order, extras)) in (0..).map(OrderIndex::new).zip(person.orders.iter().zip(self.extras_of(rank))) {
            if !exists(order, as_of) {
                continue;
            }
            of_order(order, found);
            if extras.refunded.is_positive() && program.refunds_from == RefundSource::Refunds {
                undated_refund(order, index, extras, person.refunds, found);
            }
        }
        for refund in person.refunds.iter().filter(|refund| refund.refunded_at <= as_of) {
            let order = &person.orders[refund.order.get()];
            if is_a_day_before(refund.refunded_at, order.placed_at) {
                let (source_id, fact) = (SourceId(EventId::fact(refund.id)), refund.fact);
                let amount = Some(refund.amount);
                let reason = Reason::RefundBeforeOrder;
                found.push(Exception { reason, currency: order.currency, source_id, amount, fact });
            }
        }
        if found.len() > before {
            found.sort_by(|a, b| (a.source_id, a.reason, a.currency).cmp(&(b.source_id, b.reason, b.currency)));
        }
    }
}

/// Tells whether an order was placed or paid until as_of.
pub fn exists(order: &Order<'_>, as_of: Timestamp) -> bool {
    order.placed_at <= as_of || order.paid_at.is_some_and(|paid_at| paid_at <= as_of)
}

/// Adds what an order's own row contradicts.
fn of_order<'g>(order: &Order<'g>, found: &mut Vec<Exception<'g>>) {
    if order.credit > order.total {
        found.push(odd(Reason::CreditAboveTotal, order, order.credit - order.total));
    }
    let above = WideAmount::from(order.items) - order.total - order.credit;
    if above.is_positive() {
        found.push(odd(Reason::ItemsAboveTotal, order, above.saturate()));
    }
    if order.paid_at.is_some_and(|paid_at| is_a_day_before(paid_at, order.placed_at)) {
        found.push(odd(Reason::PaidBeforePlaced, order, order.total));
    }
}

/// Adds what an order says was refunded above its refunds, where these alone count. A cancellation refunds all that is
/// left of the total.
#[cold]
fn undated_refund<'g>(
    order: &Order<'g>,
    index: OrderIndex,
    extras: &Extras,
    refunds: &[Refund<'g>],
    found: &mut Vec<Exception<'g>>,
) {
    let dated: WideAmount = refunds.iter().filter(|refund| refund.order == index).map(|refund| refund.amount).sum();
    let cancelled = if order.cancelled_at.is_some() { order.total } else { Amount::ZERO };
    let undated = WideAmount::from(extras.refunded) - dated.max(cancelled.into());
    if undated.is_positive() {
        found.push(odd(Reason::UndatedRefund, order, undated.saturate()));
    }
}

fn odd<'g>(reason: Reason, order: &Order<'g>, amount: Amount) -> Exception<'g> {
    let source_id = SourceId(EventId::fact(order.id));
    Exception { reason, currency: order.currency, source_id, amount: Some(amount), fact: order.fact }
}

/// Tells whether an instant is more than a day before another. A time that is off by a zone, or that is a bare date, is
/// less than that from the right one.
fn is_a_day_before(early: Timestamp, late: Timestamp) -> bool {
    early.plus_days(1) < late
}
