//! One shop of hundreds of orders as several platforms export it (`fixtures/platforms`): whatever the file, its ledger
//! is that of the facts, which were written down beside it and not read from it.

use crate::platforms::run_under;
use crate::shop_folder::{Rows, Written};
use std::fs;
use std::path::Path;

/// Every rule at once, in every currency of the shop.
const PROGRAM: &str = r#"
[program]
name = "All of it"
currency = "USD"
timezone = "America/New_York"

[[expiry]]
valid = { days = 100 }

[clawback]
from = 2023-01-01

[[rule]]
method = "registration"
reward = { fixed = "3.00" }

[[rule]]
method = "first_order"
reward = { fixed = "2.00" }

[[rule]]
method = "order_history"
tiers = [{ orders = 2, receive = "1.00" }, { orders = 5, receive = "4.00" }]

[[rule]]
method = "spend_history"
reward = { every = "100.00", receive = "5.00" }
"#;

/// An export and what it is called by: kind and file below `fixtures/platforms`.
type Input<'a> = (&'a str, &'a str);

/// Runs files and the facts that must come out of them; compares ledger, exceptions and rejects. Returns the first.
fn assert_same(platform: &str, settings: &str, exports: &[Input], facts: &[Input]) -> Written {
    let found = run(platform, settings, exports);
    let expected = run("", settings, facts);
    let ledger = "customer_id currency kind source_id method origin_id amount effective_at expires_at rule";
    assert_lines(&lines(&found.ledger, ledger), &lines(&expected.ledger, ledger));
    let odd = "reason customer_id currency source_id order_id amount";
    assert_lines(&lines(&found.exceptions, odd), &lines(&expected.exceptions, odd));
    assert_lines(&lines(&found.rejects, "kind reason"), &lines(&expected.rejects, "kind reason"));
    found
}

fn run(platform: &str, settings: &str, inputs: &[Input]) -> Written {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/platforms");
    let folder = tempfile::tempdir().unwrap();
    let mut copies = Vec::new();
    for (at, (kind, file)) in inputs.iter().enumerate() {
        // The end of the name says what the file is; numbers keep the names apart.
        let copy = format!("{at}-{}.gz", file.rsplit('/').next().unwrap());
        fs::copy(fixtures.join(format!("{file}.gz")), folder.path().join(&copy)).unwrap();
        copies.push((*kind, copy));
    }
    let inputs: Vec<Input> = copies.iter().map(|(kind, copy)| (*kind, copy.as_str())).collect();
    let mapping = if platform.is_empty() { String::new() } else { format!("platform = \"{platform}\"\n") };
    let program = format!("{PROGRAM}{}{settings}", per_order());
    run_under(&program, folder.path(), "[guard]\nmax_rejects = false\n", &mapping, &inputs)
}

fn per_order() -> String {
    let rule = |(currency, one, ten): (&str, &str, &str)| {
        format!(
            "\n[[rule]]\nid = \"{currency}\"\nmethod = \"per_order\"\ncurrency = \"{currency}\"\n\
             reward = {{ every = \"{ten}\", receive = \"{one}\", prorated = true }}\n"
        )
    };
    [("USD", "1.00", "10.00"), ("EUR", "1.00", "10.00"), ("JPY", "1", "10")].map(rule).concat()
}

fn lines(rows: &Rows, columns: &str) -> Vec<String> {
    let line = |row: &std::collections::BTreeMap<String, String>| {
        columns.split(' ').map(|name| row[name].as_str()).collect::<Vec<_>>().join(" | ")
    };
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    lines.sort();
    lines
}

fn assert_lines(found: &[String], expected: &[String]) {
    let missing: Vec<_> = expected.iter().filter(|line| !found.contains(line)).take(5).collect();
    let extra: Vec<_> = found.iter().filter(|line| !expected.contains(line)).take(5).collect();
    assert!(found == expected, "missing {missing:#?}\nand found instead {extra:#?}");
}

/// Returns what an order has earned by itself and what was reclaimed of it, sorted.
fn of_order(written: &Written, order: &str) -> Vec<String> {
    let is_own =
        |row: &&std::collections::BTreeMap<String, String>| row["origin_id"] == order && row["method"] == "per_order";
    let is_earned =
        |row: &&std::collections::BTreeMap<String, String>| ["grant", "clawback"].contains(&row["kind"].as_str());
    let rows: Rows = written.ledger.iter().filter(is_own).filter(is_earned).cloned().collect();
    lines(&rows, "kind amount currency")
}

