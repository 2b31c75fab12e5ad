//! The state of a table: what the actions of its log add up to (action reconciliation of the protocol): of each path
//! the last `add` or `remove` counts, of each application its last `txn`, and the last protocol and metadata.

use super::action::{Line, Metadata, Protocol, Remove, Txn};
use super::data_file::DataFile;
use super::file_name::is_file_name;
use super::{DeltaError, line_error};
use std::collections::BTreeMap;
use std::path::Path;

const READER_VERSION: i32 = 1;
const WRITER_VERSION: i32 = 2;

/// The state after some actions.
#[derive(Default)]
pub(crate) struct State {
    pub protocol: Option<Protocol>,
    pub metadata: Option<Metadata>,
    /// By application.
    pub txns: BTreeMap<String, Txn>,
    /// The files of the table, by name.
    pub live: BTreeMap<String, DataFile>,
    /// The files that have left the table, by name, as far as the log still tells.
    pub removed: BTreeMap<String, Remove>,
}

impl State {
    /// Applies the actions of a commit, or of a checkpoint, where `version` is `None`. `path` is the file that has
    /// them.
    ///
    /// # Errors
    /// `TooNew` or `Foreign` where the table asks for what is not supported, `Line` where an action cannot be used.
    pub(crate) fn apply(&mut self, path: &Path, version: Option<u64>, lines: Vec<Line>) -> Result<(), DeltaError> {
        for (number, line) in lines.into_iter().enumerate() {
            if let Some(protocol) = line.protocol {
                check_protocol(path, &protocol)?;
                self.protocol = Some(protocol);
            }
            if let Some(metadata) = line.meta_data {
                check_metadata(path, &metadata)?;
                self.metadata = Some(metadata);
            }
            if let Some(txn) = line.txn {
                self.txns.insert(txn.app_id.clone(), txn);
            }
            if let Some(remove) = line.remove {
                self.live.remove(&remove.path);
                self.removed.insert(remove.path.clone(), remove);
            }
            if let Some(add) = line.add {
                if !is_file_name(&add.path) {
                    return Err(foreign(path, format!("the file name {:?}", add.path)));
                }
                let stats = add.stats.as_deref().unwrap_or_default();
                let unusable = |error| line_error(path, number + 1, (&error, stats));
                let file = DataFile::from_add(&add, version).map_err(unusable)?;
                self.removed.remove(&add.path);
                self.live.insert(add.path, file);
            }
        }
        Ok(())
    }
}

fn check_protocol(path: &Path, protocol: &Protocol) -> Result<(), DeltaError> {
    let (reader, writer) = (protocol.min_reader_version, protocol.min_writer_version);
    if reader <= READER_VERSION && writer <= WRITER_VERSION {
        return Ok(());
    }
    let mut features: Vec<&str> = [&protocol.reader_features, &protocol.writer_features]
        .into_iter()
        .flatten()
        .flatten()
        .map(String::as_str)
        .collect();
    features.sort_unstable();
    features.dedup();
    let features = if features.is_empty() { String::new() } else { format!(" ({})", features.join(", ")) };
    let needs = format!("reader version {reader} and writer version {writer}{features}");
    Err(DeltaError::TooNew { path: path.to_path_buf(), needs })
}

fn check_metadata(path: &Path, metadata: &Metadata) -> Result<(), DeltaError> {
    if !metadata.partition_columns.is_empty() {
        return Err(foreign(path, format!("partitions by {}", metadata.partition_columns.join(", "))));
    }
    if metadata.format.provider != "parquet" {
        return Err(foreign(path, format!("files in {:?}", metadata.format.provider)));
    }
    // A writer of version 2 must enforce them.
    if metadata.schema_string.contains("delta.invariants") {
        return Err(foreign(path, "invariants of columns".to_owned()));
    }
    Ok(())
}

fn foreign(path: &Path, what: String) -> DeltaError {
    DeltaError::Foreign { path: path.to_path_buf(), what }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(text: &str) -> Result<State, String> {
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let mut state = State::default();
        state.apply(Path::new("log/7.json"), Some(7), lines).map_err(|error| error.to_string())?;
        Ok(state)
    }

    #[test]
    fn a_newer_protocol_is_refused_with_what_it_asks_for() {
        let newer = r#"{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["v2Checkpoint"],"writerFeatures":["appendOnly","v2Checkpoint"]}}"#;
        assert_eq!(
            apply(newer).err().unwrap(),
            "log/7.json asks for reader version 3 and writer version 7 (appendOnly, v2Checkpoint), which this version of \
             accrue does not understand: use a newer one"
        );
    }

    #[test]
    fn partitions_and_files_elsewhere_are_refused() {
        let partitions = r#"{"metaData":{"id":"1","format":{"provider":"parquet"},"schemaString":"","partitionColumns":["day"],"configuration":{}}}"#;
        let message = "log/7.json has partitions by day, which accrue does not write: let it have a table of its own";
        assert_eq!(apply(partitions).err().unwrap(), message);
        for path in ["/etc/a.parquet", "../a.parquet", "s3://b/a.parquet", "a%20b.parquet", "day=1/a.parquet", ".a"] {
            let add = format!(
                r#"{{"add":{{"path":"{path}","partitionValues":{{}},"size":1,"modificationTime":0,"dataChange":true}}}}"#
            );
            assert!(apply(&add).err().unwrap().contains("the file name"), "{path}");
        }
    }

    #[test]
    fn actions_that_do_not_concern_a_reader_are_passed_over() {
        let state = apply("{\"cdc\":{\"path\":\"x\"}}\n{\"txn\":{\"appId\":\"a\",\"version\":4}}").unwrap();
        assert_eq!(state.txns["a"], Txn::new("a", 4));
    }
}
