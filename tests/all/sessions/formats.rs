//! One ledger, whatever the format it is written in and whether the exports are mapped or not.

use super::{PIPELINE, RUN, Shop};
use accrue::kernel::time::Timestamp;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::Value;
use std::fs::File;

/// A table as its column names and rows, all as CSV has them.
pub(super) type Table = (Vec<String>, Vec<Vec<String>>);

const TABLES: [&str; 2] = ["ledger", "balances"];

pub(super) fn csv_table(shop: &Shop, name: &str) -> Table {
    let mut reader = csv::Reader::from_path(shop.path(name)).unwrap();
    let names = reader.headers().unwrap().iter().map(str::to_owned).collect();
    (names, reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect())
}

fn ndjson_table(shop: &Shop, name: &str) -> Table {
    let text = |value: &Value| {
        value.as_str().map(str::to_owned).unwrap_or_else(|| {
            assert!(value.is_null(), "{value} is neither text nor null");
            String::new()
        })
    };
    let lines: Vec<serde_json::Map<String, Value>> =
        shop.read(name).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names = lines[0].keys().cloned().collect();
    (names, lines.iter().map(|line| line.values().map(text).collect()).collect())
}

fn parquet_table(shop: &Shop, name: &str) -> Table {
    let reader = SerializedFileReader::new(File::open(shop.path(name)).unwrap()).unwrap();
    let fields = reader.metadata().file_metadata().schema().get_fields();
    let names = fields.iter().map(|field| field.name().to_owned()).collect();
    let rows = reader.get_row_iter(None).unwrap();
    (names, rows.map(|row| row.unwrap().get_column_iter().map(|(_, field)| as_csv(field)).collect()).collect())
}

/// Returns a value as CSV has it; all amounts of the shop are in dollars.
fn as_csv(field: &Field) -> String {
    match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::TimestampMicros(micros) => Timestamp::from_micros(*micros).to_string(),
        Field::Decimal(decimal) => {
            let digits = field.to_string();
            assert_eq!((decimal.precision(), decimal.scale()), (18, 4));
            digits.strip_suffix("00").expect("cents at most").to_owned()
        }
        other => panic!("{other:?} is of no type that a run writes"),
    }
}

/// Leaves out what differs from run to run.
pub(super) fn without_run((names, rows): Table) -> Table {
    let kept: Vec<usize> =
        (0..names.len()).filter(|&at| !["posted_at", "run_id"].contains(&names[at].as_str())).collect();
    let keep = |row: &Vec<String>| kept.iter().map(|&at| row[at].clone()).collect();
    (keep(&names), rows.iter().map(keep).collect())
}

#[test]
fn all_formats_hold_the_same_rows() {
    let shop = Shop::new();
    for format in ["csv", "ndjson", "parquet"] {
        shop.succeed(&format!("{RUN} --out {format} --format {format}"));
    }
    for (table, rows) in TABLES.iter().zip([56, 10]) {
        let csv = csv_table(&shop, &format!("csv/{table}.csv"));
        assert_eq!(csv.1.len(), rows);
        let csv = without_run(csv);
        assert_eq!(without_run(ndjson_table(&shop, &format!("ndjson/{table}.ndjson"))), csv);
        assert_eq!(without_run(parquet_table(&shop, &format!("parquet/{table}.parquet"))), csv);
    }
    for list in ["emails.ndjson", "rejects.csv", "exceptions.csv"] {
        assert_eq!(shop.read(&format!("csv/{list}")), shop.read(&format!("parquet/{list}")));
    }
}

#[test]
fn a_mapping_that_changes_nothing_changes_nothing() {
    let shop = Shop::new();
    shop.succeed(&format!("{RUN} --out canonical --format csv"));
    map_every_column_to_itself(&shop);
    shop.succeed(&format!("{RUN} --out mapped --format csv"));
    for name in ["ledger.csv", "balances.csv", "emails.ndjson", "rejects.csv", "exceptions.csv", "summary.json"] {
        let file = |folder: &str| without_this_run(&shop, folder, name);
        assert_eq!(file("mapped"), file("canonical"), "{name}");
    }
}

/// Writes `columns = { order_id = "order_id", ... }` under every input, with all columns that its file has.
fn map_every_column_to_itself(shop: &Shop) {
    for kind in ["registrations", "orders", "refunds", "redemptions", "adjustments"] {
        let export = shop.read(&format!("fixtures/shop/{kind}.csv"));
        let header = export.lines().next().unwrap();
        let columns: Vec<String> = header.split(',').map(|name| format!("{name} = \"{name}\"")).collect();
        let line = format!("kind = \"{kind}\"");
        shop.replace(PIPELINE, &line, &format!("{line}\ncolumns = {{ {} }}", columns.join(", ")));
    }
}

/// Returns a file of a run's folder without the run's id, its clock, and the summary's pipeline and timings.
fn without_this_run(shop: &Shop, folder: &str, name: &str) -> String {
    let mut summary: Value = serde_json::from_str(&shop.read(&format!("{folder}/summary.json"))).unwrap();
    let [run_id, posted_at] = ["run_id", "posted_at"].map(|key| summary[key].as_str().unwrap().to_owned());
    let text = match name {
        "summary.json" => {
            let summary = summary.as_object_mut().unwrap();
            summary.retain(|key, _| !["pipeline", "seconds"].contains(&key.as_str()));
            serde_json::to_string_pretty(summary).unwrap()
        }
        _ => shop.read(&format!("{folder}/{name}")),
    };
    text.replace(&run_id, "[run]").replace(&posted_at, "[now]")
}
