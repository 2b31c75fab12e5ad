//! Magento's tables as Parquet.

use super::magento::{MEMO, SPENT, order};
use super::{Row, assert_plain, csv, over, program};
use crate::platforms::{ledger, run_under};
use arrow::array::{ArrayRef, Decimal128Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use parquet::arrow::ArrowWriter;
use std::fs;
use std::sync::Arc;

/// Columns of whole numbers.
const WHOLE: [&str; 8] =
    ["entity_id", "store_id", "customer_id", "customer_is_guest", "order_id", "action", "history_id", "balance_id"];

/// Returns rows as a Parquet file, with the types of the tables: whole numbers, decimals of four places, times
/// without a zone.
fn parquet(rows: &[Row]) -> Vec<u8> {
    let cell = |row: &Row, column: &str| {
        let value = row.iter().find(|(name, _)| *name == column).unwrap().1;
        (!["NULL", "\\N"].contains(&value)).then(|| value.to_owned())
    };
    let is_memo = rows[0].iter().any(|(name, _)| *name == "order_id");
    let column = |name: &str| -> ArrayRef {
        let cells = rows.iter().map(|row| cell(row, name));
        match name {
            "created_at" | "updated_at" => {
                let micros = |text: String| {
                    let time = chrono::NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S").unwrap();
                    time.and_utc().timestamp_micros()
                };
                Arc::new(cells.map(|cell| cell.map(micros)).collect::<TimestampMicrosecondArray>())
            }
            name if WHOLE.contains(&name) || (name == "state" && is_memo) => {
                Arc::new(cells.map(|cell| cell.map(|text| text.parse().unwrap())).collect::<Int64Array>())
            }
            name if name.contains("total") || name.ends_with("_amount") || name == "balance_delta" => {
                let places = |text: String| text.replace('.', "").parse::<i128>().unwrap();
                let values: Decimal128Array = cells.map(|cell| cell.map(places)).collect();
                Arc::new(values.with_precision_and_scale(20, 4).unwrap())
            }
            _ => Arc::new(cells.collect::<StringArray>()),
        }
    };
    let names = rows[0].iter().map(|(name, _)| *name);
    let batch = RecordBatch::try_from_iter_with_nullable(names.map(|name| (name, column(name), true))).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

#[test]
fn magento_tables_as_parquet_give_what_they_give_as_csv() {
    let orders = [
        order(&[
            ("base_customer_balance_amount", "30.0000"),
            ("base_grand_total", "70.0000"),
            ("base_total_paid", "70.0000"),
        ]),
        order(&[("increment_id", "000000002"), ("customer_id", "NULL"), ("customer_is_guest", "1")]),
        order(&[("increment_id", "000000003"), ("state", "new"), ("base_total_paid", "NULL")]),
    ];
    let memos = [
        over(MEMO, &[("base_grand_total", "40.0000")]),
        over(
            MEMO,
            &[
                ("increment_id", "901"),
                ("base_grand_total", "0.0000"),
                ("base_customer_balance_amount", "30.0000"),
                ("bs_customer_bal_total_refunded", "30.0000"),
            ],
        ),
        over(MEMO, &[("increment_id", "902"), ("state", "3")]),
    ];
    let spent = [over(SPENT, &[])];
    let tables: [(&str, &str, &[Row]); 3] =
        [("orders", "orders", &orders), ("refunds", "memos", &memos), ("redemptions", "history", &spent)];
    let run_as = |ending: &str| {
        let folder = tempfile::tempdir().unwrap();
        let mut inputs = Vec::new();
        for (kind, name, rows) in tables {
            let file = format!("{name}.{ending}");
            let bytes = if ending == "csv" { csv(rows).into_bytes() } else { parquet(rows) };
            fs::write(folder.path().join(&file), bytes).unwrap();
            inputs.push((kind, file));
        }
        let inputs: Vec<(&str, &str)> = inputs.iter().map(|(kind, file)| (*kind, file.as_str())).collect();
        run_under(&program(), folder.path(), "", "platform = \"magento\"\n", &inputs)
    };
    let written = run_as("parquet");
    assert_plain(&written);
    // 70.00 earn, since 30.00 were paid with credit. 40.00 of 100.00 reclaim 28.00 of them, the 30.00 that come
    // back 21.00.
    assert_eq!(
        ledger(&written),
        [
            "000000001 grant 70.00 2024-05-01T14:00:00",
            "000000002 grant 100.00 2024-05-01T14:00:00",
            "1 redeem -30.00 2024-05-20T14:00:00",
            "900 clawback -28.00 2024-06-01T16:00:00",
            "901-restored clawback -21.00 2024-06-01T16:00:00",
            "901-restored restore 30.00 2024-06-01T16:00:00",
        ]
    );
    assert_eq!(ledger(&written), ledger(&run_as("csv")));
}
