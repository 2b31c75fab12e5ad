//! Commits: what they say is what is read, and one of two wins.

use super::*;
use crate::Txn;

#[test]
fn a_new_table_has_its_columns_and_no_file() {
    let home = Home::new();
    let snapshot = home.table.newest().unwrap();
    assert_eq!((snapshot.version(), snapshot.files().len()), (0, 0));
    snapshot.expect_columns(FIELDS).unwrap();
    let others = snapshot.expect_columns(&FIELDS[1..]).unwrap_err().to_string();
    assert!(others.contains("has other columns"), "{others}");
    assert_eq!(snapshot.id().len(), 36);
    assert_eq!(listed(home.table.folder()), ["_delta_log"]);
    assert_eq!(listed(&home.path("_delta_log")), ["00000000000000000000.json"]);
}

#[test]
fn a_table_is_begun_once_and_not_among_other_files() {
    let home = Home::new();
    let new = || NewTable {
        name: "letters",
        fields: FIELDS,
        configuration: BTreeMap::new(),
        created_at: NOON,
        record: Value::Null,
    };
    assert!(matches!(home.table.create(&new()), Err(DeltaError::Conflict(_))));
    let elsewhere = Table::at(home.folder.path().join("exports"));
    assert!(!elsewhere.is_there().unwrap());
    fs::create_dir(elsewhere.folder()).unwrap();
    fs::write(elsewhere.folder().join("orders.parquet"), "x").unwrap();
    assert!(matches!(elsewhere.create(&new()), Err(DeltaError::NotEmpty(_))));
    assert!(matches!(elsewhere.newest(), Err(DeltaError::NoTable(_))));
}

#[test]
fn what_is_committed_is_read_back() {
    let home = Home::new();
    let mut file = home.write(1);
    file.tags.insert("kind".to_owned(), "first".to_owned());
    let committed = home.table.newest().unwrap().commit(commit_of(1, vec![file])).unwrap();
    let read = home.table.newest().unwrap();
    for snapshot in [committed, read] {
        assert_eq!((snapshot.version(), snapshot.txn("runs"), snapshot.txn("others")), (1, Some(1), None));
        let file = snapshot.files().next().unwrap();
        assert_eq!((file.name.as_str(), file.version, file.rows()), ("run-1.parquet", Some(1), Some(2)));
        assert_eq!(file.bytes, fs::metadata(snapshot.place(file)).unwrap().len());
        assert_eq!(file.tags, BTreeMap::from([("kind".to_owned(), "first".to_owned())]));
        assert_eq!(file.stats.text_range("id"), Some(("A1", "B1")));
        assert_eq!(file.stats.text_range("at"), Some(("2024-05-01T12:00:00.000001Z", "2024-05-01T12:00:00.000001Z")));
        assert_eq!(file.stats.number_range("run"), Some((1, 1)));
        assert_eq!(Value::from(file.stats.null_count.clone()), json!({"id": 0, "amount": 0, "at": 1, "run": 0}));
        assert_eq!(ids(&snapshot), ["A1", "B1"]);
    }
}

#[test]
fn the_lines_of_a_commit_are_the_protocols() {
    let home = Home::with_runs(1);
    let text = fs::read_to_string(home.log_path("00000000000000000001.json")).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let size = fs::metadata(home.path("run-1.parquet")).unwrap().len();
    let engine = concat!("accrue/", env!("CARGO_PKG_VERSION"));
    let millis = 1_714_564_860_000_i64;
    assert_eq!(
        lines[..2],
        [
            json!({"commitInfo": {"digest": lines[0]["commitInfo"]["digest"],
                "previous": digest::of_file(&home.log_path("00000000000000000000.json")).unwrap(), "timestamp": millis, "operation": "WRITE", "operationParameters": {},
                "engineInfo": engine, "record": {"run": 1}}}),
            json!({"txn": {"appId": "runs", "version": 1, "lastUpdated": millis}}),
        ]
    );
    let digest = digest::of_file(&home.path("run-1.parquet")).unwrap();
    let bytes = fs::read(home.path("run-1.parquet")).unwrap();
    let metadata = u32::from_le_bytes(bytes[bytes.len() - 8..][..4].try_into().unwrap()) as usize;
    let footer = digest::of_bytes(&bytes[bytes.len() - 8 - metadata..]);
    let stats = r#"{"numRecords":2,"minValues":{"id":"A1","at":"2024-05-01T12:00:00.000001Z","run":1},"maxValues":{"id":"B1","at":"2024-05-01T12:00:00.000001Z","run":1},"nullCount":{"id":0,"amount":0,"at":1,"run":0}}"#;
    assert_eq!(
        lines[2..],
        [json!({"add": {"path": "run-1.parquet", "partitionValues": {}, "size": size, "modificationTime": millis,
            "dataChange": true, "stats": stats, "tags": {"footer_xxh3_128": footer, "version": "1", "xxh3_128": digest}}})]
    );
}

#[test]
fn a_version_is_what_it_was() {
    let home = Home::with_runs(3);
    let then = home.table.at_version(1).unwrap();
    assert_eq!((names(&then), then.txn("runs")), (vec!["run-1.parquet"], Some(1)));
    let fault = home.table.at_version(4).err().unwrap().to_string();
    assert!(fault.ends_with("has no version 4: its newest is 3"), "{fault}");
}

#[test]
fn commits_are_told_newest_first() {
    let home = Home::with_runs(2);
    let records: Vec<_> = home.table.newest().unwrap().commits().map(Result::unwrap).collect();
    let told: Vec<_> = records.iter().map(|commit| (commit.version, commit.at.unwrap(), &commit.record)).collect();
    let at = minutes_past_noon;
    assert_eq!(told, [(2, at(2), &json!({"run": 2})), (1, at(1), &json!({"run": 1})), (0, NOON, &Value::Null)]);
    assert_eq!(records[2].operation.as_deref(), Some("CREATE TABLE"));
}

