//! Store credit in Shopify's transaction history: what was spent, and what comes back of it or is new.

use super::shopify::{order, paid_back};
use super::{Row, amounts, assert_plain, csv, over, program, run};
use crate::shop_folder::{Rows, instant, read_csv, run_to};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const GATEWAY: &str = "shopify_store_credit";

/// A payment with store credit, or a refund to it.
fn credit<'a>(name: &'a str, kind: &'a str, at: &'a str, amount: &'a str) -> Row<'a> {
    over(&paid_back(name, amount, GATEWAY), &[("Kind", kind), ("Created At", at)])
}

#[test]
fn shopify_store_credit_that_has_paid_comes_back_once_and_what_is_more_is_new_credit() {
    let on = |name, day, more: &[(&'static str, &'static str)]| {
        over(&order(&[("Name", name), ("Paid at", day), ("Created at", day)]), more)
    };
    let orders = csv(&[
        order(&[]),
        on("#2", "2024-05-10 10:00:00 -0400", &[("Cancelled at", "2024-06-01 12:00:00 -0400")]),
        on("#3", "2024-05-11 10:00:00 -0400", &[]),
        on("#4", "2024-05-12 10:00:00 -0400", &[]),
        on("#5", "2024-05-13 10:00:00 -0400", &[("Cancelled at", "2024-06-01 12:00:00 -0400")]),
    ]);
    let (june_1, june_2) = ("2024-06-01 12:00:00 -0400", "2024-06-02 12:00:00 -0400");
    let history = csv(&[
        // 30.00 of the first order's are spent and come back: as one refund, and not with the cancellation once more.
        credit("#2", "sale", "2024-05-10 10:00:00 -0400", "30.00"),
        credit("#2", "refund", june_1, "30.00"),
        // The card had paid for all.
        credit("#3", "refund", june_1, "20.00"),
        // 40.00 in two payments are spent, 60.00 come back on two days: 30.00, then 10.00 of them, and 20.00 are new.
        credit("#4", "sale", "2024-05-12 10:00:00 -0400", "15.00"),
        credit("#4", "capture", "2024-05-12 10:00:01 -0400", "25.00"),
        credit("#4", "refund", june_1, "30.00"),
        credit("#4", "refund", june_2, "30.00"),
        // The cancellation restores 10.00, and the list has them on the day after, with 5.00 of the card's.
        credit("#5", "sale", "2024-05-13 10:00:00 -0400", "10.00"),
        credit("#5", "refund", june_2, "15.00"),
    ]);
    let exports =
        [("orders", "orders.csv", &*orders), ("refunds", "back.csv", &history), ("redemptions", "spent.csv", &history)];
    let written = run("shopify", "", "", &exports);
    assert_plain(&written);
    // All was spent from the first order's credit. What comes back reclaims its share of the order, and new credit
    // nothing.
    assert_eq!(
        amounts(&written),
        [
            "#1 grant 100.00 USD".to_owned(),
            format!("#2 2024-05-10 10:00:00 -0400 {GATEWAY} redeem -30.00 USD"),
            format!("#2 {june_1} {GATEWAY} clawback -30.00 USD"),
            format!("#2 {june_1} {GATEWAY} restore 30.00 USD"),
            "#2 grant 100.00 USD".to_owned(),
            format!("#3 {june_1} {GATEWAY} grant 20.00 USD"),
            "#3 grant 100.00 USD".to_owned(),
            format!("#4 2024-05-12 10:00:00 -0400 {GATEWAY} redeem -15.00 USD"),
            format!("#4 2024-05-12 10:00:01 -0400 {GATEWAY} redeem -25.00 USD"),
            format!("#4 {june_1} {GATEWAY} clawback -30.00 USD"),
            format!("#4 {june_1} {GATEWAY} restore 30.00 USD"),
            format!("#4 {june_2} {GATEWAY} clawback -10.00 USD"),
            format!("#4 {june_2} {GATEWAY} grant 20.00 USD"),
            format!("#4 {june_2} {GATEWAY} restore 10.00 USD"),
            "#4 grant 100.00 USD".to_owned(),
            format!("#5 2024-05-13 10:00:00 -0400 {GATEWAY} redeem -10.00 USD"),
            format!("#5 {june_2} {GATEWAY} grant 5.00 USD"),
            "#5 grant 100.00 USD".to_owned(),
            "cancel:#2 clawback -70.00 USD".to_owned(),
            "cancel:#5 clawback -100.00 USD".to_owned(),
            "cancel:#5 restore 10.00 USD".to_owned(),
        ]
    );
}

/// The first order earns 100.00; of the second 50.00 are paid with that, in two payments.
fn orders() -> String {
    let second =
        [("Name", "#2"), ("Paid at", "2024-05-02 10:00:00 -0400"), ("Created at", "2024-05-02 10:00:00 -0400")];
    csv(&[order(&[]), order(&second)])
}

