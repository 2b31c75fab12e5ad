//! Tables of the book, read and added to by other programs: Python's `deltalake`, Polars and DuckDB.
//!
//! Runs where it is asked for, with the Python that `ACCRUE_TEST_PYTHON` names, or `python3`.

use accrue::delta::{Commit, DataFile, NewTable, Snapshot, Table, Txn};
use accrue::kernel::time::Timestamp;
use accrue::output::columns::{Column, Field, Holds, Rows, Runs};
use accrue::output::table::Scratch;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

const FIELDS: &[Field] = &[
    Field::new("id", Holds::Text).sorted(),
    Field::new("amount", Holds::Amount),
    Field::new("at", Holds::Time).or_null(),
    Field::new("is_new", Holds::Flag).or_null(),
    Field::new("run", Holds::Long),
];
/// 2024-05-01T12:00:00Z.
const NOON: i64 = 1_714_564_800_000_000;

#[test]
#[ignore = "needs a Python with deltalake, polars and pyarrow, which ACCRUE_TEST_PYTHON names"]
fn other_programs_read_a_table_with_all_of_its_log_and_behind_a_checkpoint() {
    let python = python();
    let home = tempfile::tempdir().unwrap();
    let table = create(&home.path().join("letters"));
    (1..=3).for_each(|run| drop(commit(&table, run)));
    let files = ["run-1.parquet".to_owned(), "run-2.parquet".to_owned()];
    table.newest().unwrap().compact(&files, "both.parquet", at(4)).unwrap();
    commit(&table, 5);
    let found = ask(&python, "read", &table);
    assert_rows(&found, &[1, 2, 3, 5]);
    assert_eq!(found["operations"], json!(["WRITE", "OPTIMIZE", "WRITE", "WRITE", "WRITE", "CREATE TABLE"]));
    assert_eq!(found["records"][2], json!({"run": 3}));

    table.newest().unwrap().write_checkpoint().unwrap();
    commit(&table, 6);
    for version in 0..=5 {
        fs::remove_file(table.folder().join(format!("_delta_log/{version:020}.json"))).unwrap();
    }
    let found = ask(&python, "read", &table);
    assert_rows(&found, &[1, 2, 3, 5, 6]);
    assert_eq!((&found["version"], &found["runs"], &found["files"]), (&json!(6), &json!(6), &json!(4)));
    assert_eq!(found["stats"], json!([2, 2, 2, 4]));
}

#[test]
#[ignore = "needs a Python with deltalake, polars and pyarrow, which ACCRUE_TEST_PYTHON names"]
fn a_table_that_others_have_added_to_is_read_and_added_to_again() {
    let python = python();
    let home = tempfile::tempdir().unwrap();
    let table = create(&home.path().join("letters"));
    (1..=3).for_each(|run| drop(commit(&table, run)));
    ask(&python, "append", &table);
    let snapshot = table.newest().unwrap();
    assert_eq!((snapshot.version(), snapshot.txn("runs")), (6, Some(3)));
    assert_eq!(snapshot.commits_since_checkpoint(), 0);
    snapshot.expect_columns(FIELDS).unwrap();
    assert_eq!(snapshot.files().map(|file| file.rows().unwrap()).sum::<u64>(), 8);
    commit(&table, 4).write_checkpoint().unwrap();
    let found = ask(&python, "read", &table);
    let mut expected = rows(&[1, 2, 3, 4]);
    for run in [90, 91] {
        expected.push(json!([format!("A{run}"), format!("{run}.0000"), NOON - 43_200_000_000, null, run]));
    }
    expected.sort_by_key(|row| row[0].as_str().unwrap().to_owned());
    assert_eq!(found["deltalake"], Value::from(expected));
    assert_eq!(found["runs"], json!(4));
}

/// Begins a table that is only added to.
pub fn create(folder: &Path) -> Table {
    let table = Table::at(folder);
    let configuration = BTreeMap::from([("delta.appendOnly".to_owned(), "true".to_owned())]);
    let new = NewTable { name: "letters", fields: FIELDS, configuration, created_at: at(0), record: Value::Null };
    table.create(&new).unwrap();
    table
}

fn commit(table: &Table, run: i64) -> Snapshot {
    let commit = Commit {
        operation: "WRITE",
        at: at(run),
        add: vec![write(table, run)],
        remove: Vec::new(),
        changes_data: true,
        txn: Some(Txn::new("runs", run)),
        record: json!({"run": run}),
    };
    table.newest().unwrap().commit(commit).unwrap()
}

/// Writes the two rows of a run.
pub fn write(table: &Table, run: i64) -> DataFile {
    let (encoder, mut file) = table.begin_file(&format!("run-{run}.parquet"), FIELDS).unwrap();
    let mut ids = Runs::default();
    ["A", "B"].iter().for_each(|letter| ids.push(&format!("{letter}{run}"), 1));
    let (amounts, runs) = ([12_345 * run, -1], [run; 2]);
    let [times, flags] = [[Some(NOON + run), None], [Some(run % 2), None]];
    let columns = vec![
        ids.column(),
        Column::Numbers(&amounts),
        Column::NumbersOrNull(&times),
        Column::NumbersOrNull(&flags),
        Column::Numbers(&runs),
    ];
    file.append(encoder.encode(&Rows { count: 2, columns }, &mut Scratch::default()).unwrap()).unwrap();
    file.finish().unwrap()
}

/// Returns an instant so many minutes past noon.
pub fn at(minutes: i64) -> Timestamp {
    Timestamp::from_micros(NOON + minutes * 60_000_000)
}

/// Returns the rows of some runs as the other programs tell them, sorted.
fn rows(runs: &[i64]) -> Vec<Value> {
    let amount = |run: i64| format!("{}.{:04}", 12_345 * run / 10_000, 12_345 * run % 10_000);
    let first = runs.iter().map(|&run| json!([format!("A{run}"), amount(run), NOON + run, run % 2 == 1, run]));
    let second = runs.iter().map(|run| json!([format!("B{run}"), "-0.0001", null, null, run]));
    first.chain(second).collect()
}

fn assert_rows(found: &Value, runs: &[i64]) {
    let expected = Value::from(rows(runs));
    assert_eq!(found["deltalake"], expected);
    assert_eq!(found["polars"], expected);
    assert_eq!(found["deltalake_one"], json!([rows(&[3])[0]]));
    assert_eq!(found["polars_one"], Value::from(rows(&[3])));
    assert_eq!(found["duckdb"], expected);
}

/// Returns a Python that has the libraries.
pub fn python() -> String {
    let python = std::env::var("ACCRUE_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let tried = Command::new(&python).args(["-c", "import deltalake, duckdb, polars, pyarrow"]).output();
    let has_libraries = tried.is_ok_and(|tried| tried.status.success());
    assert!(
        has_libraries,
        "{python} has no deltalake, duckdb, polars and pyarrow: name one that has with ACCRUE_TEST_PYTHON"
    );
    python
}

/// Lets the other programs read the table, or add to it first; returns what they found.
fn ask(python: &str, action: &str, table: &Table) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/all/book_delta.py");
    let told = Command::new(python).args([script, action]).arg(table.folder()).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    serde_json::from_slice(&told.stdout).unwrap()
}