#[test]
fn of_two_commits_on_one_snapshot_one_is_refused_and_leaves_nothing() {
    let home = Home::with_runs(1);
    let (first, second) = (home.table.newest().unwrap(), home.table.newest().unwrap());
    first.commit(commit_of(2, vec![home.write(2)])).unwrap();
    let refused = second.commit(commit_of(3, vec![home.write(3)])).err().unwrap();
    assert!(refused.to_string().contains("00000000000000000002.json was committed by somebody else"), "{refused}");
    assert_eq!(ids(&home.table.newest().unwrap()), ["A1", "B1", "A2", "B2"]);
    assert_eq!(listed(&home.path("_delta_log")).len(), 3);
}

#[test]
fn of_many_writers_at_once_one_wins_each_version() {
    let home = Home::new();
    let won = |writer: i64| {
        let tries = (0..20).map(|round| {
            let run = 100 * writer + round;
            let snapshot = home.table.newest().unwrap();
            let commit = Commit { txn: None, ..commit_of(run, vec![home.write(run)]) };
            match snapshot.commit(commit) {
                Ok(snapshot) => Some(snapshot.version()),
                Err(DeltaError::Conflict(_)) => None,
                Err(error) => panic!("{error}"),
            }
        });
        tries.flatten().collect::<Vec<u64>>()
    };
    let mut versions: Vec<u64> = std::thread::scope(|scope| {
        let writers: Vec<_> = (1..=4).map(|writer| scope.spawn(move || won(writer))).collect();
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    });
    versions.sort_unstable();
    assert_eq!(versions, (1..=versions.len() as u64).collect::<Vec<_>>());
    let snapshot = home.table.newest().unwrap();
    assert_eq!((snapshot.version(), snapshot.files().len()), (versions.len() as u64, versions.len()));
}

#[test]
fn a_number_that_an_application_has_reached_is_not_committed_again() {
    let home = Home::with_runs(2);
    let refused = home.table.newest().unwrap().commit(commit_of(2, vec![])).err().unwrap().to_string();
    assert!(refused.contains("has version 2 of runs already, so that version 2 is not committed again"), "{refused}");
    let other = Commit { txn: Some(Txn::new("others", 1)), ..commit_of(3, vec![]) };
    let snapshot = home.table.newest().unwrap().commit(other).unwrap();
    assert_eq!((snapshot.txn("runs"), snapshot.txn("others")), (Some(2), Some(1)));
}

#[test]
fn a_table_that_is_only_added_to_keeps_its_rows() {
    let home = Home::with_configuration([("delta.appendOnly".to_owned(), "true".to_owned())].into());
    let snapshot = home.run(1);
    let removal = Commit { remove: vec!["run-1.parquet".to_owned()], ..commit_of(2, vec![]) };
    assert!(matches!(snapshot.commit(removal), Err(DeltaError::AppendOnly(_))));
    let files = ["run-1.parquet".to_owned()];
    let snapshot = home.table.newest().unwrap().compact(&files, "all.parquet", minutes_past_noon(2)).unwrap();
    assert_eq!(ids(&snapshot), ["A1", "B1"]);
}

#[test]
fn files_that_are_not_what_a_commit_says_are_refused() {
    let home = Home::with_runs(1);
    let refused = |add: Vec<DataFile>, remove: &[&str]| {
        let remove = remove.iter().map(|name| name.to_string()).collect();
        home.table.newest().unwrap().commit(Commit { remove, ..commit_of(2, add) }).err().unwrap()
    };
    let file = home.write(2);
    fs::remove_file(home.path("run-2.parquet")).unwrap();
    assert!(matches!(refused(vec![file], &[]), DeltaError::Lost(_)));
    assert!(matches!(refused(vec![home.table.file("run-1.parquet").unwrap()], &[]), DeltaError::Taken(_)));
    assert!(matches!(refused(vec![], &["run-7.parquet"]), DeltaError::NotLive(_)));
    assert_eq!(home.table.newest().unwrap().version(), 1);
}

#[test]
fn what_a_crash_leaves_is_no_part_of_the_table_and_the_next_commit_clears_the_log() {
    let home = Home::with_runs(1);
    home.write(2);
    fs::write(home.log_path(".00000000000000000002.json.Ab3dE6.tmp"), "{\"add\":").unwrap();
    assert_eq!(names(&home.table.newest().unwrap()), ["run-1.parquet"]);
    // A checkpoint that is being written, and what another is about to commit next, are left alone.
    fs::write(home.log_path(".00000000000000000001.checkpoint.parquet.Ab3dE6.tmp"), "").unwrap();
    fs::write(home.log_path(".00000000000000000003.json.Ab3dE6.tmp"), "").unwrap();
    home.run(3);
    let logs = listed(&home.path("_delta_log"));
    let temporary: Vec<_> = logs.iter().filter(|name| name.ends_with(".tmp")).collect();
    assert_eq!(
        temporary,
        [".00000000000000000001.checkpoint.parquet.Ab3dE6.tmp", ".00000000000000000003.json.Ab3dE6.tmp"]
    );
    let snapshot = home.table.newest().unwrap();
    assert_eq!(names(&snapshot), ["run-1.parquet", "run-3.parquet"]);
    // The file of the run that died can still be committed by the next.
    let found = home.table.file("run-2.parquet").unwrap();
    let snapshot = snapshot.commit(commit_of(4, vec![found])).unwrap();
    assert_eq!(ids(&snapshot), ["A1", "B1", "A2", "B2", "A3", "B3"]);
}
