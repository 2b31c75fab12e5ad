//! What happens to a person: one fact may tell of several events (docs/spec.md 3).

use super::facts::OrderIndex;

/// An event, with the fact that tells of it: its index among the person's facts of that kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The person registers.
    Registration,
    /// An adjustment, an index into [`Person::adjustments`](super::facts::Person::adjustments).
    Adjustment(u32),
    /// A redemption, an index into [`Person::redemptions`](super::facts::Person::redemptions).
    Redemption(u32),
    /// A redemption told by the order's `credit_amount`.
    CreditSpent(OrderIndex),
    /// The payment of an order.
    Order(OrderIndex),
    /// A refund, an index into [`Person::refunds`](super::facts::Person::refunds).
    Refund(u32),
    /// The cancellation of an order, after all refunds at its instant.
    Cancellation(OrderIndex),
}

impl Event {
    /// Returns the place of the kind of event among events of one instant.
    pub(crate) fn rank(self) -> u8 {
        match self {
            Event::Registration => 0,
            Event::Adjustment(_) => 1,
            Event::Redemption(_) | Event::CreditSpent(_) => 2,
            Event::Order(_) => 3,
            Event::Refund(_) => 4,
            Event::Cancellation(_) => 5,
        }
    }
}
