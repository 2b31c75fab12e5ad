//! From movements to what is compared: entries summed by identity, sorted, and as text (6, 8).

use super::account::{Account, Kind, Movement};
use super::money::Currency;
use super::{Entry, Exception, Outcome, Reject, time};
use std::collections::BTreeMap;

/// Gathers the outcome of all accounts.
pub fn outcome(accounts: &[Account], exceptions: Vec<Exception>, rejects: Vec<Reject>) -> Outcome {
    let mut exceptions = exceptions;
    for account in accounts {
        exceptions.extend(account.exceptions.iter().cloned());
        exceptions.extend(open_items(account));
    }
    exceptions.sort();
    let mut balances: Vec<_> = accounts.iter().filter(|account| !account.movements.is_empty()).map(balance).collect();
    balances.sort();
    Outcome { entries: entries(accounts), exceptions, rejects, balances }
}

fn balance(account: &Account) -> (String, String, String) {
    let amount = account.currency.show(account.balance());
    (account.customer_id.clone(), account.currency.code.to_string(), amount)
}

/// 5.5: the open items, one per source; what a restore lowered to nothing (5.3) is not open any more.
fn open_items(account: &Account) -> Vec<Exception> {
    let mut open = BTreeMap::new();
    for item in &account.open_items {
        *open.entry((item.reason, &item.source_id)).or_insert(0) += item.amount;
    }
    let exception = |((reason, source_id), amount): ((&str, &String), i128)| Exception {
        reason: reason.to_string(),
        customer_id: account.customer_id.clone(),
        currency: account.currency.code.to_string(),
        source_id: source_id.clone(),
        amount: account.currency.show(amount),
    };
    open.into_iter().filter(|(_, amount)| *amount > 0).map(exception).collect()
}

/// 6: "Rows are sorted by customer_id, currency, effective_at, kind (in the order above), source_id, method,
/// origin_id."
fn entries(accounts: &[Account]) -> Vec<Entry> {
    let mut rows = Vec::new();
    for account in accounts {
        for movement in summed(&account.movements) {
            rows.push((movement.kind, entry(account, &movement)));
        }
    }
    let key = |(kind, entry): &(Kind, Entry)| {
        let Entry { customer_id, currency, effective_at, source_id, method, origin_id, .. } = entry.clone();
        (customer_id, currency, effective_at, *kind, source_id, method, origin_id)
    };
    rows.sort_by_key(key);
    rows.into_iter().map(|(_, entry)| entry).collect()
}

/// 6: "Entries with the same identity are one entry, summed, at the earlier instant."
fn summed(movements: &[Movement]) -> Vec<Movement> {
    let mut sums: Vec<Movement> = Vec::new();
    for movement in movements {
        match sums.iter_mut().find(|sum| is_same(sum, movement)) {
            Some(sum) => {
                sum.amount += movement.amount;
                sum.effective_at = sum.effective_at.min(movement.effective_at);
            }
            None => sums.push(movement.clone()),
        }
    }
    sums.retain(|sum| sum.amount != 0);
    sums
}

/// 6: "An entry is identified by `(customer_id, currency, kind, source_id, method, origin_id)`"; the first two are the
/// account's.
fn is_same(a: &Movement, b: &Movement) -> bool {
    (a.kind, &a.source_id, a.method, &a.origin_id) == (b.kind, &b.source_id, b.method, &b.origin_id)
}

fn entry(account: &Account, movement: &Movement) -> Entry {
    let currency: Currency = account.currency;
    Entry {
        customer_id: account.customer_id.clone(),
        currency: currency.code.to_string(),
        kind: kind_name(movement.kind).to_string(),
        source_id: movement.source_id.clone(),
        method: movement.method.name().to_string(),
        origin_id: movement.origin_id.clone(),
        amount: currency.show(movement.amount),
        effective_at: time::show(movement.effective_at),
        expires_at: movement.expires_at.map(time::show).unwrap_or_default(),
        rule: movement.rule.clone(),
    }
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Grant => "grant",
        Kind::Clawback => "clawback",
        Kind::Redeem => "redeem",
        Kind::Restore => "restore",
        Kind::Expire => "expire",
        Kind::Settle => "settle",
        Kind::Adjust => "adjust",
    }
}
