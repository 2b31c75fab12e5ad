//! How long does each stage of a run take on one core: decode, group, kernel, delta, encode?
//!
//! `cargo bench --bench stages` takes a generated shop of 100,000 orders (seed 1, two years, Parquet);
//! `cargo bench --bench stages -- kernel` one stage. `cargo test` runs each once on a shop of 2,000 orders, so that
//! they do not rot. Before anything is timed, a digest of each stage's result is printed: a change that makes a
//! stage faster must not change the digest.

#![expect(clippy::disallowed_macros, reason = "prints what it measured")]

mod everyone;

use accrue::facts::Facts;
use accrue::generate::Format;
use accrue::generate::{self, Options};
use accrue::kernel;
use accrue::kernel::compiled_program::CompiledProgram;
use accrue::kernel::delta::{Posting, delta};
use accrue::kernel::entry::{Entry, Kind};
use accrue::kernel::outcome::PersonLedger;
use accrue::kernel::state::PersonState;
use accrue::output::ledger::{FIELDS, LedgerRows, RunStamp};
use accrue::output::parquet::{self, Scratch};
use accrue::pipeline::{self, Pipeline, ProgramFile};
use accrue::resolve::{Gathered, People, PersonFacts, resolve};
use accrue::sources;
use accrue::sources::{Asked, Keep};
use divan::Bencher;
use divan::counter::ItemsCount;
use everyone::AS_OF;
use sha2::{Digest, Sha256};
use std::fmt::Debug;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

const ORDERS: u64 = 100_000;
const ORDERS_IN_TESTS: u64 = 2_000;

