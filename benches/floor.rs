//! How much of a run is only reading and writing: its exports decoded, its ledger's rows encoded, and nothing between?
//!
//! `cargo bench --bench floor` takes a generated shop of 100,000 orders, `cargo bench --bench floor -- 10000000` the
//! shop of docs/performance.md, both in Parquet and mailing nobody; `-- --shop DIR` one that is there. Runs the
//! program on it as a child; then, in this process and with the program's own readers and encoder, decodes the wanted
//! columns and lets them go, and encodes the very rows of the run, put into columns before the clock starts, to a file.
//! The floor is the processor time of both. Encodes them once more with the writer of the `parquet` crate and the same
//! settings: what any program would pay that does not make its pages itself.
//!
//! Checks that the file it writes is as large as the program's ledger.

#![expect(clippy::disallowed_macros, reason = "prints what it measured")]

mod everyone;
mod library_writer;
mod measure;
mod shop;

use accrue::facts::{FactKind, FileIndex};
use accrue::output::TableFormat;
use accrue::output::draft::Draft;
use accrue::output::ledger::{FIELDS, LedgerRows, RunStamp};
use accrue::output::table::{self, Encoded, Encoder, Scratch};
use accrue::pipeline::{self, ProgramFile};
use accrue::resolve::{People, Ranks, resolve};
use accrue::sources;
use accrue::sources::input::{CsvOptions, Format, JsonOptions};
use accrue::sources::readers::{self, Source, Wanted};
use accrue::sources::{Asked, Keep};
use arrow::array::RecordBatch;
use everyone::AS_OF;
use rayon::prelude::*;
use shop::{SEED, generate, run, size};
use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};

const SMALL: u64 = 100_000;
/// As a run has it.
const EVENTS_PER_PIECE: usize = 100_000;
/// Pieces that are encoded before they are appended.
const AT_A_TIME: usize = 16;

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let given = arguments.iter().position(|argument| argument == "--shop").map(|at| PathBuf::from(&arguments[at + 1]));
    match given {
        Some(dir) => measure_floor(&dir),
        None => {
            let orders = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(SMALL);
            println!("floor: {orders} orders, seed {SEED}, as of {}", shop::AS_OF);
            let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("floor");
            generate(orders, accrue::generate::Format::Parquet, false, &dir);
            measure_floor(&dir);
            fs::remove_dir_all(&dir).expect("the folder is ours");
        }
    }
}

fn measure_floor(dir: &Path) {
    let out = dir.join("out");
    if out.exists() {
        fs::remove_dir_all(&out).expect("a folder of an earlier run can be removed");
    }
    let used = run(dir, &[]);
    assert!(used.status.success(), "the run failed, see {}", dir.join("log").display());
    let decode = cpu_seconds_of(|| decode(dir));
    let pieces = pieces(dir);
    let ledger = out.join("floor.parquet");
    let encode = cpu_seconds_of(|| encode(&pieces, &ledger));
    let (own, floor) = (size(&out.join("ledger.parquet")), size(&ledger));
    assert!(own.abs_diff(floor) < 100_000, "{floor} bytes are not those of the run's ledger, {own}");
    let (by_library, bytes) = encode_by_library(&pieces);
    println!("ledger: {:.0} MB, by the library's writer {:.0} MB", floor as f64 / 1e6, bytes as f64 / 1e6);
    println!("  decode: {decode:7.2} s CPU");
    println!("  encode: {encode:7.2} s CPU, by the library's writer {by_library:.2} s");
    println!("   floor: {:7.2} s CPU, by the library's writer {:.2} s", decode + encode, decode + by_library);
    println!(
        "  accrue: {:7.2} s CPU {:7.2} s wall {:8.1} MB peak: {:.2} times the floor, {:.2} times the other",
        used.cpu_seconds,
        used.wall_seconds,
        used.peak_bytes as f64 / 1e6,
        used.cpu_seconds / (decode + encode),
        used.cpu_seconds / (decode + by_library),
    );
}

