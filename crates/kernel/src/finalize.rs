//! The result at as_of (docs/spec.md 6, 8): entries in ledger order, each identity once; exceptions with open items;
//! what is left of lots; balances. Amounts are in minor units.

use super::currency::Currency;
use super::entry::{Entry, Kind, Method, OriginId};
use super::exception::{Exception, Reason};
use super::money::{Amount, WideAmount};
use super::outcome::{Balance, OpenLot, PersonLedger};
use super::program::Program;
use super::state::PersonState;
use super::time::Timestamp;

/// Completes what the replay of the events has written.
pub(crate) fn finalize<'a>(state: &PersonState<'a>, program: &Program, out: &mut PersonLedger<'a>) {
    // The same identity occurs at two instants in two cases only: a lot settles debt again after a restore, or a fact's
    // id looks like a derived id, such as `cancel:X`.
    let settles = || out.entries.iter().any(|entry| entry.kind == Kind::Settle);
    let may_come_again = state.has_derived_names || program.carry_debt && settles();
    put_in_order(&mut out.entries, may_come_again);
    settle_exceptions(&mut out.exceptions);
    for account in state.accounts() {
        let held = account.lots().iter().filter(|lot| lot.remaining().is_positive());
        out.remaining.extend(held.map(|lot| OpenLot {
            currency: account.currency(),
            expires_at: lot.expires_at(),
            method: lot.method(),
            origin_id: lot.origin_id(),
            amount: lot.remaining(),
        }));
    }
    out.remaining.sort_unstable_by(|a, b| {
        let last = |lot: &OpenLot<'_>| (lot.currency, lot.expires_at.unwrap_or(Timestamp::NEVER), lot.method);
        last(a).cmp(&last(b)).then_with(|| a.origin_id.cmp(&b.origin_id))
    });
    add_balances(state, out);
}

/// Sorts entries as the ledger has them and sums those that are one and the same, at the earlier instant.
///
/// They come out of the replay by instant, so that as a rule only those of one instant are left to sort.
fn put_in_order(entries: &mut Vec<Entry<'_>>, may_come_again: bool) {
    if may_come_again {
        sum_same(entries);
        share_lots(entries);
    }
    let instant = |entry: &Entry<'_>| (entry.currency, entry.effective_at);
    if !entries.is_sorted_by_key(instant) {
        entries.sort_by_key(instant);
    }
    let mut is_any_twice = false;
    let of_instant = entries.chunk_by_mut(|a, b| a.effective_at == b.effective_at && a.currency == b.currency);
    for same in of_instant.filter(|same| same.len() > 1) {
        same.sort_by(Entry::order_of_instant);
        is_any_twice |= same.windows(2).any(|pair| pair[0].is_same(&pair[1]));
    }
    if is_any_twice {
        entries.dedup_by(|later, earlier| later.effective_at == earlier.effective_at && sum_into(earlier, later));
    }
}

fn sum_same(entries: &mut Vec<Entry<'_>>) {
    entries.sort_by(|one, other| one.identity_order(other).then_with(|| one.effective_at.cmp(&other.effective_at)));
    entries.dedup_by(|later, earlier| sum_into(earlier, later));
}

/// Adds `later` to `earlier` where they are one entry.
fn sum_into<'a>(earlier: &mut Entry<'a>, later: &Entry<'a>) -> bool {
    let same = later.is_same(earlier);
    if same {
        earlier.amount += later.amount;
    }
    same
}

/// Gives lots with equal (currency, method, origin) one number, as the ledger does.
fn share_lots(entries: &mut [Entry<'_>]) {
    entries.sort_by(|a, b| lot_name(a).cmp(&lot_name(b)).then(a.lot.cmp(&b.lot)));
    for lot in entries.chunk_by_mut(|a, b| lot_name(a) == lot_name(b)) {
        let first = lot[0].lot;
        lot.iter_mut().for_each(|entry| entry.lot = first);
    }
}

fn lot_name<'a>(entry: &Entry<'a>) -> (Currency, Method, OriginId<'a>) {
    (entry.currency, entry.method, entry.origin_id)
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

fn add_balances<'a>(state: &PersonState<'a>, out: &mut PersonLedger<'a>) {
    for account in state.accounts() {
        if account.lots().is_empty() && out.entries.iter().all(|entry| entry.currency != account.currency()) {
            continue;
        }
        let lots = out.remaining.iter().filter(|lot| lot.currency == account.currency());
        let amount = lots.clone().map(|lot| lot.amount).sum::<WideAmount>() - account.owed();
        let next = lots.clone().find_map(|lot| lot.expires_at);
        let next_expiry = next.map(|at| {
            let amount: WideAmount = lots.filter(|lot| lot.expires_at == next).map(|lot| lot.amount).sum();
            (at, amount)
        });
        out.balances.push(Balance { currency: account.currency(), amount, next_expiry });
    }
    out.balances.sort_unstable_by_key(|balance| balance.currency);
}

#[cfg(test)]
mod tests {
    use super::super::entry::{EventId, Kind, LotNumber, row};
    use super::*;

    #[test]
    fn lots_of_one_name_get_the_number_of_the_first() {
        let of_lot = |entry: Entry<'static>, lot| Entry { lot: Some(LotNumber::of(lot)), ..entry };
        let other = Entry { origin_id: OriginId(EventId::fact("b")), ..row(Kind::Grant, "b", 100, 1) };
        let mut entries =
            [of_lot(row(Kind::Grant, "a", 100, 1), 2), of_lot(other, 1), of_lot(row(Kind::Redeem, "r", -50, 2), 0)];
        share_lots(&mut entries);
        let lots = entries.map(|entry| (entry.origin_id.0 == EventId::fact("b"), entry.lot));
        assert_eq!(
            lots,
            [(false, Some(LotNumber::of(0))), (false, Some(LotNumber::of(0))), (true, Some(LotNumber::of(1)))]
        );
    }
}
