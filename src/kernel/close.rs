//! What stands at as_of (SPEC 6, 8): entries in ledger order and each identity once, open items, what is left, balances.

use super::entry::{Entry, Kind};
use super::exception::{Exception, Reason};
use super::money::{Amount, Total};
use super::outcome::{Balance, Outcome, Remaining};
use super::time::Instant;
use super::walk::State;

/// Completes what the walk has written.
pub fn close<'a>(state: &State<'a>, out: &mut Outcome<'a>) {
    put_in_order(&mut out.entries);
    settle_exceptions(&mut out.exceptions);
    for account in state.accounts() {
        let held = account.lots.iter().filter(|lot| lot.remaining.is_positive());
        out.remaining.extend(held.map(|lot| Remaining {
            currency: account.currency,
            expires_at: lot.expires_at,
            method: lot.method,
            origin_id: lot.origin_id,
            amount: lot.remaining,
        }));
    }
    out.remaining.sort_unstable_by(|a, b| {
        let last = |lot: &Remaining<'_>| (lot.currency, lot.expires_at.unwrap_or(Instant::NEVER), lot.method);
        last(a).cmp(&last(b)).then_with(|| a.origin_id.cmp(&b.origin_id))
    });
    add_balances(state, out);
}

/// Sorts entries as the ledger has them and sums those that are one and the same, at the earlier instant.
fn put_in_order(entries: &mut Vec<Entry<'_>>) {
    // A lot may settle debt again when a restore brings something back; no other identity comes at two instants.
    if entries.iter().any(|entry| entry.kind == Kind::Settle) {
        sum_settles(entries);
    }
    entries.sort_by(Entry::ledger_order);
    entries.dedup_by(|later, earlier| {
        let same = later.effective_at == earlier.effective_at && later.is_same(earlier);
        if same {
            earlier.amount += later.amount;
        }
        same
    });
}

fn sum_settles(entries: &mut Vec<Entry<'_>>) {
    let mut settles: Vec<Entry<'_>> = entries.extract_if(.., |entry| entry.kind == Kind::Settle).collect();
    let identity = |a: &Entry<'_>, b: &Entry<'_>| {
        let ids =
            (a.currency, a.source_id, a.method, a.origin_id).cmp(&(b.currency, b.source_id, b.method, b.origin_id));
        ids.then(a.effective_at.cmp(&b.effective_at))
    };
    settles.sort_by(identity);
    settles.dedup_by(|later, earlier| {
        let same = later.is_same(earlier);
        if same {
            earlier.amount += later.amount;
        }
        same
    });
    entries.append(&mut settles);
}

/// Sorts exceptions, sums those of one source and reason, and drops open items that were lowered to nothing.
fn settle_exceptions(exceptions: &mut Vec<Exception<'_>>) {
    exceptions.retain(|exception| exception.amount != Some(Amount::ZERO));
    exceptions.sort_by(|a, b| (a.source_id, a.reason, a.currency).cmp(&(b.source_id, b.reason, b.currency)));
    exceptions.dedup_by(|later, earlier| {
        let open = |reason| matches!(reason, Reason::Uncollected | Reason::Unbacked);
        let same =
            (later.source_id, later.reason, later.currency) == (earlier.source_id, earlier.reason, earlier.currency);
        if same && open(later.reason) {
            earlier.amount = earlier.amount.zip(later.amount).map(|(a, b)| a + b);
        }
        same && open(later.reason)
    });
}

fn add_balances<'a>(state: &State<'a>, out: &mut Outcome<'a>) {
    for account in state.accounts() {
        if account.lots.is_empty() && out.entries.iter().all(|entry| entry.currency != account.currency) {
            continue;
        }
        let lots = out.remaining.iter().filter(|lot| lot.currency == account.currency);
        let next = lots.clone().find_map(|lot| lot.expires_at);
        let next_expiry = next.map(|at| {
            let amount: Total = lots.filter(|lot| lot.expires_at == next).map(|lot| lot.amount).sum();
            (at, amount)
        });
        out.balances.push(Balance { currency: account.currency, amount: account.balance(), next_expiry });
    }
    out.balances.sort_unstable_by_key(|balance| balance.currency);
}
