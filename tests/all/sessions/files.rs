//! Exports that cannot be read: exit code 3, the file by name, and what to do.

use super::{ORDERS, PIPELINE, RUN, Shop};
use insta::assert_snapshot;
use std::fs;
use std::io::Write;

/// Runs the shop on orders of other bytes, under another name where the bytes are of another format.
fn run_on(name: &str, bytes: &[u8]) -> String {
    let shop = Shop::new();
    shop.remove(ORDERS);
    shop.replace(PIPELINE, "shop/orders.csv", &format!("shop/{name}"));
    shop.write(&format!("fixtures/shop/{name}"), bytes);
    shop.session(RUN)
}

fn orders() -> String {
    Shop::new().read(ORDERS)
}

fn with_header(from: &str, to: &str) -> Vec<u8> {
    orders().replacen(from, to, 1).into_bytes()
}

#[test]
fn a_missing_file_is_named() {
    let shop = Shop::new();
    shop.remove(ORDERS);
    shop.remove("fixtures/shop/refunds.csv");
    assert_snapshot!(shop.session(RUN));
}

#[test]
fn a_glob_that_matches_nothing_is_a_missing_export() {
    let shop = Shop::new();
    shop.replace(PIPELINE, "shop/orders.csv", "shop/orders-*.csv");
    assert_snapshot!(shop.session(RUN));
}

#[test]
fn an_empty_file_is_not_taken_for_a_quiet_day() {
    assert_snapshot!(run_on("orders.csv", b""));
}

#[test]
fn a_folder_is_no_file() {
    let shop = Shop::new();
    shop.remove(ORDERS);
    fs::create_dir(shop.path(ORDERS)).unwrap();
    assert_snapshot!(shop.session(RUN));
}

#[test]
fn an_ending_that_tells_no_format_is_asked_about() {
    assert_snapshot!(run_on("orders.ods", b"PK"));
}

#[test]
fn titles_above_the_header_are_found_and_left_out_where_the_pipeline_says_so() {
    let titled = format!("Order report\n\"1 to 30 June 2024\"\n\n{}", orders());
    assert_snapshot!(run_on("orders.csv", titled.as_bytes()));
    let shop = Shop::new();
    shop.succeed(&format!("{RUN} --out plain --format csv"));
    shop.write(ORDERS, &titled);
    shop.replace(PIPELINE, "shop/orders.csv\"", "shop/orders.csv\"\ncsv = { skip_lines = 3 }");
    shop.succeed(&format!("{RUN} --out titled --format csv"));
    shop.write(ORDERS, format!("sep=;\n{}", titled.replace(',', ";")));
    shop.replace(PIPELINE, "skip_lines = 3", "skip_lines = 4");
    shop.succeed(&format!("{RUN} --out separated --format csv"));
    for folder in ["titled", "separated"] {
        assert_eq!(shop.read(&format!("{folder}/balances.csv")), shop.read("plain/balances.csv"));
    }
}

#[test]
fn a_missing_column_is_named_with_the_nearest() {
    assert_snapshot!(run_on("orders.csv", &with_header("items_amount", "Items Amount")));
}

#[test]
fn a_column_that_is_there_twice_is_refused() {
    assert_snapshot!(run_on("orders.csv", &with_header("credit_amount", "total_amount")));
}

#[test]
fn orders_without_any_owner_are_refused() {
    assert_snapshot!(run_on("orders.csv", &with_header("customer_id,email", "who,mail")));
}

#[test]
fn another_separator_is_noticed() {
    assert_snapshot!(run_on("orders.csv", orders().replace(',', ";").as_bytes()));
}

#[test]
fn a_packed_file_that_is_cut_or_neither_packed_nor_text_is_refused() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(orders().as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let cut = run_on("orders.csv.gz", &packed[..packed.len() / 2]);
    assert_snapshot!([cut, run_on("orders.csv.gz", &[0; 100])].join("\n"));
}

#[test]
fn a_parquet_file_with_a_page_that_is_not_what_its_checksum_says_is_refused() {
    let shop = Shop::with_book();
    shop.succeed(RUN);
    let orders = fs::read_dir(shop.path("book/orders")).unwrap().map(|entry| entry.unwrap().path());
    let mut bytes = fs::read(orders.into_iter().find(|path| path.is_file()).unwrap()).unwrap();
    // In the first page, which has the order ids.
    bytes[60] ^= 1;
    assert_snapshot!(run_on("orders.parquet", &bytes));
}

#[test]
fn a_parquet_file_that_is_cut_is_refused() {
    let shop = Shop::new();
    shop.succeed(&format!("{RUN} --out ledger"));
    let bytes = fs::read(shop.path("ledger/ledger.parquet")).unwrap();
    assert_snapshot!(run_on("orders.parquet", &bytes[..bytes.len() / 2]));
}
