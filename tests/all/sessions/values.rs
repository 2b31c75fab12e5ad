//! Values of the right form that are not what they seem: damaged ids, implausible times, zones that are none.

use super::{ORDERS, PIPELINE, PROGRAM, RUN, Shop};
use insta::assert_snapshot;

const HEADER: &str = "order_id,customer_id,email,placed_at,paid_at,items_amount,total_amount";

/// Makes a shop with these orders only.
fn shop_with(rows: &[&str]) -> Shop {
    let shop = Shop::new();
    shop.write(ORDERS, format!("{HEADER}\n{}\n", rows.join("\n")));
    shop
}

/// Returns what a run of the shop rejects, without the header of the list.
fn rejects(shop: &Shop, out: &str) -> String {
    shop.succeed(&format!("{RUN} --out {out}"));
    shop.read(&format!("{out}/rejects.csv")).lines().skip(1).map(|line| format!("{line}\n")).collect()
}

/// Writes lines into the input of the orders.
fn say_of_orders(shop: &Shop, lines: &str) {
    shop.replace(
        PIPELINE,
        "path = \"../fixtures/shop/orders.csv\"",
        &format!("path = \"../fixtures/shop/orders.csv\"\n{lines}"),
    );
}

#[test]
fn ids_that_a_spreadsheet_has_cut_are_no_orders() {
    let shop = shop_with(&[
        "4.68769E+17,ada,,2024-06-01,2024-06-01,10.00,10.00",
        "4.68769E+17,ben,,2024-06-02,2024-06-02,20.00,20.00",
        "4.68769E+17,cleo,,2024-06-03,2024-06-03,30.00,30.00",
    ]);
    assert_snapshot!(rejects(&shop, "ledger"));
    say_of_orders(&shop, "literal_ids = true");
    assert_eq!(rejects(&shop, "literal"), "");
}

#[test]
fn texts_that_say_nothing_and_invisible_characters_are_no_ids() {
    let shop = shop_with(&[
        "O1,NULL,,2024-06-01,2024-06-01,10.00,10.00",
        "O2,\\N,ada@shop.example,2024-06-01,2024-06-01,10.00,10.00",
        "O3,,NULL,2024-06-01,2024-06-01,10.00,10.00",
        "O4,ada\u{200b},,2024-06-01,2024-06-01,10.00,10.00",
    ]);
    assert_snapshot!(rejects(&shop, "ledger"));
    let shop = shop_with(&["O5,ada\u{0}1,,2024-06-01,2024-06-01,10.00,10.00"]);
    assert!(rejects(&shop, "ledger").contains("`ada\\u{0}1` has the invisible character U+0000"));
}

#[test]
fn an_input_names_its_nulls() {
    let shop = shop_with(&[
        "O1,NULL,ada@shop.example,2024-06-01 10:00,2024-06-01 10:00,10.00,10.00",
        "O2,ben,\\N,2024-06-01 10:00,NULL,10.00,10.00",
        "O3,\\N,NULL,2024-06-01 10:00,NULL,10.00,10.00",
    ]);
    say_of_orders(&shop, "nulls = ['NULL', '\\N']");
    assert_snapshot!(rejects(&shop, "ledger"));
}

#[test]
fn times_that_no_fact_is_of_are_left_out() {
    let shop = shop_with(&[
        "O1,ada,,45383,45383,10.00,10.00",
        "O2,ada,,2024-06-01,0001-01-01T00:00:00Z,10.00,10.00",
        "O3,ada,,1717200000,,10.00,10.00",
        "O4,ada,,2124-06-01,,10.00,10.00",
        "O5,ada,,2024-06-01 10:00:00 UTC,2024-06-01 10:00:00 GMT,10.00,10.00",
    ]);
    assert_snapshot!(rejects(&shop, "ledger"));
}

#[test]
fn a_row_with_several_faults_is_listed_once_by_either_road() {
    let shop = shop_with(&["O1,ada,,2024-06-01,2024-06-01,10.00,10.00", "O2,ada,,bad,bad,x,y"]);
    let canonical = rejects(&shop, "ledger");
    let columns = HEADER.split(',').map(|name| format!("{name} = \"{name}\", ")).collect::<String>();
    say_of_orders(
        &shop,
        &format!(
            "types = {{ items_amount = \"decimal\", total_amount = \"decimal\", placed_at = \"time\", paid_at = \"time\" }}\n\
             columns = {{ {} }}",
            columns.trim_end_matches(", ")
        ),
    );
    let mapped = rejects(&shop, "mapped");
    let summary = shop.read("mapped/summary.json");
    assert!(summary.contains("\"rows\": 2,\n      \"rejected\": 1,"), "{summary}");
    assert_snapshot!(format!("{canonical}{mapped}"));
}

#[test]
fn a_zone_without_summer_time_and_other_odd_exports_are_warned_of() {
    let shop =
        shop_with(&["O1,12345,,2024-06-01,2024-06-01,10.00,10.00", "O2,12345.0,,2024-06-01,2024-06-01,10.00,10.00"]);
    shop.replace(PROGRAM, "timezone = \"America/New_York\"", "timezone = \"EST\"");
    let expiries = ["2024-09-30 00:00:00", "2024-10-31 00:00:00", "2024-12-31 00:00:00"];
    let rows = expiries.iter().enumerate().map(|(at, expiry)| format!("A{at},ada,2024-06-01,1.00,{expiry}\n"));
    let header = "adjustment_id,customer_id,adjusted_at,amount,expires_at\n";
    shop.write("fixtures/shop/adjustments.csv", header.to_owned() + &rows.collect::<String>());
    assert_snapshot!(shop.session(&format!("check {PIPELINE} --as-of 2024-07-01")));
}

#[test]
fn names_that_are_no_zones_are_refused_with_those_that_are() {
    let refused = ["PST", "UTC+2", "CEST", "Eastern Time", "america/new_york", "W. Europe Standard Time"].map(|zone| {
        let shop = Shop::new();
        shop.replace(PROGRAM, "timezone = \"America/New_York\"", &format!("timezone = \"{zone}\""));
        shop.session(&format!("check {PIPELINE} --as-of 2024-07-01"))
    });
    assert_snapshot!(refused.concat());
}

#[test]
fn an_abbreviation_of_a_zone_in_a_pattern_is_refused() {
    let shop = Shop::new();
    let columns = "order_id = \"order_id\", customer_id = \"customer_id\", placed_at = \"placed_at\", paid_at = \"paid_at\", \
        items_amount = \"items_amount\", total_amount = \"total_amount\"";
    say_of_orders(
        &shop,
        &format!("types = {{ placed_at = \"time:%Y-%m-%d %H:%M:%S %Z\" }}\ncolumns = {{ {columns} }}"),
    );
    assert_snapshot!(shop.session(RUN));
}

#[test]
fn an_id_that_comes_in_another_form_on_a_later_night_is_warned_of() {
    for options in ["", " --everyone"] {
        let shop = Shop::with_book();
        let header = shop.read(ORDERS).lines().next().unwrap().to_owned();
        let row = |order: &str, customer: &str| {
            format!("{header}\n{order},{customer},,2024-06-01,2024-06-01,,30.00,30.00,\n")
        };
        shop.write(ORDERS, row("O1", "12345"));
        shop.succeed(RUN);
        shop.write(ORDERS, row("O2", "12345.0"));
        let night = shop.session(&format!("{RUN}{options}"));
        assert!(night.contains("`customer_id`: 1 id is written in two ways, such as `12345` and `12345.0`"), "{night}");
    }
}
