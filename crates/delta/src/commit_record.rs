//! The first action of a commit's file, `commitInfo`: version, time, operation, and a value of the caller.

use super::action::{CommitInfo, millis};
use accrue_kernel::time::Timestamp;
use serde_json::{Value, json};

/// What a commit says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct CommitRecord {
    /// The version that the commit made, from 0.
    pub version: u64,
    /// The time of the commit; `None` in commits that do not say.
    pub at: Option<Timestamp>,
    /// Its kind, such as `WRITE`; `None` in commits that do not say.
    pub operation: Option<String>,
    /// The value of the caller; null in commits of other programs.
    pub record: Value,
}

/// Returns the first action of a commit.
pub(crate) fn commit_info(operation: &str, at: Timestamp, record: Value) -> CommitInfo {
    CommitInfo {
        digest: None,
        previous: None,
        timestamp: Some(millis(at)),
        operation: Some(operation.to_owned()),
        operation_parameters: json!({}),
        engine_info: Some(concat!("accrue/", env!("CARGO_PKG_VERSION")).to_owned()),
        record,
    }
}
