//! How long does a whole run take, and how much memory: exports in, ledger out?
//!
//! `cargo bench --bench whole_run` runs a generated shop of 100,000 orders in seconds; `cargo bench --bench whole_run --
//! 10000000` the shop that figures are told of: 10 million orders of 1 million people, 0.64 million refunds, 0.8 million
//! registrations (all five methods on, expiry 365 days, clawback, no redemptions; 22 million ledger rows out).
//!
//! Runs the program itself as a child, from Parquet and from CSV, and asks Linux what it used; then once more from Parquet
//! with mails, which the first two leave out: SQL that computes a ledger renders none. All must give the same ledger: its
//! hash leaves out `posted_at` and `run_id`, and does not depend on how the file is encoded. A change that
//! is to make runs faster shows the same hash before and after.

#![expect(clippy::disallowed_macros, reason = "prints what it measured")]

mod shop;

use accrue::ingest::input::Format;
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use sha2::{Digest, Sha256};
use shop::{AS_OF, SEED, Used, generate, run, size};
use std::fs::{self, File};
use std::path::Path;

const SMALL: u64 = 100_000;

fn main() {
    let orders = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(SMALL);
    println!("whole_run: {orders} orders, seed {SEED}, as of {AS_OF}");
    let kinds = [("parquet", Format::Parquet, false), ("csv", Format::Csv, false), ("mails", Format::Parquet, true)];
    let hashes = kinds.map(|(name, format, mails)| {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("whole_run-{name}"));
        let bytes_in = generate(orders, format, mails, &dir);
        let used = run(&dir);
        assert!(used.status.success(), "the run failed, see {}", dir.join("log").display());
        let (rows, hash) = hash(&dir.join("out/ledger.parquet"));
        report(name, &used, bytes_in, size(&dir.join("out")), rows, &hash);
        fs::remove_dir_all(&dir).expect("the folder is ours");
        hash
    });
    assert!(
        hashes.iter().all(|hash| *hash == hashes[0]),
        "the same shop has the same ledger, whatever its exports are"
    );
}

/// Returns the number of rows of a ledger, and a hash of all columns but the last two.
fn hash(ledger: &Path) -> (usize, String) {
    let file = File::open(ledger).expect("a run writes its ledger");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).and_then(|builder| builder.build());
    let mut rows = 0;
    // A hash per column, so that it does not matter where batches end.
    let mut hashes = vec![Sha256::new(); 10];
    for batch in reader.expect("a ledger is Parquet") {
        let batch = batch.expect("a ledger can be read back");
        rows += batch.num_rows();
        hashes.iter_mut().zip(batch.columns()).for_each(|(hash, column)| add(column, hash));
    }
    let mut all = Sha256::new();
    hashes.into_iter().for_each(|hash| all.update(hash.finalize()));
    (rows, all.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Adds a column's values to a hash: texts with their lengths, everything else as 64-bit numbers.
fn add(column: &ArrayRef, hash: &mut Sha256) {
    let is_text = !matches!(column.data_type(), DataType::Timestamp(..) | DataType::Decimal128(..));
    if is_text {
        let texts = cast(column, &DataType::Utf8).expect("a column of texts");
        for text in texts.as_string::<i32>() {
            hash.update(text.map_or(-1, |text| text.len() as i64).to_le_bytes());
            hash.update(text.unwrap_or_default());
        }
    } else {
        let numbers = match column.data_type() {
            DataType::Decimal128(..) => {
                let exact = column.as_primitive::<arrow::datatypes::Decimal128Type>();
                exact.unary::<_, Int64Type>(|amount| i64::try_from(amount).expect("an amount of 18 digits"))
            }
            _ => column.as_primitive::<arrow::datatypes::TimestampMicrosecondType>().reinterpret_cast::<Int64Type>(),
        };
        for number in &numbers {
            hash.update(number.unwrap_or(i64::MIN).to_le_bytes());
        }
    }
}

fn report(name: &str, used: &Used, bytes_in: u64, bytes_out: u64, rows: usize, hash: &str) {
    let mb = |bytes: u64| bytes as f64 / 1e6;
    println!(
        "{name:>8}: {:7.2} s CPU {:7.2} s wall {:8.1} MB peak {:8.1} MB in {:8.1} MB out {rows:>10} rows {hash}",
        used.cpu_seconds,
        used.wall_seconds,
        mb(used.peak_bytes),
        mb(bytes_in),
        mb(bytes_out),
    );
}
