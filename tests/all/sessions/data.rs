//! Rows that are not as they should be: the run goes on, and each is listed with its file, row, column, value and remedy.

use super::{ORDERS, PIPELINE, RUN, Shop};
use insta::assert_snapshot;

/// Returns the rejects of the shop's run, without their header.
fn rejects(shop: &Shop) -> String {
    shop.succeed(&format!("{RUN} --out ledger"));
    let rejects = shop.read("ledger/rejects.csv");
    rejects.lines().skip(1).map(|line| format!("{line}\n")).collect()
}

/// Returns the rejects of a shop with these rows more, which begin in line 2.
fn rejects_with(rows: impl IntoIterator<Item = String>) -> String {
    let shop = Shop::new();
    let header = shop.read(ORDERS).lines().next().unwrap().to_owned();
    let rows: Vec<String> = std::iter::once(header).chain(rows).collect();
    shop.write(ORDERS, rows.join("\n"));
    rejects(&shop)
}

#[test]
fn amounts_are_plain_decimals_of_the_currency() {
    let amounts = [
        "\"1,234.56\"",
        "1,234.56",
        "1e3",
        "NaN",
        "-0",
        "-0.00",
        "-5",
        "$5",
        "5.",
        ".5",
        "1_000",
        "",
        "123456789012345678901234567890",
        "0.0000000000000000000000000001",
        "1000000000",
        "999999999.99",
        "5.0000",
    ];
    let row = |(number, amount)| format!("X-{number},ada,,2024-06-30,2024-06-30,,{amount},24.00,");
    assert_snapshot!(rejects_with(amounts.into_iter().enumerate().map(row)));
}

#[test]
fn times_are_of_the_years_1_to_9999() {
    let times = [
        "0000-01-01",
        "0001-01-01",
        "9999-12-31T23:59:59",
        "10000-01-01",
        "2024-02-30",
        "2024-06-26T25:00:00",
        "06/26/2024",
        "1719392400",
        "2024-06-26T09:00:00+99:00",
        "yesterday",
    ];
    let row = |(number, time)| format!("X-{number},ada,,{time},,,24.00,24.00,");
    assert_snapshot!(rejects_with(times.into_iter().enumerate().map(row)));
}

#[test]
fn an_unknown_currency_is_named() {
    let shop = Shop::new();
    let orders = "order_id,customer_id,placed_at,paid_at,currency,items_amount,total_amount\n\
                  X-1,ada,2024-06-30,2024-06-30,USB,5.00,5.00\nX-2,ada,2024-06-30,2024-06-30,JPY,5.5,6\n";
    shop.write(ORDERS, orders);
    assert_snapshot!(rejects(&shop));
}

#[test]
fn a_file_that_is_cut_within_a_row_loses_that_row_only() {
    let shop = Shop::new();
    let orders = shop.read(ORDERS);
    shop.write(ORDERS, &orders[..700]);
    assert_snapshot!(rejects(&shop));
}

#[test]
fn a_file_that_is_cut_within_quotes_loses_that_row_only() {
    assert_snapshot!(rejects_with(["X-1,ada,,2024-06-30,,,5.00,5.00,".to_owned(), "X-2,\"ada,,2024".to_owned()]));
}

#[test]
fn bytes_of_another_encoding_are_found_by_column() {
    let shop = Shop::new();
    let registrations = shop.read("fixtures/shop/registrations.csv");
    let (before, after) = registrations.split_once("Eva").unwrap();
    shop.write("fixtures/shop/registrations.csv", [before.as_bytes(), b"\xc9va", after.as_bytes()].concat());
    assert_snapshot!(rejects(&shop));
}

#[test]
fn lines_that_are_no_json_object_are_left_out() {
    let shop = Shop::new();
    shop.replace(PIPELINE, "shop/orders.csv", "shop/orders.ndjson");
    let lines = [
        r#"{"order_id":"X-1","customer_id":"ada","placed_at":"2024-06-30","items_amount":5.10,"total_amount":"5.10"}"#,
        r#"{"order_id":"X-2","customer_id":"ada","placed_at":"2024-06-30","items_amount":[5],"total_amount":5}"#,
        r#"{"order_id":"X-3","order_id":"X-4","customer_id":"ada"}"#,
        "[1]",
        r#"{"order_id":"X-5","cust"#,
    ];
    shop.write("fixtures/shop/orders.ndjson", lines.join("\n"));
    assert_snapshot!(rejects(&shop));
}