/// Returns how much processor time this process takes for something.
fn cpu_seconds_of(work: impl FnOnce()) -> f64 {
    let so_far = || {
        let stat = fs::read_to_string("/proc/self/stat").expect("Linux tells about this process");
        measure::state_and_cpu_seconds(&stat).1
    };
    let before = so_far();
    work();
    so_far() - before
}

/// Reads the exports, and keeps nothing.
fn decode(dir: &Path) {
    let kinds = [
        (FactKind::Orders, "orders.parquet"),
        (FactKind::Registrations, "registrations.parquet"),
        (FactKind::Refunds, "refunds.parquet"),
    ];
    let (csv, json) = (CsvOptions::default(), JsonOptions::default());
    for (kind, name) in kinds {
        let path = dir.join(name);
        let (format, rows, columns) = (Format::Parquet, None, &[][..]);
        let (sheet, file) = (None, FileIndex::default());
        let source = Source { kind, path: &path, format, csv: &csv, json: &json, sheet, file, rows, columns };
        readers::read_file(&source, &Wanted::canonical(kind), &|_| Ok(())).expect("a generated export can be read");
    }
}

/// Computes the rows of the ledger, a row group each.
fn pieces(dir: &Path) -> Vec<LedgerRows> {
    let read = pipeline::read(&dir.join("pipeline.toml"), None);
    let (pipeline, file) = read.unwrap_or_else(|_| panic!("a generated pipeline has no faults"));
    let program = &file.program;
    let asked = Asked::of(program, Keep::NoContacts);
    let facts = sources::read(&pipeline.inputs, &asked, &|_| {});
    let people = resolve(facts.expect("a generated shop can be read"), program, AS_OF);
    people.ranges(EVENTS_PER_PIECE).into_par_iter().map(|ranks| piece(&people, ranks, &file)).collect()
}

fn piece(people: &People, ranks: Ranks, file: &ProgramFile) -> LedgerRows {
    let rules: Vec<String> = file.program.rules.iter().map(|rule| rule.id.clone()).collect();
    let mut rows = LedgerRows::default();
    everyone::for_each(people, ranks, &file.program, |rank, out| rows.push(people.id(rank), &out.entries, &rules));
    rows
}

/// Writes the ledger of these rows as a run does.
fn encode(pieces: &[LedgerRows], path: &Path) {
    let draft = Draft::new(path.to_path_buf(), fs::File::create_new(path).expect("a file can be created"));
    let stamp = stamp();
    let created = table::create_in(draft, "ledger", TableFormat::Parquet, FIELDS);
    let (encoder, mut file) = created.expect("the ledger's columns are Parquet's");
    for some in pieces.chunks(AT_A_TIME) {
        let encoded: Vec<Encoded> = some.par_iter().map(|rows| encode_one(&encoder, rows, &stamp)).collect();
        encoded.into_iter().for_each(|piece| file.append(piece).expect("a file can be written"));
    }
    file.finish().expect("a file can be written");
}

/// Encodes these rows with the library's writer; returns the processor seconds that this takes, and the bytes.
fn encode_by_library(pieces: &[LedgerRows]) -> (f64, u64) {
    let (mut seconds, mut bytes) = (0.0, 0);
    let stamp = stamp();
    for some in pieces.chunks(AT_A_TIME) {
        let batch = |rows: &LedgerRows| library_writer::batch(FIELDS, &rows.rows(&stamp));
        let batches: Vec<RecordBatch> = some.par_iter().map(batch).collect();
        let write = |batch: &RecordBatch| library_writer::write(FIELDS, batch).len() as u64;
        seconds += cpu_seconds_of(|| bytes += batches.par_iter().map(write).sum::<u64>());
    }
    (seconds, bytes)
}

fn encode_one(encoder: &Encoder, rows: &LedgerRows, stamp: &RunStamp) -> Encoded {
    let encode = |scratch: &RefCell<Scratch>| encoder.encode(&rows.rows(stamp), &mut scratch.borrow_mut());
    SCRATCH.with(encode).expect("a ledger can be encoded")
}

fn stamp() -> RunStamp {
    RunStamp::new("run-20250101-000000-000000".to_owned(), AS_OF)
}