static SHOP: LazyLock<(Pipeline, ProgramFile)> = LazyLock::new(shop);
static LEDGER: LazyLock<Vec<(String, Vec<Entry<'static>>)>> = LazyLock::new(ledger);

fn main() {
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().expect("nobody has built it before");
    let facts = read();
    println!(
        "decode {}",
        digest((0..facts.orders.rows.len()).map(|row| (facts.orders.rows[row], facts.orders.origin(row))))
    );
    let people = group_of(facts);
    println!("group  {}", digest(people.ranks().map(|rank| (people.id(rank), people.event_count(rank)))));
    println!("kernel {}", digest(LEDGER.iter()));
    println!("delta  {}", digest(LEDGER.iter().zip(posted()).map(|((_, entries), posted)| postings(entries, &posted))));
    println!("encode {}", digest([encoded(&mut LedgerRows::default(), &mut Scratch::default())]));
    divan::main();
}

/// Files to facts.
#[divan::bench]
fn decode(bencher: Bencher) {
    bencher.counter(ItemsCount::new(fact_count())).bench(read);
}

/// Facts to people.
#[divan::bench]
fn group(bencher: Bencher) {
    bencher.counter(ItemsCount::new(fact_count())).with_inputs(read).bench_values(group_of);
}

/// People to entries, their facts gathered from where they lie.
#[divan::bench(name = "kernel")]
fn walk(bencher: Bencher) {
    let people = group_of(read());
    bencher.counter(ItemsCount::new(entry_count())).bench_local(|| {
        let mut entries = 0;
        everyone::for_each(&people, people.ranks(), &SHOP.1.program, |_, out| entries += out.entries.len());
        entries
    });
}

/// Entries to postings, where all but every tenth grant is posted already.
#[divan::bench(name = "delta")]
fn subtract(bencher: Bencher) {
    let posted: Vec<_> = posted().collect();
    let mut out = Vec::new();
    bencher.counter(ItemsCount::new(entry_count())).bench_local(|| {
        for ((_, entries), posted) in LEDGER.iter().zip(&posted) {
            delta(entries, posted, &mut out);
        }
    });
}

/// Entries to a row group of the ledger.
#[divan::bench]
fn encode(bencher: Bencher) {
    let (mut rows, mut scratch) = (LedgerRows::default(), Scratch::default());
    bencher.counter(ItemsCount::new(entry_count())).bench_local(|| encoded(&mut rows, &mut scratch));
}

fn shop() -> (Pipeline, ProgramFile) {
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stages");
    if dir.exists() {
        fs::remove_dir_all(&dir).expect("a folder of an earlier run can be removed");
    }
    let options = Options::new(if is_bench { ORDERS } else { ORDERS_IN_TESTS });
    let shop =
        generate::generate(&Options { format: Format::Parquet, ..options }, &dir).expect("a shop can be written");
    pipeline::read(&shop.pipeline, None).unwrap_or_else(|_| panic!("a generated pipeline has no faults"))
}

fn read() -> Facts {
    let (pipeline, ProgramFile { program, .. }) = &*SHOP;
    let asked = Asked::of(program, Keep::NoContacts);
    sources::read(&pipeline.inputs, &asked, &|_| {}).expect("a generated shop can be read")
}

fn group_of(facts: Facts) -> People {
    resolve(facts, &SHOP.1.program, AS_OF)
}

fn fact_count() -> usize {
    let facts = read();
    facts.orders.rows.len() + facts.registrations.rows.len() + facts.refunds.rows.len()
}

fn entry_count() -> usize {
    LEDGER.iter().map(|(_, entries)| entries.len()).sum()
}

/// Everybody's entries, whose facts stay for as long as the benchmark runs.
fn ledger() -> Vec<(String, Vec<Entry<'static>>)> {
    let people: &'static People = Box::leak(Box::new(group_of(read())));
    let gathered: &'static mut Gathered<'static> = Box::leak(Box::new(Gathered::new(people)));
    gathered.gather(people.ranks());
    let gathered: &'static Gathered<'static> = gathered;
    let terms = CompiledProgram::new(&SHOP.1.program);
    let entries = |rank| {
        let (mut facts, mut state, mut out) = (PersonFacts::default(), PersonState::default(), PersonLedger::default());
        gathered.fill(rank, &mut facts);
        kernel::compute(&facts.person(), &terms, AS_OF, &mut state, &mut out);
        (people.id(rank).to_owned(), out.entries)
    };
    people.ranks().map(entries).collect()
}

/// What is posted to each person: everything, but for every tenth grant.
fn posted() -> impl Iterator<Item = Vec<Entry<'static>>> {
    let mut grants = 0;
    LEDGER.iter().map(move |(_, entries)| {
        let is_posted = |entry: &&Entry<'_>| {
            grants += usize::from(entry.kind == Kind::Grant);
            entry.kind != Kind::Grant || grants % 10 > 0
        };
        entries.iter().filter(is_posted).copied().collect()
    })
}

fn postings<'a>(entries: &[Entry<'a>], posted: &[Entry<'a>]) -> Vec<Posting<'a>> {
    let mut out = Vec::new();
    delta(entries, posted, &mut out);
    out
}

/// The bytes of a ledger file with one row group.
fn encoded(rows: &mut LedgerRows, scratch: &mut Scratch) -> Vec<u8> {
    let rules: Vec<String> = SHOP.1.program.rules.iter().map(|rule| rule.id.clone()).collect();
    rows.clear();
    LEDGER.iter().for_each(|(id, entries)| rows.push(id, entries, &rules));
    let stamp = RunStamp::new("run".to_owned(), AS_OF);
    let schema = parquet::schema("ledger", FIELDS).expect("the ledger's columns are Parquet's");
    let group = parquet::encode(FIELDS, &schema, &rows.rows(&stamp), scratch).expect("a ledger can be encoded");
    let mut file = parquet::File::create(Vec::new(), &schema).expect("memory can be written to");
    file.append(group).expect("memory can be written to");
    file.finish().expect("memory can be written to")
}

fn digest(items: impl IntoIterator<Item = impl Debug>) -> String {
    let mut hash = Sha256::new();
    items.into_iter().for_each(|item| hash.update(format!("{item:?}")));
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
