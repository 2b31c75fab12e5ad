//! Tables that other programs write: the files that are in one now, and its columns.
//!
//! Reads tables of the reader versions 1 to 3. Accepts the features `timestampNtz`, `vacuumProtocolCheck` and
//! `v2Checkpoint`, and also `columnMapping` and `deletionVectors` as long as the table does not use them. Refuses every other
//! feature by its name. Writes nothing.

mod checkpoints;
mod fault;
mod path;
mod replay;
#[cfg(test)]
mod tests;

pub use fault::TableFault;
pub use path::percent_decoded;

use super::DeltaError;
use super::action::{Metadata, Protocol};
use super::log::Log;
use replay::{LiveFile, Replay};
use serde_json::Value;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

const READER_VERSION: i32 = 3;
const FEATURES: [&str; 5] = ["columnMapping", "deletionVectors", "timestampNtz", "v2Checkpoint", "vacuumProtocolCheck"];
const MAPPING_MODE: &str = "delta.columnMapping.mode";

/// What a table is now.
#[derive(Debug)]
pub struct CurrentTable {
    pub columns: Vec<TableColumn>,
    /// In the order in which they were written, as far as their times tell.
    pub files: Vec<CurrentFile>,
}

#[derive(Debug)]
pub struct TableColumn {
    pub name: String,
    /// As the protocol names primitive types; `None`: nested.
    pub holds: Option<String>,
    /// Whether the log, and not the file, has its values.
    pub is_partition: bool,
}

#[derive(Debug)]
pub struct CurrentFile {
    pub path: PathBuf,
    /// The value of each partition column, in the order of the table's columns.
    pub partition: Vec<Option<String>>,
    /// The commit that brought the file back after it had left the table, as far as the log still tells.
    pub returned_in: Option<u64>,
}

/// Reads what a table is now. Every file that is in it is there, with as many bytes as the log says.
pub fn current(folder: &Path) -> Result<CurrentTable, TableFault> {
    let log = Log::of(folder);
    let mut replay = Replay::of(&log)?;
    let missing = |what| DeltaError::Incomplete { path: log.folder.clone(), what };
    let protocol = replay.protocol.take().ok_or_else(|| missing("which protocol it follows"))?;
    check_protocol(&protocol)?;
    let metadata = replay.metadata.take().ok_or_else(|| missing("what its columns are"))?;
    let columns = columns(&metadata)?;
    let mut files: Vec<LiveFile> = replay.into_files().collect();
    files.sort_by_key(|file| file.add.modification_time);
    let files = files.iter().map(|file| current_file(folder, file, &columns)).collect::<Result<_, _>>()?;
    Ok(CurrentTable { columns, files })
}

fn check_protocol(protocol: &Protocol) -> Result<(), TableFault> {
    if protocol.min_reader_version > READER_VERSION {
        return Err(TableFault::Version(protocol.min_reader_version));
    }
    let asked = protocol.reader_features.iter().flatten();
    let mut unknown: Vec<String> = asked.filter(|feature| !FEATURES.contains(&feature.as_str())).cloned().collect();
    unknown.sort_unstable();
    if unknown.is_empty() { Ok(()) } else { Err(TableFault::Features(unknown)) }
}

/// Returns the columns of a table that is in Parquet and calls columns in its files as its schema does.
fn columns(metadata: &Metadata) -> Result<Vec<TableColumn>, TableFault> {
    if metadata.format.provider != "parquet" {
        return Err(TableFault::Format(metadata.format.provider.clone()));
    }
    if let Some(mode) = metadata.configuration.get(MAPPING_MODE).filter(|mode| *mode != "none") {
        return Err(TableFault::ColumnMapping(mode.clone()));
    }
    let schema: Value =
        serde_json::from_str(&metadata.schema_string).map_err(|error| TableFault::Schema(error.to_string()))?;
    let column = |field: &Value| {
        let name = field["name"].as_str()?.to_owned();
        let is_partition = metadata.partition_columns.contains(&name);
        Some(TableColumn { name, holds: field["type"].as_str().map(str::to_owned), is_partition })
    };
    let fields = schema["fields"].as_array().ok_or_else(|| TableFault::Schema("it has no `fields`".to_owned()))?;
    let columns: Option<Vec<TableColumn>> = fields.iter().map(column).collect();
    columns.ok_or_else(|| TableFault::Schema("a column has no `name`".to_owned()))
}

fn current_file(folder: &Path, live: &LiveFile, columns: &[TableColumn]) -> Result<CurrentFile, TableFault> {
    let LiveFile { add: file, returned_in } = live;
    let path = path::place(folder, &file.path)?;
    if file.deletion_vector.is_some() {
        return Err(TableFault::DeletionVector(file.path.clone()));
    }
    match fs::metadata(&path) {
        Ok(found) if found.len() == file.size => {}
        Ok(found) => return Err(DeltaError::WrongSize { path, expected: file.size, found: found.len() }.into()),
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(DeltaError::Lost(path).into()),
        Err(source) => return Err(DeltaError::Read { path, source }.into()),
    }
    // By the protocol, an empty text is null whatever the column holds.
    let value = |column: &TableColumn| {
        file.partition_values.get(&column.name).cloned().flatten().filter(|value| !value.is_empty())
    };
    let partition = columns.iter().filter(|column| column.is_partition).map(value).collect();
    Ok(CurrentFile { path, partition, returned_in: *returned_in })
}