/// Two payments and five refunds of the second order.
fn payments<'a>() -> [Row<'a>; 7] {
    [
        credit("#2", "sale", "2024-05-02 10:00:00 -0400", "20.00"),
        credit("#2", "capture", "2024-05-02 10:00:01 -0400", "30.00"),
        credit("#2", "refund", "2024-06-01 12:00:00 -0400", "15.00"),
        credit("#2", "refund", "2024-06-02 12:00:00 -0400", "15.00"),
        credit("#2", "refund", "2024-06-02 13:00:00 -0400", "10.00"),
        credit("#2", "refund", "2024-06-03 12:00:00 -0400", "25.00"),
        credit("#2", "refund", "2024-06-03 13:00:00 -0400", "5.00"),
    ]
}

/// What five refunds do: 15.00, 15.00, 10.00 and 10.00 of 25.00 go back; 15.00 and 5.00 are new.
fn of_refunds() -> [String; 12] {
    [
        ("06-01 12", "clawback -15.00"),
        ("06-01 12", "restore 15.00"),
        ("06-02 12", "clawback -15.00"),
        ("06-02 12", "restore 15.00"),
        ("06-02 13", "clawback -10.00"),
        ("06-02 13", "restore 10.00"),
        ("06-03 12", "clawback -10.00"),
        ("06-03 12", "grant 15.00"),
        ("06-03 12", "restore 10.00"),
        ("06-03 13", "grant 5.00"),
        ("05-02 10:00:00", "redeem -20.00"),
        ("05-02 10:00:01", "redeem -30.00"),
    ]
    .map(|(at, what)| {
        let minutes = if at.len() > 8 { "" } else { ":00:00" };
        format!("#2 2024-{at}{minutes} -0400 {GATEWAY} {what} USD")
    })
}

#[test]
fn shopify_five_refunds_to_store_credit_are_told_apart_by_what_the_order_had_paid_with_it() {
    let history = csv(&payments());
    let exports = [
        ("orders", "orders.csv", &*orders()),
        ("refunds", "back.csv", &history),
        ("redemptions", "spent.csv", &history),
    ];
    let written = run("shopify", "", "", &exports);
    assert_plain(&written);
    let mut expected = of_refunds().to_vec();
    expected.extend(["#1 grant 100.00 USD".to_owned(), "#2 grant 100.00 USD".to_owned()]);
    expected.sort();
    assert_eq!(amounts(&written), expected);
}

#[test]
fn shopify_refunds_to_store_credit_are_the_same_in_the_overlapping_files_of_three_nights() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let input =
        |kind: &str, path: &str| format!("\n[[input]]\nkind = \"{kind}\"\npath = \"{path}\"\nplatform = \"shopify\"\n");
    let inputs = [input("orders", "orders.csv"), input("refunds", "t-*.csv"), input("redemptions", "t-*.csv")].concat();
    fs::write(
        folder.join("pipeline.toml"),
        format!("program = \"program.toml\"\noutput = \"out\"\nbook = \"book\"\n{inputs}"),
    )
    .unwrap();
    fs::write(folder.join("program.toml"), program()).unwrap();
    fs::write(folder.join("orders.csv"), orders()).unwrap();
    let mut posted: BTreeMap<String, i64> = BTreeMap::new();
    // The first night has one of the payments late: it is in the file of the second.
    for (night, rows) in [(2, vec![0, 2]), (3, vec![0, 1, 2, 3, 4]), (4, vec![3, 4, 5, 6])] {
        let rows: Vec<Row> = rows.into_iter().map(|row| payments()[row].clone()).collect();
        fs::write(folder.join(format!("t-{night}.csv")), csv(&rows)).unwrap();
        for row in one_night(folder, night) {
            let amount = row["amount"].parse::<f64>().unwrap() * 100.0;
            let what = format!("{} {}", row["source_id"], row["kind"]);
            *posted.entry(what).or_default() += amount.round() as i64;
        }
    }
    let sums = posted.iter().filter(|(_, sum)| **sum != 0);
    let sums: Vec<String> = sums
        .map(|(what, sum)| {
            format!("{what} {}{}.{:02} USD", if *sum < 0 { "-" } else { "" }, sum.abs() / 100, sum.abs() % 100)
        })
        .collect();
    let mut expected = of_refunds().to_vec();
    expected.extend(["#1 grant 100.00 USD".to_owned(), "#2 grant 100.00 USD".to_owned()]);
    expected.sort();
    assert_eq!(sums, expected);
}

/// Runs into the book, and returns what the run has posted.
pub(super) fn one_night(folder: &Path, night: u32) -> Rows {
    let out = folder.join(format!("night-{night}"));
    run_to(folder, instant(&format!("2024-06-{night:02}T05:00:00Z")), &out).unwrap();
    read_csv(&out.join("ledger.csv"))
}
