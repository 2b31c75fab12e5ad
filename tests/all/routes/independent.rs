//! A whole book after nights, a crash and housekeeping, read by programs that share nothing with this one.

use super::killed::run_until;
use super::nights::{Nights, Shops};
use super::{of_seed, upkeep};
use crate::book_delta::python;
use crate::shop_folder;
use accrue::run::Silent;
use accrue::run::look::{self, Past};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;

/// The step between the commits of ledger and emails.
const BEFORE_EMAILS: usize = 3;

#[test]
fn other_programs_read_in_a_book_what_accrue_says_of_it() {
    let Some(python) = python() else { return };
    let nights = Nights::of(&of_seed(super::FIRST_SEED), 10, 3);
    let shops = Shops::new(&nights);
    for night in 0..nights.len() {
        if night == 4 {
            assert!(run_until(&shops, night, BEFORE_EMAILS));
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
    assert!(told["orders"]["rows"].as_u64().unwrap() > 0);
    let past = Past::open(&book).unwrap();
    let file = shops.home().join("balances.csv");
    look::balances(&past, past.as_of(), Some(&file), &Silent).unwrap();
    let balances: BTreeMap<String, i128> = shop_folder::read_csv(&file)
        .iter()
        .map(|row| (format!("{} {}", row["customer_id"], row["currency"]), ten_thousandths(&row["balance"])))
        .collect();
    assert!(balances.values().any(|&balance| balance > 0), "a shop in which nobody has credit");
    for reader in ["deltalake", "polars", "duckdb"].iter().filter(|reader| !told["balances"][**reader].is_null()) {
        let theirs: BTreeMap<String, i128> = told["balances"][reader]
            .as_object()
            .unwrap()
            .iter()
            .map(|(person, sum)| (person.clone(), ten_thousandths(sum.as_str().unwrap())))
            .collect();
        assert_eq!(theirs, balances, "{reader}");
    }
}

fn ten_thousandths(text: &str) -> i128 {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{decimals:0<4}").parse().unwrap()
}
