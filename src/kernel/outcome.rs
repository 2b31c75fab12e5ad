//! What the kernel says about one person: entries, odd facts, and what is left at as_of.

use super::currency::Currency;
use super::entry::{Entry, Method, OriginId};
use super::exception::Exception;
use super::money::{Amount, Total};
use super::time::Instant;

/// The kernel's answer for one person. Cleared and reused from person to person.
#[derive(Debug, Default)]
pub struct Outcome<'a> {
    /// In ledger order (SPEC 6), none zero, none with the identity of another.
    pub entries: Vec<Entry<'a>>,
    /// In the order of `(source_id, reason, currency)`.
    pub exceptions: Vec<Exception<'a>>,
    /// The lots with something left at as_of, in the order of `(currency, expires_at with never last, method, origin_id)`.
    pub remaining: Vec<Remaining<'a>>,
    /// One per currency that the person has any entry in, by code.
    pub balances: Vec<Balance>,
}

/// What is left of a lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remaining<'a> {
    pub currency: Currency,
    pub expires_at: Option<Instant>,
    pub method: Method,
    pub origin_id: OriginId<'a>,
    pub amount: Amount,
}

/// A person's balance in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    pub currency: Currency,
    /// What the lots hold, less what is owed.
    pub amount: Total,
    /// The next instant that something expires at, and how much.
    pub next_expiry: Option<(Instant, Total)>,
}

impl Outcome<'_> {
    pub fn clear(&mut self) {
        self.entries.clear();
        self.exceptions.clear();
        self.remaining.clear();
        self.balances.clear();
    }
}
