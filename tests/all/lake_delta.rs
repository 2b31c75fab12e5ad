//! A Delta table that Python's `deltalake` has written, updated, deleted from and compacted, as an input of a run.
//!
//! Runs where it is asked for, with the Python that `ACCRUE_TEST_PYTHON` names, or `python3`.

use crate::book_delta::python;
use std::fs;
use std::process::Command;

const PROGRAM: &str = r#"
[program]
name = "Shop"
currency = "USD"
timezone = "UTC"

[[rule]]
method = "per_order"
reward = { every = "1.00", receive = "1.00", prorated = true }
expiry = "never"
"#;

/// The day is in the partition only; so is the shop, which is shown as the customer.
const PIPELINE: &str = r#"
program = "program.toml"
output = "out"

[[input]]
kind = "orders"
path = "orders"
where = "coalesce(note, 'old') = 'old' or note = 'new'"
[input.columns]
order_id = "order_id"
customer_id = "coalesce(shop, 'none')"
placed_at = "placed_on"
paid_at = "placed_on"
items_amount = "items_amount"
total_amount = "total_amount"
"#;

#[test]
#[ignore = "needs a Python with deltalake, polars and pyarrow, which ACCRUE_TEST_PYTHON names"]
fn a_table_of_another_program_earns_what_is_in_it_and_no_more() {
    let python = python();
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("program.toml"), PROGRAM).unwrap();
    fs::write(home.path().join("pipeline.toml"), PIPELINE).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/all/lake_delta.py");
    let told = Command::new(python).arg(script).arg(home.path().join("orders")).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let rows: Vec<[Option<String>; 5]> = serde_json::from_slice(&told.stdout).unwrap();
    let ids: Vec<&str> = rows.iter().filter_map(|row| row[0].as_deref()).collect();
    assert_eq!(ids, ["O-1", "O-3", "O-4", "O-6"], "the script has not done what it should");

    let line = "run pipeline.toml --as-of 2024-07-01 --out ledger --format csv";
    let run =
        Command::new(env!("CARGO_BIN_EXE_accrue")).args(line.split(' ')).current_dir(home.path()).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let mut reader = csv::Reader::from_path(home.path().join("ledger/ledger.csv")).unwrap();
    let mut earned: Vec<[String; 4]> = reader
        .records()
        .map(|row| row.unwrap())
        .map(|row| [&row[3], &row[6], &row[7][..10], &row[0]].map(str::to_owned))
        .collect();
    earned.sort();
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
    let expected: Vec<[String; 4]> =
        rows.iter().map(|row| [text(&row[0]), text(&row[1]), text(&row[2]), text(&row[3])]).collect();
    assert_eq!(earned, expected);
}
