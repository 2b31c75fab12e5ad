//! Estimates the credit of people, so that most made-up redemptions are covered.
//!
//! A rough count, low as a rule: 50 cents for each whole 10 dollars, whatever was refunded or has expired since. Where
//! it is too high the ledger has an unbacked redemption, as real shops do.

use super::Options;
use super::dice::{Dice, Of};
use super::orders::Order;

/// Orders in a hundred that are to be paid in part with credit: a third of all, since not everybody has some.
const WANTED: u64 = 42;
const LEAST: i64 = 1_00;

pub(crate) struct Purses {
    seed: u64,
    /// Cents, by person.
    held: Vec<u32>,
}

impl Purses {
    pub(crate) fn of(options: &Options) -> Purses {
        Purses { seed: options.seed, held: vec![0; options.people as usize] }
    }

    /// Pays a part of some orders with credit, at most half; a guest has none to spend.
    pub(crate) fn pay(&mut self, order: &mut Order) {
        let mut dice = Dice::new(self.seed, Of::Purse, order.number);
        let held = &mut self.held[order.buyer as usize];
        let most = i64::from(*held).min(order.total / 2);
        if order.as_guest || most < LEAST || dice.below(100) >= WANTED {
            return;
        }
        order.credit = dice.between(LEAST, most);
        *held -= order.credit as u32;
    }

    pub(crate) fn earn(&mut self, order: &Order) {
        if order.paid_at.is_some() && order.cancelled_at.is_none() {
            let steps = (order.items - order.credit).max(0) / 10_00;
            self.held[order.buyer as usize] += steps as u32 * 50;
        }
    }
}
