//! What redemptions took from each lot, kept while it may still be given back (docs/spec.md 5.3).
//!
//! The parts of one order form a linked list, the last one first, because restores give back in that order.

use super::money::Amount;

/// What a redemption that names an order took from one place, and has not got back yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RedeemedPart {
    pub(crate) from: RedeemedFrom,
    pub(crate) amount: Amount,
    /// What the order's redemptions took before it: an index into `PersonState::taken`.
    pub(crate) before: Option<usize>,
}

/// Where it was taken from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RedeemedFrom {
    /// Index into the account's lots.
    Lot(usize),
    /// Debt reported as an open item: an index into `PersonLedger::exceptions`.
    OpenItem(usize),
    /// Debt that was added to `owed`.
    Owed,
}
