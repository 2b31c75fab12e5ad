//! Which of several versions counts: by the order of files, by their names, by their modification times.

use super::{ORDERS, PIPELINE, RUN, Shop};
use std::fs::File;
use std::time::{Duration, UNIX_EPOCH};

const HEADER: &str = "order_id,customer_id,placed_at,paid_at,items_amount,total_amount\n";

/// A shop that reads all files of a folder, each with the same order of another amount.
fn shop_of(files: &[(&str, &str)], more: &str) -> Shop {
    let shop = Shop::new();
    shop.remove(ORDERS);
    shop.replace(PIPELINE, "shop/orders.csv\"", &format!("shop/orders/*\"\nformat = \"csv\"{more}"));
    for (name, amount) in files {
        write(&shop, name, amount);
    }
    shop
}

fn write(shop: &Shop, name: &str, amount: &str) {
    let row = format!("V1,version,2024-03-01,2024-03-01,{amount},{amount}\n");
    shop.write(&format!("fixtures/shop/orders/{name}"), format!("{HEADER}{row}"));
}

/// Returns what the order has earned: a tenth of its newest amount, as the program has it.
fn earned(shop: &Shop, folder: &str) -> String {
    shop.succeed(&format!("{RUN} --out {folder} --format csv"));
    let ledger = shop.read(&format!("{folder}/ledger.csv"));
    let mut reader = csv::Reader::from_reader(ledger.as_bytes());
    let at = |name: &str, headers: &csv::StringRecord| headers.iter().position(|header| header == name).unwrap();
    let headers = reader.headers().unwrap().clone();
    let (customer, amount) = (at("customer_id", &headers), at("amount", &headers));
    let own = reader.records().map(Result::unwrap).filter(|record| &record[customer] == "version");
    own.map(|record| record[amount].to_owned()).collect::<Vec<_>>().join(" ")
}

/// What the order earns by itself.
fn alone(amount: &str) -> String {
    earned(&shop_of(&[("orders.csv", amount)], ""), "out1")
}

#[test]
fn the_last_numbered_copy_counts_and_numbers_are_numbers() {
    let (old, new) = ("100.00", "300.00");
    assert_ne!(alone(old), alone(new));
    for names in [
        ["orders_export.csv", "orders_export (1).csv"],
        ["orders_export (2).csv", "orders_export (10).csv"],
        ["orders.csv", "orders-1.csv"],
        ["orders.csv", "orders - Copy.csv"],
        ["orders-2024-1-9.csv", "orders-2024-1-10.csv"],
    ] {
        let shop = shop_of(&[(names[0], old), (names[1], new)], "");
        assert_eq!(earned(&shop, "out1"), alone(new), "{names:?}");
    }
}

#[test]
fn a_stale_dump_that_is_read_last_undoes_nothing_where_names_are_dated() {
    let files = [("a_2024-05-02.csv", "300.00"), ("b_2024-05-01.csv", "100.00")];
    assert_eq!(earned(&shop_of(&files, ""), "out1"), alone("100.00"));
    let dated = shop_of(&files, "\nversions = \"name:_%Y-%m-%d.csv\"");
    assert_eq!(earned(&dated, "out1"), alone("300.00"));
}

#[test]
fn a_file_modified_later_counts_where_the_input_says_so() {
    let shop = shop_of(&[("a.csv", "300.00"), ("b.csv", "100.00")], "\nversions = \"modified\"");
    for (name, second) in [("a.csv", 2), ("b.csv", 1)] {
        let file = File::options().write(true).open(shop.path(&format!("fixtures/shop/orders/{name}"))).unwrap();
        file.set_modified(UNIX_EPOCH + Duration::from_secs(1_714_600_000 + second)).unwrap();
    }
    assert_eq!(earned(&shop, "out1"), alone("300.00"));
}

#[test]
fn a_name_without_the_date_stops_the_run() {
    let shop = shop_of(&[("a_2024-05-02.csv", "1.00"), ("latest.csv", "2.00")], "\nversions = \"name:%Y-%m-%d\"");
    let session = shop.session(RUN);
    let said = "error: fixtures/shop/orders/latest.csv: its name does not match `versions = \"name:%Y-%m-%d\"`: rename the \
        file, or make `path` narrower";
    assert!(session.contains(said) && session.contains("-- exit code 3"), "{session}");
}

#[test]
fn bad_versions_are_refused_with_the_pipeline() {
    let said = |versions: &str| shop_of(&[("a.csv", "1.00")], &format!("\nversions = \"{versions}\"")).session(RUN);
    for (versions, what) in [
        ("modifed", "`versions` cannot be `modifed`\n  help: did you mean `modified`?"),
        ("name:orders", "the pattern `orders` of `versions` gives no date\n"),
        ("name:%Y-%m", "the pattern `%Y-%m` of `versions` gives no date\n"),
        ("name:%Y/%m/%d", "the pattern `%Y/%m/%d` of `versions` has a `/`: only the name of the file is looked at"),
    ] {
        let session = said(versions);
        assert!(session.contains(what) && session.contains("-- exit code 4"), "{session}");
    }
}

#[test]
fn with_a_book_the_same_bytes_of_a_later_name_are_read_and_those_of_a_later_modification_are_not() {
    for (versions, skipped) in [("name:%Y-%m-%d", false), ("modified", true)] {
        let shop = shop_of(&[("o_2024-05-01.csv", "100.00")], &format!("\nversions = \"{versions}\""));
        shop.replace(PIPELINE, "output = ", "book = \"../book\"\noutput = ");
        shop.succeed(&format!("{RUN} --out out1"));
        write(&shop, "o_2024-05-02.csv", "100.00");
        let session = shop.session(&RUN.replace("run ", "run --out out2 "));
        let line = session.lines().find(|line| line.ends_with("o_2024-05-02.csv")).unwrap();
        assert_eq!(line.contains("skipped"), skipped, "{session}");
        let first = session.lines().find(|line| line.ends_with("o_2024-05-01.csv")).unwrap();
        assert!(first.contains("skipped"), "{session}");
    }
}

#[test]
fn with_a_book_a_stale_dump_that_arrives_late_undoes_nothing() {
    let shop = shop_of(&[("o_2024-05-01.csv", "300.00")], "\nversions = \"name:%Y-%m-%d\"");
    shop.replace(PIPELINE, "output = ", "book = \"../book\"\noutput = ");
    shop.succeed(&format!("{RUN} --out out1"));
    // The third day says what the first one said, so that the second one is stale when it arrives.
    for (name, amount, out) in [("o_2024-05-03.csv", "300.00", "out2"), ("o_2024-05-02.csv", "100.00", "out3")] {
        write(&shop, name, amount);
        shop.succeed(&format!("{RUN} --out {out}"));
    }
    write(&shop, "o_2024-05-04.csv", "100.00");
    shop.succeed(&format!("{RUN} --out out4 --format csv"));
    let posted = |out: &str| {
        let summary: serde_json::Value = serde_json::from_str(&shop.read(&format!("{out}/summary.json"))).unwrap();
        summary["postings"].as_array().unwrap().len()
    };
    assert_eq!((posted("out2"), posted("out3")), (0, 0));
    assert!(posted("out4") > 0);
}
