//! The audit (docs/spec.md 6): what must be true of one person's entries, whatever the facts.
//!
//! It reads entries and balances only, so that a fault of the computation cannot hide in the state of the computation.

use super::currency::Currency;
use super::entry::{Entry, Kind, Method, OriginId};
use super::money::WideAmount;
use super::outcome::PersonLedger;
use super::time::Timestamp;

/// A rule of the ledger that entries or postings break; the cause is a fault of accrue, never of the facts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// The entries of a lot sum below zero.
    #[error(
        "lot {method} of {origin_id:?} in {currency} sums to {sum} below zero",
        method = .lot.method.name(),
        origin_id = .lot.origin_id,
        currency = .lot.currency,
        sum = .sum.display(.lot.currency)
    )]
    BelowZero {
        /// The lot.
        lot: LotName,
        /// The sum of its entries, below zero.
        sum: WideAmount,
    },
    /// The entries on `owed` sum above zero: more debt was repaid than there was.
    #[error("`owed` in {currency} sums to {sum} above zero", sum = .sum.display(*.currency))]
    OwedAboveZero {
        /// The currency of the debt.
        currency: Currency,
        /// The sum of the entries on `owed`, above zero.
        sum: WideAmount,
    },
    /// A lot is taken from at or after its expiry by another kind than `expire`.
    #[error(
        "lot {method} of {origin_id:?} is taken from at {at} after it expired",
        method = .lot.method.name(),
        origin_id = .lot.origin_id
    )]
    TakenAfterExpiry {
        /// The lot.
        lot: LotName,
        /// When the credit was taken.
        at: Timestamp,
    },
    /// A lot has entries before its grant, or a second grant, or entries of another lot's name.
    #[error(
        "lot {method} of {origin_id:?} has no grant, or two",
        method = .lot.method.name(),
        origin_id = .lot.origin_id
    )]
    NotGrantedOnce {
        /// The lot.
        lot: LotName,
    },
    /// A lot has postings that do not cancel out, and no grant above zero; found by [`violations`] only.
    ///
    /// [`violations`]: super::audit_postings::violations
    #[error(
        "lot {method} of {origin_id:?} has postings in {currency}, and no grant",
        method = .lot.method.name(),
        origin_id = .lot.origin_id,
        currency = .lot.currency
    )]
    NeverGranted {
        /// The lot.
        lot: LotName,
    },
    /// The balance in a currency is not the sum of its lots and of `owed`.
    #[error(
        "the balance in {currency} is {balance} and its lots sum to {sum}",
        balance = .balance.display(*.currency),
        sum = .sum.display(*.currency)
    )]
    Balance {
        /// The currency of the balance.
        currency: Currency,
        /// The balance as computed; zero if there is none in this currency.
        balance: WideAmount,
        /// The sum of the lots and of `owed`.
        sum: WideAmount,
    },
    /// An entry has the amount zero.
    #[error("the {kind} of {source_id:?} is zero", kind = .kind.name())]
    Zero {
        /// The kind of the entry.
        kind: Kind,
        /// The event that caused the entry.
        source_id: String,
    },
    /// An entry has the identity and instant of the entry before it, or should come before that entry.
    #[error("the {kind} of {source_id:?} comes twice or out of order", kind = .kind.name())]
    OutOfOrder {
        /// The kind of the later entry.
        kind: Kind,
        /// The event that caused the later entry.
        source_id: String,
    },
}

/// The identity of a lot within a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotName {
    pub(crate) currency: Currency,
    pub(crate) method: Method,
    pub(crate) origin_id: String,
}

/// The sum of the entries of one lot: working memory of [`check`], to use again for the next person.
#[derive(Clone, Copy, Debug)]
pub struct LotSum<'a> {
    is_granted: bool,
    method: Method,
    origin_id: OriginId<'a>,
    sum: WideAmount,
}

