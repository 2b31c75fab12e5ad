//! Parquet: its types, and files that are broken.

use super::*;
use arrow::array::*;
use arrow::datatypes::{Int32Type, Int64Type, i256};
use std::sync::Arc;

fn adjustments(columns: Vec<(&str, ArrayRef)>) -> Facts {
    read_bytes("x.parquet", &parquet_in_groups(columns, 1 << 20), FactKind::Adjustments, CsvOptions::default()).unwrap()
}

/// Reads one adjustment whose columns are texts but for those given.
fn with(given: Vec<(&'static str, ArrayRef)>) -> Facts {
    let count = given[0].1.len();
    let mut columns = given;
    for (name, value) in [("adjustment_id", "1"), ("customer_id", "C"), ("adjusted_at", "2024-05-01"), ("amount", "5")]
    {
        if !columns.iter().any(|(given, _)| *given == name) {
            columns.push((name, Arc::new(StringArray::from(vec![value; count]))));
        }
    }
    adjustments(columns)
}

fn amount_of(array: impl Array + 'static) -> i64 {
    with(vec![("amount", Arc::new(array))]).adjustments.rows[0].amount.minor()
}

fn time_of(array: impl Array + 'static) -> String {
    shown(with(vec![("adjusted_at", Arc::new(array))]).adjustments.rows[0].adjusted_at)
}

#[test]
fn amounts_of_every_number_type_are_exact() {
    assert_eq!(amount_of(Int8Array::from(vec![-7])), -700);
    assert_eq!(amount_of(Int64Array::from(vec![12])), 1200);
    assert_eq!(amount_of(UInt64Array::from(vec![12])), 1200);
    assert_eq!(amount_of(Float64Array::from(vec![19.99])), 1999);
    assert_eq!(amount_of(Float32Array::from(vec![0.1])), 10);
    assert_eq!(amount_of(Decimal32Array::from(vec![1234]).with_precision_and_scale(6, 2).unwrap()), 1234);
    assert_eq!(amount_of(Decimal64Array::from(vec![1230]).with_precision_and_scale(12, 3).unwrap()), 123);
}

#[test]
fn times_of_every_unit_are_instants_or_local() {
    // 2024-05-01T12:00:00Z; New York is four hours behind.
    let seconds = 1_714_564_800;
    assert_eq!(time_of(TimestampSecondArray::from(vec![seconds])), "2024-05-01T16:00:00Z");
    let millis = TimestampMillisecondArray::from(vec![seconds * 1000]).with_timezone("UTC");
    assert_eq!(time_of(millis), "2024-05-01T12:00:00Z");
    let micros = TimestampMicrosecondArray::from(vec![seconds * 1_000_000]).with_timezone("Asia/Tokyo");
    assert_eq!(time_of(micros), "2024-05-01T12:00:00Z");
    assert_eq!(time_of(TimestampNanosecondArray::from(vec![-1])), "1970-01-01T04:59:59.999999Z");
    assert_eq!(time_of(Date32Array::from(vec![19_844])), "2024-05-01T04:00:00Z");
    assert_eq!(time_of(Date64Array::from(vec![seconds * 1000 - 43_200_000])), "2024-05-01T04:00:00Z");
    assert_eq!(time_of(LargeStringArray::from(vec!["2024-05-01T12:00Z"])), "2024-05-01T12:00:00Z");
    let facts = with(vec![("adjusted_at", Arc::new(TimestampMillisecondArray::from(vec![i64::MAX])))]);
    assert_eq!(facts.rejects[0].column, "adjusted_at");
}

#[test]
fn ids_of_every_type_are_text() {
    let id = |array: ArrayRef| texts(&with(vec![("adjustment_id", array)]).adjustments)[0].clone();
    assert_eq!(id(Arc::new(Int32Array::from(vec![7]))), "7|C|-|-");
    assert_eq!(id(Arc::new(Float64Array::from(vec![7.0]))), "7|C|-|-");
    assert_eq!(id(Arc::new(StringArray::from(vec![" 007 "]))), "007|C|-|-");
    assert_eq!(id(Arc::new(LargeStringArray::from(vec!["a"]))), "a|C|-|-");
    assert_eq!(id(Arc::new(StringViewArray::from(vec!["a"]))), "a|C|-|-");
    assert_eq!(id(Arc::new(BinaryArray::from(vec!["é".as_bytes()]))), "é|C|-|-");
    assert_eq!(id(Arc::new(["a"].into_iter().collect::<DictionaryArray<Int32Type>>())), "a|C|-|-");
    let wide = Decimal256Array::from(vec![i256::from(700)]).with_precision_and_scale(40, 2).unwrap();
    assert_eq!(id(Arc::new(wide)), "7|C|-|-");
}

#[test]
fn flags_and_nulls_are_read() {
    let facts = with(vec![("void", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None])))]);
    assert_eq!(facts.adjustments.rows.iter().map(|row| row.void).collect::<Vec<_>>(), [true, false, false]);
    let facts = with(vec![("amount", Arc::new(Int64Array::from(vec![Some(1), None])))]);
    assert_eq!(rejects(&facts), [(2, "amount", "", RejectReason::Missing)]);
}

