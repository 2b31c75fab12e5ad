//! Tables that other programs write: which files are in one now, and its columns.
//!
//! Reads tables of the reader versions 1 to 3. Accepts the features `timestampNtz`, `vacuumProtocolCheck` and
//! `v2Checkpoint`, and also `columnMapping` and `deletionVectors` as long as the table does not use them. Refuses every
//! other feature by its name. Writes nothing.

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
use super::damage;
use super::log::Log;
use replay::{LiveFile, Replay};
use serde_json::Value;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

const READER_VERSION: i32 = 3;
const FEATURES: [&str; 5] = ["columnMapping", "deletionVectors", "timestampNtz", "v2Checkpoint", "vacuumProtocolCheck"];
const MAPPING_MODE: &str = "delta.columnMapping.mode";

/// The columns and files of a table at its newest version.
#[derive(Debug)]
pub struct CurrentTable {
    /// The columns in the order of the table's schema.
    pub columns: Vec<TableColumn>,
    /// The files in the order in which they were written, by the modification times of the log.
    pub files: Vec<CurrentFile>,
}

/// A column of a table.
#[derive(Debug)]
pub struct TableColumn {
    /// Its name.
    pub name: String,
    /// The name that the protocol has for its primitive type, such as `long`; `None` for a nested type.
    pub holds: Option<String>,
    /// Whether it is a partition column. The log holds the values of such a column; the files do not.
    pub is_partition: bool,
}

/// A data file of a table.
#[derive(Debug)]
pub struct CurrentFile {
    /// Its path, below the table's folder.
    pub path: PathBuf,
    /// The value of each partition column, in the order of the table's columns; `None` is null.
    pub partition: Vec<Option<String>>,
    /// The version that added the file again after it had left the table, if the log still tells.
    pub returned_in: Option<u64>,
}

/// Reads the newest version of a table. Every file of it is there, with the size that the log says.
///
/// # Errors
/// [`TableFault`] where the log or a file is missing or damaged, or the table uses a feature that is not read.
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

/// Returns the columns of a table. The files must be Parquet and have the column names of the schema.
fn columns(metadata: &Metadata) -> Result<Vec<TableColumn>, TableFault> {
    if metadata.format.provider != "parquet" {
        return Err(TableFault::Format(metadata.format.provider.clone()));
    }
    if let Some(mode) = metadata.configuration.get(MAPPING_MODE).filter(|mode| *mode != "none") {
        return Err(TableFault::ColumnMapping(mode.clone()));
    }
    let schema = &metadata.schema_string;
    let schema: Value =
        serde_json::from_str(schema).map_err(|error| TableFault::Schema(damage::of_json(&error, schema.as_bytes())))?;
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
