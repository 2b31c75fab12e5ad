//! Tables from begin to end: what is committed is what is read, and what is broken is named.

mod checkpoints;
mod commits;
mod faults;
mod files;
mod surveys;

use super::{Commit, DataFile, DeltaError, NewTable, Snapshot, Table, digest};
use accrue_kernel::time::Timestamp;
use accrue_output::columns::{Column, Field, Holds, Rows, Runs};
use accrue_output::table::Scratch;
use arrow::array::AsArray;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use tempfile::TempDir;

const FIELDS: &[Field] = &[
    Field::new("id", Holds::Text).sorted(),
    Field::new("amount", Holds::Amount),
    Field::new("at", Holds::Time).or_null(),
    Field::new("run", Holds::Long),
];
/// 2024-05-01T12:00:00Z.
const NOON: Timestamp = Timestamp::from_micros(1_714_564_800_000_000);

/// A table in a folder that goes when it does.
struct Home {
    folder: TempDir,
    table: Table,
}

impl Home {
    /// Begins a table without rows.
    fn new() -> Home {
        Home::with_configuration(BTreeMap::new())
    }

    fn with_configuration(configuration: BTreeMap<String, String>) -> Home {
        let folder = tempfile::tempdir().unwrap();
        let table = Table::at(folder.path().join("book/letters"));
        let new = NewTable { name: "letters", fields: FIELDS, configuration, created_at: NOON, record: Value::Null };
        table.create(&new).unwrap();
        Home { folder, table }
    }

    /// Begins a table and commits so many files of two rows each: `run-1.parquet` and so on, at minutes past noon.
    fn with_runs(runs: i64) -> Home {
        let home = Home::new();
        (1..=runs).for_each(|run| drop(home.run(run)));
        home
    }

    /// Writes a file of two rows, ids `A` and `B` with the number of the run behind.
    fn write(&self, run: i64) -> DataFile {
        let (encoder, mut file) = self.table.begin_file(&format!("run-{run}.parquet"), FIELDS).unwrap();
        let mut ids = Runs::default();
        ["A", "B"].iter().for_each(|letter| ids.push(&format!("{letter}{run}"), 1));
        let (amounts, times, runs) = ([10_000 * run; 2], [Some(NOON.micros() + run), None], [run; 2]);
        let [amounts, runs] = [&amounts, &runs].map(|numbers| Column::Numbers(numbers));
        let columns = vec![ids.column(), amounts, Column::NumbersOrNull(&times), runs];
        file.append(encoder.encode(&Rows { count: 2, columns }, &mut Scratch::default()).unwrap()).unwrap();
        file.finish().unwrap()
    }

    /// Writes a file and commits it on what the table is now.
    fn run(&self, run: i64) -> Snapshot {
        let file = self.write(run);
        self.table.newest().unwrap().commit(commit_of(run, vec![file])).unwrap()
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.table.folder().join(name)
    }

    fn log_path(&self, name: &str) -> std::path::PathBuf {
        self.path("_delta_log").join(name)
    }

    /// Returns the message of what is wrong with the table, with its folder as `letters`.
    fn fault(&self) -> String {
        let message = self.table.newest().err().expect("a fault").to_string();
        message.replace(&format!("{}/book/", self.folder.path().display()), "")
    }
}

/// Puts bytes in the place of a file, which may be read-only.
fn put(path: &Path, bytes: impl AsRef<[u8]>) {
    let _ = fs::remove_file(path);
    fs::write(path, bytes).unwrap();
}

fn commit_of(run: i64, add: Vec<DataFile>) -> Commit<'static> {
    Commit {
        operation: "WRITE",
        at: minutes_past_noon(run),
        add,
        remove: Vec::new(),
        changes_data: true,
        txn: Some(super::Txn::new("runs", run)),
        record: json!({"run": run}),
    }
}

fn minutes_past_noon(minutes: i64) -> Timestamp {
    NOON.plus_micros(minutes * 60_000_000)
}

/// Returns the ids in all files of a table, file by file.
fn ids(snapshot: &Snapshot) -> Vec<String> {
    snapshot.files().flat_map(|file| ids_in(&snapshot.place(file))).collect()
}

fn ids_in(path: &Path) -> Vec<String> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap().build().unwrap();
    let of = |batch: arrow::array::RecordBatch| {
        batch.column(0).as_string::<i32>().iter().map(|id| id.unwrap().to_owned()).collect::<Vec<_>>()
    };
    reader.flat_map(|batch| of(batch.unwrap())).collect()
}

fn names(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.files().map(|file| file.name.as_str()).collect()
}

/// Returns the names in a folder, sorted.
fn listed(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
