//! Whole shops: what is promised of every one.

use super::*;
use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Decimal128Type, TimestampMicrosecondType};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File};

struct Shop {
    made: Generated,
    dir: tempfile::TempDir,
}

impl Shop {
    fn of(options: Options) -> Shop {
        let dir = tempfile::tempdir().unwrap();
        let made = generate(&options, dir.path()).unwrap();
        Shop { made, dir }
    }

    fn text(&self, file: &str) -> String {
        fs::read_to_string(self.dir.path().join(file)).unwrap()
    }

    /// Returns the values of a CSV file's rows, without its header.
    fn rows(&self, file: &str) -> Vec<Vec<String>> {
        let text = self.text(file);
        text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
    }

    fn digest(&self) -> String {
        let mut sha = Sha256::new();
        self.made.exports.iter().for_each(|file| sha.update(fs::read(file).unwrap()));
        sha.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn with_redemptions(orders: u64) -> Options {
    Options { redemptions: true, ..Options::new(orders) }
}

#[test]
fn a_seed_gives_the_same_bytes_on_every_machine() {
    let digest = "8f3aaa3796b9f5ce15401f007a751e03a0649d012e29bfecda8af2ca66d6ec93";
    assert_eq!(Shop::of(with_redemptions(5_000)).digest(), digest);
    assert_ne!(Shop::of(Options { seed: 2, ..with_redemptions(5_000) }).digest(), digest);
}

#[test]
fn the_proportions_are_those_of_the_shop_asked_for() {
    let shop = Shop::of(Options::new(50_000));
    assert_eq!((shop.made.orders, shop.made.registrations, shop.made.redemptions), (50_000, 4_000, 0));
    assert!((3_000..3_400).contains(&shop.made.refunds), "6.4 % are 3,200: {}", shop.made.refunds);

    let mut per_person = BTreeMap::<String, u32>::new();
    let orders = shop.rows("orders.csv");
    for order in &orders {
        *per_person.entry(order[2].to_lowercase()).or_default() += 1;
    }
    assert_eq!(per_person.len(), 5_000, "everybody buys");
    assert!(*per_person.values().max().unwrap() > 50, "some buy often");
    assert!(per_person.values().filter(|&&count| count == 1).count() > 250, "some buy once");
    let guests = orders.iter().filter(|order| order[1].is_empty()).count();
    assert!((500..2_000).contains(&guests), "{guests}");
}

#[test]
fn about_every_third_order_is_paid_in_part_with_credit() {
    let shop = Shop::of(with_redemptions(50_000));
    assert!((15_000..19_000).contains(&shop.made.redemptions), "{}", shop.made.redemptions);
    let paid_with_credit = shop.rows("orders.csv").iter().filter(|order| order[9] != "0.00").count();
    assert_eq!(paid_with_credit as u64, shop.made.redemptions);
    assert!(shop.text("refunds.csv").contains(",restore\n"));
    assert!(shop.text("pipeline.toml").contains("kind = \"redemptions\""));
}

#[test]
fn rows_are_in_time_order_and_nobody_is_refunded_more_than_was_paid() {
    let shop = Shop::of(with_redemptions(20_000));
    for (file, time) in [("orders.csv", 3), ("registrations.csv", 1), ("refunds.csv", 2), ("redemptions.csv", 3)] {
        assert!(shop.rows(file).is_sorted_by_key(|row| row[time].clone()), "{file}");
    }
    let cents = |text: &str| text.replace('.', "").parse::<i64>().unwrap();
    let mut left = BTreeMap::new();
    for order in shop.rows("orders.csv") {
        left.insert(order[0].clone(), cents(&order[8]));
    }
    for refund in shop.rows("refunds.csv") {
        let left = left.get_mut(&refund[1]).unwrap();
        *left -= cents(&refund[3]);
        assert!(*left >= 0 && cents(&refund[3]) > 0, "{refund:?}");
    }
}

#[test]
fn more_files_hold_the_same_rows() {
    let whole = Shop::of(with_redemptions(3_000));
    let parts = Shop::of(Options { files: 12, ..with_redemptions(3_000) });
    for kind in ["orders", "registrations", "refunds", "redemptions"] {
        let joined: Vec<_> = (1..=12).flat_map(|part| parts.rows(&format!("{kind}-{part:02}.csv"))).collect();
        assert_eq!(joined, whole.rows(&format!("{kind}.csv")), "{kind}");
    }
    assert!(parts.text("pipeline.toml").contains("path = \"orders-*.csv\""));
}

#[test]
fn every_format_holds_the_same_values() {
    let csv = Shop::of(Options::new(2_000));
    let parquet = Shop::of(Options { format: Format::Parquet, ..Options::new(2_000) });
    let file = File::open(parquet.dir.path().join("orders.parquet")).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().with_batch_size(2_000).build().unwrap();
    let batches: Vec<RecordBatch> = reader.map(Result::unwrap).collect();
    let rows: Vec<_> = (0..2_000).map(|row| as_csv(&batches[0], row)).collect();
    assert_eq!(rows, csv.rows("orders.csv"));

    let ndjson = Shop::of(Options { format: Format::Ndjson, ..Options::new(2_000) });
    for (line, row) in ndjson.text("orders.ndjson").lines().zip(csv.rows("orders.csv")) {
        let object: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(object["order_id"].as_str(), Some(row[0].as_str()));
        assert_eq!(object["paid_at"].as_str().unwrap_or(""), row[4]);
        assert!(line.contains(&format!("\"total_amount\":{},", row[8])));
    }
}

/// Returns a row of orders as the CSV file has it.
fn as_csv(batch: &RecordBatch, row: usize) -> Vec<String> {
    let value = |(index, column): (usize, &std::sync::Arc<dyn Array>)| match index {
        _ if column.is_null(row) => String::new(),
        0 | 1 | 2 | 6 => column.as_string::<i32>().value(row).to_owned(),
        3..=5 => {
            let micros = column.as_primitive::<TimestampMicrosecondType>().value(row);
            let time = chrono::DateTime::from_timestamp_micros(micros).unwrap();
            time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
        }
        _ => {
            let cents = column.as_primitive::<Decimal128Type>().value(row);
            format!("{}.{:02}", cents / 100, cents % 100)
        }
    };
    batch.columns().iter().enumerate().map(value).collect()
}

#[test]
fn a_shop_of_nothing_is_files_without_rows() {
    let shop = Shop::of(Options { files: 2, ..Options::new(0) });
    assert_eq!((shop.made.orders, shop.made.registrations, shop.made.exports.len()), (0, 1, 6));
    assert!(shop.rows("orders-2.csv").is_empty());
}

#[test]
fn a_folder_with_something_in_it_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("orders.csv"), "").unwrap();
    let error = generate(&Options::new(10), dir.path()).unwrap_err();
    assert!(matches!(error, GenerateError::NotEmpty(_)));
    assert!(error.to_string().ends_with("is not empty: name a new or empty folder"));
}

