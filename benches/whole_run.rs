//! How long does a whole run take, and how much memory: exports in, ledger out?
//!
//! `cargo bench --bench whole_run` runs a generated shop of 100,000 orders in seconds;
//! `cargo bench --bench whole_run -- 10000000` runs the shop of docs/performance.md: 10 million orders of 1 million
//! people, 0.64 million refunds, 0.8 million registrations (all five methods on, expiry 365 days, clawback, no
//! redemptions; 22 million ledger rows out).
//!
//! Runs the program itself as a child, from Parquet and from CSV, and asks Linux what it used; then once more from
//! Parquet with mails, which the first two leave out: SQL that computes a ledger renders none. All must give the same
//! ledger: its hash leaves out `posted_at` and `run_id`, and does not depend on how the file is encoded. A change that
//! is to make runs faster shows the same hash before and after.

#![expect(clippy::disallowed_macros, reason = "prints what it measured")]

mod ledger_hash;
mod measure;
mod shop;

use accrue::generate::Format;
use ledger_hash::hash;
use measure::Used;
use shop::{AS_OF, SEED, generate, run, size};
use std::fs;
use std::path::Path;

const SMALL: u64 = 100_000;

fn main() {
    let orders = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(SMALL);
    println!("whole_run: {orders} orders, seed {SEED}, as of {AS_OF}");
    let kinds = [("parquet", Format::Parquet, false), ("csv", Format::Csv, false), ("mails", Format::Parquet, true)];
    let hashes = kinds.map(|(name, format, mails)| {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("whole_run-{name}"));
        let bytes_in = generate(orders, format, mails, &dir);
        let used = run(&dir, &[]);
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
