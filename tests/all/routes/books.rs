//! What a book holds, read by nothing but its log and the Parquet reader.

use crate::shop_folder;
use accrue::delta::Table;
use accrue::kernel::time::Timestamp;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, TimestampMicrosecondType};
use arrow::util::display::array_value_to_string;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;

/// The identity of an entry with its expiry, and what is posted to it, in ten-thousandths.
pub type Sums = BTreeMap<Vec<String>, i128>;

pub struct Posted {
    pub sums: Sums,
    /// The number of rows in the ledger.
    pub rows: usize,
    /// Of the table of emails, sorted.
    pub job_ids: Vec<String>,
}

const IDENTITY: [&str; 7] = ["customer_id", "currency", "kind", "source_id", "method", "origin_id", "expires_at"];

/// Reads a book; every job must be in it once.
pub fn read(book: &Path) -> Posted {
    let ledger = rows(&book.join("ledger"));
    let mut job_ids: Vec<String> = rows(&book.join("emails")).into_iter().map(|row| row["job_id"].clone()).collect();
    job_ids.sort();
    assert!(job_ids.windows(2).all(|pair| pair[0] != pair[1]), "a job is emitted twice");
    Posted { sums: sums(&ledger), rows: ledger.len(), job_ids }
}

/// Reads the ledger of a run without a book.
pub fn sums_of_csv(path: &Path) -> Sums {
    sums(&shop_folder::read_csv(path))
}

pub fn ids_of_ndjson(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let id = |line: &str| {
        let job: serde_json::Value = serde_json::from_str(line).unwrap();
        job["job_id"].as_str().unwrap().to_owned()
    };
    text.lines().map(id).collect()
}

fn sums(rows: &[BTreeMap<String, String>]) -> Sums {
    let mut sums = Sums::new();
    for row in rows {
        let identity = IDENTITY.iter().map(|&column| row[column].clone()).collect();
        *sums.entry(identity).or_default() += ten_thousandths(&row["amount"]);
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

fn ten_thousandths(text: &str) -> i128 {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{decimals:0<4}").parse().unwrap()
}

/// Returns the rows of a table, every value as text; none where there is no table.
fn rows(folder: &Path) -> Vec<BTreeMap<String, String>> {
    let table = Table::at(folder);
    if !table.is_there().unwrap() {
        return Vec::new();
    }
    let snapshot = table.newest().unwrap();
    let of_file = |file| {
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(snapshot.place(file)).unwrap()).unwrap();
        reader.build().unwrap().flat_map(|batch| texts(&batch.unwrap())).collect::<Vec<_>>()
    };
    snapshot.files().flat_map(of_file).collect()
}

fn texts(batch: &RecordBatch) -> Vec<BTreeMap<String, String>> {
    let cell = |column: usize, row: usize| {
        let text = text(batch.column(column), row);
        (batch.schema().field(column).name().clone(), text)
    };
    (0..batch.num_rows()).map(|row| (0..batch.num_columns()).map(|column| cell(column, row)).collect()).collect()
}

/// Writes a value as CSV has it.
fn text(column: &ArrayRef, row: usize) -> String {
    match column.data_type() {
        _ if column.is_null(row) => String::new(),
        DataType::Timestamp(..) => {
            Timestamp::from_micros(column.as_primitive::<TimestampMicrosecondType>().value(row)).to_string()
        }
        _ => array_value_to_string(column, row).unwrap(),
    }
}
