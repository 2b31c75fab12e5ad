//! A whole book after nights, crashes and housekeeping, read by programs that share nothing with this one.

use super::killed::run_until;
use super::nights::{Nights, Shops};
use super::{of_seed, upkeep};
use crate::book_delta::python;
use crate::shop_folder;
use accrue::reports::until::Until;
use accrue::run::Silent;
use accrue::run::inspect::{self, BookView};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;

#[test]
#[ignore = "needs a Python with deltalake, polars and pyarrow, which ACCRUE_TEST_PYTHON names"]
fn other_programs_read_in_a_book_what_accrue_says_of_it() {
    let python = python();
    let has_credit = (0..4).map(|shop| has_credit_as_others_say(super::FIRST_SEED + shop, &python));
    assert!(has_credit.filter(|&has| has).count() > 0, "shops in which nobody has credit");
}

/// Lets others read the book of a shop and compares; tells whether anybody has credit there.
fn has_credit_as_others_say(seed: u64, python: &str) -> bool {
    let nights = Nights::of(&of_seed(seed), 10, 3);
    let shops = Shops::new(&nights);
    for night in 0..nights.len() {
        if (2..8).contains(&night) {
            // Killed at another step each night.
            run_until(&shops, night, 2 * (night - 2));
        }
        shops.run(night, 1).unwrap();
        if night == 8 {
            upkeep::maintain(&shops, 0, &Silent).unwrap();
        }
    }
    let (book, posted) = (shops.home().join("book"), shops.posted());
    let told = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/all/book_whole.py"))
        .arg(&book)
        .output()
        .unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();

    assert_eq!(told["ledger"]["rows"], posted.rows);
    assert_eq!(told["job_ids"], serde_json::json!(posted.job_ids));
    let past = BookView::open(&book).unwrap();
    let until = Until::instant(past.moment(past.as_of()));
    let file = shops.home().join("balances.csv");
    inspect::balances(&past, &until, Some(&file), &Silent).unwrap();
    let balances: BTreeMap<String, i128> = shop_folder::read_csv(&file)
        .iter()
        .map(|row| (format!("{} {}", row["customer_id"], row["currency"]), ten_thousandths(&row["balance"])))
        .collect();
    for reader in ["deltalake", "polars", "duckdb"] {
        let theirs: BTreeMap<String, i128> = told["balances"][reader]
            .as_object()
            .unwrap()
            .iter()
            .map(|(person, sum)| (person.clone(), ten_thousandths(sum.as_str().unwrap())))
            .collect();
        assert_eq!(theirs, balances, "{reader}");
    }
    balances.values().any(|&balance| balance > 0)
}

fn ten_thousandths(text: &str) -> i128 {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{decimals:0<4}").parse().unwrap()
}
