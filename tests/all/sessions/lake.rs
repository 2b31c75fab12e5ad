//! Tables of a lake as inputs, and files in folders that carry columns.

use super::{ORDERS, PIPELINE, RUN, Shop};
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use insta::assert_snapshot;
use parquet::arrow::ArrowWriter;
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::symlink;
use std::sync::Arc;

const TABLE: &str = "fixtures/shop/orders";
const COLUMNS: [&str; 6] = ["order_id", "customer_id", "placed_at", "paid_at", "items_amount", "total_amount"];

/// Makes a shop whose orders are a Delta table; its folder is named as the input.
fn shop_with_table(has_book: bool) -> Shop {
    let shop = if has_book { Shop::with_book() } else { Shop::new() };
    shop.remove(ORDERS);
    shop.replace(PIPELINE, "shop/orders.csv", "shop/orders");
    commit(&shop, 0, &[protocol(json!({"minReaderVersion": 1, "minWriterVersion": 2})), metadata(json!({}))]);
    shop
}

fn protocol(versions: Value) -> Value {
    json!({ "protocol": versions })
}

fn metadata(configuration: Value) -> Value {
    let field = |name: &&str| json!({"name": name, "type": "string", "nullable": true, "metadata": {}});
    let schema = json!({"type": "struct", "fields": COLUMNS.iter().map(field).collect::<Vec<_>>()}).to_string();
    json!({"metaData": {
        "id": "orders", "format": {"provider": "parquet", "options": {}}, "schemaString": schema, "partitionColumns": [],
        "configuration": configuration, "createdTime": 0,
    }})
}

fn commit(shop: &Shop, version: u64, lines: &[Value]) {
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    shop.write(&format!("{TABLE}/_delta_log/{version:020}.json"), lines.join("\n"));
}

/// Writes a data file of one order over 60.00 of Ada, paid when it was placed; returns the line that adds it.
fn add(shop: &Shop, name: &str, order: &str, day: &str) -> Value {
    let values = [order, "ada", day, day, "60.00", "60.00"];
    let column = |value: &str| Arc::new(StringArray::from(vec![value])) as ArrayRef;
    let batch = RecordBatch::try_from_iter(COLUMNS.into_iter().zip(values.map(column))).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    shop.write(&format!("{TABLE}/{name}"), &bytes);
    json!({"add": {
        "path": name, "partitionValues": {}, "size": bytes.len(), "modificationTime": 0, "dataChange": true,
    }})
}

fn remove(name: &str) -> Value {
    json!({"remove": {"path": name, "deletionTimestamp": 0, "dataChange": true}})
}

/// Returns the orders that earned something by themselves, from a ledger in CSV.
fn orders_with_grants(shop: &Shop, ledger: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_path(shop.path(ledger)).unwrap();
    let rows = reader.records().map(|row| row.unwrap());
    let grants = rows.filter(|row| &row[2] == "grant" && &row[4] == "per_order");
    let mut orders: Vec<String> = grants.map(|row| row[3].to_owned()).collect();
    orders.sort();
    orders
}

fn json_of(shop: &Shop, line: &str) -> Value {
    serde_json::from_slice(&shop.succeed(line).stdout).unwrap()
}

#[test]
fn a_deleted_order_of_a_delta_table_earns_nothing_and_its_loose_files_are_refused() {
    let shop = shop_with_table(false);
    let lines = [add(&shop, "a.parquet", "O-1", "2024-05-01"), add(&shop, "b.parquet", "O-2", "2024-05-02")];
    commit(&shop, 1, &lines);
    commit(&shop, 2, &[remove("a.parquet")]);
    shop.succeed(&format!("{RUN} --out ledger --format csv"));
    assert_eq!(orders_with_grants(&shop, "ledger/ledger.csv"), ["O-2"]);
    shop.replace(PIPELINE, "shop/orders\"", "shop/orders/*.parquet\"");
    assert_snapshot!(shop.session(RUN));
}

#[test]
fn a_delta_table_that_cannot_be_read_is_refused_with_what_to_do() {
    let shop = shop_with_table(false);
    let plain = add(&shop, "a.parquet", "O-1", "2024-05-01");
    let mut sessions = Vec::new();
    let mut with_vector = plain.clone();
    with_vector["add"]["deletionVector"] =
        json!({"storageType": "u", "pathOrInlineDv": "x", "offset": 1, "sizeInBytes": 36, "cardinality": 1});
    let features = |features: &[&str]| {
        protocol(
            json!({"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": features, "writerFeatures": features}),
        )
    };
    commit(&shop, 1, &[features(&["deletionVectors"]), with_vector]);
    sessions.push(shop.session(RUN));
    commit(&shop, 1, &[metadata(json!({"delta.columnMapping.mode": "name"})), plain.clone()]);
    sessions.push(shop.session(RUN));
    commit(&shop, 1, &[features(&["typeWidening"]), plain.clone()]);
    sessions.push(shop.session(RUN));
    let mut elsewhere = plain.clone();
    elsewhere["add"]["path"] = json!("s3://lake/orders/a.parquet");
    commit(&shop, 1, &[elsewhere]);
    sessions.push(shop.session(RUN));
    commit(&shop, 1, &[plain]);
    shop.remove(&format!("{TABLE}/a.parquet"));
    sessions.push(shop.session(RUN));
    assert_snapshot!(sessions.join("\n"));
}

