//! Facts of the second implementation's reader, person by person, as the kernel takes them.

use crate::oracle::Input;
use crate::oracle::facts::{self as read, Facts};
use crate::oracle::identity::Owners;
use crate::oracle::program::Program;
use crate::oracle::rows;
use crate::program::{ReadInstant, amount, currency, instant};
use accrue_kernel::facts::{
    Adjustment, AdjustmentChange, FactRef, FactRow, Order, OrderIndex, Person, Redemption, Refund, RefundMethod,
    Registration,
};
use std::collections::BTreeMap;

/// The facts of one person.
#[derive(Default)]
pub struct Own {
    registration: Option<Registration>,
    orders: Vec<Order<'static>>,
    refunds: Vec<Refund<'static>>,
    redemptions: Vec<Redemption<'static>>,
    adjustments: Vec<Adjustment<'static>>,
}

impl Own {
    pub fn person<'f>(&'f self, id: &'static str) -> Person<'static, 'f> {
        Person {
            id,
            registration: self.registration,
            orders: &self.orders,
            refunds: &self.refunds,
            redemptions: &self.redemptions,
            adjustments: &self.adjustments,
        }
    }
}

/// Reads rows and gives each fact to its person.
///
/// Texts live as long as the tests: the few that there are need no owner.
pub fn of_people(program: &Program, inputs: &[Input], as_of: ReadInstant) -> BTreeMap<&'static str, Own> {
    let (facts, _) = rows::read(program, inputs);
    let facts: &'static Facts = Box::leak(Box::new(facts));
    let refunds: &'static [read::Refund] = Vec::leak(facts.refunds(program, as_of));
    let owners = Owners::of(facts, as_of);
    let mut people: BTreeMap<&'static str, Own> = BTreeMap::new();
    let mut placed: BTreeMap<&'static str, (&'static str, OrderIndex)> = BTreeMap::new();
    for order in read::existing(&facts.orders) {
        let owner: &'static str = String::leak(owners.of_order(program, order));
        let orders = &mut people.entry(owner).or_default().orders;
        placed.insert(&order.order_id, (owner, OrderIndex::new(orders.len() as u32)));
        orders.push(order_of(order));
    }
    for registration in read::existing(&facts.registrations) {
        people.entry(&registration.customer_id).or_default().registration = Some(registration_of(registration));
    }
    for refund in refunds {
        if let Some(&(owner, order)) = placed.get(refund.order_id.as_str()) {
            people.entry(owner).or_default().refunds.push(refund_of(refund, order));
        }
    }
    for redemption in read::existing(&facts.redemptions) {
        let Some(owner) = owners.of_redemption(program, facts, redemption) else { continue };
        let owner: &'static str = String::leak(owner);
        let order = redemption.order_id.as_deref().and_then(|id| placed.get(id));
        let order = order.filter(|(buyer, _)| *buyer == owner).map(|(_, order)| *order);
        people.entry(owner).or_default().redemptions.push(redemption_of(redemption, order));
    }
    for adjustment in read::existing(&facts.adjustments) {
        people.entry(&adjustment.customer_id).or_default().adjustments.push(adjustment_of(adjustment));
    }
    people
}

fn order_of(order: &'static read::Order) -> Order<'static> {
    Order {
        fact: FactRef::Order(FactRow::new(0)),
        id: &order.order_id,
        placed_at: instant(order.placed_at),
        paid_at: order.paid_at.map(instant),
        cancelled_at: order.cancelled_at.map(instant),
        currency: currency(order.currency),
        items: amount(order.items_amount),
        total: amount(order.total_amount),
        credit: amount(order.credit_amount),
    }
}

fn registration_of(registration: &read::Registration) -> Registration {
    Registration {
        fact: FactRef::Registration(FactRow::new(0)),
        registered_at: instant(registration.registered_at),
        orders_before: u64::try_from(registration.orders_before).expect("a count"),
        spend_before: amount(registration.spend_before),
    }
}

fn refund_of(refund: &'static read::Refund, order: OrderIndex) -> Refund<'static> {
    Refund {
        fact: FactRef::Refund(FactRow::new(0)),
        id: &refund.refund_id,
        order,
        refunded_at: instant(refund.refunded_at),
        amount: amount(refund.amount),
        method: match refund.method {
            read::RefundMethod::Original => RefundMethod::Original,
            read::RefundMethod::StoreCredit => RefundMethod::StoreCredit,
            read::RefundMethod::Restore => RefundMethod::Restore,
            read::RefundMethod::RestoreFirst => RefundMethod::RestoreFirst,
        },
    }
}

fn redemption_of(redemption: &'static read::Redemption, order: Option<OrderIndex>) -> Redemption<'static> {
    Redemption {
        fact: FactRef::Redemption(FactRow::new(0)),
        id: &redemption.redemption_id,
        order,
        redeemed_at: instant(redemption.redeemed_at),
        amount: amount(redemption.amount),
        currency: currency(redemption.currency),
    }
}

fn adjustment_of(adjustment: &'static read::Adjustment) -> Adjustment<'static> {
    let change = amount(adjustment.amount);
    Adjustment {
        fact: FactRef::Adjustment(FactRow::new(0)),
        id: &adjustment.adjustment_id,
        adjusted_at: instant(adjustment.adjusted_at),
        change: if adjustment.is_to { AdjustmentChange::To(change) } else { AdjustmentChange::By(change) },
        currency: currency(adjustment.currency),
        expires_at: adjustment.expires_at.map(instant),
    }
}
