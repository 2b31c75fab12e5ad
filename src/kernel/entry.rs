//! Entries (SPEC 6): one signed amount on one lot, identified by person, currency, kind, source, method and origin.

use super::currency::Currency;
use super::money::Amount;
use super::time::Instant;
use std::cmp::Ordering;
use std::fmt;
use std::num::NonZeroU32;

/// What an entry does, in the ledger's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Grant,
    Clawback,
    Redeem,
    Restore,
    Expire,
    Settle,
    Adjust,
}

/// What created a lot, in the order that lots of one event are made and treated; `Owed` is the pseudo-lot of debt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    FirstOrder,
    PerOrder,
    Registration,
    OrderHistory,
    SpendHistory,
    RefundCredit,
    Adjustment,
    Owed,
}

/// What stands before a fact's own id where an entry comes from something derived from that fact.
///
/// As wide as a word: then ids, of which every entry has two, are copied in whole words, and faster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u64)]
pub enum Prefix {
    None,
    /// A redemption told by an order's `credit_amount`.
    Order,
    /// A refund told by an order's `cancelled_at`.
    Cancel,
    /// The expiry of what a refund brought back to an expired lot.
    Restore,
    /// The same for a cancellation.
    RestoreCancel,
}

/// The id of an event: a fact's id, or one derived from it. Two ids are equal where their texts are.
#[derive(Clone, Copy)]
pub struct EventId<'a> {
    prefix: Prefix,
    fact: &'a str,
}

/// The event that caused an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceId<'a>(pub EventId<'a>);

/// The event that made a lot; empty for `owed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OriginId<'a>(pub EventId<'a>);

/// The place of a lot among a person's lots of one currency, in the order they were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LotNumber(NonZeroU32);

/// One signed amount on one lot: what the ledger should say about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    pub currency: Currency,
    pub kind: Kind,
    pub source_id: SourceId<'a>,
    pub method: Method,
    pub origin_id: OriginId<'a>,
    pub amount: Amount,
    pub effective_at: Instant,
    pub expires_at: Option<Instant>,
    /// Index into the program's rules, for grants of the five methods.
    pub rule: Option<u32>,
    /// Which of the person's lots in this currency it is on; `None` for `owed`.
    pub lot: Option<LotNumber>,
}

impl Kind {
    pub const ALL: [Kind; 7] =
        [Kind::Grant, Kind::Clawback, Kind::Redeem, Kind::Restore, Kind::Expire, Kind::Settle, Kind::Adjust];

    pub fn name(self) -> &'static str {
        ["grant", "clawback", "redeem", "restore", "expire", "settle", "adjust"][self as usize]
    }
}

impl Method {
    pub const ALL: [Method; 8] = [
        Method::FirstOrder,
        Method::PerOrder,
        Method::Registration,
        Method::OrderHistory,
        Method::SpendHistory,
        Method::RefundCredit,
        Method::Adjustment,
        Method::Owed,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Method::FirstOrder => "first_order",
            Method::PerOrder => "per_order",
            Method::Registration => "registration",
            Method::OrderHistory => "order_history",
            Method::SpendHistory => "spend_history",
            Method::RefundCredit => "refund_credit",
            Method::Adjustment => "adjustment",
            Method::Owed => "owed",
        }
    }

    /// Returns the place of the name among all names, as text is sorted.
    fn alphabetical(self) -> u8 {
        match self {
            Method::Adjustment => 0,
            Method::FirstOrder => 1,
            Method::OrderHistory => 2,
            Method::Owed => 3,
            Method::PerOrder => 4,
            Method::RefundCredit => 5,
            Method::Registration => 6,
            Method::SpendHistory => 7,
        }
    }
}

impl Prefix {
    pub fn text(self) -> &'static str {
        ["", "order:", "cancel:", "restore:", "restore:cancel:"][self as usize]
    }
}

