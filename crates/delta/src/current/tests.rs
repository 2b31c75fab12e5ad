//! Logs as other programs write them, line by line; what is in the data files is no matter here.

use super::*;
use crate::checkpoint;
use serde_json::json;
use tempfile::TempDir;

const PROTOCOL: &str = r#"{"protocol":{"minReaderVersion":1,"minWriterVersion":2}}"#;

struct Home(TempDir);

impl Home {
    /// Begins a table with text columns `id` and `day`, which partitions it.
    fn new() -> Home {
        Home::with(PROTOCOL, &metadata(json!({}), "parquet"))
    }

    fn with(protocol: &str, metadata: &str) -> Home {
        let home = Home(tempfile::tempdir().unwrap());
        fs::create_dir(home.0.path().join("_delta_log")).unwrap();
        home.commit(0, &[protocol, metadata]);
        home
    }

    fn commit(&self, version: u64, lines: &[&str]) {
        fs::write(self.log(&format!("{version:020}.json")), lines.join("\n") + "\n").unwrap();
    }

    fn log(&self, name: &str) -> PathBuf {
        self.0.path().join("_delta_log").join(name)
    }

    /// Writes a data file of four bytes.
    fn data(&self, name: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "rows").unwrap();
    }

    /// Returns the names of the table's files and the days of their rows.
    fn files(&self) -> Result<Vec<(String, Option<String>)>, String> {
        let table = current(self.0.path()).map_err(|fault| fault.to_string().replace(&self.shown(), ""))?;
        let name = |path: &Path| path.strip_prefix(self.0.path()).unwrap().display().to_string();
        Ok(table.files.iter().map(|file| (name(&file.path), file.partition[0].clone())).collect())
    }

    fn names(&self) -> Vec<String> {
        self.files().unwrap().into_iter().map(|(name, _)| name).collect()
    }

    fn shown(&self) -> String {
        format!("{}/", self.0.path().display())
    }
}

fn metadata(configuration: Value, provider: &str) -> String {
    let column = |name: &str| json!({"name": name, "type": "string", "nullable": true, "metadata": {}});
    let schema = json!({"type": "struct", "fields": [column("id"), column("day")]}).to_string();
    let metadata = json!({
        "id": "t", "format": {"provider": provider}, "schemaString": schema, "partitionColumns": ["day"],
        "configuration": configuration,
    });
    json!({"metaData": metadata}).to_string()
}

fn add(path: &str, day: Option<&str>, at: i64) -> String {
    let partition = json!({"day": day});
    json!({"add": {"path": path, "partitionValues": partition, "size": 4, "modificationTime": at, "dataChange": true}})
        .to_string()
}

fn remove(path: &str) -> String {
    json!({"remove": {"path": path, "dataChange": true, "deletionTimestamp": 9}}).to_string()
}

#[test]
fn the_files_of_a_table_are_those_added_and_not_removed_in_the_order_of_their_times() {
    let home = Home::new();
    for name in ["b", "a", "day=x y/c", "gone"] {
        home.data(name);
    }
    home.commit(1, &[&add("b", Some("1"), 1), &add("gone", Some("1"), 1)]);
    home.commit(2, &[&add("a", None, 2), &add("day=x%20y/c", Some("x y"), 2), &remove("gone")]);
    let named = |name: &str, day: Option<&str>| (name.to_owned(), day.map(str::to_owned));
    assert_eq!(home.files().unwrap(), [named("b", Some("1")), named("a", None), named("day=x y/c", Some("x y"))]);
}

#[test]
fn an_empty_text_is_a_partition_without_a_value() {
    let home = Home::new();
    home.data("a");
    home.commit(1, &[&add("a", Some(""), 1)]);
    assert_eq!(home.files().unwrap(), [("a".to_owned(), None)]);
}

#[test]
fn a_file_that_comes_back_is_in_the_table_again() {
    let home = Home::new();
    home.data("a");
    home.commit(1, &[&add("a", None, 1)]);
    home.commit(2, &[&remove("a")]);
    assert!(home.names().is_empty());
    home.commit(3, &[&add("a", None, 1)]);
    assert_eq!(home.names(), ["a"]);
    assert_eq!(current(home.0.path()).unwrap().files[0].returned_in, Some(3));
}

/// Writes lines of a log as a file of a checkpoint.
fn write_checkpoint(path: &Path, lines: &[&str]) {
    let lines: Vec<crate::action::Line> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    fs::write(path, checkpoint::encode(&lines).unwrap()).unwrap();
}

#[test]
fn a_checkpoint_stands_in_for_the_commits_up_to_it_in_one_file_and_in_parts() {
    let part = |number: u64, of: u64| format!("{:020}.checkpoint.{number:010}.{of:010}.parquet", 2);
    for is_parted in [false, true] {
        let home = Home::new();
        ["a", "b", "c"].iter().for_each(|name| home.data(name));
        let (metadata, a, b) = (metadata(json!({}), "parquet"), add("a", Some("1"), 1), add("b", Some("2"), 2));
        match is_parted {
            false => {
                write_checkpoint(&home.log("00000000000000000002.checkpoint.parquet"), &[PROTOCOL, &metadata, &a, &b])
            }
            true => {
                write_checkpoint(&home.log(&part(1, 2)), &[PROTOCOL, &metadata, &a]);
                write_checkpoint(&home.log(&part(2, 2)), &[&b]);
            }
        }
        fs::remove_file(home.log("00000000000000000000.json")).unwrap();
        home.commit(3, &[&remove("a"), &add("c", Some("3"), 3)]);
        assert_eq!(home.names(), ["b", "c"]);
        if is_parted {
            fs::remove_file(home.log(&part(2, 2))).unwrap();
            assert!(home.files().unwrap_err().contains("00000000000000000000.json is missing"));
        }
    }
}

