//! Checkpoints: equal to the log, and never needed.

use super::*;

/// Compares what two readers make of a table.
fn assert_same(one: &Snapshot, other: &Snapshot) {
    assert_eq!(one.version, other.version);
    assert_eq!(one.protocol, other.protocol);
    assert_eq!(one.metadata, other.metadata);
    assert_eq!(one.state.live, other.state.live);
    assert_eq!(one.state.txns, other.state.txns);
    let removed = |snapshot: &Snapshot| -> Vec<_> {
        snapshot.state.removed.values().map(|file| (file.path.clone(), file.deletion_timestamp, file.size)).collect()
    };
    assert_eq!(removed(one), removed(other));
}

/// A table with four files that were made one, two that were added since, a checkpoint and a commit after it.
fn home() -> (Home, Snapshot) {
    let home = Home::with_runs(4);
    let four: Vec<String> = (1..=4).map(|run| format!("run-{run}.parquet")).collect();
    home.table.newest().unwrap().compact(&four, "all-4.parquet", minutes_past_noon(5)).unwrap();
    home.run(6);
    let mut snapshot = home.run(7);
    assert_eq!(snapshot.commits_since_checkpoint(), 8);
    snapshot.write_checkpoint().unwrap();
    assert_eq!(snapshot.commits_since_checkpoint(), 0);
    let by_log = home.run(8);
    (home, by_log)
}

#[test]
fn a_checkpoint_says_what_the_log_says() {
    let (home, by_log) = home();
    let logs = listed(&home.path("_delta_log"));
    assert_eq!((logs[7].as_str(), logs[10].as_str()), ("00000000000000000007.checkpoint.parquet", "_last_checkpoint"));
    (0..=7).for_each(|version| fs::remove_file(home.log_path(&format!("0000000000000000000{version}.json"))).unwrap());
    let by_checkpoint = home.table.newest().unwrap();
    assert_eq!(by_checkpoint.checkpoint, Some(7));
    assert_same(&by_checkpoint, &by_log);
    assert_eq!(by_checkpoint.state.removed.len(), 4);
    assert_eq!(by_checkpoint.commits().map(|commit| commit.unwrap().version).collect::<Vec<_>>(), [8]);
    assert_eq!(home.table.at_version(7).unwrap().files().len(), 3);
    assert!(matches!(home.table.at_version(6), Err(DeltaError::Hole(_))));
}

#[test]
fn without_a_checkpoint_that_can_be_read_the_log_tells_the_same() {
    let (home, by_log) = home();
    let checkpoint = home.log_path("00000000000000000007.checkpoint.parquet");
    put(&home.log_path("_last_checkpoint"), "no hint");
    assert_same(&home.table.newest().unwrap(), &by_log);
    let whole = fs::read(&checkpoint).unwrap();
    fs::write(&checkpoint, &whole[..whole.len() / 2]).unwrap();
    let read = home.table.newest().unwrap();
    assert_eq!(read.checkpoint, None);
    assert_same(&read, &by_log);
    fs::remove_file(checkpoint).unwrap();
    assert_same(&home.table.newest().unwrap(), &by_log);
}

#[test]
fn a_checkpoint_that_cannot_be_read_is_named_where_the_log_is_gone() {
    let (home, _) = home();
    put(&home.log_path("00000000000000000007.checkpoint.parquet"), "x");
    fs::remove_file(home.log_path("00000000000000000000.json")).unwrap();
    let fault = home.fault();
    assert!(fault.starts_with("cannot read letters/_delta_log/00000000000000000007.checkpoint.parquet as Parquet: "));
    assert!(fault.ends_with(": restore the file from a copy of the table"), "{fault}");
}

#[test]
fn a_table_without_rows_or_settings_has_a_checkpoint_too() {
    let home = Home::with_configuration([("delta.appendOnly".to_owned(), "true".to_owned())].into());
    let mut by_log = home.table.newest().unwrap();
    by_log.write_checkpoint().unwrap();
    by_log.write_checkpoint().unwrap();
    fs::remove_file(home.log_path("00000000000000000000.json")).unwrap();
    let by_checkpoint = home.table.newest().unwrap();
    assert_same(&by_checkpoint, &by_log);
    assert_eq!(by_checkpoint.setting("delta.appendOnly"), Some("true"));
    assert_eq!(listed(&home.path("_delta_log")), ["00000000000000000000.checkpoint.parquet", "_last_checkpoint"]);
    let committed = by_checkpoint.commit(commit_of(1, vec![home.write(1)])).unwrap();
    assert_same(&home.table.newest().unwrap(), &committed);
}

#[test]
fn the_version_of_a_file_outlives_the_log() {
    let home = Home::with_runs(3);
    home.table.newest().unwrap().write_checkpoint().unwrap();
    let versions: Vec<_> = home.table.newest().unwrap().files().map(|file| file.version).collect();
    assert_eq!(versions, [Some(1), Some(2), Some(3)]);
}
