//! Orders whose lines arrive in several files, night after night.

use super::{ORDERS, PIPELINE, Shop};
use serde_json::{Value, json};

const MAPPING: &str = r#"shop/lines*.csv"
group_by = ["order_no"]
across_files = true
types = { price = "decimal" }
columns = { order_id = "order_no", customer_id = "agree(who)", placed_at = "min(day)", paid_at = "min(day)", items_amount = "sum(price)", total_amount = "sum(price)" }
"#;
const HEADER: &str = "order_no,who,day,price\n";

/// Runs a night; returns its summary.
fn night(shop: &Shop, day: u32) -> Value {
    let line = format!("run {PIPELINE} --as-of 2024-07-{day:02} --out night{day} --format csv --json");
    serde_json::from_slice(&shop.succeed(&line).stdout).unwrap()
}

fn balance(shop: &Shop, day: u32, customer: &str) -> String {
    let text = shop.read(&format!("night{day}/balances.csv"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let at = reader.headers().unwrap().iter().position(|name| name == "balance").unwrap();
    let own = reader.records().map(Result::unwrap).find(|record| &record[0] == customer);
    own.map_or_else(|| "none".to_owned(), |record| record[at].to_owned())
}

fn skipped(summary: &Value) -> usize {
    let files = summary["book"]["skipped"].as_array().unwrap();
    files.iter().filter(|file| file["path"].as_str().unwrap().contains("lines")).count()
}

#[test]
fn a_later_file_adds_lines_to_an_order_that_a_book_has() {
    let shop = Shop::with_book();
    shop.remove(ORDERS);
    shop.replace(PIPELINE, "shop/orders.csv\"", MAPPING);
    shop.write("fixtures/shop/lines-1.csv", format!("{HEADER}V1,zoe,2024-06-20,60.00\nV2,yan,2024-06-20,30.00\n"));
    let first = night(&shop, 1);
    // 5.00 for a first order, and 5 % of it: 3.00 of 60.00, 1.50 of 30.00.
    assert_eq!((balance(&shop, 1, "zoe"), balance(&shop, 1, "yan")), ("8.00".to_owned(), "6.50".to_owned()));
    assert_eq!(first["book"]["new_facts"]["orders"], json!(2));

    shop.write("fixtures/shop/lines-2.csv", format!("{HEADER}V1,zoe,2024-06-21,40.00\n"));
    let second = night(&shop, 2);
    // Of 100.00 it is 5.00, and 4.00 more for a hundred spent. The other order says nothing new, so nobody looks at
    // yan.
    assert_eq!((balance(&shop, 2, "zoe"), balance(&shop, 2, "yan")), ("14.00".to_owned(), "none".to_owned()));
    assert_eq!((second["book"]["new_facts"]["orders"].clone(), skipped(&second)), (json!(1), 0));

    let third = night(&shop, 3);
    assert_eq!((balance(&shop, 3, "zoe"), skipped(&third)), ("none".to_owned(), 2));
    assert_eq!(third["book"]["new_facts"]["orders"], json!(0));
}

/// Runs without a book; returns what the summary says of the files of lines, blanks put together.
fn told(shop: &Shop, name: &str) -> Vec<String> {
    let output = shop.succeed(&format!("run {PIPELINE} --as-of 2024-07-01 --out {name}"));
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    let is_told = |line: &&str| line.contains("lines-") || line.contains("other files");
    let together = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    text.lines().filter(is_told).map(together).collect()
}

#[test]
fn a_file_of_nothing_but_lines_of_orders_that_begin_elsewhere_is_not_said_to_be_left_out() {
    let shop = Shop::new();
    shop.remove(ORDERS);
    shop.replace(PIPELINE, "shop/orders.csv\"", MAPPING);
    shop.write("fixtures/shop/lines-1.csv", format!("{HEADER}V1,zoe,2024-06-20,60.00\nV2,yan,2024-06-20,30.00\n"));
    shop.write("fixtures/shop/lines-2.csv", format!("{HEADER}V1,zoe,2024-06-21,40.00\nV2,yan,2024-06-21,1.00\n"));
    let all = told(&shop, "all");
    assert!(!all.iter().any(|line| line.contains("leaves")), "{all:#?}");
    assert!(all.iter().any(|line| line == "2 rows are of facts that begin in other files"), "{all:#?}");

    // What the mapping leaves out is named, and so is what goes with a rejected row.
    shop.replace(PIPELINE, "across_files = true\n", "having = \"sum(price) > 35\"\n");
    let ends = |told: &[String], text: &str| told.iter().any(|line| line.ends_with(text));
    let apart = told(&shop, "apart");
    assert!(!ends(&apart, "rows."), "{apart:#?}");
    shop.write("fixtures/shop/lines-2.csv", format!("{HEADER}V1,zoe,2024-06-21,4.00\nV2,yan,2024-06-21,1.00\n"));
    let low = told(&shop, "low");
    assert!(ends(&low, "lines-2.csv has no orders: their mapping leaves out all of its 2 rows."), "{low:#?}");
    shop.write("fixtures/shop/lines-2.csv", format!("{HEADER}V1,zoe,2024-06-21,40.00\nV1,yan,2024-06-21,1.00\n"));
    let rejected = told(&shop, "rejected");
    let same = "gives no orders: of 2 rows 1 is rejected; the others belong to the same facts, or the mapping leaves them out.";
    assert!(ends(&rejected, same), "{rejected:#?}");
}
