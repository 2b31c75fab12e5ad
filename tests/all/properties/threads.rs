//! The number of threads, and the format of exports, change no byte of a shop that is large enough to be shared out.

use crate::shop_folder::{instant, run_to};
use accrue::generate::{self, Options};
use accrue::ingest::input::Format;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const FILES: [&str; 5] = ["ledger.csv", "balances.csv", "emails.ndjson", "rejects.csv", "exceptions.csv"];

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let folder = shop(Format::Csv);
    let runs = [1, 2, 7].map(|threads| run(folder.path(), threads));
    for other in &runs[1..] {
        FILES.iter().for_each(|name| assert!(runs[0][name] == other[name], "{name} differs"));
    }
    assert!(runs[0]["ledger.csv"].lines().count() > 20_000);
}

#[test]
fn any_format_of_the_exports_gives_the_same_ledger() {
    let runs = [Format::Csv, Format::Ndjson, Format::Parquet].map(|format| run(shop(format).path(), 2));
    for other in &runs[1..] {
        // Exceptions and rejects name the files.
        FILES[..3].iter().for_each(|name| assert!(runs[0][name] == other[name], "{name} differs"));
    }
}

fn shop(format: Format) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { redemptions: true, format, files: 3, seed: 7, ..Options::new(20_000) };
    generate::generate(&options, folder.path()).unwrap();
    folder
}

/// Runs a shop and returns the files that were written.
fn run(folder: &Path, threads: usize) -> BTreeMap<&'static str, String> {
    let out = folder.join(format!("written-{threads}"));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| run_to(folder, instant("2025-01-01T00:00:00Z"), &out)).unwrap();
    FILES.into_iter().map(|name| (name, fs::read_to_string(out.join(name)).unwrap())).collect()
}
