//! Refunds of Shopify that come before their orders, night after night.

use super::shopify::{order, paid_back};
use super::shopify_credit::one_night;
use super::{Row, amounts, csv, over, program, run};
use crate::shop_folder::read_csv;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Refunds of three orders: two in the program's currency, and one in what the buyer saw.
fn history() -> String {
    csv(&[
        paid_back("#1", "10.00", "card"),
        over(&paid_back("#2", "20.00", "card"), &[("Currency", "EUR")]),
        over(&paid_back("#3", "30.00", "card"), &[("Currency", "EUR")]),
    ])
}

fn order_in(name: &'static str, currency: &'static str) -> Row<'static> {
    order(&[("Name", name), ("Currency", currency)])
}

/// Returns what is posted as `source kind amount`, sorted.
fn posted(folder: &Path, night: u32) -> Vec<String> {
    let shown = |row: &BTreeMap<String, String>| {
        format!("{} {} {} {}", row["source_id"], row["kind"], row["amount"], row["currency"])
    };
    let mut lines: Vec<String> = one_night(folder, night).iter().map(shown).collect();
    lines.sort();
    lines
}

/// Returns column `value` of a night's rejects, with the reasons.
fn rejected(folder: &Path, night: u32) -> Vec<String> {
    let rows = read_csv(&folder.join(format!("night-{night}")).join("rejects.csv"));
    rows.iter().map(|row| format!("{} {}", row["value"], row["reason"])).collect()
}

#[test]
fn shopify_refunds_in_another_currency_wait_for_their_orders_and_are_compared_with_them() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let input =
        |kind: &str, path: &str| format!("\n[[input]]\nkind = \"{kind}\"\npath = \"{path}\"\nplatform = \"shopify\"\n");
    let pipeline = "program = \"program.toml\"\noutput = \"out\"\nbook = \"book\"\n";
    let inputs = [input("orders", "o-*.csv"), input("refunds", "t.csv")].concat();
    fs::write(folder.join("pipeline.toml"), format!("{pipeline}{inputs}")).unwrap();
    fs::write(folder.join("program.toml"), program()).unwrap();
    fs::write(folder.join("t.csv"), history()).unwrap();
    fs::write(folder.join("o-1.csv"), csv(&[order_in("#9", "USD")])).unwrap();
    // No order of the refunds is known.
    assert_eq!(posted(folder, 2), ["#9 grant 100.00 USD"]);
    assert_eq!(rejected(folder, 2), ["#2 not_found", "#3 not_found"]);
    // The orders come: one in the program's currency, one in that of the refund.
    fs::write(folder.join("o-2.csv"), csv(&[order_in("#1", "USD"), order_in("#2", "USD"), order_in("#3", "EUR")]))
        .unwrap();
    let second = [
        "#1 2024-06-01 12:00:00 -0400 card clawback -10.00 USD",
        "#1 grant 100.00 USD",
        "#2 grant 100.00 USD",
        "#3 2024-06-01 12:00:00 -0400 card clawback -30.00 EUR",
        "#3 grant 100.00 EUR",
    ];
    assert_eq!(posted(folder, 3), second);
    assert_eq!(rejected(folder, 3).len(), 1);
    assert!(rejected(folder, 3)[0].starts_with("EUR "));
    // Nothing waits any more.
    assert_eq!(posted(folder, 4), Vec::<String>::new());
    assert_eq!(rejected(folder, 4), Vec::<String>::new());

    // One run that has all from the beginning comes to the same.
    let orders = csv(&[order_in("#9", "USD"), order_in("#1", "USD"), order_in("#2", "USD"), order_in("#3", "EUR")]);
    let history = history();
    let exports = [("orders", "orders.csv", orders.as_str()), ("refunds", "t.csv", &history)];
    let mut at_once = amounts(&run("shopify", "", "", &exports));
    at_once.sort();
    let mut by_night: Vec<String> = second.iter().map(|line| (*line).to_owned()).collect();
    by_night.push("#9 grant 100.00 USD".to_owned());
    assert_eq!(at_once, by_night);
}

#[test]
fn shopify_payouts_in_two_currencies_wait_for_their_orders() {
    let payment = |name, currency, seen_in| -> Row {
        let order = [("Transaction Date", "2024-06-01 12:00:00 -0400"), ("Type", "refund"), ("Order", name)];
        let money = [("Payout Status", "paid"), ("Amount", "-10.00"), ("Fee", "0.00"), ("Net", "-10.00")];
        let paid = [("Presentment Amount", "9.00"), ("Presentment Currency", seen_in), ("Currency", currency)];
        order.into_iter().chain(money).chain(paid).collect()
    };
    let payments = csv(&[payment("#5", "USD", "USD"), payment("#6", "USD", "EUR"), payment("#7", "EUR", "EUR")]);
    let orders = csv(&[order(&[])]);
    let exports = [("orders", "orders.csv", orders.as_str()), ("refunds", "payouts.csv", &payments)];
    let written = run("shopify", "", "", &exports);
    let rejects: Vec<_> = written.rejects.iter().map(|row| format!("{} {}", row["value"], row["reason"])).collect();
    assert_eq!(rejects, ["#6 not_found", "#7 not_found"]);
    let unknown: Vec<_> = written.exceptions.iter().map(|row| format!("{} {}", row["reason"], row["amount"])).collect();
    assert_eq!(unknown, ["unknown_order 10.00"]);
}
