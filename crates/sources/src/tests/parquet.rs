//! Parquet: its types, and files that are broken.

use crate::input::ColumnType;
use crate::tests::*;
use ::parquet::column::writer::ColumnWriter;
use ::parquet::data_type::{ByteArray, FixedLenByteArray, Int96};
use ::parquet::file::writer::SerializedFileWriter;
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
    let nanos = TimestampNanosecondArray::from(vec![seconds * 1_000_000_000 - 1]);
    assert_eq!(time_of(nanos), "2024-05-01T15:59:59.999999Z");
    assert_eq!(time_of(Date32Array::from(vec![19_844])), "2024-05-01T04:00:00Z");
    assert_eq!(time_of(Date64Array::from(vec![seconds * 1000 - 43_200_000])), "2024-05-01T04:00:00Z");
    assert_eq!(time_of(LargeStringArray::from(vec!["2024-05-01T12:00Z"])), "2024-05-01T12:00:00Z");
    let facts = with(vec![("adjusted_at", Arc::new(TimestampMillisecondArray::from(vec![i64::MAX])))]);
    assert_eq!((facts.rejects[0].column.as_str(), facts.rejects[0].reason), ("adjusted_at", RejectReason::Malformed));
    let far = with(vec![("adjusted_at", Arc::new(Date32Array::from(vec![i32::MAX, i32::MIN])))]);
    assert_eq!(far.rejects.iter().map(|reject| reject.reason).collect::<Vec<_>>(), [RejectReason::Malformed; 2]);
    // Where a null is among them, the value under it counts for nothing.
    let micros = vec![Some(seconds * 1_000_000), None, Some(0), Some(4_102_444_800_000_000)];
    for zone in [Some("UTC"), None] {
        let times = TimestampMicrosecondArray::from(micros.clone()).with_timezone_opt(zone);
        let facts = with(vec![("updated_at", Arc::new(times))]);
        let reasons: Vec<_> = facts.rejects.iter().map(|reject| (reject.place, reject.reason)).collect();
        assert_eq!(reasons, [(3, RejectReason::Implausible), (4, RejectReason::Implausible)]);
        assert_eq!(facts.adjustments.updated_at(1), Time::NULL);
    }
}

/// Returns one adjustment with an `expires_at` of days and nanoseconds of the day (INT96), null where there is none,
/// and a UUID as its id.
fn with_int96(dictionary: bool, expiries: &[Option<(i64, u64)>]) -> Vec<u8> {
    let schema = "message m { required fixed_len_byte_array(16) adjustment_id (UUID);
        required binary customer_id (UTF8); required binary adjusted_at (UTF8); required int32 amount;
        optional int96 expires_at; optional int96 updated_at; }";
    let properties = WriterProperties::builder().set_dictionary_enabled(dictionary).build();
    let schema = Arc::new(::parquet::schema::parser::parse_message_type(schema).unwrap());
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties)).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let all = |text: &[u8]| vec![ByteArray::from(text.to_vec()); expiries.len()];
    let times: Vec<Int96> = expiries.iter().flatten().map(|&(day, nanos)| int96(day, nanos)).collect();
    let levels: Vec<i16> = expiries.iter().map(|expiry| i16::from(expiry.is_some())).collect();
    for at in 0..6 {
        let mut column = group.next_column().unwrap().unwrap();
        match column.untyped() {
            ColumnWriter::FixedLenByteArrayColumnWriter(ids) => {
                let ids_of_rows = (0..expiries.len()).map(|row| {
                    let id = *b"\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd";
                    FixedLenByteArray::from([&id[..], &[row as u8]].concat())
                });
                ids.write_batch(&ids_of_rows.collect::<Vec<_>>(), None, None).unwrap()
            }
            ColumnWriter::ByteArrayColumnWriter(texts) => {
                texts.write_batch(&all(if at == 1 { b"C" } else { b"2024-05-01" }), None, None).unwrap()
            }
            ColumnWriter::Int32ColumnWriter(amounts) => {
                amounts.write_batch(&vec![5; expiries.len()], None, None).unwrap()
            }
            ColumnWriter::Int96ColumnWriter(column) if at == 4 => {
                column.write_batch(&times, Some(&levels), None).unwrap()
            }
            ColumnWriter::Int96ColumnWriter(column) => {
                column.write_batch(&[], Some(&vec![0; expiries.len()]), None).unwrap()
            }
            _ => unreachable!("no such column"),
        };
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    bytes
}

/// `day` counts from 1970-01-01.
fn int96(day: i64, nanos: u64) -> Int96 {
    let julian = u32::try_from(day + 2_440_588).unwrap();
    let mut value = Int96::new();
    value.set_data(nanos as u32, (nanos >> 32) as u32, julian);
    value
}

#[test]
fn days_and_nanoseconds_of_the_day_are_times_of_any_year() {
    // 9999-12-31, 1970-01-01, 0001-01-01, nothing, 2024-05-01, 2262-12-12 (which 64 bits of nanoseconds cannot hold).
    let midnight = [2_932_896, 0, -719_162].map(|day| Some((day, 0)));
    let later = [None, Some((19_844, 43_200_000_001_999)), Some((106_996, 86_399_999_999_999))];
    let expiries: Vec<_> = midnight.into_iter().chain(later).collect();
    let expected = [
        "9999-12-31T05:00:00Z",
        "1970-01-01T05:00:00Z",
        "0001-01-01T04:56:02Z",
        "-",
        "2024-05-01T16:00:00.000001Z",
        "2262-12-13T04:59:59.999999Z",
    ];
    for dictionary in [false, true] {
        let bytes = with_int96(dictionary, &expiries);
        let canonical = read_bytes("x.parquet", &bytes, FactKind::Adjustments, CsvOptions::default()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.parquet");
        std::fs::write(&path, &bytes).unwrap();
        let names = ["adjustment_id", "customer_id", "adjusted_at", "amount", "expires_at", "updated_at"];
        let columns = names.map(|name| (name.to_string(), name.to_string())).to_vec();
        let types = vec![("adjusted_at".to_string(), ColumnType::Time(None))];
        let mapping = Mapping { types, columns, ..Mapping::default() };
        let mapped = read_path(&path, FactKind::Adjustments, CsvOptions::default(), Some(mapping)).unwrap();
        for facts in [canonical, mapped] {
            assert_eq!(rejects(&facts), []);
            let times = facts.adjustments.rows.iter().map(|row| shown(row.expires_at)).collect::<Vec<_>>();
            assert_eq!(times, expected);
            assert_eq!(texts(&facts.adjustments)[1], "01234567-89ab-cdef-0123-456789abcd01|C|-|-");
        }
    }
}

#[test]
fn bytes_that_are_no_uuid_are_refused_by_name() {
    let bytes = FixedSizeBinaryArray::try_from_iter([[7_u8; 16]].into_iter()).unwrap();
    let text = |value| Arc::new(StringArray::from(vec![value])) as ArrayRef;
    let columns = vec![
        ("refund_id", Arc::new(bytes) as ArrayRef),
        ("order_id", text("A")),
        ("refunded_at", text("2024-05-01")),
        ("amount", text("1")),
    ];
    let read = read_bytes("x.parquet", &parquet_of(columns), FactKind::Refunds, CsvOptions::default());
    let fault = read.err().unwrap();
    assert!(fault.starts_with("x.parquet: column `refund_id` holds bytes, which is neither"), "{fault}");
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
        assert_eq!(facts.adjustments.id(row), facts.adjustments.origin(row).place.to_string());
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
    assert!(fault.starts_with("x.parquet: column `refund_id` holds lists, which is neither"), "{fault}");
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
