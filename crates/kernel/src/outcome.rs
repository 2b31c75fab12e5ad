//! The result of the computation for one person: entries, odd facts, remaining credit and balances at as_of.

use super::currency::Currency;
use super::entry::{Entry, Method, OriginId};
use super::exception::Exception;
use super::money::{Amount, WideAmount};
use super::time::Timestamp;

/// The result of [`compute`] for one person; clearing it and using it again saves memory allocations.
///
/// [`compute`]: super::compute
#[derive(Debug, Default)]
pub struct PersonLedger<'a> {
    /// The entries in the order of the ledger (docs/spec.md 6); none is zero and no two have the same identity.
    pub entries: Vec<Entry<'a>>,
    /// The odd facts, in the order of `(source_id, reason, currency)`.
    pub exceptions: Vec<Exception<'a>>,
    /// The lots that hold credit at as_of, in the order of `(currency, expires_at with never last, method, origin_id)`.
    pub remaining: Vec<OpenLot<'a>>,
    /// The balance of each currency in which the person has any entry, sorted by currency code.
    pub balances: Vec<Balance>,
}

/// The credit that a lot still holds at as_of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenLot<'a> {
    /// The currency of the lot.
    pub currency: Currency,
    /// The first instant at which the lot is no longer valid, after as_of; `None` means never.
    pub expires_at: Option<Timestamp>,
    /// What created the lot.
    pub method: Method,
    /// The event that created the lot.
    pub origin_id: OriginId<'a>,
    /// The credit left, above zero.
    pub amount: Amount,
}

/// The balance of a person in one currency at as_of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// The currency of the balance.
    pub currency: Currency,
    /// The credit in all lots minus the debt; below zero only if the program carries debt (docs/spec.md 5.5).
    pub amount: WideAmount,
    /// The next instant after as_of at which credit expires, and the amount that expires then, above zero.
    pub next_expiry: Option<(Timestamp, WideAmount)>,
}

impl PersonLedger<'_> {
    /// Removes all results and keeps the allocated memory.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.exceptions.clear();
        self.remaining.clear();
        self.balances.clear();
    }
}
