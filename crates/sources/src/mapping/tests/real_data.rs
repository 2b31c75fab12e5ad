//! Two public data sets, with figures worked out apart from this program. They are no part of the repository, so the
//! tests are left out unless they are asked for, with `--ignored`.

use crate::input::ColumnType;
use crate::mapping::tests::{Outcome, Sketch};
use crate::raw::RawBatch;
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::path::PathBuf;
use std::sync::Arc;

/// Returns the path of a data set.
fn data(name: &str) -> PathBuf {
    let folder =
        std::env::var_os("ACCRUE_TEST_DATA").expect("ACCRUE_TEST_DATA names the folder of the public data sets");
    PathBuf::from(folder).join(name)
}

fn parquet(path: PathBuf) -> Vec<RawBatch> {
    let file = std::fs::File::open(path).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().with_batch_size(100_000).build().unwrap();
    let mut next = 1;
    let batches = reader.map(|columns| {
        let columns = columns.unwrap();
        let places: Vec<u64> = (next..).take(columns.num_rows()).collect();
        next += columns.num_rows() as u64;
        RawBatch { columns, places }
    });
    batches.collect()
}

fn blanks(path: PathBuf, names: [&str; 4]) -> Vec<RawBatch> {
    let text = std::fs::read_to_string(path).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split_whitespace().collect()).collect();
    let columns = names.iter().enumerate().map(|(at, name)| {
        let column: StringArray = rows.iter().map(|row| row.get(at).copied()).collect();
        (*name, Arc::new(column) as ArrayRef)
    });
    let columns = RecordBatch::try_from_iter(columns).unwrap();
    vec![RawBatch { columns, places: (2..rows.len() as u64 + 2).collect() }]
}

/// Sums the last column, in hundredths.
fn cents(outcome: &Outcome) -> i64 {
    let amounts = outcome.rows.iter().map(|row| row.rsplit('|').next().unwrap());
    amounts.map(|amount| amount.replace('.', "").parse::<i64>().unwrap()).sum()
}

#[test]
#[ignore = "needs public data sets, in the folder that ACCRUE_TEST_DATA names"]
fn online_retail_gives_an_order_per_invoice() {
    let path = data("uci-online-retail/online_retail.parquet");
    let sketch = Sketch::default()
        .filter("left(InvoiceNo, 1) not in ('C', 'A')")
        .group_by("InvoiceNo")
        .column("order_id", "InvoiceNo")
        .column("customer_id", "first(CustomerID)")
        .column("placed_at", "min(InvoiceDate)")
        .column("total_amount", "round(sum(Quantity * UnitPrice), 2)");
    let outcome = sketch.map_batches(parquet(path));
    assert_eq!(outcome.rejects(), Vec::<String>::new());
    assert_eq!(outcome.rows.len(), 22_061);
    // 10,655,622.484 exactly; four invoices have a third decimal, of 1 each.
    assert_eq!(cents(&outcome), 1_065_562_248);
    assert_eq!(outcome.rows[0], "1: 536365|17850|2010-12-01T08:26:00.000000Z|139.12");
    assert_eq!(outcome.rows.last().unwrap(), "541895: 581587|12680|2011-12-09T12:50:00.000000Z|249.45");
    let without_customer = outcome.rows.iter().filter(|row| row.split('|').nth(1) == Some("_")).count();
    assert_eq!(without_customer, 3_525);
    let summer = outcome.rows.iter().find(|row| row.contains("|2011-07-01T")).unwrap();
    assert!(summer.contains("|2011-07-01T07:16:00.000000Z|"), "{summer}");
}

#[test]
#[ignore = "needs public data sets, in the folder that ACCRUE_TEST_DATA names"]
fn cdnow_gives_an_order_per_customer_and_day() {
    let path = data("cdnow/CDNOW_master.txt");
    let sketch = Sketch::default()
        .types("dollars", ColumnType::Decimal)
        .group_by("customer")
        .group_by("day")
        .column("order_id", "customer || '-' || day")
        .column("placed_at", "left(day, 4) || '-' || substr(day, 5, 2) || '-' || right(day, 2)")
        .column("total_amount", "sum(dollars)");
    let outcome = sketch.map_batches(blanks(path, ["customer", "day", "discs", "dollars"]));
    assert_eq!((outcome.rows.len(), outcome.rejects.len()), (67_591, 0));
    assert_eq!(cents(&outcome), 250_031_563);
    assert_eq!(outcome.rows[0], "2: 00001-19970101|1997-01-01|11.77");
}
