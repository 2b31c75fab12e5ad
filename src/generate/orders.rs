//! Makes orders: who buys what and when, and whether it is paid or cancelled. Times are seconds since 1970, money is
//! cents.

use super::Options;
use super::calendar::{self, DAY, HOUR};
use super::dice::{Dice, Of};
use super::people::People;

/// A row that the readers must reject: its items amount is negative.
const FLAWED_ONE_IN: u64 = 100_000;
const FREE_SHIPPING_FROM: i64 = 75_00;
const SHIPPING: [i64; 3] = [0, 4_95, 9_95];

/// An order; times in seconds since 1970, money in cents.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    /// From 0, in time order.
    pub number: u64,
    pub buyer: u64,
    pub placed_at: i64,
    pub paid_at: Option<i64>,
    pub cancelled_at: Option<i64>,
    pub items: i64,
    pub total: i64,
    /// The part of `total` paid with credit.
    pub credit: i64,
    /// Ordered with an email only.
    pub as_guest: bool,
}

/// All orders of a shop in time order.
pub(crate) struct Orders<'p> {
    people: &'p People,
    seed: u64,
    count: u64,
    next: u64,
}

impl<'p> Orders<'p> {
    pub(crate) fn of(options: &Options, people: &'p People) -> Orders<'p> {
        Orders { people, seed: options.seed, count: options.orders, next: 0 }
    }

    fn draw(&self, number: u64) -> Order {
        let mut dice = Dice::new(self.seed, Of::Order, number);
        let placed_at = calendar::nth_of(number, self.count, &mut dice);
        let buyer = self.people.buyer(number, &mut dice);
        let items = items(&mut dice);
        let total = items + if items >= FREE_SHIPPING_FROM { 0 } else { dice.pick(&SHIPPING) };
        let (paid_at, cancelled_at) = fate(placed_at, &mut dice);
        let items = if dice.one_in(FLAWED_ONE_IN) { -items } else { items };
        let as_guest = self.people.is_guest(buyer, placed_at);
        Order { number, buyer, placed_at, paid_at, cancelled_at, items, total, credit: 0, as_guest }
    }
}

impl Iterator for Orders<'_> {
    type Item = Order;

    fn next(&mut self) -> Option<Order> {
        let number = self.next;
        self.next += 1;
        (number < self.count).then(|| self.draw(number))
    }
}

/// Returns from 5 to 600 dollars, 79 in the mean: small orders far more often than large ones.
fn items(dice: &mut Dice) -> i64 {
    let most = dice.skewed_below(595_01);
    5_00 + dice.below(most + 1) as i64
}

/// Returns when an order is paid and cancelled, in a thousand: 6 stay unpaid (half of them cancelled), 1 is cancelled
/// before its payment arrives, 10 after it.
fn fate(placed_at: i64, dice: &mut Dice) -> (Option<i64>, Option<i64>) {
    let paid_at = calendar::after(placed_at, 0, payment_takes(dice), dice);
    let next_days = |at, dice: &mut Dice| calendar::after(at, 60, 3 * DAY, dice);
    match dice.below(1000) {
        0..3 => (None, None),
        3..6 => (None, Some(next_days(placed_at, dice))),
        6 => {
            let cancelled_at = next_days(placed_at, dice);
            (Some(calendar::after(cancelled_at, 0, DAY, dice)), Some(cancelled_at))
        }
        7..17 => (Some(paid_at), Some(next_days(paid_at, dice))),
        _ => (Some(paid_at), None),
    }
}

/// Returns how long a payment takes at most: none as a rule, sometimes an hour, seldom days.
fn payment_takes(dice: &mut Dice) -> i64 {
    match dice.below(100) {
        0..75 => 0,
        75..95 => HOUR,
        _ => 3 * DAY,
    }
}
