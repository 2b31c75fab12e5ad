//! What does a night cost a shop that keeps a book?
//!
//! `cargo bench --bench nights` takes a generated shop of 100,000 orders; `cargo bench --bench nights -- 10000000` the
//! one of docs/performance.md: 10 million orders of 1 million people, and a night of 10,000 orders with the refunds
//! and registrations of the same hours.
//!
//! Runs the program itself as a child, four times: everything but the night without a book, the same into an empty
//! book, and the night into two copies of that book, visiting few and everybody. The last two must post the same.

#![expect(clippy::disallowed_macros, reason = "prints what it measured")]

mod ledger_hash;
mod measure;

use accrue::generate::Format;
use accrue::generate::{self, Options};
use ledger_hash::hash;
use measure::Used;
use std::fs;
use std::path::Path;

const SMALL: u64 = 100_000;
const NIGHT: u64 = 10_000;
/// The days of every generated shop begin and end here; events are spread evenly.
const START: i64 = 1_672_531_200;
const END: i64 = 1_735_689_600;
/// Program text that mails nobody, as in the figures without a book.
const NO_MAILS: &str = "\n[emails]\nreceived = false\nredeemed = false\nexpiring = false\nrefunded = false\n";

fn main() {
    let orders: u64 = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(SMALL);
    let nights = (orders / NIGHT).max(2);
    println!("nights: {orders} orders, of which the last night brings {}", orders / nights);
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nights");
    make_shop(orders, nights, &dir);
    let evening = at(START + (END - START) * (nights as i64 - 1) / nights as i64);
    let morning = at(END);
    let alone = run(&dir, &["--no-book", "--as-of", &evening, "before.toml"], "alone");
    report("no book", &alone, &alone);
    let first = run(&dir, &["--as-of", &evening, "before.toml"], "first");
    report("first run", &first, &alone);
    copy(&dir.join("book"), &dir.join("copy"));
    let few = run(&dir, &["--as-of", &morning, "night.toml"], "few");
    report("night", &few, &alone);
    let everyone = run(&dir, &["--as-of", &morning, "--everyone", "copy.toml"], "everyone");
    report("everyone", &everyone, &alone);
    let ledgers = ["few", "everyone"].map(|out| hash(&dir.join(out).join("ledger.parquet")));
    assert_eq!(ledgers[0], ledgers[1], "few and everybody are posted the same");
    println!("both nights have posted {} rows, {}", ledgers[0].0, ledgers[0].1);
    fs::remove_dir_all(&dir).expect("the folder is ours");
}

/// Makes the shop anew, in files of a night each, with pipelines for the last night and for all before it.
fn make_shop(orders: u64, nights: u64, dir: &Path) {
    if dir.exists() {
        fs::remove_dir_all(dir).expect("a folder of an earlier run can be removed");
    }
    let files = u32::try_from(nights).expect("few nights");
    let options = Options { files, format: Format::Parquet, ..Options::new(orders) };
    let generated = generate::generate(&options, dir).expect("a shop can be written");
    let program = dir.join("program.toml");
    let text = fs::read_to_string(&program).expect("a shop has a program");
    fs::write(&program, text + NO_MAILS).expect("its program can be changed");
    for part in ["before", "night"] {
        fs::create_dir(dir.join(part)).expect("a folder can be made");
    }
    for exports in generated.exports.chunks(files as usize) {
        for (number, export) in exports.iter().enumerate() {
            let part = dir.join(if number + 1 == exports.len() { "night" } else { "before" });
            fs::rename(export, part.join(export.file_name().expect("a file"))).expect("a file can be moved");
        }
    }
    let pipelines =
        [("before.toml", "before", "book"), ("night.toml", "night", "book"), ("copy.toml", "night", "copy")];
    for (name, part, book) in pipelines {
        let input = |kind| format!("\n[[input]]\nkind = \"{kind}\"\npath = \"{part}/{kind}-*.parquet\"\n");
        let inputs = ["orders", "registrations", "refunds"].map(input).concat();
        let text = format!("program = \"program.toml\"\noutput = \"out\"\nbook = \"{book}\"\n{inputs}");
        fs::write(dir.join(name), text).expect("a pipeline can be written");
    }
}

/// Runs a pipeline, the last of these arguments.
fn run(dir: &Path, arguments: &[&str], out: &str) -> Used {
    let (pipeline, options) = arguments.split_last().expect("a pipeline");
    let [pipeline, out] = [*pipeline, out].map(|name| dir.join(name).display().to_string());
    let arguments = ["run", "--out", &out].into_iter().chain(options.iter().copied()).chain([pipeline.as_str()]);
    let used = measure::run(Path::new(env!("CARGO_BIN_EXE_accrue")), arguments, &dir.join("log"));
    assert!(used.status.success(), "the run failed, see {}", dir.join("log").display());
    used
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("a folder can be listed") {
        let (from, to) = entry.map(|entry| (entry.path(), to.join(entry.file_name()))).expect("an entry of a folder");
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(from, to).expect("a file can be copied");
        }
    }
}

fn at(seconds: i64) -> String {
    chrono::DateTime::from_timestamp(seconds, 0).expect("a time of the calendar").to_rfc3339()
}

fn report(name: &str, used: &Used, alone: &Used) {
    println!(
        "{name:>9}: {:7.2} s CPU ({:3.0} % of a run without a book) {:7.2} s wall {:8.1} MB peak",
        used.cpu_seconds,
        100.0 * used.cpu_seconds / alone.cpu_seconds,
        used.wall_seconds,
        used.peak_bytes as f64 / 1e6,
    );
}
