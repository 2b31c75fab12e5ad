//! Files brought in, made one, and cleared away.

use super::*;
use crate::Use;

/// Later than any file of a test was touched.
const FAR: Timestamp = Timestamp::from_micros(i64::MAX);

#[test]
fn a_name_that_is_taken_is_not_written_over() {
    let home = Home::with_runs(1);
    let before = fs::read(home.path("run-1.parquet")).unwrap();
    assert!(matches!(home.table.begin_file("run-1.parquet", FIELDS), Err(DeltaError::Taken(_))));
    let files = ["run-1.parquet".to_owned()];
    let refused = home.table.newest().unwrap().compact(&files, "run-1.parquet", NOON);
    assert!(matches!(refused, Err(DeltaError::Taken(_))));
    assert_eq!(fs::read(home.path("run-1.parquet")).unwrap(), before);
}

#[test]
fn a_file_from_elsewhere_is_brought_in_without_a_copy() {
    let (home, other) = (Home::new(), Home::with_runs(3));
    let file = home.table.adopt(&other.path("run-3.parquet"), "theirs.parquet", None).unwrap();
    // A run that died after this may do it again.
    assert_eq!(home.table.adopt(&other.path("run-3.parquet"), "theirs.parquet", None).unwrap(), file);
    let snapshot = home.table.newest().unwrap().commit(commit_of(1, vec![file])).unwrap();
    assert_eq!(ids(&snapshot), ["A3", "B3"]);
    assert!(matches!(
        home.table.adopt(&other.path("run-2.parquet"), "theirs.parquet", None),
        Err(DeltaError::Taken(_))
    ));
    assert!(matches!(home.table.adopt(&other.path("none"), "none.parquet", None), Err(DeltaError::Write { .. })));
}

#[test]
fn files_made_one_have_the_same_rows() {
    let home = Home::with_runs(3);
    let two = ["run-2.parquet".to_owned(), "run-1.parquet".to_owned()];
    let snapshot = home.table.newest().unwrap().compact(&two, "both.parquet", minutes_past_noon(9)).unwrap();
    assert_eq!(names(&snapshot), ["both.parquet", "run-3.parquet"]);
    assert_eq!(ids(&snapshot), ["A2", "B2", "A1", "B1", "A3", "B3"]);
    let both = snapshot.files().next().unwrap();
    assert_eq!((both.rows(), both.version, both.stats.text_range("id")), (Some(4), Some(4), Some(("A1", "B2"))));
    assert_eq!(both.stats.number_range("run"), Some((1, 2)));
    let text = fs::read_to_string(home.log_path("00000000000000000004.json")).unwrap();
    assert_eq!((text.matches("\"dataChange\":false").count(), text.matches("\"dataChange\":true").count()), (3, 0));
    // Nothing to do is no commit.
    assert_eq!(snapshot.compact(&[], "none.parquet", NOON).unwrap().version(), 4);
}

#[test]
fn files_that_are_merged_have_their_rows_in_order() {
    let home = Home::with_runs(3);
    let all = ["run-3.parquet".to_owned(), "run-1.parquet".to_owned(), "run-2.parquet".to_owned()];
    let table = home.table.newest().unwrap();
    let merged = table.merge(&all, "id", "merged.parquet").unwrap();
    let snapshot = table.replace(&all, merged, minutes_past_noon(9)).unwrap();
    assert_eq!(ids(&snapshot), ["A1", "A2", "A3", "B1", "B2", "B3"]);
    let merged = snapshot.files().next().unwrap();
    assert_eq!((merged.rows(), merged.stats.text_range("id")), (Some(6), Some(("A1", "B3"))));
    assert_eq!(merged.stats.number_range("run"), Some((1, 3)));
    // It has the same columns as before, so that it can be made one with others.
    snapshot.compact(&["merged.parquet".to_owned()], "again.parquet", NOON).unwrap();
}

#[test]
fn files_with_other_columns_are_not_made_one() {
    let home = Home::with_runs(1);
    let (_, file) = home.table.begin_file("other.parquet", &FIELDS[..1]).unwrap();
    let other = file.finish().unwrap();
    let snapshot = home.table.newest().unwrap().commit(commit_of(2, vec![other])).unwrap();
    let files = ["run-1.parquet".to_owned(), "other.parquet".to_owned()];
    assert!(matches!(snapshot.compact(&files, "both.parquet", NOON), Err(DeltaError::OtherColumns(_))));
}

#[test]
fn a_vacuum_takes_what_left_before_and_was_not_touched_since() {
    let home = Home::with_runs(2);
    let files = ["run-1.parquet".to_owned()];
    home.table.newest().unwrap().compact(&files, "one.parquet", minutes_past_noon(5)).unwrap();
    let files = ["run-2.parquet".to_owned()];
    home.table.newest().unwrap().compact(&files, "two.parquet", minutes_past_noon(7)).unwrap();
    // Left long ago, as the log has it; but the disk has touched the file since.
    assert_eq!(home.table.vacuum(minutes_past_noon(6), |_| Use::Done).unwrap().gone, Vec::<std::path::PathBuf>::new());
    home.write(9);
    fs::write(home.log_path("._last_checkpoint.Ab3dE6.tmp"), "").unwrap();
    fs::write(home.path(".run-8.parquet.Ab3dE6.tmp"), "").unwrap();
    fs::write(home.path("notes.txt"), "").unwrap();
    let is_data = |name: &str| if name.ends_with(".parquet") { Use::Done } else { Use::NotOurs };
    let vacuumed = home.table.vacuum(FAR, is_data).unwrap();
    assert_eq!(vacuumed.left, [home.path("notes.txt")]);
    let temporary = [".run-8.parquet.Ab3dE6.tmp", "_delta_log/._last_checkpoint.Ab3dE6.tmp"];
    let expected = temporary.into_iter().chain(["run-1.parquet", "run-2.parquet", "run-9.parquet"]);
    assert_eq!(vacuumed.gone, expected.map(|name| home.path(name)).collect::<Vec<_>>());
    assert_eq!(listed(home.table.folder()), ["_delta_log", "notes.txt", "one.parquet", "two.parquet"]);
    assert_eq!(ids(&home.table.newest().unwrap()), ["A1", "B1", "A2", "B2"]);
    assert_eq!(home.table.vacuum(FAR, is_data).unwrap().gone.len(), 0);
}

#[test]
fn a_vacuum_leaves_what_left_the_table_since() {
    let home = Home::with_runs(1);
    let files = ["run-1.parquet".to_owned()];
    let far = FAR.plus_micros(-60_000_000);
    home.table.newest().unwrap().compact(&files, "one.parquet", FAR.plus_micros(-1_000_000)).unwrap();
    assert_eq!(home.table.vacuum(far, |_| Use::Done).unwrap().gone.len(), 0);
    assert_eq!(ids(&home.table.at_version(1).unwrap()), ["A1", "B1"]);
}

#[test]
fn a_checkpoint_forgets_files_that_are_cleared_away() {
    let home = Home::with_runs(2);
    let files = ["run-1.parquet".to_owned(), "run-2.parquet".to_owned()];
    home.table.newest().unwrap().compact(&files, "both.parquet", minutes_past_noon(5)).unwrap();
    home.table.vacuum(FAR, |_| Use::Done).unwrap();
    home.table.newest().unwrap().write_checkpoint().unwrap();
    let snapshot = home.table.newest().unwrap();
    assert_eq!((snapshot.checkpoint, snapshot.state.removed.len()), (Some(3), 0));
}
