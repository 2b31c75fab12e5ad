//! Tables that are broken, or not ours: the message names the file and the remedy.

use super::*;

const LOG: &str = "letters/_delta_log/0000000000000000000";

#[test]
fn a_lost_file_and_a_truncated_one_are_named() {
    let home = Home::with_runs(2);
    let size = fs::metadata(home.path("run-2.parquet")).unwrap().len();
    let bytes = fs::read(home.path("run-2.parquet")).unwrap();
    put(&home.path("run-2.parquet"), &bytes[1..]);
    let expected = format!(
        "letters/run-2.parquet has {} bytes where the log says {size}: restore it from a copy of the table",
        size - 1
    );
    assert_eq!(home.fault(), expected);
    fs::remove_file(home.path("run-2.parquet")).unwrap();
    let expected = "letters/run-2.parquet is missing, though the table needs it: restore it from a copy of the table";
    assert_eq!(home.fault(), expected);
    // What the table was before is still whole.
    assert_eq!(ids(&home.table.at_version(1).unwrap()), ["A1", "B1"]);
}

#[test]
fn a_hole_in_the_log_is_named() {
    for version in [0, 1] {
        let home = Home::with_runs(2);
        fs::remove_file(home.log_path(&format!("0000000000000000000{version}.json"))).unwrap();
        let expected = "is missing, though the log goes on after it: restore it from a copy of the table";
        assert_eq!(home.fault(), format!("{LOG}{version}.json {expected}"));
    }
}

#[test]
fn a_line_that_cannot_be_read_is_named() {
    let broken = |text: &str| {
        let home = Home::with_runs(1);
        put(&home.log_path("00000000000000000001.json"), text);
        home.fault()
    };
    let remedy = "restore the file from a copy of the table";
    let path = format!("{LOG}1.json");
    assert_eq!(
        broken("{\"commitInfo\":{}}\n{\"add\":{\"pa"),
        format!("{path}, line 2: it ends after `{{\"add\":{{\"pa` within a text in quotes: it was cut off: {remedy}")
    );
    assert_eq!(broken("{\"txn\":{\"appId\":\"a\"}}\n"), format!("{path}, line 1: it has no `version`: {remedy}"));
    assert_eq!(broken(""), format!("{path}, line 1: the file is empty: {remedy}"));
}

#[test]
fn a_newer_protocol_is_named() {
    let home = Home::with_runs(1);
    let newer = r#"{"protocol":{"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["rowTracking"]}}"#;
    fs::write(home.log_path("00000000000000000002.json"), newer).unwrap();
    assert_eq!(
        home.fault(),
        format!(
            "{LOG}2.json asks for reader version 1 and writer version 7 (rowTracking), which this version of accrue does \
             not understand: use a newer one"
        )
    );
}

#[test]
fn a_log_that_does_not_say_what_the_table_is_is_refused() {
    let home = Home::new();
    put(&home.log_path("00000000000000000000.json"), "{\"commitInfo\":{}}\n");
    let expected = format!(
        "the log up to {LOG}0.json does not say which protocol it follows: restore the log from a copy of the table"
    );
    assert_eq!(home.fault(), expected);
}

#[test]
fn names_that_could_be_taken_for_other_places_are_refused() {
    let home = Home::new();
    for name in ["../x.parquet", "a/b.parquet", ".x", "", "a b", "%41"] {
        let fault = home.table.begin_file(name, FIELDS).err().unwrap();
        assert!(matches!(fault, DeltaError::Name { .. }), "{name}");
    }
}
