//! Entries (docs/spec.md 6): one signed amount on one lot, identified by person, currency, kind, source, method and
//! origin.

use super::currency::Currency;
pub use super::event_id::{DerivedEvent, EventId};
use super::money::Amount;
use super::rule_index::RuleIndex;
use super::time::Timestamp;
use std::cmp::Ordering;
use std::num::NonZeroU32;

/// What an entry does to its lot, in the order of the ledger (docs/spec.md 6).
///
/// The signs are those of computed entries; a posting that corrects an earlier one may have the other sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Creates a lot; above zero (docs/spec.md 4, 5.6, 5.7).
    Grant,
    /// Takes credit back after a refund or cancellation; below zero (docs/spec.md 5.4).
    Clawback,
    /// Spends credit; below zero (docs/spec.md 5.2).
    Redeem,
    /// Returns spent credit to its lot; above zero (docs/spec.md 5.3).
    Restore,
    /// Removes the rest of an expired lot; below zero (docs/spec.md 5.1).
    Expire,
    /// Repays debt: below zero on the lot that pays, above zero on `owed` (docs/spec.md 5.5).
    Settle,
    /// Takes credit by an adjustment; below zero (docs/spec.md 5.7).
    Adjust,
}

/// What created a lot, in the order in which one event makes and treats its lots (docs/spec.md 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// A rule that rewards the first order of a person.
    FirstOrder,
    /// A rule that rewards every order.
    PerOrder,
    /// A rule that rewards the registration.
    Registration,
    /// A rule that rewards reaching a number of orders.
    OrderHistory,
    /// A rule that rewards reaching an amount of spend.
    SpendHistory,
    /// A refund with store credit (docs/spec.md 5.6), or restored credit that had repaid debt (docs/spec.md 5.3).
    RefundCredit,
    /// An adjustment above zero (docs/spec.md 5.7).
    Adjustment,
    /// The pseudo-lot of debt: its sum is never above zero (docs/spec.md 5.5).
    Owed,
}

/// The kind of event that makes the lots of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MadeBy {
    /// The registration of the person, by a rule.
    Registration,
    /// An order, by a rule.
    Order,
    /// A refund or a cancellation.
    Refund,
    /// An adjustment.
    Adjustment,
    /// No event: debt is no lot.
    Debt,
}

/// The event that caused an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceId<'a>(pub EventId<'a>);

/// The event that created the lot of an entry; empty for `owed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OriginId<'a>(pub EventId<'a>);

/// The number of a lot among the lots of one person and currency, in the order in which they were created.
///
/// It holds within one [`PersonLedger`] only and is not kept in the ledger.
///
/// [`PersonLedger`]: super::outcome::PersonLedger
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LotNumber(NonZeroU32);

/// One signed amount on one lot of one person: a row that the ledger should have (docs/spec.md 6).
///
/// Currency, kind, source id, method and origin id identify an entry within a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The currency of the lot and of the amount.
    pub currency: Currency,
    /// What the entry does to the lot.
    pub kind: Kind,
    /// The event that caused the entry; for `expire` and `settle` usually the origin of the lot (docs/spec.md 5.3, 6).
    pub source_id: SourceId<'a>,
    /// What created the lot.
    pub method: Method,
    /// The event that created the lot.
    pub origin_id: OriginId<'a>,
    /// The change of the lot in minor units: above zero adds credit, below zero removes it; never zero.
    pub amount: Amount,
    /// When the change takes effect.
    pub effective_at: Timestamp,
    /// The first instant at which the lot is no longer valid; `None` means never.
    pub expires_at: Option<Timestamp>,
    /// The index in [`Program::rules`] of the rule that granted the lot; only grants of the five earning methods have
    /// one.
    ///
    /// [`Program::rules`]: super::program::Program::rules
    pub rule: Option<RuleIndex>,
    /// The lot that the entry changes; `None` for `owed`, and for entries that the caller read from a ledger.
    pub lot: Option<LotNumber>,
}

impl Kind {
    /// All kinds in the order of the ledger.
    pub const ALL: [Kind; 7] =
        [Kind::Grant, Kind::Clawback, Kind::Redeem, Kind::Restore, Kind::Expire, Kind::Settle, Kind::Adjust];

    /// Returns the name that the ledger uses, such as `clawback`.
    pub fn name(self) -> &'static str {
        ["grant", "clawback", "redeem", "restore", "expire", "settle", "adjust"][self as usize]
    }
}

/// What holds of one method.
struct MethodInfo {
    method: Method,
    name: &'static str,
    made_by: MadeBy,
    /// The place of the name among all names, as text is sorted.
    alphabetical: u8,
}

/// All methods in the order in which one event makes and treats its lots.
const METHODS: [MethodInfo; 8] = [
    MethodInfo { method: Method::FirstOrder, name: "first_order", made_by: MadeBy::Order, alphabetical: 1 },
    MethodInfo { method: Method::PerOrder, name: "per_order", made_by: MadeBy::Order, alphabetical: 4 },
    MethodInfo { method: Method::Registration, name: "registration", made_by: MadeBy::Registration, alphabetical: 6 },
    MethodInfo { method: Method::OrderHistory, name: "order_history", made_by: MadeBy::Order, alphabetical: 2 },
    MethodInfo { method: Method::SpendHistory, name: "spend_history", made_by: MadeBy::Order, alphabetical: 7 },
    MethodInfo { method: Method::RefundCredit, name: "refund_credit", made_by: MadeBy::Refund, alphabetical: 5 },
    MethodInfo { method: Method::Adjustment, name: "adjustment", made_by: MadeBy::Adjustment, alphabetical: 0 },
    MethodInfo { method: Method::Owed, name: "owed", made_by: MadeBy::Debt, alphabetical: 3 },
];

