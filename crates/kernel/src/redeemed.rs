//! What redemptions took, as long as it may come back (docs/spec.md 5.3).

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
    /// Debt booked to `owed`.
    Owed,
}
