//! Makes refunds: 6.4 per hundred orders. Times are seconds since 1970, money is cents.

use super::calendar::{self, DAY, HOUR};
use super::dice::{Dice, Of};
use super::orders::Order;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Refunded orders per 10,000 paid ones: with 1.25 refunds each, 6.4 per hundred orders.
const REFUNDED: u64 = 515;

/// A refund; ordered by its time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Refund {
    pub refunded_at: i64,
    /// The order's number.
    pub order: u64,
    /// Tells apart the refunds of an order at one instant.
    part: u32,
    /// In cents.
    pub amount: i64,
    pub method: &'static str,
}

/// The refunds of orders gone by that are still to come.
#[derive(Default)]
pub(crate) struct PendingRefunds(BinaryHeap<Reverse<Refund>>);

impl PendingRefunds {
    /// Takes out the next refund if it comes before a time.
    pub(crate) fn due_before(&mut self, at: i64) -> Option<Refund> {
        let due = self.0.peek().is_some_and(|Reverse(refund)| refund.refunded_at < at);
        if due { self.0.pop().map(|Reverse(refund)| refund) } else { None }
    }

    /// Draws the refunds of an order, if it has any.
    pub(crate) fn add(&mut self, order: &Order, seed: u64) {
        let mut dice = Dice::new(seed, Of::Refund, order.number);
        let Some(paid_at) = order.paid_at else { return };
        if dice.below(10_000) >= REFUNDED {
            return;
        }
        let first_at = calendar::after(paid_at, HOUR, 45 * DAY, &mut dice);
        if order.credit > 0 && dice.one_in(2) {
            self.give_all_back(order, first_at);
        } else {
            self.refund_in_parts(order, first_at, &mut dice);
        }
    }

    /// Gives back what was paid with credit as credit, and the rest to the payment method, at one instant.
    fn give_all_back(&mut self, order: &Order, at: i64) {
        self.push(order, at, 0, order.credit, "restore");
        self.push(order, at, 1, order.total - order.credit, "original");
    }

    /// Refunds once, twice or three times, in the end all or a part; a later refund may share the instant of the first.
    fn refund_in_parts(&mut self, order: &Order, first_at: i64, dice: &mut Dice) {
        let method = if dice.one_in(10) { "store_credit" } else { "original" };
        let parts = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3][dice.below(20) as usize];
        let in_full = dice.below(5) < 3;
        let (mut at, mut left) = (first_at, order.total);
        for part in 1..=parts {
            let amount = if part == parts && in_full { left } else { left * dice.between(10, 60) / 100 };
            self.push(order, at, part, amount, method);
            left -= amount;
            if !dice.one_in(8) {
                at = calendar::after(at, HOUR, 20 * DAY, dice);
            }
        }
    }

    fn push(&mut self, order: &Order, refunded_at: i64, part: u32, amount: i64, method: &'static str) {
        self.0.push(Reverse(Refund { refunded_at, order: order.number, part, amount, method }));
    }
}
