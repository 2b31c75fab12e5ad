//! Two processes that add to one table of the book and are killed, again and again: each version is one whole commit.

use crate::book_delta::{at, create, write};
use accrue::delta::{Commit, DeltaError, Table, Use};
use accrue::kernel::time::Timestamp;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// Tells a process of this test that it is a writer, where the table is, and from which number on its files are its
/// own.
const WRITER: &str = "ACCRUE_TEST_WRITER";
const ROUNDS: i64 = 6;
const FILES_OF_A_WRITER: i64 = 1_000_000;

#[test]
fn writers_that_are_killed_leave_whole_commits() {
    let home = tempfile::tempdir().unwrap();
    let table = create(&home.path().join("letters"));
    for round in 0..ROUNDS {
        let mut writers = [0, 1].map(|writer| start(table.folder(), (2 * round + writer) * FILES_OF_A_WRITER));
        sleep(Duration::from_millis(300 + 17 * round as u64));
        for writer in &mut writers {
            assert!(writer.try_wait().unwrap().is_none(), "a writer has ended by itself");
            writer.kill().unwrap();
            writer.wait().unwrap();
        }
        assert_whole(&table);
    }
    let snapshot = table.newest().unwrap();
    assert!(snapshot.version() > 0, "nobody has written anything");
    let last = ROUNDS * 2 * FILES_OF_A_WRITER;
    snapshot.commit(commit(&table, last)).unwrap();
    assert!(!names(&table.folder().join("_delta_log")).iter().any(|name| name.contains(".json.")));
    table.vacuum(Timestamp::NEVER, |_| Use::Done).unwrap();
    // All that is left is the log and what it names.
    assert_eq!(names(table.folder()).len(), 1 + table.newest().unwrap().files().len());
}

/// The other half of the test above.
#[test]
#[ignore = "the other half of a test, which runs it in a process of its own"]
fn a_writer_adds_until_it_is_killed() {
    let told = std::env::var(WRITER).expect("the other half sets it");
    let (first, folder) = told.split_once(' ').unwrap();
    let (first, table) = (first.parse::<i64>().unwrap(), Table::at(folder));
    for run in first + 1..first + FILES_OF_A_WRITER {
        match table.newest().unwrap().commit(commit(&table, run)) {
            Ok(mut snapshot) if snapshot.version() % 7 == 0 => snapshot.write_checkpoint().unwrap(),
            Ok(_) | Err(DeltaError::Conflict(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

fn start(folder: &Path, first: i64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "book_killed::a_writer_adds_until_it_is_killed"])
        .env(WRITER, format!("{first} {}", folder.display()))
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

fn commit(table: &Table, run: i64) -> Commit<'static> {
    Commit {
        operation: "WRITE",
        at: at(0),
        add: vec![write(table, run)],
        remove: Vec::new(),
        changes_data: true,
        txn: None,
        record: Value::Null,
    }
}

/// Checks that each version has added one file, which can be read, and that the log alone says the same.
fn assert_whole(table: &Table) {
    let snapshot = table.newest().unwrap();
    let mut versions: Vec<u64> = snapshot.files().map(|file| file.version.unwrap()).collect();
    versions.sort_unstable();
    assert_eq!(versions, (1..=snapshot.version()).collect::<Vec<_>>());
    for file in snapshot.files() {
        assert_eq!(table.file(&file.name).unwrap().stats, file.stats);
    }
    let told: Vec<u64> = snapshot.commits().map(|commit| commit.unwrap().version).collect();
    assert_eq!(told, (0..=snapshot.version()).rev().collect::<Vec<_>>());
}

fn names(folder: &Path) -> Vec<String> {
    let paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
}
