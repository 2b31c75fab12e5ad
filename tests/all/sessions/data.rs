//! Rows that are not as they should be: the run goes on, and each is listed with its file, row, column, value and
//! remedy.

use super::{ORDERS, PIPELINE, RUN, Shop};
use insta::assert_snapshot;

/// Returns the rejects of the shop's run, without their header.
fn rejects(shop: &Shop) -> String {
    shop.append(PIPELINE, "\n[guard]\nmax_rejects = false\nno_usable_rows = false\n");
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
fn a_stray_quote_rejects_the_rows_that_it_joins() {
    let rows = [
        "X-1,\"ada,,2024-06-30,,,5.00,5.00,",
        "X-2,bob,,2024-06-30,,,6.00,6.00,",
        "X-3,\"cid\",,2024-06-30,,,7.00,7.00,",
    ];
    assert_snapshot!(rejects_with(rows.map(str::to_owned)));
}

#[test]
fn a_file_that_ends_within_quotes_rejects_each_line_from_there_on() {
    let shop = Shop::new();
    let orders = shop.read(ORDERS);
    assert!(orders.lines().last().unwrap().starts_with("O-1017,"));
    shop.write(ORDERS, orders.replace("O-1012,", "\"O-1012,"));
    let rejects = rejects(&shop);
    let lines: Vec<_> = rejects.lines().map(|line| line.split(',').nth(2).unwrap()).collect();
    assert_eq!(lines, ["13", "14", "15", "16", "17", "18"]);
}

#[test]
fn a_last_line_without_an_end_is_mentioned() {
    let shop = Shop::new();
    let orders = shop.read(ORDERS);
    shop.write(ORDERS, orders.trim_end());
    let check = "check pipelines/fixture.toml --as-of 2024-07-01";
    assert_snapshot!(shop.session(check));
    shop.succeed(&format!("{check} --out checked"));
    let summary: serde_json::Value = serde_json::from_str(&shop.read("checked/summary.json")).unwrap();
    let told = |input: &serde_json::Value| input.get("last_line_unended").and_then(serde_json::Value::as_bool);
    let inputs = summary["inputs"].as_array().unwrap();
    let of_orders = inputs.iter().filter(|input| input["kind"] == "orders");
    assert_eq!(of_orders.map(told).collect::<Vec<_>>(), [Some(true)]);
    assert_eq!(inputs.iter().filter_map(told).count(), 1);
}

#[test]
fn lines_that_are_each_one_quoted_value_are_read_and_mentioned() {
    let shop = Shop::new();
    let orders = shop.read(ORDERS);
    let wrapped = orders.lines().map(|line| format!("\"{}\";\n", line.replace('"', "\"\"")));
    shop.write(ORDERS, wrapped.collect::<String>());
    let check = "check pipelines/fixture.toml --as-of 2024-07-01";
    assert_snapshot!(shop.session(check));
    shop.succeed(&format!("{check} --out checked"));
    let summary: serde_json::Value = serde_json::from_str(&shop.read("checked/summary.json")).unwrap();
    let told = summary["inputs"].as_array().unwrap().iter().filter(|input| input["lines_unwrapped"] == true);
    assert_eq!(told.map(|input| input["kind"].as_str().unwrap()).collect::<Vec<_>>(), ["orders"]);
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

/// Returns the exceptions of the shop's run, without their header.
fn exceptions(shop: &Shop, options: &str) -> String {
    shop.succeed(&format!("{RUN} --out ledger {options}"));
    let exceptions = shop.read("ledger/exceptions.csv");
    exceptions.lines().skip(1).map(|line| format!("{line}\n")).collect()
}

#[test]
fn rows_of_one_id_that_contradict_each_other_are_listed_with_both_places() {
    let shop = Shop::new();
    let header = "order_id,customer_id,email,placed_at,paid_at,cancelled_at,items_amount,total_amount,credit_amount\n";
    // A spreadsheet made one id of three; the same order later paid is a newer version; another line is repeated.
    let orders = "4.69,c1,,2024-06-01,2024-06-01,,10.00,10.00,\n4.69,c2,,2024-06-02,2024-06-02,,10.00,10.00,\n\
                  4.69,c2,,2024-06-03,2024-06-03,,10.00,10.00,\nO1,c4,,2024-06-01,,,10.00,10.00,\n\
                  O1,c4,,2024-06-01,2024-06-02,,10.00,10.00,\nO1,c4,,2024-06-01,2024-06-02,,10.00,10.00,\n";
    shop.write(ORDERS, format!("{header}{orders}"));
    // Dated versions contradict nothing, but a refund that names another order has moved.
    let refunds = "refund_id,order_id,refunded_at,amount,updated_at\nR1,4.69,2024-06-05,1.00,2024-06-05\n\
                   R1,O1,2024-06-05,1.00,2024-06-06\n";
    shop.write("fixtures/shop/refunds.csv", refunds);
    shop.write("fixtures/shop/redemptions.csv", "redemption_id,customer_id,redeemed_at,amount\n");
    let expected = "conflicting_rows,c2,USD,4.69,4.69,,,1,fixtures/shop/orders.csv,3,fixtures/shop/orders.csv,2\n\
                    conflicting_rows,c2,USD,4.69,4.69,,,1,fixtures/shop/orders.csv,4,fixtures/shop/orders.csv,3\n\
                    moved,,USD,R1,O1,,,1,fixtures/shop/refunds.csv,3,fixtures/shop/refunds.csv,2\n";
    assert_eq!(exceptions(&shop, ""), expected);
    let summary: serde_json::Value = serde_json::from_str(&shop.read("ledger/summary.json")).unwrap();
    let orders = summary["inputs"].as_array().unwrap().iter().find(|input| input["kind"] == "orders").unwrap();
    let counts = ["rows", "facts", "repeated", "newer_versions", "void"].map(|key| orders[key].as_u64().unwrap());
    assert_eq!(counts, [6, 2, 1, 3, 0]);
}

#[test]
fn a_refund_that_moves_to_another_order_is_found_beside_the_book_too() {
    let shop = Shop::with_book();
    shop.write("fixtures/shop/refunds.csv", "refund_id,order_id,refunded_at,amount\nR9,O-1001,2024-06-20,1.00\n");
    shop.succeed(&format!("{RUN} --out first"));
    shop.write("fixtures/shop/refunds.csv", "refund_id,order_id,refunded_at,amount\nR9,O-1002,2024-06-20,1.00\n");
    let found = exceptions(&shop, "");
    let moved: Vec<&str> = found.lines().filter(|line| line.starts_with("moved")).collect();
    let refunds = "fixtures/shop/refunds.csv";
    assert_eq!(moved, [format!("moved,,USD,R9,O-1002,,,1,{refunds},2,{refunds},2")]);
}

#[test]
fn a_customer_id_with_ten_addresses_is_listed_and_gets_no_mail() {
    let header = "order_id,customer_id,email,placed_at,paid_at,cancelled_at,items_amount,total_amount,credit_amount\n";
    for (addresses, expected) in [(9, ""), (10, "many_addresses,0,USD,0,,,,10,fixtures/shop/orders.csv,12,,\n")] {
        let shop = Shop::new();
        // The same address in capital letters is no further one.
        let row = |number: u32| {
            let email = if number == 0 { "G1@SHOP.EXAMPLE".to_owned() } else { format!("g{number}@shop.example") };
            format!("O{number},0,{email},2024-06-29T{number:02}:00:00,2024-06-29T{number:02}:00:00,,30.00,30.00,\n")
        };
        let rows: String = (0..=addresses).map(row).collect();
        shop.write(ORDERS, format!("{header}{rows}"));
        shop.write("fixtures/shop/refunds.csv", "refund_id,order_id,refunded_at,amount\n");
        shop.write("fixtures/shop/redemptions.csv", "redemption_id,customer_id,redeemed_at,amount\n");
        assert_eq!(exceptions(&shop, ""), expected);
        let mailed = shop.read("ledger/emails.ndjson").contains("\"customer_id\":\"0\"");
        assert_eq!(mailed, expected.is_empty());
    }
}

#[test]
fn a_row_that_contradicts_one_that_the_book_has_is_listed() {
    let shop = Shop::with_book();
    let header = shop.read(ORDERS).lines().next().unwrap().to_owned();
    let row = |customer: &str| format!("O1,{customer},,2024-06-01,2024-06-01,,30.00,30.00,\n");
    shop.write(ORDERS, format!("{header}\n{}", row("zoe")));
    shop.succeed(&format!("{RUN} --out first"));
    shop.write(ORDERS, format!("{header}\n{}{}", row("zoe"), row("ada")));
    let found = exceptions(&shop, "");
    let expected = format!("conflicting_rows,ada,USD,O1,O1,,,1,{ORDERS},3,{ORDERS},2");
    assert!(found.lines().any(|line| line == expected), "{found}");
    assert_eq!(found.matches("conflicting_rows").count(), 1);
}
