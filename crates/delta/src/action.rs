//! The actions of a log, as the protocol spells them in JSON. Times are milliseconds since 1970 in UTC, sizes are
//! bytes.

use accrue_kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// One line of a log, or one row of a checkpoint: at most one of its members is present. None is, where the action does
/// not concern a reader.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Line {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit_info: Option<CommitInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<Protocol>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta_data: Option<Metadata>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub txn: Option<Txn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remove: Option<Remove>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub add: Option<Add>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sidecar: Option<Sidecar>,
}

/// Who made a commit, when and why. `record` is a value of the caller.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct CommitInfo {
    /// The digest of the commit's own file (see `seal`); `None` in commits of other programs and of versions that did
    /// not seal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The digest of the file of the commit before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
    pub timestamp: Option<i64>,
    pub operation: Option<String>,
    pub operation_parameters: Value,
    pub engine_info: Option<String>,
    pub record: Value,
}

/// What a program must understand to read and to write the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Protocol {
    pub min_reader_version: i32,
    pub min_writer_version: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reader_features: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub writer_features: Option<Vec<String>>,
}

/// Name, columns and settings of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Metadata {
    pub id: String,
    pub name: Option<String>,
    pub description: Option<String>,
    pub format: Format,
    pub schema_string: String,
    pub partition_columns: Vec<String>,
    pub created_time: Option<i64>,
    pub configuration: BTreeMap<String, String>,
}

/// The file format of the data files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Format {
    pub provider: String,
    #[serde(default)]
    pub options: BTreeMap<String, String>,
}

/// How far an application has come: a version number of its own that rises with its commits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Txn {
    /// The name of the application.
    pub app_id: String,
    /// The version that the application has reached.
    pub version: i64,
    /// When it was committed, in milliseconds since 1970; set by the commit.
    pub last_updated: Option<i64>,
}

/// A data file that is added to the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Add {
    pub path: String,
    pub partition_values: BTreeMap<String, Option<String>>,
    pub size: u64,
    pub modification_time: i64,
    pub data_change: bool,
    pub stats: Option<String>,
    pub tags: Option<BTreeMap<String, Option<String>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_vector: Option<DeletionVector>,
}

/// A data file that leaves the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Remove {
    pub path: String,
    pub deletion_timestamp: Option<i64>,
    pub data_change: bool,
    #[serde(default)]
    pub extended_file_metadata: Option<bool>,
    #[serde(default)]
    pub partition_values: Option<BTreeMap<String, Option<String>>>,
    #[serde(default)]
    pub size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_vector: Option<DeletionVector>,
}

/// Identifies the rows of a file that are deleted; only the members that tell one vector from another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeletionVector {
    pub storage_type: String,
    pub path_or_inline_dv: String,
    #[serde(default)]
    pub offset: Option<i64>,
}

/// A file that holds a part of a checkpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sidecar {
    pub path: String,
}

impl Txn {
    /// Returns the version of an application, to be committed.
    pub fn new(app_id: impl Into<String>, version: i64) -> Txn {
        Txn { app_id: app_id.into(), version, last_updated: None }
    }
}

/// Returns an instant in milliseconds since 1970, as the log has it.
pub(crate) fn millis(at: Timestamp) -> i64 {
    at.micros().div_euclid(1_000)
}

macro_rules! line_of {
    ($($action:ident $field:ident),*) => {$(
        impl From<$action> for Line {
            fn from(action: $action) -> Line {
                Line { $field: Some(action), ..Line::default() }
            }
        }
    )*};
}
line_of!(CommitInfo commit_info, Protocol protocol, Metadata meta_data, Txn txn, Remove remove, Add add);