#[test]
fn rows_are_numbered_through_all_row_groups() {
    let count = 40_000;
    let ids = Int64Array::from_iter_values(1..=count);
    let amounts: StringArray = (1..=count).map(|row| Some(if row % 10_000 == 0 { "x" } else { "1" })).collect();
    let text = |value| Arc::new(StringArray::from(vec![value; count as usize])) as ArrayRef;
    let columns = vec![
        ("adjustment_id", Arc::new(ids) as ArrayRef),
        ("customer_id", text("C")),
        ("adjusted_at", text("2024-05-01")),
        ("amount", Arc::new(amounts)),
    ];
    let bytes = parquet_in_groups(columns, 17_000);
    let facts = read_bytes("x.parquet", &bytes, FactKind::Adjustments, CsvOptions::default()).unwrap();
    assert_eq!(facts.rejects.iter().map(|reject| reject.place).collect::<Vec<_>>(), [10_000, 20_000, 30_000, 40_000]);
    assert_eq!((facts.files[0].rows, facts.files[0].bytes), (40_000, bytes.len() as u64));
    for row in 0..facts.adjustments.rows.len() {
        assert_eq!(facts.adjustments.id(row), facts.adjustments.origin(row).1.to_string());
    }
    let packed = zstd::encode_all(bytes.as_slice(), 1).unwrap();
    let unpacked = read_bytes("x.parquet.zst", &packed, FactKind::Adjustments, CsvOptions::default()).unwrap();
    assert_eq!(whole(&unpacked.adjustments), whole(&facts.adjustments));
}

#[test]
fn columns_of_lists_are_refused_by_name() {
    let lists = ListArray::from_iter_primitive::<Int64Type, _, _>([Some([Some(1)])]);
    let text = |value| Arc::new(StringArray::from(vec![value])) as ArrayRef;
    let columns = |id: ArrayRef, note: ArrayRef| {
        vec![
            ("refund_id", id),
            ("order_id", text("A")),
            ("refunded_at", text("2024-05-01")),
            ("amount", text("1")),
            ("x", note),
        ]
    };
    let read =
        |columns| read_bytes("x.parquet", &parquet_in_groups(columns, 9), FactKind::Refunds, CsvOptions::default());
    assert_eq!(read(columns(text("1"), Arc::new(lists.clone()))).unwrap().refunds.rows.len(), 1);
    let fault = read(columns(Arc::new(lists), text("1"))).err().unwrap();
    assert!(fault.starts_with("x.parquet: column `refund_id` holds List"), "{fault}");
}

#[test]
fn broken_files_are_faults_that_name_them() {
    let read = |bytes: &[u8]| read_bytes("x.parquet", bytes, FactKind::Refunds, CsvOptions::default()).err();
    assert_eq!(
        read(b"").unwrap(),
        "x.parquet: is empty, without even a header: if there is nothing to report, leave the file out"
    );
    let text = "x.parquet: holds text that begins `a,b`, not Parquet: set `format = \"csv\"`";
    assert_eq!(read(b"a,b\n1,2\n").unwrap(), text);
    assert!(read(b"PAR1\x15\x04").unwrap().starts_with("x.parquet: is not a readable Parquet file: "));
    let text = |value| Arc::new(StringArray::from(vec![value])) as ArrayRef;
    let columns =
        vec![("refund_id", text("1")), ("order_id", text("A")), ("refunded_at", text("x")), ("amount", text("1"))];
    let good = parquet_in_groups(columns, 9);
    assert!(read(&good[..good.len() - 1]).unwrap().starts_with("x.parquet: "));
    for at in (0..good.len()).step_by(7) {
        let mut bad = good.clone();
        bad[at] ^= 0x55;
        if let Some(fault) = read(&bad) {
            assert!(fault.starts_with("x.parquet: "), "{fault}");
        }
    }
}
