//! One person's facts, gathered from the rows for the kernel.

use super::people::People;
use super::refunds::Refunds;
use super::same::NONE;
use crate::ingest::facts::Time;
use crate::ingest::table::Place;
use crate::kernel::facts::{
    Adjustment, AdjustmentChange, FactRef, Order, Person, Redemption, Refund, RefundMethod, Registration,
};
use crate::kernel::time::Instant;

/// The facts of one person; made once and filled for one person after the other.
#[derive(Default)]
pub struct PersonFacts<'a> {
    id: &'a str,
    registration: Option<Registration>,
    orders: Vec<Order<'a>>,
    order_places: Vec<Place>,
    order_ids: Vec<&'a str>,
    refunds: Vec<Refund<'a>>,
    redemptions: Vec<Redemption<'a>>,
    adjustments: Vec<Adjustment<'a>>,
}

impl<'a> PersonFacts<'a> {
    /// Returns the facts as the kernel takes them.
    pub fn person(&self) -> Person<'a, '_> {
        Person {
            id: self.id,
            registration: self.registration,
            orders: &self.orders,
            refunds: &self.refunds,
            redemptions: &self.redemptions,
            adjustments: &self.adjustments,
        }
    }
}

impl People {
    /// Puts the facts of a person in the place of those of another; rows of a kind come as they were read.
    pub fn fill<'a>(&'a self, rank: usize, into: &mut PersonFacts<'a>) {
        let order_rows = self.orders.of(rank);
        into.id = self.id(rank);
        into.registration = self.registration(rank);
        self.fill_orders(order_rows, into);
        into.refunds.clear();
        into.refunds.extend(self.refunds.of(rank).iter().map(|&number| self.refund(number, order_rows, &into.orders)));
        into.redemptions.clear();
        into.redemptions.extend(self.redemptions.of(rank).iter().map(|&row| self.redemption(row, order_rows)));
        into.adjustments.clear();
        into.adjustments.extend(self.adjustments.of(rank).iter().map(|&row| self.adjustment(row)));
    }

    fn registration(&self, rank: usize) -> Option<Registration> {
        let row = self.registrations[rank];
        (row != NONE).then(|| {
            let registration = &self.facts.registrations.rows[row as usize];
            Registration {
                fact: FactRef::Registration(row),
                registered_at: required(registration.registered_at),
                orders_before: registration.orders_before,
                spend_before: registration.spend_before,
            }
        })
    }

    /// Gathers a person's orders, which lie anywhere in memory: in short loops of one load each, so that the processor
    /// waits for many of them at a time.
    fn fill_orders<'a>(&'a self, order_rows: &[u32], into: &mut PersonFacts<'a>) {
        let table = &self.facts.orders;
        into.order_places.clear();
        into.order_places.extend(order_rows.iter().map(|&row| table.rows.place(row as usize)));
        into.order_ids.clear();
        into.order_ids
            .extend(into.order_places.iter().map(|&place| table.text_at(place, 0).expect("an order has an id")));
        into.orders.clear();
        let orders = order_rows.iter().zip(&into.order_places).zip(&into.order_ids);
        into.orders.extend(orders.map(|((&row, &place), id)| self.order(row, place, id)));
    }

    fn order<'a>(&'a self, row: u32, place: Place, id: &'a str) -> Order<'a> {
        let table = &self.facts.orders;
        let (order, extras) = (table.rows.at(place), table.extras_at(place));
        Order {
            fact: FactRef::Order(row),
            id,
            placed_at: required(order.placed_at),
            paid_at: order.paid_at.get(),
            cancelled_at: extras.cancelled_at.get(),
            currency: order.currency,
            items: order.items,
            total: order.total,
            credit: extras.credit,
        }
    }

    fn refund(&self, number: u32, order_rows: &[u32], orders: &[Order]) -> Refund<'_> {
        let index_of = |order| index(order_rows, order).expect("a refund is given to the person of its order");
        match &self.refund_list {
            Refunds::Undated(refunds) => {
                let refund = &refunds[number as usize];
                Refund {
                    fact: FactRef::Order(refund.version),
                    id: &refund.id,
                    order: index_of(refund.order),
                    refunded_at: refund.refunded_at,
                    amount: refund.amount,
                    method: RefundMethod::Original,
                }
            }
            Refunds::Dated(order_of) => {
                let refund = &self.facts.refunds.rows[number as usize];
                let order = index_of(order_of[number as usize]);
                let amount = refund.amount_in(orders[order as usize].currency);
                Refund {
                    fact: FactRef::Refund(number),
                    id: self.facts.refunds.id(number as usize),
                    order,
                    refunded_at: required(refund.refunded_at),
                    amount: amount.expect("a refund that does not fit its order's currency is rejected"),
                    method: refund.method,
                }
            }
        }
    }

    fn redemption(&self, row: u32, order_rows: &[u32]) -> Redemption<'_> {
        let redemption = &self.facts.redemptions.rows[row as usize];
        Redemption {
            fact: FactRef::Redemption(row),
            id: self.facts.redemptions.id(row as usize),
            order: index(order_rows, self.redemption_orders[row as usize]),
            redeemed_at: required(redemption.redeemed_at),
            amount: redemption.amount,
            currency: redemption.currency,
        }
    }

    fn adjustment(&self, row: u32) -> Adjustment<'_> {
        let adjustment = &self.facts.adjustments.rows[row as usize];
        let change = match adjustment.to {
            true => AdjustmentChange::To(adjustment.amount),
            false => AdjustmentChange::By(adjustment.amount),
        };
        Adjustment {
            fact: FactRef::Adjustment(row),
            id: self.facts.adjustments.id(row as usize),
            adjusted_at: required(adjustment.adjusted_at),
            change,
            currency: adjustment.currency,
            expires_at: adjustment.expires_at.get(),
        }
    }
}

/// Returns the index of an order among a person's; `None` where it is not one of them.
fn index(order_rows: &[u32], order: u32) -> Option<u32> {
    order_rows.binary_search(&order).ok().map(|index| index as u32)
}

fn required(time: Time) -> Instant {
    time.get().expect("a row without its own time is rejected")
}