/// Checks the entries and balances of one person against the rules of the ledger (docs/spec.md 6).
///
/// `lots` is working memory; the earlier content does not matter.
///
/// # Errors
///
/// Returns the first violation found:
///
/// - [`Violation::Zero`], [`Violation::OutOfOrder`], [`Violation::TakenAfterExpiry`] of a single entry;
/// - [`Violation::NotGrantedOnce`] of a lot, also if entries with one [`Entry::lot`] differ in method or origin;
/// - [`Violation::OwedAboveZero`], [`Violation::BelowZero`], [`Violation::Balance`] of the sums of a currency.
pub fn check<'a>(out: &PersonLedger<'a>, lots: &mut Vec<LotSum<'a>>) -> Result<(), Violation> {
    let mut before = None;
    for entries in out.entries.chunk_by(|a, b| a.currency == b.currency) {
        lots.clear();
        let mut owed = WideAmount::ZERO;
        for entry in entries {
            check_entry(entry, before.replace(entry))?;
            match entry.lot {
                Some(lot) => add(entry, lot.index(), lots)?,
                None => owed += entry.amount,
            }
        }
        check_sums(entries[0].currency, owed, lots, out)?;
    }
    Ok(())
}

/// Checks one entry by itself and against the one before it.
fn check_entry(entry: &Entry<'_>, before: Option<&Entry<'_>>) -> Result<(), Violation> {
    if entry.amount.is_zero() {
        return Err(Violation::Zero { kind: entry.kind, source_id: entry.source_id.0.to_string() });
    }
    if before.is_some_and(|before| before.ledger_order(entry).is_ge()) {
        return Err(Violation::OutOfOrder { kind: entry.kind, source_id: entry.source_id.0.to_string() });
    }
    let is_taken = entry.amount.is_negative() && entry.kind != Kind::Expire;
    match entry.expires_at {
        Some(expires_at) if is_taken && expires_at <= entry.effective_at => {
            let lot = name(entry.currency, entry.method, entry.origin_id);
            Err(Violation::TakenAfterExpiry { lot, at: entry.effective_at })
        }
        _ => Ok(()),
    }
}

/// Adds an entry to its lot. Grants come first in the ledger's order of an instant, so a lot is granted before it is
/// used.
fn add<'a>(entry: &Entry<'a>, lot: usize, lots: &mut Vec<LotSum<'a>>) -> Result<(), Violation> {
    if lots.len() <= lot {
        lots.resize(lot + 1, LotSum::NONE);
    }
    let own = &mut lots[lot];
    match entry.kind {
        Kind::Grant if !own.is_granted => {
            let Entry { method, origin_id, amount, .. } = *entry;
            *own = LotSum { is_granted: true, method, origin_id, sum: amount.into() };
        }
        kind if kind != Kind::Grant && own.is_granted && own.is_of(entry) => own.sum += entry.amount,
        _ => return Err(Violation::NotGrantedOnce { lot: name(entry.currency, entry.method, entry.origin_id) }),
    }
    Ok(())
}

/// Checks what the entries of one currency come to.
fn check_sums(
    currency: Currency,
    owed: WideAmount,
    lots: &[LotSum<'_>],
    out: &PersonLedger<'_>,
) -> Result<(), Violation> {
    if owed.is_positive() {
        return Err(Violation::OwedAboveZero { currency, sum: owed });
    }
    let mut sum = owed;
    for lot in lots {
        // A number without a grant was merged into another lot by `share_lots`; its sum is zero.
        if lot.sum < WideAmount::ZERO {
            return Err(Violation::BelowZero { lot: name(currency, lot.method, lot.origin_id), sum: lot.sum });
        }
        sum += lot.sum;
    }
    let balance = out.balances.iter().find(|balance| balance.currency == currency);
    let balance = balance.map(|balance| balance.amount);
    if balance != Some(sum) {
        return Err(Violation::Balance { currency, balance: balance.unwrap_or_default(), sum });
    }
    Ok(())
}

impl LotSum<'_> {
    /// Of a lot without entries.
    const NONE: LotSum<'static> =
        LotSum { is_granted: false, method: Method::Owed, origin_id: OriginId::EMPTY, sum: WideAmount::ZERO };

    fn is_of(&self, entry: &Entry<'_>) -> bool {
        self.method == entry.method && self.origin_id == entry.origin_id
    }
}

pub(super) fn name(currency: Currency, method: Method, origin_id: OriginId<'_>) -> LotName {
    LotName { currency, method, origin_id: origin_id.0.to_string() }
}

