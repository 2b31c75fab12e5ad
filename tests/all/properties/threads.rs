//! The number of threads, and the format of exports, change no byte of a shop that is large enough to be shared out.

use crate::shop_folder::{instant, run_as};
use accrue::generate::Format;
use accrue::generate::{self, Options};
use accrue::output::TableFormat;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const FILES: [&str; 5] = ["ledger.csv", "balances.csv", "emails.ndjson", "rejects.csv", "exceptions.csv"];
const TABLES: [&str; 2] = ["ledger.parquet", "balances.parquet"];

type Files = BTreeMap<&'static str, Vec<u8>>;

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let folder = shop(Format::Csv);
    let runs = [1, 2, 7].map(|threads| run(folder.path(), threads));
    for other in &runs[1..] {
        runs[0].iter().for_each(|(name, bytes)| assert!(*bytes == other[name], "{name} differs"));
    }
    assert!(runs[0]["ledger.csv"].iter().filter(|byte| **byte == b'\n').count() > 20_000);
}

#[test]
fn any_format_of_the_exports_gives_the_same_ledger() {
    let runs = [Format::Csv, Format::Ndjson, Format::Parquet].map(|format| run(shop(format).path(), 2));
    for other in &runs[1..] {
        // Exceptions and rejects name the files.
        FILES[..3].iter().chain(&TABLES).for_each(|name| assert!(runs[0][name] == other[name], "{name} differs"));
    }
}

fn shop(format: Format) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { redemptions: true, format, files: 3, seed: 7, ..Options::new(20_000) };
    generate::generate(&options, folder.path()).unwrap();
    folder
}

/// Runs a shop, once for tables of each format, and returns the files that were written.
fn run(folder: &Path, threads: usize) -> Files {
    let as_of = instant("2025-01-01T00:00:00Z");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let written = |format: TableFormat, names: &[&'static str]| {
        let out = folder.join(format!("written-{threads}-{format:?}"));
        pool.install(|| run_as(format, folder, as_of, &out)).unwrap();
        names.iter().map(|name| (*name, fs::read(out.join(name)).unwrap())).collect::<Files>()
    };
    let mut files = written(TableFormat::Csv, &FILES);
    files.append(&mut written(TableFormat::Parquet, &TABLES));
    files
}