#[test]
fn a_delta_table_is_read_in_parquet_only() {
    let shop = shop_with_table(false);
    shop.replace(PIPELINE, "shop/orders\"", "shop/orders\"\nformat = \"csv\"");
    assert_snapshot!(shop.session(RUN));
}

#[test]
fn tables_of_other_formats_are_refused_with_what_to_do() {
    let shop = Shop::new();
    shop.replace(PIPELINE, "shop/orders.csv", "shop/orders");
    let mut sessions = Vec::new();
    for sign in ["metadata/00000-0a1b.metadata.json", ".hoodie/hoodie.properties"] {
        shop.write(&format!("{TABLE}/{sign}"), "{}");
        sessions.push(shop.session(RUN));
        fs::remove_dir_all(shop.path(TABLE)).unwrap();
    }
    shop.write(&format!("{TABLE}/.hoodie/hoodie.properties"), "");
    shop.write(&format!("{TABLE}/day=1/orders.csv"), shop.read(ORDERS));
    shop.replace(PIPELINE, "shop/orders\"", "shop/orders/**/*.csv\"");
    sessions.push(shop.session(RUN));
    assert_snapshot!(sessions.join("\n"));
}

#[test]
fn a_book_skips_files_of_a_table_and_keeps_rows_that_have_left_it() {
    let shop = shop_with_table(true);
    let lines = [add(&shop, "a.parquet", "O-1", "2024-05-01"), add(&shop, "b.parquet", "O-2", "2024-05-02")];
    commit(&shop, 1, &lines);
    shop.succeed(&format!("{RUN} --out first --format csv"));
    assert_eq!(orders_with_grants(&shop, "first/ledger.csv"), ["O-1", "O-2"]);
    let third = add(&shop, "c.parquet", "O-3", "2024-05-03");
    commit(&shop, 2, &[remove("a.parquet"), third]);
    shop.remove(&format!("{TABLE}/a.parquet"));
    let summary = json_of(&shop, &format!("{RUN} --out second --format csv --json"));
    // O-1 has left the table and still counts: nothing is taken back.
    assert_eq!(orders_with_grants(&shop, "second/ledger.csv"), ["O-3"]);
    assert!(!shop.read("second/ledger.csv").contains("O-1"));
    let skipped: Vec<&str> =
        summary["book"]["skipped"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    assert!(skipped.contains(&"fixtures/shop/orders/b.parquet"), "{skipped:?}");
    assert!(!skipped.iter().any(|path| path.ends_with("c.parquet")), "{skipped:?}");
    assert_eq!(summary["book"]["new_facts"]["orders"], json!(1));
}

#[test]
fn a_file_that_comes_back_into_a_table_is_read_again() {
    let shop = shop_with_table(true);
    let small = add(&shop, "a.parquet", "O-1", "2024-05-01");
    commit(&shop, 1, std::slice::from_ref(&small));
    shop.succeed(&format!("{RUN} --out first --format csv"));
    let moved = add(&shop, "b.parquet", "O-1", "2024-05-20");
    commit(&shop, 2, &[remove("a.parquet"), moved]);
    shop.succeed(&format!("{RUN} --out second --format csv"));
    let ada = |folder: &str| {
        let balances = shop.read(&format!("{folder}/balances.csv"));
        balances.lines().find(|line| line.starts_with("ada,")).unwrap().to_owned()
    };
    assert_ne!(ada("second"), ada("first"));
    commit(&shop, 3, &[remove("b.parquet"), small]);
    shop.succeed(&format!("{RUN} --out third --format csv"));
    assert_eq!(ada("third"), ada("first"));
    let summary = json_of(&shop, &format!("{RUN} --out fourth --json"));
    assert_eq!(summary["book"]["new_facts"]["orders"], json!(0));
}

#[test]
fn tables_of_a_book_are_inputs_for_others_and_not_for_itself() {
    let shop = Shop::with_book();
    shop.succeed(&format!("{RUN} --out first --format csv"));
    let first = shop.read("first/balances.csv");
    shop.replace(PIPELINE, "../fixtures/shop/orders.csv", "../book/orders");
    let own = shop.session(RUN);
    shop.replace(PIPELINE, "book = \"../book\"", "book = \"../other\"");
    // Its order O-1015 was rejected before it came into the book.
    shop.succeed(&format!("{RUN} --out second --format csv"));
    assert_eq!(shop.read("second/balances.csv"), first);
    assert_snapshot!(own);
}

/// Puts the orders of the shop, without `placed_at`, into folders by day.
fn orders_by_day(shop: &Shop, column: &str) {
    let text = shop.read(ORDERS);
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let without = |cells: &[&str]| [&cells[..3], &cells[4..]].concat().join(",");
    let header = without(&lines.next().unwrap());
    for (number, line) in lines.enumerate() {
        let folder = format!("{TABLE}/{column}={}", line[3].replace(':', "%3A"));
        shop.write(&format!("{folder}/{number}.csv"), format!("{header}\n{}\n", without(&line)));
    }
    shop.remove(ORDERS);
}

#[test]
fn folders_give_a_column_to_canonical_files_and_to_mappings() {
    let shop = Shop::new();
    shop.succeed(&format!("{RUN} --out whole --format csv"));
    let whole = shop.read("whole/balances.csv");
    orders_by_day(&shop, "placed_at");
    shop.replace(PIPELINE, "shop/orders.csv", "shop/orders/**/*.csv");
    shop.succeed(&format!("{RUN} --out parts --format csv"));
    assert_eq!(shop.read("parts/balances.csv"), whole);

    let shop = Shop::new();
    orders_by_day(&shop, "dt");
    let columns = [
        "order_id",
        "customer_id",
        "email",
        "paid_at",
        "cancelled_at",
        "items_amount",
        "total_amount",
        "credit_amount",
    ];
    let mapping: String = columns.iter().map(|name| format!("{name} = \"{name}\"\n")).collect();
    shop.replace(
        PIPELINE,
        "shop/orders.csv\"",
        &format!(
            "shop/orders/dt=*/*.csv\"\n[input.types]\ndt = \"time\"\n[input.columns]\nplaced_at = \"dt\"\n{mapping}#\""
        ),
    );
    shop.succeed(&format!("{RUN} --out mapped --format csv"));
    assert_eq!(shop.read("mapped/balances.csv"), whole);
}

#[test]
fn a_folder_that_contradicts_its_files_or_is_not_asked_for_is_named() {
    let shop = Shop::new();
    shop.write(
        &format!("{TABLE}/customer_id=ada/a.csv"),
        "order_id,customer_id,placed_at,items_amount,total_amount\nO-1,ben,2024-05-01,1,1\n",
    );
    shop.write(
        &format!("{TABLE}/dt=2024-05-01/b.csv"),
        "order_id,customer_id,items_amount,total_amount\nO-2,ben,1,1\n",
    );
    shop.replace(PIPELINE, "shop/orders.csv", "shop/orders/*/*.csv");
    assert_snapshot!(shop.session(RUN));
}

#[test]
fn files_with_the_same_bytes_in_folders_of_other_days_are_other_files_to_a_book() {
    let shop = Shop::with_book();
    let refund = "order_id,amount,refunded_at\nO-1002,1.00,2024-06-01\n";
    shop.replace(PIPELINE, "shop/refunds.csv", "shop/refunds/*/*.csv");
    shop.write("fixtures/shop/refunds/refund_id=R-1/a.csv", refund);
    shop.succeed(&format!("{RUN} --out first"));
    shop.write("fixtures/shop/refunds/refund_id=R-2/a.csv", refund);
    let summary = json_of(&shop, &format!("{RUN} --out second --json"));
    assert_eq!(summary["book"]["new_facts"]["refunds"], json!(1));
    let summary = json_of(&shop, &format!("{RUN} --out third --json"));
    assert_eq!(summary["book"]["new_facts"]["refunds"], json!(0));
}

/// What is put into a table's folder by links is not the table's.
#[test]
fn links_and_other_things_in_the_folder_of_a_table_are_refused() {
    let mut said = Vec::new();
    let shop = shop_with_table(false);
    let added = add(&shop, "a.parquet", "O-1", "2024-06-20");
    commit(&shop, 1, &[added]);
    fs::rename(shop.path(&format!("{TABLE}/a.parquet")), shop.path("secret.parquet")).unwrap();
    symlink("../../../secret.parquet", shop.path(&format!("{TABLE}/a.parquet"))).unwrap();
    said.push(shop.session(RUN));
    let shop = shop_with_table(false);
    fs::rename(shop.path(&format!("{TABLE}/_delta_log")), shop.path("log")).unwrap();
    symlink("../../../log", shop.path(&format!("{TABLE}/_delta_log"))).unwrap();
    said.push(shop.session(RUN));
    let shop = shop_with_table(false);
    let commit = format!("{TABLE}/_delta_log/{:020}.json", 1);
    assert!(std::process::Command::new("mkfifo").arg(shop.path(&commit)).status().unwrap().success());
    said.push(shop.session(RUN));
    assert_snapshot!(said.join("\n"));
}