impl<'a> EventId<'a> {
    pub const fn fact(id: &'a str) -> EventId<'a> {
        EventId { prefix: Prefix::None, fact: id }
    }

    pub const fn derived(prefix: Prefix, id: &'a str) -> EventId<'a> {
        EventId { prefix, fact: id }
    }

    /// Returns the id that the expiry of what this refund or cancellation brought back has.
    pub fn restored(self) -> EventId<'a> {
        let prefix = if self.prefix == Prefix::Cancel { Prefix::RestoreCancel } else { Prefix::Restore };
        EventId { prefix, fact: self.fact }
    }

    /// Tells whether this is the cancellation of an order.
    pub fn is_cancellation(self) -> bool {
        self.prefix == Prefix::Cancel
    }

    /// Tells whether a fact's own id could be taken for a derived one.
    pub fn looks_derived(self) -> bool {
        let starts = |prefix: &Prefix| self.fact.starts_with(prefix.text());
        // Asked of every entry: the first letter answers nearly always.
        matches!(self.fact.as_bytes().first(), Some(b'o' | b'c' | b'r'))
            && self.prefix == Prefix::None
            && [Prefix::Order, Prefix::Cancel, Prefix::Restore].iter().any(starts)
    }

    /// Returns what stands before the fact's id, and that id.
    pub fn parts(self) -> (Prefix, &'a str) {
        (self.prefix, self.fact)
    }

    fn bytes(self) -> impl Iterator<Item = u8> + 'a {
        self.prefix.text().bytes().chain(self.fact.bytes())
    }
}

impl PartialEq for EventId<'_> {
    fn eq(&self, other: &Self) -> bool {
        match self.prefix == other.prefix {
            // Entries of one event share its text: nearly always there is nothing to compare.
            true => std::ptr::eq(self.fact, other.fact) || self.fact == other.fact,
            false => self.cmp(other).is_eq(),
        }
    }
}

impl Eq for EventId<'_> {}

impl Ord for EventId<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match self.prefix == other.prefix {
            // Entries of one event share its text: nearly always there is nothing to compare.
            true if std::ptr::eq(self.fact, other.fact) => Ordering::Equal,
            true => self.fact.as_bytes().cmp(other.fact.as_bytes()),
            false => self.bytes().cmp(other.bytes()),
        }
    }
}

impl PartialOrd for EventId<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for EventId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.prefix.text(), self.fact)
    }
}

impl fmt::Debug for EventId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<'a> OriginId<'a> {
    /// The origin of `owed`, which no event made.
    pub const EMPTY: OriginId<'static> = OriginId(EventId::fact(""));
}

impl LotNumber {
    pub fn of(index: usize) -> LotNumber {
        let number = u32::try_from(index + 1).ok().and_then(NonZeroU32::new);
        LotNumber(number.expect("a person has fewer lots than there are rows"))
    }

    pub fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

impl<'a> Entry<'a> {
    /// Compares as entries of one person are grouped: by identity.
    pub fn identity_order(&self, other: &Entry<'a>) -> Ordering {
        let kind = (self.currency, self.kind, self.method).cmp(&(other.currency, other.kind, other.method));
        kind.then_with(|| (self.origin_id, self.source_id).cmp(&(other.origin_id, other.source_id)))
    }

    /// Compares as ledger rows of one person are sorted: kinds in their own order, everything else as text.
    #[inline]
    pub fn ledger_order(&self, other: &Entry<'a>) -> Ordering {
        (self.currency.cmp(&other.currency))
            .then_with(|| self.effective_at.cmp(&other.effective_at))
            .then_with(|| self.order_of_instant(other))
    }

    /// Compares ledger rows of one person, currency and instant.
    pub fn order_of_instant(&self, other: &Entry<'a>) -> Ordering {
        (self.kind.cmp(&other.kind))
            .then_with(|| self.source_id.cmp(&other.source_id))
            .then_with(|| self.method.alphabetical().cmp(&other.method.alphabetical()))
            .then_with(|| self.origin_id.cmp(&other.origin_id))
    }

    /// Tells whether two entries of one person are one and the same, to be summed.
    pub fn is_same(&self, other: &Entry<'a>) -> bool {
        (self.currency, self.kind, self.method) == (other.currency, other.kind, other.method)
            && self.source_id == other.source_id
            && self.origin_id == other.origin_id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_sorted_as_their_names_are() {
        for one in Method::ALL {
            for other in Method::ALL {
                assert_eq!(one.alphabetical().cmp(&other.alphabetical()), one.name().cmp(other.name()));
            }
        }
    }

    #[test]
    fn ids_are_sorted_by_their_bytes_prefix_and_all() {
        let fact = EventId::fact;
        assert!(EventId::derived(Prefix::Cancel, "a") < fact("cancel:b"));
        assert!(fact("cancel:a") < EventId::derived(Prefix::Cancel, "b"));
        assert!(fact("b") < EventId::derived(Prefix::Cancel, "a"));
        let elsewhere = String::from("x");
        assert_eq!(fact("x"), fact(&elsewhere));
        assert_eq!(fact("cancel:a"), EventId::derived(Prefix::Cancel, "a"));
        assert!(fact("cancel:a").looks_derived() && !fact("a:cancel").looks_derived());
    }
}
