//! Exports of APIs as they are: a bulk operation in lines, children before their orders, and a dump of documents.

use super::Shop;

/// A tenth of every order, reclaimed from the first day.
const RULES: &str = r#"
[program]
name = "Ten per cent"
currency = "USD"
timezone = "America/New_York"

[[rule]]
method = "per_order"
reward = { every = "10.00", receive = "1.00", prorated = true }

[clawback]
from = 2023-01-01
"#;

const INPUTS: &str = r#"
program = "program.toml"
output = "out"

[[input]]
kind = "orders"
path = "bulk.jsonl"
children = { line_items = "LineItem" }
unnest = "line_items"
types = { "line_items.quantity" = "int", "line_items.price.shopMoney.amount" = "decimal" }
group_by = ["id"]
[input.columns]
order_id = "agree(name)"
customer_id = "agree(customer.id)"
placed_at = "agree(createdAt)"
paid_at = "agree(createdAt)"
items_amount = "sum(line_items.quantity * line_items.price.shopMoney.amount)"
total_amount = "agree(total.shopMoney.amount)"

[[input]]
kind = "refunds"
path = "dump.json"
records = "orders"
unnest = "refunds.transactions"
types = { "refunds.transactions.amount" = "decimal" }
where = "refunds.transactions.kind = 'refund'"
group_by = ["refunds.id"]
[input.columns]
refund_id = "refunds.id"
order_id = "agree(name)"
refunded_at = "agree(refunds.created_at)"
amount = "sum(refunds.transactions.amount)"
"#;

const BULK: &str = r##"{"id":"gid://shopify/LineItem/11","quantity":2,"price":{"shopMoney":{"amount":"10.00"}},"__parentId":"gid://shopify/Order/1"}
{"id":"gid://shopify/Order/2","name":"#1002","customer":{"id":"ben"},"createdAt":"2024-05-02T10:00:00Z","total":{"shopMoney":{"amount":"40.00"}}}
{"id":"gid://shopify/Order/1","name":"#1001","customer":{"id":"ada"},"createdAt":"2024-05-01T10:00:00Z","total":{"shopMoney":{"amount":"25.00"}}}
{"id":"gid://shopify/LineItem/21","quantity":1,"price":{"shopMoney":{"amount":"40.00"}},"__parentId":"gid://shopify/Order/2"}
{"id":"gid://shopify/LineItem/12","quantity":1,"price":{"shopMoney":{"amount":"5.00"}},"__parentId":"gid://shopify/Order/1"}
{"id":"gid://shopify/Fulfillment/31","__parentId":"gid://shopify/Order/1"}
"##;

const DUMP: &str = r##"{"orders": [
  {"id": 1, "name": "#1001", "refunds": [
    {"id": 91, "created_at": "2024-06-01T12:00:00-04:00", "transactions": [
      {"kind": "refund", "amount": "7.50"}, {"kind": "refund", "amount": "2.50"}, {"kind": "void", "amount": "9.00"}]},
    {"id": 92, "created_at": "2024-06-02T12:00:00-04:00", "transactions": [{"kind": "refund", "amount": "5.00"}]}]},
  {"id": 2, "name": "#1002", "refunds": []}
], "next": null}
"##;

fn shop() -> Shop {
    let shop = Shop::new();
    shop.write("api/program.toml", RULES);
    shop.write("api/pipeline.toml", INPUTS);
    shop.write("api/bulk.jsonl", BULK);
    shop.write("api/dump.json", DUMP);
    shop
}

/// Runs the pipeline; returns the ledger as `customer kind source amount`, sorted.
fn ledger(shop: &Shop) -> Vec<String> {
    shop.succeed("run api/pipeline.toml --as-of 2024-07-01 --out ledger --format csv");
    let mut reader = csv::Reader::from_path(shop.path("ledger/ledger.csv")).unwrap();
    let names = reader.headers().unwrap().clone();
    let at = |name: &str| names.iter().position(|other| other == name).unwrap();
    let shown = ["customer_id", "kind", "source_id", "amount"].map(at);
    let line = |row: csv::StringRecord| shown.map(|at| row[at].to_owned()).join(" ");
    let mut lines: Vec<String> = reader.records().map(|row| line(row.unwrap())).collect();
    lines.sort();
    lines
}

#[test]
fn a_bulk_operation_and_a_dump_of_an_api_are_read_as_they_are() {
    let shop = shop();
    // Of 2 x 10.00 + 5.00 = 25.00 a tenth is 2.50; 7.50 + 2.50 = 10.00 of 25.00 go back, so 1.00 of 2.50, then 5.00, so
    // 0.50.
    assert_eq!(
        ledger(&shop),
        ["ada clawback 91 -1.00", "ada clawback 92 -0.50", "ada grant #1001 2.50", "ben grant #1002 4.00"]
    );
    assert_eq!(shop.read("ledger/rejects.csv").lines().count(), 1);
}

#[test]
fn a_dump_that_is_cut_off_stops_the_run() {
    let shop = shop();
    shop.write("api/dump.json", &DUMP[..DUMP.find("{\"id\": 92").unwrap()]);
    let session = shop.session("run api/pipeline.toml --as-of 2024-07-01 --out ledger");
    let said = "error: api/dump.json: is no readable JSON: line 5: it ends within a record: it was cut off: copy or export \
                it again";
    assert!(session.contains(said), "{session}");
    assert!(session.contains("exit code 3, new: nothing"), "{session}");
}
