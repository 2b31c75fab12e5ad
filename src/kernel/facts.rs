//! The accepted facts of one person (SPEC 2), as the kernel takes them: newest versions, none void, ids as text.

use super::currency::Currency;
use super::money::Amount;
use super::time::Instant;

/// The place of a fact in the caller's store of its kind; the kernel only hands it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactRef {
    Registration(u32),
    Order(u32),
    Refund(u32),
    Redemption(u32),
    Adjustment(u32),
}

/// Everything known about one person. The order of facts within a slice does not matter.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a, 'f> {
    pub id: &'a str,
    pub registration: Option<Registration>,
    pub orders: &'f [Order<'a>],
    /// The refunds of these orders.
    pub refunds: &'f [Refund<'a>],
    pub redemptions: &'f [Redemption<'a>],
    pub adjustments: &'f [Adjustment<'a>],
}

#[derive(Clone, Copy, Debug)]
pub struct Registration {
    pub fact: FactRef,
    pub registered_at: Instant,
    /// Orders from before the exports begin.
    pub orders_before: u64,
    /// Spend from before the exports begin, in the program's currency.
    pub spend_before: Amount,
}

#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    pub fact: FactRef,
    pub id: &'a str,
    pub placed_at: Instant,
    pub paid_at: Option<Instant>,
    pub cancelled_at: Option<Instant>,
    pub currency: Currency,
    /// What was paid for the goods: after discounts, before shipping and tax.
    pub items: Amount,
    pub total: Amount,
    /// The part of `total` paid with store credit.
    pub credit: Amount,
}

#[derive(Clone, Copy, Debug)]
pub struct Refund<'a> {
    pub fact: FactRef,
    pub id: &'a str,
    /// Index into the person's orders.
    pub order: u32,
    pub refunded_at: Instant,
    pub amount: Amount,
    pub method: RefundMethod,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RefundMethod {
    /// To the payment method.
    Original,
    /// As new credit.
    StoreCredit,
    /// The credit that paid for the order goes back.
    Restore,
}

#[derive(Clone, Copy, Debug)]
pub struct Redemption<'a> {
    pub fact: FactRef,
    pub id: &'a str,
    /// Index into the person's orders, where the redemption names one of them.
    pub order: Option<u32>,
    pub redeemed_at: Instant,
    pub amount: Amount,
    pub currency: Currency,
}

#[derive(Clone, Copy, Debug)]
pub struct Adjustment<'a> {
    pub fact: FactRef,
    pub id: &'a str,
    pub adjusted_at: Instant,
    pub change: AdjustmentChange,
    pub currency: Currency,
    /// `None`: the shared expiry.
    pub expires_at: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdjustmentChange {
    /// A signed change of the balance.
    By(Amount),
    /// Sets the balance to an amount of at least zero.
    To(Amount),
}

impl Order<'_> {
    /// Tells whether the order was paid before any cancellation: only then does it ever count and earn.
    pub fn counts(&self) -> bool {
        self.paid_at.is_some_and(|paid| self.cancelled_at.is_none_or(|cancelled| paid < cancelled))
    }

    /// Returns the value that earns: without the part paid with credit, unless the program lets credit earn.
    pub fn value(&self, earn_on_credit: bool) -> Amount {
        if earn_on_credit { self.items } else { self.items - self.credit.min(self.items) }
    }
}