#[test]
fn a_checkpoint_may_have_files_beside_it() {
    let protocol = r#"{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["v2Checkpoint"],"writerFeatures":["v2Checkpoint"]}}"#;
    let home = Home::with(protocol, &metadata(json!({}), "parquet"));
    home.data("a");
    fs::create_dir(home.log("_sidecars")).unwrap();
    write_checkpoint(&home.log("_sidecars/1.parquet"), &[&add("a", Some("1"), 1)]);
    let lines = [
        r#"{"checkpointMetadata":{"version":1}}"#,
        protocol,
        &metadata(json!({}), "parquet"),
        r#"{"sidecar":{"path":"1.parquet","sizeInBytes":9,"modificationTime":1}}"#,
    ];
    let name = format!("{:020}.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json", 1);
    fs::write(home.log(&name), lines.join("\n")).unwrap();
    fs::remove_file(home.log("00000000000000000000.json")).unwrap();
    home.commit(1, &[r#"{"commitInfo":{}}"#]);
    assert_eq!(home.names(), ["a"]);
}

#[test]
fn features_that_are_not_known_are_refused_by_name_and_those_that_are_not_used_are_not() {
    let with = |features: Value| {
        let protocol = json!({"protocol": {"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": features}});
        Home::with(&protocol.to_string(), &metadata(json!({}), "parquet")).files().map(drop)
    };
    assert_eq!(with(json!(["deletionVectors", "columnMapping", "timestampNtz", "vacuumProtocolCheck"])), Ok(()));
    assert_eq!(
        with(json!(["typeWidening"])).unwrap_err(),
        "it has the reader feature `typeWidening`, which accrue does not read: drop it with `ALTER TABLE ... DROP \
         FEATURE`, or export the table to Parquet files in another folder and read those"
    );
    let several = with(json!(["variantType", "timestampNtz", "catalogManaged"])).unwrap_err();
    assert!(several.starts_with("it has the reader features `catalogManaged`, `variantType`, which"), "{several}");
    let newer = r#"{"protocol":{"minReaderVersion":4,"minWriterVersion":7}}"#;
    let fault = Home::with(newer, &metadata(json!({}), "parquet")).files().unwrap_err();
    assert!(fault.starts_with("it asks for reader version 4, which accrue does not know: "), "{fault}");
}

#[test]
fn column_mapping_and_other_formats_are_refused_by_name() {
    let protocol = r#"{"protocol":{"minReaderVersion":2,"minWriterVersion":5}}"#;
    let with = |mode: &str| Home::with(protocol, &metadata(json!({ MAPPING_MODE: mode }), "parquet")).files();
    assert_eq!(with("none"), Ok(Vec::new()));
    for mode in ["name", "id"] {
        let expected =
            format!("it has column mapping (`delta.columnMapping.mode` is `{mode}`), which accrue does not read: ");
        assert!(with(mode).unwrap_err().starts_with(&expected));
    }
    let fault = Home::with(PROTOCOL, &metadata(json!({}), "orc")).files().unwrap_err();
    assert!(fault.starts_with("its files are in the format `orc`, and accrue reads Parquet only: "), "{fault}");
}

#[test]
fn a_deletion_vector_is_refused_until_its_file_has_left_the_table() {
    let home = Home::new();
    home.data("a");
    let vector = json!({"storageType": "u", "pathOrInlineDv": "x", "offset": 1, "sizeInBytes": 9, "cardinality": 1});
    let with_vector = |action: &str| {
        let mut line: Value = serde_json::from_str(action).unwrap();
        line.as_object_mut().unwrap().values_mut().for_each(|action| action["deletionVector"] = vector.clone());
        line.to_string()
    };
    home.commit(1, &[&add("a", None, 1)]);
    // The new form of the file may come before the old one goes.
    home.commit(2, &[&with_vector(&add("a", None, 1)), &remove("a")]);
    let fault = home.files().unwrap_err();
    assert!(
        fault.starts_with("its file `a` has a deletion vector, which accrue does not read: have the files"),
        "{fault}"
    );
    home.data("b");
    home.commit(3, &[&with_vector(&remove("a")), &add("b", None, 2)]);
    assert_eq!(home.names(), ["b"]);
}

#[test]
fn files_elsewhere_lost_and_cut_files_are_named() {
    let home = Home::new();
    home.data("a");
    home.commit(1, &[&add("s3://bucket/a", None, 1)]);
    let fault = home.files().unwrap_err();
    assert!(
        fault.starts_with("its file `s3://bucket/a` is outside of the table's folder, as after a shallow"),
        "{fault}"
    );
    home.commit(1, &[&add(&format!("file://{}a", home.shown()), None, 1)]);
    assert_eq!(home.names(), ["a"]);
    fs::write(home.0.path().join("a"), "row").unwrap();
    assert!(home.files().unwrap_err().starts_with("a has 3 bytes where the log says 4: "));
    fs::remove_file(home.0.path().join("a")).unwrap();
    assert!(home.files().unwrap_err().starts_with("a is missing, though the table needs it: "));
}

#[test]
fn a_log_that_has_no_commit_or_breaks_off_is_named() {
    let home = Home::new();
    home.commit(2, &[r#"{"commitInfo":{}}"#]);
    assert!(
        home.files()
            .unwrap_err()
            .starts_with("_delta_log/00000000000000000001.json is missing, though the log goes on")
    );
    for name in ["00000000000000000000.json", "00000000000000000002.json"] {
        fs::remove_file(home.log(name)).unwrap();
    }
    assert_eq!(home.files().unwrap_err(), "its `_delta_log` has no commit in it: copy the whole table");
}
