//! The same table from every format, in any number of files and threads.

use crate::tests::*;
use arrow::array::StringArray;
use proptest::prelude::*;
use std::sync::Arc;

const COLUMNS: [&str; 7] = ["adjustment_id", "customer_id", "adjusted_at", "amount", "mode", "expires_at", "note"];

type Table7 = Vec<[String; 7]>;

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => Just(String::new()),
        4 => "[ -~é\u{a0}\"\n\r\t,;]{0,6}",
        3 => Just("C1".to_string()),
        3 => "-?[0-9]{1,4}(\\.[0-9]{1,3})?",
        3 => "20[0-9]{2}-[01][0-9]-[0-3][0-9]([T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2})?)?(Z|[+-]0[0-9])?",
        1 => "(by|to|TO)",
    ]
}

fn row() -> impl Strategy<Value = [String; 7]> {
    let likely = |good: &'static str| prop_oneof![9 => Just(good.to_string()), 1 => cell()];
    let free = [likely("7"), likely("C"), likely("2024-05-01"), likely("5.50"), likely("by"), likely(""), likely("n")];
    prop_oneof![free, std::array::from_fn::<_, 7, _>(|_| cell().boxed()).prop_map(|row| row)]
}

fn as_csv(table: &Table7) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).unwrap();
    table.iter().for_each(|row| writer.write_record(row).unwrap());
    writer.into_inner().unwrap()
}

fn as_ndjson(table: &Table7) -> Vec<u8> {
    let object = |row: &[String; 7]| {
        let members = COLUMNS.iter().zip(row).map(|(name, value)| (name.to_string(), value.clone().into()));
        serde_json::Value::Object(members.collect()).to_string() + "\n"
    };
    table.iter().map(object).collect::<String>().into_bytes()
}

fn as_parquet(table: &Table7) -> Vec<u8> {
    let column = |at: usize| Arc::new(table.iter().map(|row| Some(&row[at])).collect::<StringArray>()) as ArrayRef;
    let columns = COLUMNS.iter().enumerate().map(|(at, name)| (*name, column(at)));
    parquet_of(columns)
}

/// Rows and rejects, but for their places, and for messages: they advise what the format allows.
fn said(name: &str, bytes: &[u8]) -> (Vec<String>, Vec<String>) {
    let mut facts = read_bytes(name, bytes, FactKind::Adjustments, CsvOptions::default()).unwrap();
    facts.rejects.iter_mut().for_each(|reject| (reject.place, reject.message) = (0, String::new()));
    (whole(&facts.adjustments), facts.rejects.iter().map(|reject| format!("{reject:?}")).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn every_format_gives_the_same_rows_and_rejects(table in prop::collection::vec(row(), 0..12)) {
        let csv = said("x.csv", &as_csv(&table));
        prop_assert_eq!(csv.0.len() + csv.1.len(), table.len());
        prop_assert_eq!(&csv, &said("x.ndjson", &as_ndjson(&table)));
        prop_assert_eq!(&csv, &said("x.parquet", &as_parquet(&table)));
        prop_assert_eq!(&csv, &said("x.csv.zst", &zstd::encode_all(as_csv(&table).as_slice(), 1).unwrap()));
    }

    #[test]
    fn no_bytes_whatever_are_lost_or_fatal(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let header = b"refund_id,order_id,refunded_at,amount\n";
        let facts = read_bytes("x.csv", &[header, bytes.as_slice()].concat(), FactKind::Refunds, CsvOptions::default());
        let facts = facts.unwrap();
        prop_assert_eq!(facts.files[0].rows as usize, facts.refunds.rows.len() + facts.rejects.len());
    }
}

#[test]
fn files_and_threads_change_nothing_but_the_origins() {
    let folder = tempfile::tempdir().unwrap();
    let row = |at: usize| [at.to_string(), "C".into(), if at.is_multiple_of(97) { "x" } else { "2024-05-01" }.into()];
    let row = |at: usize| {
        let [id, customer, day] = row(at);
        [id, customer, day, "1".into(), String::new(), String::new(), "n".repeat(at % 300)]
    };
    let table: Table7 = (0..30_000).map(row).collect();
    for (number, part) in table.chunks(9_000).enumerate() {
        std::fs::write(folder.path().join(format!("{number}.csv")), as_csv(&part.to_vec())).unwrap();
    }
    let read_with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let facts = pool
            .install(|| read_path(&folder.path().join("*.csv"), FactKind::Adjustments, CsvOptions::default(), None));
        let facts = facts.unwrap();
        let origins: Vec<_> = (0..facts.adjustments.rows.len()).map(|row| facts.adjustments.origin(row)).collect();
        (whole(&facts.adjustments), origins, format!("{:?}{:?}", facts.rejects, facts.files))
    };
    let one = read_with(1);
    assert_eq!(one.0, said("x.csv", &as_csv(&table)).0);
    for threads in [2, 7] {
        assert!(read_with(threads) == one, "{threads} threads");
    }
}

#[test]
fn faults_of_several_files_are_reported_together() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("a.csv", ""), ("b.csv", "refund_id,order_id,refunded_at,amount\n"), ("c.csv", "x\n1\n")] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let fault = read_path(&folder.path().join("*.csv"), FactKind::Refunds, CsvOptions::default(), None).err().unwrap();
    let text = fault.to_string().replace(&format!("{}/", folder.path().display()), "");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "a.csv: is empty, without even a header: if there is nothing to report, leave the file out");
    assert_eq!(lines[1..], ["c.csv: has no column `refund_id`"]);
}
