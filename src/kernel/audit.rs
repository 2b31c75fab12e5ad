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
    #[error("the balance in {currency} is {balance} and its lots sum to {sum}", balance = .balance.display(*.currency), sum = .sum.display(*.currency))]
    Balance { currency: Currency, balance: Total, sum: Total },
    #[error("two entries have the same identity, or an entry is zero, or entries are out of order")]
    Form,
}

/// A lot's identity within a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotName {
    pub currency: Currency,
    pub method: Method,
    pub origin_id: String,
}

/// Checks the entries and balances of one person; `scratch` is memory to reuse.
pub fn check<'a>(out: &Outcome<'a>, scratch: &mut Vec<Entry<'a>>) -> Result<(), Violation> {
    let in_order = |pair: &[Entry<'_>]| pair[0].ledger_order(&pair[1]).is_lt();
    if out.entries.iter().any(|entry| entry.amount.is_zero()) || !out.entries.windows(2).all(in_order) {
        return Err(Violation::Form);
    }
    scratch.clear();
    scratch.extend_from_slice(&out.entries);
    scratch.sort_unstable_by(|a, b| lot(a).cmp(&lot(b)));
    for entries in scratch.chunk_by(|a, b| lot(a) == lot(b)) {
        check_lot(entries)?;
    }
    for balance in &out.balances {
        let own = out.entries.iter().filter(|entry| entry.currency == balance.currency);
        let sum: Total = own.map(|entry| entry.amount).sum();
        if sum != balance.amount {
            return Err(Violation::Balance { currency: balance.currency, balance: balance.amount, sum });
        }
    }
    Ok(())
}

fn check_lot(entries: &[Entry<'_>]) -> Result<(), Violation> {
    let first = &entries[0];
    let sum: Total = entries.iter().map(|entry| entry.amount).sum();
    if first.method == Method::Owed {
        return match sum.is_positive() {
            true => Err(Violation::OwedAboveZero { currency: first.currency, sum }),
            false => Ok(()),
        };
    }
    let name = || LotName { currency: first.currency, method: first.method, origin_id: first.origin_id.0.to_string() };
    if entries.iter().filter(|entry| entry.kind == Kind::Grant).count() != 1 {
        return Err(Violation::NotGrantedOnce { lot: name() });
    }
    if sum < Total::ZERO {
        return Err(Violation::BelowZero { lot: name(), sum });
    }
    let late = |entry: &&Entry<'_>| {
        let taken = entry.amount.is_negative() && entry.kind != Kind::Expire;
        taken && entry.expires_at.is_some_and(|expires_at| expires_at <= entry.effective_at)
    };
    match entries.iter().find(late) {
        Some(entry) => Err(Violation::TakenAfterExpiry { lot: name(), at: entry.effective_at }),
        None => Ok(()),
    }
}

fn lot<'a>(entry: &Entry<'a>) -> (Currency, Method, OriginId<'a>) {
    (entry.currency, entry.method, entry.origin_id)
}
