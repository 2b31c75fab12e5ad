//! Is time linear in the number of orders, do odd shops fall off a cliff, and do two threads pay?
//!
//! `cargo bench --bench scaling` takes generated shops of 30,000, 100,000 and 300,000 orders and is done in seconds;
//! `cargo bench --bench scaling -- 1000000 3000000 10000000` those of docs/performance.md. All are Parquet and mail
//! nobody; the program runs as a child, three times up to 10 million orders and once above, all shops in turns. Prints
//! medians:
//!
//! - for each size, what a run takes and what an order costs, beside an order of the middle size: 1 where time is
//!   linear;
//! - at the middle size, two odd shops with as many rows: one person buys a million orders (a third of all, where that
//!   is less), and all orders fall on one day. What an event costs there beside one of the plain shop, which should not
//!   be above 2; and what an order costs that was moved, if the others cost what they did: a difference of two runs, so
//!   it wavers more;
//! - the middle size on one thread and on two: how many times faster two are, which should be at least 1.7. It says
//!   something only where both cores are free: processor time is then about twice the wall time on two.
//!
//! An event is a row of an export: an order, a registration or a refund.

#![expect(clippy::disallowed_macros, reason = "prints what it measured")]

mod measure;
mod odd_shop;
mod shop;

use accrue::generate::Format;
use measure::Used;
use parquet::file::reader::{FileReader, SerializedFileReader};
use shop::{AS_OF, SEED};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

const SMALL: [u64; 3] = [30_000, 100_000, 300_000];
const ROUNDS: usize = 3;
/// Shops above this run once.
const REPEATED_UP_TO: u64 = 10_000_000;
const BUSIEST: u64 = 1_000_000;

/// A shop, a way to run it, and what that took so far.
struct Case {
    name: &'static str,
    orders: u64,
    dir: PathBuf,
    options: &'static [&'static str],
    runs: Vec<Used>,
    ledger_rows: i64,
}

fn main() {
    let mut sizes: Vec<u64> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    if sizes.is_empty() {
        sizes.extend(SMALL);
    }
    sizes.sort_unstable();
    println!("scaling: shops of {sizes:?} orders, seed {SEED}, as of {AS_OF}");
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scaling");
    fs::create_dir_all(&dir).expect("a folder can be made");
    let mut plain: Vec<Case> = sizes.iter().map(|&orders| plain_shop(orders, &dir)).collect();
    let middle = plain.len() / 2;
    let mut odd = odd_shops(&plain[middle], &dir);
    let mut threads = [("1 thread", &["--threads", "1"]), ("2 threads", &["--threads", "2"])]
        .map(|(name, options)| Case::new(name, plain[middle].orders, plain[middle].dir.clone(), options));
    for round in 0..ROUNDS {
        let cases = plain.iter_mut().chain(&mut odd).chain(&mut threads);
        cases.filter(|case| round == 0 || case.orders <= REPEATED_UP_TO).for_each(Case::run);
    }
    report_sizes(&plain, &plain[middle]);
    report_odd(&odd, &plain[middle]);
    report_threads(&threads);
    fs::remove_dir_all(&dir).expect("the folder is ours");
}

fn plain_shop(orders: u64, dir: &Path) -> Case {
    let dir = dir.join(orders.to_string());
    shop::generate(orders, Format::Parquet, false, &dir);
    Case::new("plain", orders, dir, &[])
}

fn odd_shops(plain: &Case, dir: &Path) -> [Case; 2] {
    let [one_person, one_day] = ["one-person", "one-day"].map(|name| dir.join(name));
    odd_shop::one_person(&plain.dir, plain.orders, of_one_person(plain.orders), &one_person);
    odd_shop::one_day(&plain.dir, &one_day);
    [("one person", one_person), ("one day", one_day)].map(|(name, dir)| Case::new(name, plain.orders, dir, &[]))
}

fn of_one_person(orders: u64) -> u64 {
    BUSIEST.min(orders / 3)
}

impl Case {
    fn new(name: &'static str, orders: u64, dir: PathBuf, options: &'static [&'static str]) -> Case {
        Case { name, orders, dir, options, runs: Vec::new(), ledger_rows: 0 }
    }

    fn run(&mut self) {
        let used = shop::run(&self.dir, self.options);
        assert!(used.status.success(), "the run failed, see {}", self.dir.join("log").display());
        self.runs.push(used);
        let out = self.dir.join("out");
        self.ledger_rows = rows(&out.join("ledger.parquet"));
        fs::remove_dir_all(out).expect("the folder is ours");
    }

    fn median(&self, of: impl Fn(&Used) -> f64) -> f64 {
        let mut figures: Vec<f64> = self.runs.iter().map(of).collect();
        figures.sort_by(f64::total_cmp);
        figures[figures.len() / 2]
    }

    fn cpu_seconds(&self) -> f64 {
        self.median(|used| used.cpu_seconds)
    }

    fn wall_seconds(&self) -> f64 {
        self.median(|used| used.wall_seconds)
    }

    fn micros_per(&self, count: u64) -> f64 {
        1e6 * self.cpu_seconds() / count as f64
    }

    /// Returns how many rows its exports have.
    fn events(&self) -> u64 {
        let kinds = ["orders", "registrations", "refunds"];
        kinds.iter().map(|kind| rows(&self.dir.join(format!("{kind}.parquet"))) as u64).sum()
    }

    fn report(&self) {
        print!(
            "{:>10}: {:>8} orders {:7.2} s CPU {:7.2} s wall {:8.1} MB peak {:>9} rows",
            self.name,
            self.orders,
            self.cpu_seconds(),
            self.wall_seconds(),
            self.median(|used| used.peak_bytes as f64 / 1e6),
            self.ledger_rows,
        );
    }
}

fn rows(file: &Path) -> i64 {
    let file = File::open(file).expect("a file of a shop or a run");
    SerializedFileReader::new(file).expect("it is Parquet").metadata().file_metadata().num_rows()
}

fn report_sizes(plain: &[Case], middle: &Case) {
    let usual = middle.micros_per(middle.orders);
    for case in plain {
        let micros = case.micros_per(case.orders);
        case.report();
        println!(" {micros:5.2} µs an order: {:.2} times the middle size's", micros / usual);
    }
}

fn report_odd([one_person, one_day]: &[Case; 2], plain: &Case) {
    for (case, moved) in [(one_person, of_one_person(plain.orders)), (one_day, plain.orders)] {
        let ratio = case.cpu_seconds() / plain.cpu_seconds();
        // The other orders cost what they do in the plain shop.
        let of_moved = 1.0 + (ratio - 1.0) * plain.orders as f64 / moved as f64;
        case.report();
        println!(
            " {:5.2} µs an event: {ratio:.2} times the plain shop's, {of_moved:.2} times for the {moved} orders moved",
            case.micros_per(case.events()),
        );
    }
}

fn report_threads(threads: &[Case; 2]) {
    threads.iter().for_each(|case| {
        case.report();
        println!(", {:.2} times as fast as one thread", threads[0].wall_seconds() / case.wall_seconds());
    });
}
