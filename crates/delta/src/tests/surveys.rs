//! Surveys: every bit that flips in a table's files is noticed, or changes nothing.

use super::*;
use crate::Use;
use std::os::unix::fs::PermissionsExt;

/// A table with two data files, one of which was merged, a checkpoint, and a commit after it.
fn home() -> Home {
    let home = Home::with_runs(2);
    let table = home.table.newest().unwrap();
    let two = ["run-1.parquet".to_owned(), "run-2.parquet".to_owned()];
    let merged = table.merge(&two, "id", "merged.parquet").unwrap();
    table.replace(&two, merged, minutes_past_noon(3)).unwrap().write_checkpoint().unwrap();
    home.run(4);
    home
}

/// Tells what is wrong with the table.
fn faults(home: &Home) -> Vec<String> {
    match home.table.survey() {
        Ok(survey) => survey.faults.iter().map(ToString::to_string).collect(),
        Err(fault) => vec![fault.to_string()],
    }
}

fn files_of(home: &Home) -> Vec<std::path::PathBuf> {
    let log = listed(&home.path("_delta_log")).into_iter().map(|name| home.log_path(&name));
    ["merged.parquet", "run-4.parquet"].map(|name| home.path(name)).into_iter().chain(log).collect()
}

#[test]
fn a_sound_table_has_a_digest_of_everything() {
    let survey = home().table.survey().unwrap();
    assert_eq!((survey.faults.len(), survey.without_digest), (0, 0));
}

#[test]
fn all_files_of_a_table_are_read_only() {
    let home = home();
    for path in files_of(&home) {
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o222, 0, "{}", path.display());
    }
    // They can be removed and committed over all the same.
    assert_eq!(home.table.vacuum(Timestamp::from_micros(i64::MAX), |_| Use::Done).unwrap().gone.len(), 2);
    home.table.newest().unwrap().write_checkpoint().unwrap();
}

#[test]
fn a_bit_that_flips_is_noticed_or_changes_nothing() {
    let home = home();
    for path in files_of(&home) {
        let whole = fs::read(&path).unwrap();
        let is_checkpoint = path.to_string_lossy().ends_with(".checkpoint.parquet");
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // An odd step, so that all bits of a byte have their turn.
        let step = (whole.len() * 8 / 250) | 1;
        let mut unnoticed = 0;
        for bit in (0..8 * whole.len()).step_by(step) {
            let mut altered = whole.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            put(&path, &altered);
            let faults = faults(&home);
            match faults.is_empty() {
                false => assert!(faults.iter().any(|fault| fault.contains(&name)), "{name}, bit {bit}: {faults:?}"),
                true => unnoticed += 1,
            }
            // A checkpoint that says the same is as good as it was: the survey compares it with the log.
            assert!(!faults.is_empty() || is_checkpoint, "{name}, bit {bit}");
        }
        // Statistics and names of writers, which nobody reads.
        assert!(unnoticed * 2 < whole.len() * 8 / step, "{name}: {unnoticed}");
        put(&path, whole);
    }
    assert_eq!(faults(&home), Vec::<String>::new());
}

#[test]
fn a_commit_that_was_put_back_is_noticed_by_the_one_after_it() {
    let (home, other) = (Home::with_runs(2), Home::with_runs(2));
    let path = home.log_path("00000000000000000001.json");
    put(&path, fs::read(other.log_path("00000000000000000001.json")).unwrap());
    let found = faults(&home);
    // It is whole by itself; but the one before it is not the one that it follows, and the one after it follows
    // another.
    let named = |version: u64| format!("{version:020}.json does not hold what was written to it");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains(&named(0)) && found[1].contains(&named(1)), "{found:?}");
}

#[test]
fn a_checkpoint_that_says_something_else_is_noticed() {
    let (home, other) = (Home::with_runs(2), Home::with_runs(2));
    home.table.newest().unwrap().write_checkpoint().unwrap();
    other.table.newest().unwrap().write_checkpoint().unwrap();
    let name = "00000000000000000002.checkpoint.parquet";
    put(&home.log_path(name), fs::read(other.log_path(name)).unwrap());
    let found = faults(&home);
    assert!(
        found.iter().any(|fault| fault.contains("2.checkpoint.parquet does not say what the log says")),
        "{found:?}"
    );
}

#[test]
fn tables_of_versions_that_took_no_digests_are_sound_and_counted() {
    let home = Home::with_runs(3);
    for version in 0..=3 {
        let path = home.log_path(&format!("{version:020}.json"));
        put(&path, without_digests(&fs::read_to_string(&path).unwrap()));
    }
    let survey = home.table.survey().unwrap();
    assert_eq!((survey.faults.len(), survey.without_digest), (0, 7));
    assert_eq!(ids(&survey.snapshot), ["A1", "B1", "A2", "B2", "A3", "B3"]);
    // The next commit says what the one before it is.
    home.run(4);
    let survey = home.table.survey().unwrap();
    assert_eq!((survey.faults.len(), survey.without_digest), (0, 6));
    // But what an old file holds, nobody can say.
    let path = home.path("run-1.parquet");
    put(&path, &fs::read(&path).unwrap()[1..]);
    assert_eq!(faults(&home).len(), 1);
}

/// Returns a commit as a version wrote it that took no digests.
fn without_digests(text: &str) -> String {
    let without = |line: &str| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        for (action, names) in [("commitInfo", ["digest", "previous"]), ("add", ["tags", "tags"])] {
            if let Some(action) = line.get_mut(action).and_then(Value::as_object_mut) {
                names.iter().for_each(|name| drop(action.shift_remove(*name)));
            }
        }
        format!("{line}\n")
    };
    text.lines().map(without).collect()
}

#[test]
fn a_damaged_file_is_not_made_one_with_others() {
    let home = Home::with_runs(2);
    let path = home.path("run-1.parquet");
    let mut bytes = fs::read(&path).unwrap();
    bytes[10] ^= 1;
    put(&path, bytes);
    let both = ["run-1.parquet".to_owned(), "run-2.parquet".to_owned()];
    let table = home.table.newest().unwrap();
    assert!(matches!(table.concatenate(&both, "one.parquet"), Err(DeltaError::Altered(_))));
    assert!(matches!(table.merge(&both, "id", "one.parquet"), Err(DeltaError::Altered(_))));
}

/// Readers pass over row groups by what a footer says, before any page is read.
#[test]
fn a_bit_that_flips_in_a_footer_is_noticed_by_whoever_opens_the_table() {
    let home = home();
    let path = home.path("merged.parquet");
    let whole = fs::read(&path).unwrap();
    let metadata = u32::from_le_bytes(whole[whole.len() - 8..][..4].try_into().unwrap()) as usize;
    for bit in (8 * (whole.len() - 8 - metadata)..8 * whole.len()).step_by(3) {
        let mut altered = whole.clone();
        altered[bit / 8] ^= 1 << (bit % 8);
        put(&path, &altered);
        let fault = home.table.newest().err().unwrap_or_else(|| panic!("bit {bit} is not noticed")).to_string();
        assert!(fault.contains("merged.parquet"), "bit {bit}: {fault}");
    }
}