impl Method {
    /// All methods in the order in which one event makes and treats its lots.
    pub const ALL: [Method; METHODS.len()] = {
        let mut all = [Method::Owed; METHODS.len()];
        let mut at = 0;
        while at < all.len() {
            all[at] = METHODS[at].method;
            at += 1;
        }
        all
    };

    /// Returns the name that programs and the ledger use, such as `per_order`.
    pub fn name(self) -> &'static str {
        METHODS[self as usize].name
    }

    /// Returns the kind of event that makes lots of this method.
    pub fn made_by(self) -> MadeBy {
        METHODS[self as usize].made_by
    }

    /// Tells whether rules have this method; the other lots come of refunds and adjustments, or are debt.
    pub fn is_earned(self) -> bool {
        match self.made_by() {
            MadeBy::Registration | MadeBy::Order => true,
            MadeBy::Refund | MadeBy::Adjustment | MadeBy::Debt => false,
        }
    }

    fn alphabetical(self) -> u8 {
        METHODS[self as usize].alphabetical
    }
}

impl<'a> OriginId<'a> {
    /// The origin of `owed`, which no event made.
    pub(crate) const EMPTY: OriginId<'static> = OriginId(EventId::fact(""));
}

impl LotNumber {
    /// Makes the number of a lot from its index in the account.
    ///
    /// # Panics
    ///
    /// Panics if the index is not below `u32::MAX`.
    pub(crate) fn of(index: usize) -> LotNumber {
        let number = u32::try_from(index + 1).ok().and_then(NonZeroU32::new);
        LotNumber(number.expect("a person has fewer lots than there are rows"))
    }

    /// Returns the number, 1 for the first lot.
    pub fn number(self) -> u32 {
        self.0.get()
    }

    /// Returns the index of the lot in the account.
    pub(crate) fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

impl<'a> Entry<'a> {
    /// Compares two entries of one person by identity, so that equal ones come together (docs/spec.md 6).
    pub fn identity_order(&self, other: &Entry<'a>) -> Ordering {
        let kind = (self.currency, self.kind, self.method).cmp(&(other.currency, other.kind, other.method));
        kind.then_with(|| (self.origin_id, self.source_id).cmp(&(other.origin_id, other.source_id)))
    }

    /// Compares two entries of one person in the order of the ledger: by currency, instant, kind, source id, method,
    /// origin id (docs/spec.md 6).
    ///
    /// Kinds have their own order; the rest is compared as text.
    #[inline]
    pub fn ledger_order(&self, other: &Entry<'a>) -> Ordering {
        (self.currency.cmp(&other.currency))
            .then_with(|| self.effective_at.cmp(&other.effective_at))
            .then_with(|| self.order_of_instant(other))
    }

    /// Compares ledger rows of one person, currency and instant.
    pub(crate) fn order_of_instant(&self, other: &Entry<'a>) -> Ordering {
        (self.kind.cmp(&other.kind))
            .then_with(|| self.source_id.cmp(&other.source_id))
            .then_with(|| self.method.alphabetical().cmp(&other.method.alphabetical()))
            .then_with(|| self.origin_id.cmp(&other.origin_id))
    }

    /// Tells whether two entries of one person have the same identity (docs/spec.md 6).
    pub fn is_same(&self, other: &Entry<'a>) -> bool {
        (self.currency, self.kind, self.method) == (other.currency, other.kind, other.method)
            && self.source_id == other.source_id
            && self.origin_id == other.origin_id
    }
}

/// Makes a row of the lot of the order `a`, which expires at 10, for tests: its kind, source, cents and instant.
#[cfg(test)]
pub(crate) fn row(kind: Kind, source: &'static str, cents: i64, at: i64) -> Entry<'static> {
    Entry {
        currency: Currency::from_code("USD").unwrap(),
        kind,
        source_id: SourceId(EventId::fact(source)),
        method: Method::PerOrder,
        origin_id: OriginId(EventId::fact("a")),
        amount: Amount::from_minor(cents),
        effective_at: Timestamp::from_micros(at),
        expires_at: Some(Timestamp::from_micros(10)),
        rule: None,
        lot: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_methods_is_in_the_order_of_the_methods() {
        for (at, info) in METHODS.iter().enumerate() {
            assert_eq!(info.method as usize, at);
        }
        assert_eq!(Method::ALL.map(Method::is_earned), [true, true, true, true, true, false, false, false]);
    }

    #[test]
    fn methods_are_sorted_as_their_names_are() {
        for one in Method::ALL {
            for other in Method::ALL {
                assert_eq!(one.alphabetical().cmp(&other.alphabetical()), one.name().cmp(other.name()));
            }
        }
    }

    #[test]
    fn lots_are_numbered_from_one() {
        let lots = [0, 1, 41].map(LotNumber::of);
        assert_eq!(lots.map(LotNumber::number), [1, 2, 42]);
        assert_eq!(lots.map(LotNumber::index), [0, 1, 41]);
    }
}
