//! How much of an order is refunded (docs/spec.md 5.4), as a fraction of its total in minor units.

use super::money::Amount;

/// The part of an order that the refunds that count have given back so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refunded {
    /// A part of the total of the order.
    Part {
        /// `R`: the amount given back, at most the total.
        refunded: Amount,
        /// The total of the order, above zero.
        total: Amount,
    },
    /// All of it: a cancelled order, whatever its total.
    Whole,
}