#[test]
fn shopify_csv_files() {
    let written = assert_same(
        "shopify",
        "",
        &[
            ("orders", "shopify/orders_export.csv"),
            ("refunds", "shopify/transactions_export.csv"),
            ("redemptions", "shopify/transactions_export.csv"),
            ("registrations", "shopify/customers.json"),
        ],
        &[
            ("orders", "shopify/facts/orders_export.csv"),
            ("refunds", "shopify/facts/refunds.csv"),
            ("redemptions", "shopify/facts/redemptions.csv"),
            ("registrations", "shopify/facts/registrations.csv"),
        ],
    );
    // Worked out in expected.md.
    assert_eq!(of_order(&written, "#1003"), ["grant | 8.31 | USD"]);
    assert_eq!(of_order(&written, "#1006"), ["grant | 26.22 | EUR"]);
    assert_eq!(of_order(&written, "#1007"), ["grant | 969 | JPY"]);
    assert_eq!(of_order(&written, "#1008"), ["clawback | -10.83 | USD", "grant | 11.10 | USD"]);
    assert_eq!(
        of_order(&written, "#1011"),
        ["clawback | -1.96 | EUR", "clawback | -1.97 | EUR", "grant | 13.07 | EUR"]
    );
    assert_eq!(of_order(&written, "#1020"), ["clawback | -5.08 | USD", "grant | 5.08 | USD"]);
    for nothing in ["#1009", "#1012", "#1017", "#1019", "#1023", "#1027"] {
        assert_eq!(of_order(&written, nothing), [""; 0], "{nothing}");
    }
}

#[test]
fn shopify_csv_files_with_refunds_from_orders() {
    let settings = "\n[refunds]\nfrom = \"orders\"\n";
    let (orders, facts) = ("shopify/orders_export.csv", "shopify/facts/orders_export.csv");
    let written = assert_same("shopify", settings, &[("orders", orders)], &[("orders", facts)]);
    // By hand, and dated by the run that first sees it.
    let by_hand = written.ledger.iter().find(|row| row["source_id"].starts_with("refunded:#1274:")).unwrap();
    assert_eq!(by_hand["effective_at"], "2024-07-01T00:00:00.000000Z");
}

#[test]
fn shopify_csv_files_of_47_columns() {
    assert_same(
        "shopify",
        "",
        &[("orders", "shopify/orders_export_47.csv"), ("registrations", "shopify/customers.json")],
        &[("orders", "shopify/facts/orders_export_47.csv"), ("registrations", "shopify/facts/registrations.csv")],
    );
}

#[test]
fn shopify_dumps_of_the_rest_api() {
    assert_same(
        "shopify",
        "",
        &[
            ("orders", "shopify/orders.json"),
            ("refunds", "shopify/orders.json"),
            ("registrations", "shopify/customers.json"),
        ],
        &[
            ("orders", "shopify/facts/orders_of_apis.csv"),
            ("refunds", "shopify/facts/refunds_of_rest.csv"),
            ("registrations", "shopify/facts/registrations.csv"),
        ],
    );
}

#[test]
fn shopify_bulk_operations() {
    assert_same(
        "shopify",
        "",
        &[
            ("orders", "shopify/bulk_orders.jsonl"),
            ("refunds", "shopify/bulk_orders.jsonl"),
            ("registrations", "shopify/customers.json"),
        ],
        &[
            ("orders", "shopify/facts/orders_of_apis.csv"),
            ("refunds", "shopify/facts/refunds_of_bulk.csv"),
            ("registrations", "shopify/facts/registrations.csv"),
        ],
    );
}

#[test]
fn magento_tables() {
    let written = assert_same(
        "magento",
        "",
        &[
            ("orders", "magento/sales_order.csv"),
            ("refunds", "magento/sales_creditmemo.csv"),
            ("registrations", "magento/customer_entity.csv"),
            ("redemptions", "magento/customerbalance_history.csv"),
        ],
        &[
            ("orders", "magento/facts/orders.csv"),
            ("refunds", "magento/facts/refunds.csv"),
            ("registrations", "magento/facts/registrations.csv"),
            ("redemptions", "magento/facts/redemptions.csv"),
        ],
    );
    // Worked out in expected.md.
    assert_eq!(of_order(&written, "000000010"), ["grant | 10.02 | USD"]);
    assert_eq!(
        of_order(&written, "000000053"),
        ["clawback | -0.11 | USD", "clawback | -0.76 | USD", "grant | 2.12 | USD"]
    );
}

#[test]
fn magento_grids_of_all_habits() {
    for habit in ["old", "new", "raw"] {
        let (memos, customers) =
            (format!("magento/credit_memos_{habit}.csv"), format!("magento/customers_{habit}.csv"));
        assert_same(
            "magento",
            "\n[redemption]\nfrom = \"orders\"\n",
            &[("orders", "magento/sales_order.csv"), ("refunds", &memos), ("registrations", &customers)],
            &[
                ("orders", "magento/facts/orders.csv"),
                ("refunds", "magento/facts/refunds_of_grid.csv"),
                ("registrations", "magento/facts/registrations.csv"),
            ],
        );
    }
}

#[test]
fn woocommerce_orders() {
    let file = "woocommerce/order_export.csv";
    let written = assert_same(
        "woocommerce",
        "",
        &[("orders", file), ("refunds", file)],
        &[("orders", "woocommerce/facts/orders.csv"), ("refunds", "woocommerce/facts/refunds.csv")],
    );
    assert_eq!(of_order(&written, "1008"), ["clawback | -10.83 | USD", "grant | 11.10 | USD"]);
    assert_eq!(of_order(&written, "1020"), [""; 0]);
}
