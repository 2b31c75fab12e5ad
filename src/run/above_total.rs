//! Orders whose items cost more than their total and credit together: where many have it, an export means something
//! else by one of these columns, and one line says more than thousands.

use crate::kernel::currency::Currency;
use crate::kernel::exception::{Exception, Reason};
use crate::kernel::facts::{FactRef, Person};
use crate::kernel::money::{Amount, WideAmount};
use crate::kernel::time::Timestamp;
use crate::resolve::Rank;
use crate::resolve::contradictions::exists;
use std::collections::BTreeMap;

/// Of so many orders one may have it before they are told together.
const ONE_OF: u64 = 5;

/// The orders of some people, and those of them that are above their total.
#[derive(Default)]
pub(crate) struct AboveTotal {
    /// The number of all orders.
    orders: u64,
    found: Vec<OrderAbove>,
    together: BTreeMap<Currency, Together>,
}

/// An order that is above its total.
#[derive(Clone, Copy)]
pub(crate) struct OrderAbove {
    pub rank: Rank,
    pub fact: FactRef,
    pub currency: Currency,
    pub above: Amount,
}

/// All such orders of a currency.
#[derive(Clone, Copy)]
pub(crate) struct Together {
    /// The first of them, by customer and then by order.
    pub first: OrderAbove,
    pub count: u64,
    pub above: WideAmount,
}

/// How the orders are told.
pub(crate) enum Told<'t> {
    EachAlone(&'t [OrderAbove]),
    /// By currency.
    Together(&'t BTreeMap<Currency, Together>),
}

impl AboveTotal {
    /// Takes such orders of a person out of the exceptions, which are in their order.
    pub(crate) fn take(
        &mut self,
        rank: Rank,
        person: &Person<'_, '_>,
        as_of: Timestamp,
        exceptions: &mut Vec<Exception<'_>>,
    ) {
        self.orders += person.orders.iter().filter(|order| exists(order, as_of)).count() as u64;
        exceptions.retain(|Exception { reason, fact, currency, amount, .. }| {
            let is_above = *reason == Reason::ItemsAboveTotal;
            if is_above {
                let above = amount.unwrap_or_default();
                self.add(OrderAbove { rank, fact: *fact, currency: *currency, above });
            }
            !is_above
        });
    }

    fn add(&mut self, order: OrderAbove) {
        self.found.push(order);
        let Together { count, above, .. } = self.of(order.currency, order);
        *count += 1;
        *above += order.above;
    }

    /// Adds the orders of people with higher ids. No more than `all` orders are ever added.
    pub(crate) fn merge(&mut self, other: AboveTotal, all: usize) {
        self.orders += other.orders;
        for (currency, theirs) in other.together {
            let own = self.of(currency, theirs.first);
            own.count += theirs.count;
            own.above += theirs.above;
        }
        self.found.extend(other.found);
        if self.is_many(all as u64) {
            // Whatever comes, they are told together.
            self.found = Vec::new();
        }
    }

    /// Returns the orders that are above their total as they are to be told.
    pub(crate) fn told(&self) -> Told<'_> {
        match self.is_many(self.orders) {
            true => Told::Together(&self.together),
            false => Told::EachAlone(&self.found),
        }
    }

    fn of(&mut self, currency: Currency, first: OrderAbove) -> &mut Together {
        self.together.entry(currency).or_insert(Together { first, count: 0, above: WideAmount::ZERO })
    }

    /// Tells whether several orders are above their total, and more than a fifth of so many.
    fn is_many(&self, orders: u64) -> bool {
        let count: u64 = self.together.values().map(|own| own.count).sum();
        count > 1 && ONE_OF * count > orders
    }
}
