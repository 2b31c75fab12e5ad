//! The accepted facts of one person (docs/spec.md 2), as the kernel takes them: newest versions, none void, ids as
//! text.
//!
//! Each fact is the newest version of its row; the caller has resolved versions, void rows and owners. Unless a field
//! says otherwise, amounts are at least zero, in minor units of the currency of the fact.

use super::currency::Currency;
use super::money::Amount;
use super::time::Timestamp;

/// The number of a fact in the caller's own list of its kind, from 0: the row of a table, for example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactRow(u32);

/// A fact, by its place in the caller's own list; the kernel returns it unchanged in [`Exception::fact`].
///
/// [`Exception::fact`]: super::exception::Exception::fact
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactRef {
    /// One of the registrations.
    Registration(FactRow),
    /// One of the orders.
    Order(FactRow),
    /// One of the refunds.
    Refund(FactRow),
    /// One of the redemptions.
    Redemption(FactRow),
    /// One of the adjustments.
    Adjustment(FactRow),
}

/// The index of an order in [`Person::orders`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrderIndex(u32);

/// All facts of one person; the order of the facts within a slice does not matter.
///
/// Facts later than as_of may be included: the kernel ignores them (docs/spec.md 2). An id is unique within its kind.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a, 'f> {
    /// The `customer_id`, or the guest id of a person without one (docs/spec.md 2).
    pub id: &'a str,
    /// The registration; `None` for a person who has none.
    pub registration: Option<Registration>,
    /// All orders, paid or not.
    pub orders: &'f [Order<'a>],
    /// The refunds of these orders; each names its order by index.
    pub refunds: &'f [Refund<'a>],
    /// The redemptions; used only with [`RedemptionSource::Redemptions`].
    ///
    /// [`RedemptionSource::Redemptions`]: super::program::RedemptionSource::Redemptions
    pub redemptions: &'f [Redemption<'a>],
    /// The manual changes of the balance.
    pub adjustments: &'f [Adjustment<'a>],
}

/// The registration of a person: it earns by `registration` rules and may state an earlier history (docs/spec.md 4).
#[derive(Clone, Copy, Debug)]
pub struct Registration {
    /// The place of this fact in the caller's list.
    pub fact: FactRef,
    /// When the person registered; neither reward nor earlier history exist before.
    pub registered_at: Timestamp,
    /// The number of orders from before the exports begin.
    pub orders_before: u64,
    /// The spend from before the exports begin, in minor units of the program's currency.
    pub spend_before: Amount,
}

/// One order; it earns at its payment if it was paid before any cancellation (docs/spec.md 3).
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// The place of this fact in the caller's list.
    pub fact: FactRef,
    /// The `order_id`.
    pub id: &'a str,
    /// When the order was placed; with [`RedemptionSource::Orders`] its `credit` is redeemed at this instant.
    ///
    /// [`RedemptionSource::Orders`]: super::program::RedemptionSource::Orders
    pub placed_at: Timestamp,
    /// When the order was paid; `None` for an unpaid order, which earns nothing.
    pub paid_at: Option<Timestamp>,
    /// When the order was cancelled; at or before `paid_at` means that the order never counts.
    pub cancelled_at: Option<Timestamp>,
    /// The currency of the three amounts, and of the credit that the order earns.
    pub currency: Currency,
    /// The amount paid for the goods: after discounts, before shipping and tax (column `items_amount`).
    pub items: Amount,
    /// The amount of the whole order, which refunds are measured against (column `total_amount`).
    pub total: Amount,
    /// The part of `total` that was paid with store credit (column `credit_amount`).
    pub credit: Amount,
}

/// One refund of an order of this person (docs/spec.md 3, 5.3, 5.4, 5.6).
#[derive(Clone, Copy, Debug)]
pub struct Refund<'a> {
    /// The place of this fact in the caller's list.
    pub fact: FactRef,
    /// The `refund_id`.
    pub id: &'a str,
    /// The refunded order; the index must be within bounds.
    pub order: OrderIndex,
    /// When the refund was made; it acts no earlier than the payment of its order.
    pub refunded_at: Timestamp,
    /// The amount given back to the customer, in the currency of the order.
    pub amount: Amount,
    /// How the amount was given back.
    pub method: RefundMethod,
}

/// How a refund gives the amount back to the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RefundMethod {
    /// To the payment method of the order: no credit is given.
    Original,
    /// As a new lot of store credit (docs/spec.md 5.6).
    StoreCredit,
    /// To the lots that the order was paid from (docs/spec.md 5.3).
    Restore,
    /// To the lots that the order was paid from, and what is more as a new lot of store credit (docs/spec.md 5.6).
    RestoreFirst,
}

/// One use of store credit (docs/spec.md 5.2).
#[derive(Clone, Copy, Debug)]
pub struct Redemption<'a> {
    /// The place of this fact in the caller's list.
    pub fact: FactRef,
    /// The `redemption_id`.
    pub id: &'a str,
    /// The order paid for, its index within bounds; `None` if the redemption names no order of this person.
    pub order: Option<OrderIndex>,
    /// When the credit was used.
    pub redeemed_at: Timestamp,
    /// The amount used: at least zero here, although its entries are below zero.
    pub amount: Amount,
    /// The currency of the lots that the redemption takes from.
    pub currency: Currency,
}

/// One manual change of the balance (docs/spec.md 5.7).
#[derive(Clone, Copy, Debug)]
pub struct Adjustment<'a> {
    /// The place of this fact in the caller's list.
    pub fact: FactRef,
    /// The `adjustment_id`.
    pub id: &'a str,
    /// When the adjustment was made.
    pub adjusted_at: Timestamp,
    /// The change of the balance.
    pub change: AdjustmentChange,
    /// The currency of the balance that changes.
    pub currency: Currency,
    /// The first instant at which the added credit is no longer valid; `None` means the shared expiry of the program.
    pub expires_at: Option<Timestamp>,
}

/// The change that an adjustment makes to a balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdjustmentChange {
    /// Adds the amount if it is above zero, takes it from the lots if it is below.
    By(Amount),
    /// Brings the balance, debt included, to this amount of at least zero.
    To(Amount),
}

impl FactRow {
    /// Makes the number of a fact.
    #[inline]
    pub const fn new(number: u32) -> FactRow {
        FactRow(number)
    }

    /// Returns the number as an index into the list.
    #[inline]
    pub const fn get(self) -> usize {
        self.0 as usize
    }
}

impl OrderIndex {
    /// Makes the index of an order.
    #[inline]
    pub const fn new(index: u32) -> OrderIndex {
        OrderIndex(index)
    }

    /// Returns the index into a slice of orders.
    #[inline]
    pub const fn get(self) -> usize {
        self.0 as usize
    }
}

impl Order<'_> {
    /// Tells whether the order was paid before any cancellation: only then does it ever count and earn.
    pub(crate) fn counts(&self) -> bool {
        self.paid_at.is_some_and(|paid| self.cancelled_at.is_none_or(|cancelled| paid < cancelled))
    }

    /// Returns the value that earns: without the part paid with credit, unless the program lets credit earn.
    pub(crate) fn value(&self, earn_on_credit: bool) -> Amount {
        if earn_on_credit { self.items } else { self.items - self.credit.min(self.items) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_facts_and_orders_are_indices_of_their_lists() {
        assert_eq!((FactRow::new(7).get(), OrderIndex::new(9).get()), (7, 9));
    }
}
