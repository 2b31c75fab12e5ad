//! The exports in `platforms/*/fixture`: what `expected.md` beside them says, as ledgers that were worked out by hand.

use crate::platforms::{PROGRAM, ledger, run_files};
use crate::shop_folder::{Written, instant, read_csv, run_to};
use std::fs;
use std::path::{Path, PathBuf};

/// Runs files of a platform's fixture: kind and file.
fn run_fixture(platform: &str, inputs: &[(&str, &str)]) -> Written {
    let folder = tempfile::tempdir().unwrap();
    let fixture = fixture(platform);
    for (_, file) in inputs {
        fs::copy(fixture.join(file), folder.path().join(file)).unwrap();
    }
    run_files(folder.path(), "[guard]\nno_usable_rows = false\n", platform, inputs)
}

fn fixture(platform: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("platforms").join(platform).join("fixture")
}

/// Returns the exceptions as `reason source amount`.
fn exceptions(written: &Written) -> Vec<String> {
    written.exceptions.iter().map(|row| format!("{} {} {}", row["reason"], row["source_id"], row["amount"])).collect()
}

fn rejects(written: &Written) -> Vec<(&str, &str, &str)> {
    written.rejects.iter().map(|row| (row["kind"].as_str(), row["row"].as_str(), row["reason"].as_str())).collect()
}

#[test]
fn shopify_orders_and_their_dated_refunds() {
    let written = run_fixture("shopify", &[("orders", "orders_export.csv"), ("refunds", "transactions_export.csv")]);
    // 8.00 for 80.00; 5.00 for 50.00, without the gift card. Of 81.00 first 5.00 are refunded, then 20.00 in all:
    // 0.3086 and 1.2345 of the 5.00, towards zero.
    // The 7.00 of the first are new credit: without redemptions none was spent that could come back.
    assert_eq!(
        ledger(&written),
        [
            "#1001 2024-06-03 12:00:00 -0400 shopify_store_credit grant 7.00 2024-06-03T16:00:00",
            "#1001 grant 8.00 2024-05-01T13:30:00",
            "#1002 2024-06-01 12:00:00 -0400 gift_card clawback -0.30 2024-06-01T16:00:00",
            "#1002 2024-06-01 12:00:00 -0400 shopify_payments clawback -0.93 2024-06-01T16:00:00",
            "#1002 grant 5.00 2024-05-03T14:00:00",
        ]
    );
    assert_eq!(rejects(&written), [("orders", "8", "no_owner")]);
    // One order in CLP and one in EUR, in which no rule is.
    let mut odd = exceptions(&written);
    odd.sort();
    assert_eq!(odd, ["no_rule_for_currency  ", "no_rule_for_currency  "]);
}

#[test]
fn shopify_store_credit_is_spent_by_the_buyer_of_the_order() {
    let written =
        run_fixture("shopify", &[("orders", "orders_export.csv"), ("redemptions", "transactions_export.csv")]);
    // The guest of #1001 has 8.00 and spends 30.00; the one of #1007 has nothing and spends 5.00.
    assert_eq!(
        ledger(&written),
        [
            "#1001 2024-05-01 09:30:01 -0400 shopify_store_credit redeem -8.00 2024-05-01T13:30:01",
            "#1001 grant 8.00 2024-05-01T13:30:00",
            "#1002 grant 5.00 2024-05-03T14:00:00",
        ]
    );
    let mut unbacked: Vec<String> =
        exceptions(&written).into_iter().filter(|line| line.starts_with("unbacked")).collect();
    unbacked.sort();
    assert_eq!(
        unbacked,
        [
            "unbacked #1001 2024-05-01 09:30:01 -0400 shopify_store_credit 22.00",
            "unbacked #1007 2024-05-08 10:00:00 -0400 shopify_store_credit 5.00",
        ]
    );
    assert_eq!(rejects(&written), [("orders", "8", "no_owner")]);
    let unknown = "unknown_order #9999 2024-05-09 10:00:00 -0400 shopify_store_credit 2.00".to_owned();
    assert!(exceptions(&written).contains(&unknown));
}

