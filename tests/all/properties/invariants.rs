//! the invariants of docs/spec.md 6, read from the files of a run alone.

use super::for_shops;
use super::ledger::{Account, KINDS, Lot, Row, amount, by_lot, parse, sum};
use crate::shop_folder::{self, Export, Written};
use std::collections::{BTreeMap, BTreeSet};

const RULE_METHODS: [&str; 5] = ["first_order", "per_order", "registration", "order_history", "spend_history"];

#[test]
fn ledgers_of_random_shops_keep_their_invariants() {
    for_shops(400, |shop| {
        let folder = tempfile::tempdir().unwrap();
        let exports: Vec<Export> =
            shop.inputs.iter().map(|input| Export { kind: &input.kind, rows: &input.rows }).collect();
        shop_folder::write(folder.path(), &shop.program_toml, &exports);
        let as_of = shop_folder::instant(&shop.as_of);
        let written = shop_folder::run(folder.path(), as_of)?;
        let rows = parse(&written.ledger);
        rows_are_sorted_and_come_once(&rows)?;
        rows.iter().try_for_each(|row| row_stands(row, &as_of.to_string()))?;
        by_lot(&rows).iter().try_for_each(|(lot, rows)| lot_adds_up(lot, rows, &as_of.to_string()))?;
        balances_are_sums(&rows, &written, &as_of.to_string())
    });
}

fn rows_are_sorted_and_come_once(rows: &[Row]) -> Result<(), String> {
    let place = |row: &Row| {
        let Row { customer_id, currency, effective_at, kind, source_id, method, origin_id, .. } = row.clone();
        (customer_id, currency, effective_at, kind, source_id, method, origin_id)
    };
    if let Some(pair) = rows.windows(2).find(|pair| place(&pair[0]) >= place(&pair[1])) {
        return Err(format!("not in order: {pair:?}"));
    }
    let mut identities = BTreeSet::new();
    let again = rows.iter().find(|row| !identities.insert((row.lot(), row.kind, row.source_id.clone())));
    again.map_or(Ok(()), |row| Err(format!("the same identity again: {row:?}")))
}

/// What a row must be like by itself.
fn row_stands(row: &Row, as_of: &str) -> Result<(), String> {
    let is_owed = row.method == "owed";
    let has_sign = match row.kind_name() {
        "grant" | "restore" => row.amount > 0,
        "settle" => (row.amount > 0) == is_owed && row.amount != 0,
        _ => row.amount < 0,
    };
    let comes_back_expired = row.source_id.starts_with("restore:") || row.kind_name() == "restore";
    let is_in_time = match row.kind_name() {
        _ if row.expires_at.is_empty() || comes_back_expired => true,
        "expire" => row.effective_at == row.expires_at,
        _ => row.effective_at < row.expires_at,
    };
    let has_rule = row.kind_name() == "grant" && RULE_METHODS.contains(&row.method.as_str());
    let faults = [
        (!has_sign, "has the wrong sign"),
        (!is_in_time, "touches a lot that has expired"),
        (row.effective_at.as_str() > as_of, "is after as_of"),
        (has_rule == row.rule.is_empty(), "names a rule where it should not, or none"),
        (is_owed && !(row.origin_id.is_empty() && row.expires_at.is_empty()), "is debt that expires"),
        (row.kind_name() == "grant" && row.source_id != row.origin_id, "is a grant of another event"),
    ];
    let fault = faults.into_iter().find(|(is_fault, _)| *is_fault);
    fault.map_or(Ok(()), |(_, fault)| Err(format!("{fault}: {row:?}")))
}