#[test]
fn a_shop_without_people_or_files_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let refused = |options| generate(&options, dir.path()).unwrap_err();
    assert!(matches!(refused(Options { people: 0, ..Options::new(10) }), GenerateError::NoPeople));
    assert!(matches!(refused(Options { files: 0, ..Options::new(10) }), GenerateError::NoFiles));
}

/// Somebody else may put a file there after the folder was found to be empty.
#[test]
fn one_that_is_stopped_removes_what_it_has_written_and_nothing_else() {
    for format in [Format::Csv, Format::Parquet] {
        let dir = tempfile::tempdir().unwrap();
        let asked = std::cell::Cell::new(0);
        let is_stopped = || {
            asked.set(asked.get() + 1);
            if asked.get() == 500 {
                fs::write(dir.path().join("notes.txt"), "mine").unwrap();
                // A name that a shop of more files would have.
                fs::write(dir.path().join("orders.csv"), "mine").unwrap();
            }
            asked.get() > 1_500
        };
        let options = Options { format, files: 3, redemptions: true, ..Options::new(2_000) };
        let stopped = generate_unless(&options, dir.path(), &is_stopped);
        assert!(matches!(stopped, Err(GenerateError::Stopped)));
        let names = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        assert_eq!(names, ["notes.txt", "orders.csv"]);
    }
}