#[cfg(test)]
mod tests {
    use super::super::entry::{EventId, LotNumber, row};
    use super::super::money::Amount;
    use super::super::outcome::Balance;
    use super::*;

    fn usd() -> Currency {
        Currency::from_code("USD").unwrap()
    }

    fn entry(kind: Kind, source: &'static str, cents: i64, at: i64) -> Entry<'static> {
        Entry { lot: Some(LotNumber::of(0)), ..row(kind, source, cents, at) }
    }

    fn owed(kind: Kind, source: &'static str, cents: i64, at: i64) -> Entry<'static> {
        let (method, origin_id) = (Method::Owed, OriginId::EMPTY);
        Entry { method, origin_id, expires_at: None, lot: None, ..entry(kind, source, cents, at) }
    }

    /// Audits entries with a balance in cents; returns the message of the violation.
    fn found(entries: &[Entry<'static>], cents: i64) -> Option<String> {
        let amount = WideAmount::from(Amount::from_minor(cents));
        let balances = vec![Balance { currency: usd(), amount, next_expiry: None }];
        let out = PersonLedger { entries: entries.to_vec(), balances, ..PersonLedger::default() };
        check(&out, &mut Vec::new()).err().map(|violation| violation.to_string())
    }

    #[test]
    fn a_lot_that_is_granted_used_and_expires_breaks_no_rule() {
        let used = [entry(Kind::Grant, "a", 500, 1), entry(Kind::Redeem, "r", -300, 2)];
        assert_eq!(found(&used, 200), None);
        let expired = [used[0], used[1], entry(Kind::Expire, "a", -200, 10)];
        assert_eq!(found(&expired, 0), None);
        let repaid = [owed(Kind::Clawback, "r", -300, 1), owed(Kind::Settle, "s", 300, 2)];
        assert_eq!(found(&repaid, 0), None);
    }

    #[test]
    fn each_rule_that_is_broken_is_named() {
        let grant = entry(Kind::Grant, "a", 500, 1);
        let other_lot = Entry { origin_id: OriginId(EventId::fact("b")), ..entry(Kind::Redeem, "r", -300, 2) };
        let cases: [(&[Entry<'static>], i64, &str); 10] = [
            (&[entry(Kind::Grant, "a", 0, 1)], 0, "the grant of \"a\" is zero"),
            (
                &[grant, entry(Kind::Redeem, "r", -100, 2), entry(Kind::Redeem, "r", -100, 2)],
                300,
                "the redeem of \"r\" comes twice or out of order",
            ),
            (
                &[grant, entry(Kind::Redeem, "r", -100, 3), entry(Kind::Redeem, "q", -100, 2)],
                300,
                "the redeem of \"q\" comes twice or out of order",
            ),
            (
                &[grant, entry(Kind::Redeem, "r", -300, 10)],
                200,
                "lot per_order of \"a\" is taken from at 1970-01-01T00:00:00.000010Z after it expired",
            ),
            (&[entry(Kind::Redeem, "r", -300, 2)], -300, "lot per_order of \"a\" has no grant, or two"),
            (&[grant, entry(Kind::Grant, "b", 500, 2)], 1000, "lot per_order of \"a\" has no grant, or two"),
            (&[grant, other_lot], 200, "lot per_order of \"b\" has no grant, or two"),
            (&[grant, entry(Kind::Redeem, "r", -501, 2)], -1, "lot per_order of \"a\" in USD sums to -0.01 below zero"),
            (
                &[owed(Kind::Clawback, "r", -300, 1), owed(Kind::Settle, "s", 301, 2)],
                1,
                "`owed` in USD sums to 0.01 above zero",
            ),
            (&[grant], 499, "the balance in USD is 4.99 and its lots sum to 5.00"),
        ];
        for (entries, cents, expected) in cases {
            assert_eq!(found(entries, cents).as_deref(), Some(expected), "{entries:?}");
        }
    }

    #[test]
    fn a_currency_without_a_balance_has_none() {
        let out = PersonLedger { entries: vec![entry(Kind::Grant, "a", 500, 1)], ..PersonLedger::default() };
        let fault = check(&out, &mut Vec::new()).unwrap_err();
        assert_eq!(fault.to_string(), "the balance in USD is 0.00 and its lots sum to 5.00");
    }
}
