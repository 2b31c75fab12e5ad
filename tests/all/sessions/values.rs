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
fn values_of_canonical_columns_are_hinted_at_too() {
    let shop = Shop::new();
    let rows = [
        "order_id,customer_id,placed_at,items_amount,total_amount,credit_amount,refunded_amount",
        "H-1,ada,2024-06-01,\"10,5\",1,,",
        "H-2,ada,2024-06-01,1.000,1,,",
        "H-3,ada,2024-06-01,2.50,$21.83,,",
        "H-4,ada,2024-06-01,2.50,(12.50),,",
        "H-5,ada,2024-06-01,2.50,3,\"1\u{a0}234,56\",",
        "H-6,ada,6/25/2024,2.50,3,,",
        "H-7,ada,6/1/2024,2.50,3,,",
    ];
    shop.write(ORDERS, rows.join("\n") + "\n");
    assert_snapshot!(shop.session("check pipelines/fixture.toml --as-of 2024-07-01"));
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

/// Runs a shop whose orders are read by a mapping; returns its ledger's orders with their amounts, and its rejects.
fn mapped(orders: &str, keys: &str) -> (Vec<String>, String) {
    let shop = Shop::new();
    shop.write(ORDERS, orders);
    let program = "[program]\nname = \"Each\"\ncurrency = \"USD\"\ntimezone = \"UTC\"\n\n[[rule]]\nmethod = \"per_order\"\n\
                   reward = { every = \"10.00\", receive = \"1.00\" }\n";
    shop.write(PROGRAM, program);
    let input = "program = \"programs/fixture.toml\"\noutput = \"../out\"\n\n[[input]]\nkind = \"orders\"\n\
                 path = \"../fixtures/shop/orders.csv\"\n";
    shop.write(PIPELINE, format!("{input}{keys}"));
    shop.succeed(&format!("{RUN} --format csv --out ledger"));
    let ledger = shop.read("ledger/ledger.csv");
    let rows = ledger.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        [0, 3, 6].map(|at| cells[at]).join(" ")
    });
    let rejects = shop.read("ledger/rejects.csv");
    (rows.collect(), rejects.lines().skip(1).map(|line| format!("{line}\n")).collect())
}

#[test]
fn an_order_is_not_paid_where_a_line_among_its_rows_cannot_be_read() {
    // 1,000.00 less a coupon of 900.00, whose line nobody can read; O1 is beside it, and so is O2.
    let orders = "ord,customer,at,amount,note\nO0,c0,2024-06-01,50.00,\nO1,c1,2024-06-01,1000.00,sofa\n\
                  O1,c1,2024-06-01,-900.00,\"6\" off\"\nO2,c2,2024-06-01,20.00,\nO3,c3,2024-06-01,30.00,\n";
    let keys = "group_by = [\"ord\"]\ntypes = { amount = \"decimal\" }\n[input.columns]\norder_id = \"ord\"\n\
                customer_id = \"first(customer)\"\nplaced_at = \"min(at)\"\npaid_at = \"min(at)\"\n\
                items_amount = \"sum(amount)\"\ntotal_amount = \"sum(amount)\"\n";
    let (ledger, rejects) = mapped(orders, keys);
    assert_eq!(ledger, ["c0 O0 5.00", "c3 O3 3.00"]);
    assert_snapshot!(rejects);
}

#[test]
fn an_expression_hides_no_damaged_id() {
    let orders = "ord,customer,at,amount\nO1,NULL,2024-06-01,10.00\n4.68769E+17,c2,2024-06-01,10.00\n\
                  O3,c3,2024-06-01,10.00\n";
    let keys = "[input.columns]\norder_id = \"'s1-' || ord\"\ncustomer_id = \"upper(customer)\"\nplaced_at = \"at\"\n\
                paid_at = \"at\"\nitems_amount = \"amount\"\ntotal_amount = \"amount\"\n";
    let (ledger, rejects) = mapped(orders, keys);
    assert_eq!(ledger, ["C3 s1-O3 1.00"]);
    assert_snapshot!(rejects);
}

#[test]
fn a_zone_in_a_pattern_is_not_read_and_dropped() {
    let session = |pattern: &str, zone: &str| {
        let shop = Shop::new();
        let same = ["order_id", "customer_id", "placed_at", "items_amount", "total_amount"]
            .map(|name| format!("{name} = \"{name}\""));
        let types = format!("types = {{ placed_at = \"time:{pattern}\" }}");
        say_of_orders(&shop, &format!("{zone}{types}\ncolumns = {{ {} }}", same.join(", ")));
        shop.session(RUN)
    };
    let patterns = ["%Y-%m-%d %H:%M PDT", "%Y-%m-%d %H:%M+02:00", "%Y-%m-%d %H:%M UTC+2", "%Y-%m-%d %H:%M %#z"];
    let sessions = patterns.map(|pattern| session(pattern, ""));
    assert_snapshot!(sessions.join("\n"));
    assert!(!session("%Y-%m-%d %H:%M PDT", "timezone = \"America/Los_Angeles\"\n").contains("exit code 4"));
}

#[test]
fn a_run_says_how_rejected_values_can_be_read() {
    let shop = shop_with(&[
        "O1,ada,,2024-06-01,2024-06-01,\"10,5\",\"10,5\"",
        "O2,ben,,2024-06-02,2024-06-02,\"1.210,00\",\"1.210,00\"",
        "O3,cleo,,13/6/2024,2024-06-03,30.00,30.00",
        "O4,dora,,2024-06-03,2024-06-03,40.00,40.00",
    ]);
    let output = shop.succeed(&format!("{RUN} --out hints"));
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    let hints = said.split("How to read rejected values").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap();
    assert_eq!(
        hints,
        " (docs/mappings.md)\n  \
         orders `items_amount`: 2 rows such as `10,5` can be read with `csv = { decimal = \",\" }`\n  \
         orders `placed_at`: 1 row such as `13/6/2024` can be read with a mapping with the type `time:%d/%m/%Y`"
    );
    let summary: serde_json::Value = serde_json::from_str(&shop.read("hints/summary.json")).unwrap();
    assert_eq!(summary["hints"][0]["remedy"], "`csv = { decimal = \",\" }`");
    assert_eq!(summary["hints"][1]["example"], "13/6/2024");
}
