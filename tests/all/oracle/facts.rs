//! Facts: what the rows say, every version of them (2).

use super::money::Currency;
use super::program::Program;
use super::time::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// One version of a fact.
#[derive(Debug, Clone)]
pub struct Version<T> {
    /// The number of its input among all.
    pub input: usize,
    pub updated_at: Option<Instant>,
    pub is_void: bool,
    pub fact: T,
}

/// All versions of every fact of a kind by its id, oldest first.
pub type Versions<T> = BTreeMap<String, Vec<Version<T>>>;

#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    pub order_id: String,
    pub customer_id: Option<String>,
    pub email: Option<String>,
    pub placed_at: Instant,
    pub paid_at: Option<Instant>,
    pub cancelled_at: Option<Instant>,
    pub currency: Currency,
    pub items_amount: i128,
    pub total_amount: i128,
    pub credit_amount: i128,
    pub refunded_amount: Option<i128>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Registration {
    pub customer_id: String,
    pub registered_at: Instant,
    pub email: Option<String>,
    pub card_number: Option<String>,
    pub orders_before: i128,
    pub spend_before: i128,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundMethod {
    Original,
    StoreCredit,
    Restore,
    RestoreFirst,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Refund {
    pub refund_id: String,
    pub order_id: String,
    pub refunded_at: Instant,
    pub amount: i128,
    pub method: RefundMethod,
    /// The input of the version of its order that tells of it; none for a refund with a row of its own.
    pub told_by: Option<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Redemption {
    pub redemption_id: String,
    pub customer_id: Option<String>,
    pub card_number: Option<String>,
    pub order_id: Option<String>,
    pub redeemed_at: Instant,
    pub amount: i128,
    pub currency: Currency,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Adjustment {
    pub adjustment_id: String,
    pub customer_id: String,
    pub adjusted_at: Instant,
    pub amount: i128,
    pub is_to: bool,
    pub currency: Currency,
    pub expires_at: Option<Instant>,
}

#[derive(Debug, Default)]
pub struct Facts {
    pub orders: Versions<Order>,
    pub registrations: Versions<Registration>,
    pub refunds: Versions<Refund>,
    pub redemptions: Versions<Redemption>,
    pub adjustments: Versions<Adjustment>,
    /// The ids in rows of orders that were left out.
    pub rejected_orders: BTreeSet<String>,
}

impl Order {
    /// 3: "An order's instant is `paid_at`. An unpaid order, and one whose `cancelled_at` is at or before `paid_at`,
    /// earns nothing and counts into neither n nor s." Returns that instant, if the order counts.
    pub fn counts_at(&self) -> Option<Instant> {
        let paid_at = self.paid_at?;
        match self.cancelled_at {
            Some(cancelled_at) if cancelled_at <= paid_at => None,
            _ => Some(paid_at),
        }
    }

    /// 4: "`v = items_amount - min(credit_amount, items_amount)`; with `earn_on_credit = true`, `v = items_amount`."
    pub fn value(&self, program: &Program) -> i128 {
        match program.earn_on_credit {
            true => self.items_amount,
            false => self.items_amount - self.credit_amount.min(self.items_amount),
        }
    }
}

/// 2: "the greatest `updated_at` wins (null is oldest), then the one read later". Expects the order of reading.
pub fn oldest_first<T>(versions: &mut Versions<T>) {
    for same_id in versions.values_mut() {
        same_id.sort_by_key(|version| version.updated_at);
    }
}

/// The facts that exist; 2: "a newest version that is void means the fact does not exist".
pub fn existing<T>(versions: &Versions<T>) -> impl Iterator<Item = &T> {
    versions.values().filter_map(|same_id| newest(same_id))
}

/// The fact of one id, if it exists.
pub fn newest<T>(same_id: &[Version<T>]) -> Option<&T> {
    same_id.last().filter(|version| !version.is_void).map(|version| &version.fact)
}

impl Facts {
    pub fn order(&self, order_id: &str) -> Option<&Order> {
        newest(self.orders.get(order_id)?)
    }

    /// The registration of a person; 1: nothing after as_of exists.
    pub fn registration(&self, customer_id: &str, as_of: Instant) -> Option<&Registration> {
        newest(self.registrations.get(customer_id)?).filter(|registration| registration.registered_at <= as_of)
    }

    /// The refunds in use: the rows, or what the versions of the orders tell (2, undated refunds).
    pub fn refunds(&self, program: &Program, as_of: Instant) -> Vec<Refund> {
        match program.refunds_from_orders {
            false => existing(&self.refunds).cloned().collect(),
            true => self.orders.values().flat_map(|versions| undated(versions, as_of)).collect(),
        }
    }
}

/// 2: "each increase of an order's `refunded_amount` over the highest of its earlier versions is an `original` refund
/// of the increase, with id `refunded:<order_id>:<refunded_amount>` (with the currency's decimals), at that version's
/// `updated_at`, else at its `cancelled_at`, else at the as_of of the run that first saw it".
fn undated(versions: &[Version<Order>], as_of: Instant) -> Vec<Refund> {
    let Some(order) = newest(versions) else { return Vec::new() };
    let mut refunds = Vec::new();
    let mut highest = 0;
    for Version { input, updated_at, fact, .. } in versions.iter().filter(|version| !version.is_void) {
        let refunded_amount = fact.refunded_amount.unwrap_or(0) * order.currency.unit() / fact.currency.unit();
        if refunded_amount > highest {
            refunds.push(Refund {
                refund_id: format!("refunded:{}:{}", order.order_id, order.currency.show(refunded_amount)),
                order_id: order.order_id.clone(),
                refunded_at: updated_at.or(fact.cancelled_at).unwrap_or(as_of),
                amount: refunded_amount - highest,
                method: RefundMethod::Original,
                told_by: Some(*input),
            });
            highest = refunded_amount;
        }
    }
    refunds
}