#[test]
fn shopify_dumps_of_both_apis() {
    let rest = run_fixture(
        "shopify",
        &[("orders", "orders.json"), ("refunds", "orders.json"), ("registrations", "customers.json")],
    );
    // 8.00 for 80.00. Of 116.40, 10.00 go back to the card: 0.6872 of the 8.00; 5.50 are new credit.
    let customers = ["7001 grant 3.00 2024-04-01T12:00:00", "7002 grant 3.00 2024-04-02T12:00:00"];
    assert_eq!(
        ledger(&rest),
        [
            "#1001 grant 8.00 2024-05-01T13:30:00",
            customers[0],
            customers[1],
            "9101 clawback -0.68 2024-06-01T16:00:00",
            "9102 grant 5.50 2024-06-01T16:00:01",
        ]
    );
    assert!(rest.rejects.is_empty());
    // A dump is mostly one line, and so could be of a bulk operation.
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(fixture("shopify").join("orders.json")).unwrap();
    fs::write(folder.path().join("orders.json"), text.replace('\n', " ")).unwrap();
    let orders = [("orders", "orders.json"), ("refunds", "orders.json")];
    let of_one_line = ledger(&run_files(folder.path(), "", "shopify", &orders));
    assert_eq!(of_one_line, ledger(&run_fixture("shopify", &orders)));
    assert_eq!(of_one_line.len(), 3);
    let bulk = run_fixture(
        "shopify",
        &[("orders", "bulk_orders.jsonl"), ("refunds", "bulk_orders.jsonl"), ("registrations", "bulk_customers.jsonl")],
    );
    // 15.50 of 116.40 are 1.0652 of the 8.00.
    assert_eq!(
        ledger(&bulk),
        ["#1001 grant 8.00 2024-05-01T13:30:00", customers[0], customers[1], "91 clawback -1.06 2024-06-01T16:00:00",]
    );
    assert!(bulk.rejects.is_empty());
}

#[test]
fn shopify_opening_balances_of_what_is_left_of_each_credit() {
    let written = run_fixture("shopify", &[("adjustments", "bulk_store_credit_transactions.jsonl")]);
    // Of 20.00 given in March 7.00 are left, and last until September; 4.00 EUR have lapsed in May, before July.
    assert_eq!(
        ledger(&written),
        [
            "store credit 501 grant 7.00 2024-03-01T12:00:00",
            "store credit 503 grant 5.00 2024-04-01T12:00:00",
            "store credit 504 expire -4.00 2024-05-01T04:00:00",
            "store credit 504 grant 4.00 2024-04-02T12:00:00",
        ]
    );
    assert!(written.rejects.is_empty());
    let balances: Vec<String> = written
        .balances
        .iter()
        .map(|row| format!("{} {} {} {}", row["customer_id"], row["currency"], row["balance"], row["next_expires_at"]))
        .collect();
    assert_eq!(balances, ["7001 EUR 0.00 ", "7001 USD 12.00 2024-09-01T04:00:00.000000Z"]);
}

#[test]
fn magento_table_of_orders_with_its_grids_and_the_store_credit_of_adobe_commerce() {
    let written = run_fixture(
        "magento",
        &[
            ("orders", "sales_order.csv"),
            ("refunds", "credit_memos.csv"),
            ("registrations", "customers.csv"),
            ("redemptions", "customerbalance_history.csv"),
        ],
    );
    // 10 % of 80.00 - 5.00, of 41.67 and of 20.00 - 15.00. The 15.00 that are spent meet 7.50 and 3.00, so of the 2.06
    // that 25.00 of 91.00 reclaim only the 0.50 of the later order are there. 6.00 and then 13.00 of 51.66 are 0.48 and
    // 1.04.
    assert_eq!(
        ledger(&written),
        [
            "000000009 clawback -0.50 2024-06-01T15:00:00",
            "000000017 clawback -0.48 2024-06-02T04:05:09",
            "000000018 clawback -0.56 2024-06-02T04:05:09",
            "000000123 grant 7.50 2024-05-03T12:05:09",
            "000000124 grant 4.16 2024-05-04T12:00:00",
            "000000127 grant 0.50 2024-05-08T12:00:00",
            "3 redeem -3.00 2024-05-08T12:00:00",
            "3 redeem -7.50 2024-05-08T12:00:00",
            "7 grant 3.00 2024-05-03T18:05:09",
            "8 grant 3.00 2024-05-04T18:05:09",
            "9 grant 3.00 2024-05-05T12:05:09",
        ]
    );
    // 2.06 - 0.50, then what 26.00, 28.00 and 31.00 of 91.00 add.
    let mut odd = exceptions(&written);
    odd.sort();
    assert_eq!(
        odd,
        [
            "unbacked 2 5.00",
            "unbacked 3 4.50",
            "uncollected 000000009 1.56",
            "uncollected 000000012 0.08",
            "uncollected 000000013 0.16",
            "uncollected 000000014 0.25",
        ]
    );
    assert!(written.rejects.is_empty());
}

