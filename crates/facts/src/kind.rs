//! The five kinds of facts (docs/spec.md 2), and `PerKind`: one value for each kind.

use accrue_kernel::facts::{FactRef, FactRow};

/// The five kinds of facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactKind {
    /// Orders, with their payment and cancellation.
    Orders,
    /// Registrations of customers.
    Registrations,
    /// Refunds of orders.
    Refunds,
    /// Credit that was spent.
    Redemptions,
    /// Credit given or taken by hand.
    Adjustments,
}

impl FactKind {
    /// All kinds, in the order of the rules.
    pub const ALL: [FactKind; 5] =
        [FactKind::Orders, FactKind::Registrations, FactKind::Refunds, FactKind::Redemptions, FactKind::Adjustments];

    /// Returns the name in pipelines, files and reports, such as `orders`.
    pub fn name(self) -> &'static str {
        ["orders", "registrations", "refunds", "redemptions", "adjustments"][self as usize]
    }
}

/// Returns the kind of a fact, and its row among those of the kind.
pub fn kind_and_row(fact: FactRef) -> (FactKind, FactRow) {
    match fact {
        FactRef::Registration(row) => (FactKind::Registrations, row),
        FactRef::Order(row) => (FactKind::Orders, row),
        FactRef::Refund(row) => (FactKind::Refunds, row),
        FactRef::Redemption(row) => (FactKind::Redemptions, row),
        FactRef::Adjustment(row) => (FactKind::Adjustments, row),
    }
}

/// One value for each kind of facts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PerKind<T> {
    /// The value for orders.
    pub orders: T,
    /// The value for registrations.
    pub registrations: T,
    /// The value for refunds.
    pub refunds: T,
    /// The value for redemptions.
    pub redemptions: T,
    /// The value for adjustments.
    pub adjustments: T,
}

impl<T> PerKind<T> {
    /// Returns the value of a kind.
    pub fn get(&self, kind: FactKind) -> &T {
        match kind {
            FactKind::Orders => &self.orders,
            FactKind::Registrations => &self.registrations,
            FactKind::Refunds => &self.refunds,
            FactKind::Redemptions => &self.redemptions,
            FactKind::Adjustments => &self.adjustments,
        }
    }

    /// Returns the values in the order of [`FactKind::ALL`].
    pub fn into_array(self) -> [T; 5] {
        [self.orders, self.registrations, self.refunds, self.redemptions, self.adjustments]
    }
}

impl<T> From<[T; 5]> for PerKind<T> {
    /// Takes the values in the order of [`FactKind::ALL`].
    fn from([orders, registrations, refunds, redemptions, adjustments]: [T; 5]) -> PerKind<T> {
        PerKind { orders, registrations, refunds, redemptions, adjustments }
    }
}