fn lot_adds_up(lot: &Lot, rows: &[&Row], as_of: &str) -> Result<(), String> {
    let of = |kind| sum(rows, &[kind]);
    let remaining = sum(rows, &KINDS);
    let taken = of("redeem") + of("restore") + of("expire") + of("clawback") + of("settle") + of("adjust");
    let expires_at = &rows[0].expires_at;
    let is_expired = !expires_at.is_empty() && expires_at.as_str() <= as_of;
    let grants = rows.iter().filter(|row| row.kind_name() == "grant").count();
    let is_owed = lot.1 == "owed";
    let faults = [
        (of("grant") != remaining - taken, "does not add up"),
        (!is_owed && remaining < 0, "is below zero"),
        (is_owed && remaining > 0, "is above zero"),
        (is_expired && remaining != 0, "has expired with a rest"),
        (grants != usize::from(!is_owed), "is not granted once"),
        (!is_owed && rows[0].kind_name() != "grant", "does not begin with its grant"),
        (of("redeem") + of("restore") > 0, "got back more than was redeemed"),
        (rows.iter().any(|row| row.expires_at != *expires_at), "has two expiries"),
    ];
    let fault = faults.into_iter().find(|(is_fault, _)| *is_fault);
    fault.map_or(Ok(()), |(_, fault)| Err(format!("lot {lot:?} {fault}: {rows:#?}")))
}

/// Balances are the sums of the rows, by account and over all; debt is repaid by what lots give for it.
fn balances_are_sums(rows: &[Row], written: &Written, as_of: &str) -> Result<(), String> {
    let mut sums: BTreeMap<Account, i128> = BTreeMap::new();
    let mut settled: BTreeMap<Account, i128> = BTreeMap::new();
    for row in rows {
        *sums.entry(row.account()).or_default() += row.amount;
        *settled.entry(row.account()).or_default() += if row.kind_name() == "settle" { row.amount } else { 0 };
    }
    if let Some((account, _)) = settled.iter().find(|(_, settled)| **settled != 0) {
        return Err(format!("the settle entries of {account:?} are not zero in all"));
    }
    let expiring = next_to_expire(rows, as_of);
    for balance in &written.balances {
        let account = (balance["customer_id"].clone(), balance["currency"].clone());
        if amount(&balance["balance"]) != sums.remove(&account).unwrap_or(0) {
            return Err(format!("not the sum of its rows: {balance:?}"));
        }
        let next = (balance["next_expires_at"].as_str(), balance["next_expiring"].as_str());
        let expected = expiring.get(&account);
        let is_next = match next {
            ("", _) => expected.is_none(),
            (at, rest) => expected.is_some_and(|(expires_at, sum)| expires_at == at && *sum == amount(rest)),
        };
        if !is_next {
            return Err(format!("next to expire is {expected:?}: {balance:?}"));
        }
    }
    if !sums.is_empty() {
        return Err(format!("without a balance: {sums:?}"));
    }
    money_does_not_drift(rows, written)
}

/// The earliest expiry after as_of of a lot that is not empty, and the sum of such lots with it.
fn next_to_expire(rows: &[Row], as_of: &str) -> BTreeMap<Account, (String, i128)> {
    let mut next: BTreeMap<Account, (String, i128)> = BTreeMap::new();
    for ((account, ..), rows) in by_lot(rows) {
        let (expires_at, remaining) = (&rows[0].expires_at, sum(&rows, &KINDS));
        if remaining == 0 || expires_at.as_str() <= as_of {
            continue;
        }
        let least = next.entry(account).or_insert_with(|| (expires_at.clone(), 0));
        match expires_at.cmp(&least.0) {
            std::cmp::Ordering::Less => *least = (expires_at.clone(), remaining),
            std::cmp::Ordering::Equal => least.1 += remaining,
            std::cmp::Ordering::Greater => {}
        }
    }
    next
}

fn money_does_not_drift(rows: &[Row], written: &Written) -> Result<(), String> {
    let mut totals: BTreeMap<&str, i128> = BTreeMap::new();
    for row in rows {
        *totals.entry(row.currency.as_str()).or_default() += row.amount;
    }
    for balance in &written.balances {
        *totals.entry(balance["currency"].as_str()).or_default() -= amount(&balance["balance"]);
    }
    let drift: Vec<_> = totals.into_iter().filter(|(_, difference)| *difference != 0).collect();
    if drift.is_empty() { Ok(()) } else { Err(format!("rows less balances: {drift:?}")) }
}