#[test]
fn magento_credit_memos_pay_back_in_three_ways() {
    let written = run_fixture("magento", &[("orders", "sales_order.csv"), ("refunds", "sales_creditmemo_joined.csv")]);
    // Of 91.00 first 25.00 are refunded, then 30.00 to the card and 5.00 as credit that comes back: 60.00 together,
    // since new credit reclaims nothing. 2.0604, 4.5329 and 4.9450 of 7.50. The 5.00 were never taken from a lot here.
    let memo = |line: &&String| line.starts_with("000000009") || line.starts_with("000000010");
    let lines = ledger(&written);
    assert_eq!(
        lines.iter().filter(memo).collect::<Vec<_>>(),
        [
            "000000009 clawback -2.06 2024-06-01T10:00:00",
            "000000010 clawback -2.47 2024-06-02T10:00:00",
            "000000010-credit grant 10.00 2024-06-02T10:00:00",
            "000000010-restored clawback -0.41 2024-06-02T10:00:00",
        ]
    );
    assert_eq!(exceptions(&written), ["over_restore 000000010-restored 5.00"]);
    // By the order's key alone, which the orders do not have, each memo that counts is refused.
    let alone = run_fixture("magento", &[("refunds", "sales_creditmemo.csv")]);
    assert_eq!(rejects(&alone), [("refunds", "2", "missing"), ("refunds", "3", "missing")]);
}

#[test]
fn woocommerce_orders_and_the_refunds_in_their_cells() {
    let written = run_fixture("woocommerce", &[("orders", "orders.csv"), ("refunds", "orders.csv")]);
    // A tenth of 50.00, 30.00, 40.00, 20.00 and 30.00; of 81 first 10.00, then 5.00 of 40.00 go back, of 84 everything.
    assert_eq!(
        ledger(&written),
        [
            "71 grant 5.00 2024-05-01T13:06:00",
            "72 grant 3.00 2024-05-02T23:06:00",
            "81 2024-06-01 03:30:00 -10.00 clawback -1.00 2024-06-01T03:30:00",
            "81 2024-06-02 03:30:00 5.00 clawback -0.50 2024-06-02T03:30:00",
            "81 grant 4.00 2024-05-01T13:06:00",
            "84 2024-05-05 13:00:00 20.00 clawback -2.00 2024-05-05T13:00:00",
            "84 grant 2.00 2024-05-04T13:06:00",
            "85 grant 3.00 2024-05-05T13:06:00",
        ]
    );
    assert_eq!(rejects(&written), [("refunds", "10", "malformed")]);
}

/// Returns what each person has.
fn balances(written: &Written) -> Vec<&str> {
    written.balances.iter().map(|row| row["balance"].as_str()).collect()
}

#[test]
fn shopify_orders_that_were_paid_in_three_ways_and_paid_back_in_each() {
    let history = "transactions_export_mixed.csv";
    let inputs = [("orders", "orders_export_mixed.csv"), ("refunds", history), ("redemptions", history)];
    let written = run_fixture("shopify", &inputs);
    assert_eq!(
        ledger(&written),
        [
            "#2001 grant 20.00 2024-05-01T14:00:00",
            "#2002 2024-05-10 10:00:01 -0400 shopify_store_credit redeem -15.00 2024-05-10T14:00:01",
            "#2002 2024-06-03 12:00:00 -0400 shopify_payments clawback -3.33 2024-06-03T16:00:00",
            "#2002 2024-06-03 12:00:00 -0400 shopify_store_credit clawback -1.25 2024-06-03T16:00:00",
            "#2002 2024-06-03 12:00:00 -0400 shopify_store_credit grant 5.00 2024-06-03T16:00:00",
            "#2002 2024-06-03 12:00:00 -0400 shopify_store_credit restore 15.00 2024-06-03T16:00:00",
            "#2002 2024-06-10 12:00:00 -0400 gift_card clawback -2.50 2024-06-10T16:00:00",
            "#2002 grant 10.00 2024-05-10T14:00:00",
        ]
    );
    assert_eq!((balances(&written), written.rejects.len(), written.exceptions.len()), (vec!["27.92"], 0, 0));
}

#[test]
fn shopify_bulk_operations_say_how_a_refund_was_paid_out_where_they_have_transactions() {
    let file = "bulk_orders_mixed.jsonl";
    let inputs = [("orders", file), ("refunds", file), ("redemptions", file)];
    let written = run_fixture("shopify", &inputs);
    let earned = ["#2001 grant 20.00 2024-05-01T14:00:00", "#2002 grant 10.00 2024-05-10T14:00:00"];
    assert_eq!(
        ledger(&written),
        [
            earned[0],
            earned[1],
            "3004 redeem -15.00 2024-05-10T14:00:01",
            "3005 clawback -3.33 2024-06-03T16:00:00",
            "3006 clawback -1.25 2024-06-03T16:00:00",
            "3006 grant 5.00 2024-06-03T16:00:00",
            "3006 restore 15.00 2024-06-03T16:00:00",
            "3008 clawback -2.50 2024-06-10T16:00:00",
        ]
    );
    assert_eq!((balances(&written), written.rejects.len(), written.exceptions.len()), (vec!["27.92"], 0, 0));

    // Without them all is money.
    let folder = tempfile::tempdir().unwrap();
    let without = |line: &str| {
        let mut record: serde_json::Value = serde_json::from_str(line).unwrap();
        record.as_object_mut().unwrap().remove("transactions");
        format!("{record}\n")
    };
    let text: String = fs::read_to_string(fixture("shopify").join(file)).unwrap().lines().map(without).collect();
    fs::write(folder.path().join(file), text).unwrap();
    let written = run_files(folder.path(), "", "shopify", &inputs[..2]);
    let reclaimed = ["91 clawback -5.00 2024-06-03T16:00:00", "92 clawback -2.50 2024-06-10T16:00:00"];
    assert_eq!(ledger(&written), [earned, reclaimed].concat());
    assert_eq!(balances(&written), ["22.50"]);
}

