//! The audit (SPEC 6): what must be true of one person's entries, whatever the facts. It looks at the entries alone.

use super::currency::Currency;
use super::entry::{Entry, Kind, Method, OriginId};
use super::money::Total;
use super::outcome::Outcome;
use super::time::Instant;

/// An invariant that entries break: a bug of this program, never of the data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    #[error("lot {method} of {origin_id:?} in {currency} sums to {sum} below zero", method = .lot.method.name(), origin_id = .lot.origin_id, currency = .lot.currency, sum = .sum.display(.lot.currency))]
    BelowZero { lot: LotName, sum: Total },
    #[error("`owed` in {currency} sums to {sum} above zero", sum = .sum.display(*.currency))]
    OwedAboveZero { currency: Currency, sum: Total },
    #[error("lot {method} of {origin_id:?} is taken from at {at} after it expired", method = .lot.method.name(), origin_id = .lot.origin_id)]
    TakenAfterExpiry { lot: LotName, at: Instant },
    #[error("lot {method} of {origin_id:?} has no grant, or two", method = .lot.method.name(), origin_id = .lot.origin_id)]
    NotGrantedOnce { lot: LotName },
    #[error("lot {method} of {origin_id:?} has postings in {currency}, and no grant", method = .lot.method.name(), origin_id = .lot.origin_id, currency = .lot.currency)]
    NeverGranted { lot: LotName },
    #[error("the balance in {currency} is {balance} and its lots sum to {sum}", balance = .balance.display(*.currency), sum = .sum.display(*.currency))]
    Balance { currency: Currency, balance: Total, sum: Total },
    #[error("the {kind} of {source_id:?} is zero", kind = .kind.name())]
    Zero { kind: Kind, source_id: String },
    #[error("the {kind} of {source_id:?} comes twice or out of order", kind = .kind.name())]
    OutOfOrder { kind: Kind, source_id: String },
}

/// A lot's identity within a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotName {
    pub currency: Currency,
    pub method: Method,
    pub origin_id: String,
}

/// What one lot's entries come to; memory to reuse from person to person.
#[derive(Clone, Copy, Debug)]
pub struct LotSum<'a> {
    is_granted: bool,
    method: Method,
    origin_id: OriginId<'a>,
    sum: Total,
}

/// Checks the entries and balances of one person.
///
/// Entries say which lot they are on; the audit checks that those of one lot agree on whose they are.
pub fn check<'a>(out: &Outcome<'a>, lots: &mut Vec<LotSum<'a>>) -> Result<(), Violation> {
    let mut before = None;
    for entries in out.entries.chunk_by(|a, b| a.currency == b.currency) {
        lots.clear();
        let mut owed = Total::ZERO;
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

/// Adds an entry to its lot. Grants come first in the ledger's order of an instant, so a lot is granted before it is used.
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
fn check_sums(currency: Currency, owed: Total, lots: &[LotSum<'_>], out: &Outcome<'_>) -> Result<(), Violation> {
    if owed.is_positive() {
        return Err(Violation::OwedAboveZero { currency, sum: owed });
    }
    let mut sum = owed;
    for lot in lots {
        // One that is not granted has no entries: its name is another lot's, which has them.
        if lot.sum < Total::ZERO {
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
        LotSum { is_granted: false, method: Method::Owed, origin_id: OriginId::EMPTY, sum: Total::ZERO };

    fn is_of(&self, entry: &Entry<'_>) -> bool {
        self.method == entry.method && self.origin_id == entry.origin_id
    }
}

pub(super) fn name(currency: Currency, method: Method, origin_id: OriginId<'_>) -> LotName {
    LotName { currency, method, origin_id: origin_id.0.to_string() }
}
