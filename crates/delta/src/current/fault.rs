//! The reasons why a table of another program cannot be read, with the remedy for each.

use crate::DeltaError;

/// Why a table cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TableFault {
    /// The log has no commit.
    #[error("its `_delta_log` has no commit in it: copy the whole table")]
    NoCommit,
    /// The table asks for this reader version.
    #[error("it asks for reader version {0}, which accrue does not know: {EXPORT}")]
    Version(i32),
    /// The table asks for these reader features.
    #[error("it has {}, which accrue does not read: drop {} with `ALTER TABLE ... DROP FEATURE`, or {EXPORT}", quoted(.0), if .0.len() == 1 { "it" } else { "them" })]
    Features(Vec<String>),
    /// The table uses column mapping, in this mode.
    #[error("it has column mapping (`delta.columnMapping.mode` is `{0}`), which accrue does not read: {EXPORT}")]
    ColumnMapping(String),
    #[error(
        "its file `{0}` has a deletion vector, which accrue does not read: have the files written anew with `REORG TABLE ... APPLY (PURGE)`, or {EXPORT}"
    )]
    /// This file has deleted rows.
    DeletionVector(String),
    /// The data files are in this format.
    #[error("its files are in the format `{0}`, and accrue reads Parquet only: {EXPORT}")]
    Format(String),
    #[error(
        "its file `{0}` is outside of the table's folder, as after a shallow clone: make a deep clone, or {EXPORT}"
    )]
    /// This file is not below the table's folder.
    Outside(String),
    /// The schema in the log cannot be read, for this reason.
    #[error("its log does not say which columns it has ({0}): {EXPORT}")]
    Schema(String),
    /// The log or a file is missing or damaged.
    #[error(transparent)]
    Broken(#[from] DeltaError),
}

/// The way out for a table that accrue cannot read.
const EXPORT: &str = "export the table to Parquet files in another folder and read those";

fn quoted(features: &[String]) -> String {
    let names: Vec<String> = features.iter().map(|feature| format!("`{feature}`")).collect();
    format!("the reader {} {}", if names.len() == 1 { "feature" } else { "features" }, names.join(", "))
}