#[test]
fn magento_orders_that_were_paid_and_paid_back_from_the_balance_and_by_card() {
    let with_memos = |memos| {
        let history = ("redemptions", "customerbalance_history_mixed.csv");
        run_fixture("magento", &[("orders", "sales_order_mixed.csv"), ("refunds", memos), history])
    };
    let earned_and_spent = [
        "000000200 grant 40.00 2024-05-01T14:00:00",
        "000000201 grant 7.00 2024-05-10T14:00:00",
        "71 redeem -30.00 2024-05-10T14:00:00",
    ];
    let tables = with_memos("sales_creditmemo_mixed.csv");
    let refunded = [
        "000000031 clawback -1.59 2024-06-03T16:00:00",
        "000000031-restored clawback -1.91 2024-06-03T16:00:00",
        "000000031-restored restore 30.00 2024-06-03T16:00:00",
        "000000032 clawback -2.22 2024-06-10T16:00:00",
        "000000032-credit grant 20.00 2024-06-10T16:00:00",
    ];
    assert_eq!(ledger(&tables), [refunded.as_slice(), &earned_and_spent].concat());
    assert_eq!((balances(&tables), tables.rejects.len(), tables.exceptions.len()), (vec!["61.28"], 0, 0));

    let grid = with_memos("credit_memos_mixed.csv");
    let refunded = ["000000031 clawback -1.59 2024-06-03T16:00:00", "000000032 clawback -3.50 2024-06-10T16:00:00"];
    assert_eq!(ledger(&grid), [refunded.as_slice(), &earned_and_spent].concat());
    assert_eq!((balances(&grid), grid.rejects.len(), grid.exceptions.len()), (vec!["11.91"], 0, 0));
}

/// Under which names the pages have files of a fixture, where these are others.
const NAMED_ON_PAGES: &[(&str, &str)] = &[
    ("bulk_orders.jsonl", "bulk_orders_mixed.jsonl"),
    ("store_credit.jsonl", "bulk_store_credit_transactions.jsonl"),
    ("sales_creditmemo.csv", "sales_creditmemo_joined.csv"),
    ("order_export.csv", "orders.csv"),
];

/// Returns the texts of a page between three backticks, of those that are pipelines.
fn pipelines(page: &str) -> Vec<&str> {
    let blocks = page.split("```toml\n").skip(1).filter_map(|after| after.split("```").next());
    blocks.filter(|block| block.contains("[[input]]")).collect()
}

#[test]
fn pipelines_on_the_pages_of_the_platforms_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (platform, count) in [("magento", 2), ("shopify", 3), ("woocommerce", 1)] {
        let page = fs::read_to_string(root.join(format!("docs/platforms/{platform}.md"))).unwrap();
        let found = pipelines(&page);
        assert_eq!(found.len(), count, "{platform}");
        for text in found {
            let folder = tempfile::tempdir().unwrap();
            fs::create_dir(folder.path().join("exports")).unwrap();
            let paths = text.lines().filter_map(|line| line.strip_prefix("path = \"exports/")?.strip_suffix('"'));
            for name in paths.map(|path| path.replace('*', "")) {
                let other = NAMED_ON_PAGES.iter().find(|(named, _)| *named == name);
                let file = fixture(platform).join(other.map_or(name.as_str(), |(_, file)| file));
                fs::copy(&file, folder.path().join("exports").join(&name)).unwrap();
            }
            fs::write(folder.path().join("program.toml"), PROGRAM).unwrap();
            fs::write(folder.path().join("pipeline.toml"), text).unwrap();
            let out = folder.path().join("ledger");
            run_to(folder.path(), instant("2024-07-01T00:00:00Z"), &out).unwrap();
            assert!(read_csv(&out.join("ledger.csv")).len() > 1, "{text}");
        }
    }
}
