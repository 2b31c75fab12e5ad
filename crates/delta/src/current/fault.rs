//! Why a table of another program cannot be read, and what to do about it.

use crate::DeltaError;

/// Why a table cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TableFault {
    #[error("its `_delta_log` has no commit in it: copy the whole table")]
    NoCommit,
    #[error("it asks for reader version {0}, which accrue does not know: {EXPORT}")]
    Version(i32),
    #[error("it has {}, which accrue does not read: drop {} with `ALTER TABLE ... DROP FEATURE`, or {EXPORT}", quoted(.0), if .0.len() == 1 { "it" } else { "them" })]
    Features(Vec<String>),
    #[error("it has column mapping (`delta.columnMapping.mode` is `{0}`), which accrue does not read: {EXPORT}")]
    ColumnMapping(String),
    #[error(
        "its file `{0}` has a deletion vector, which accrue does not read: have the files written anew with `REORG TABLE ... APPLY (PURGE)`, or {EXPORT}"
    )]
    DeletionVector(String),
    #[error("its files are in the format `{0}`, and accrue reads Parquet only: {EXPORT}")]
    Format(String),
    #[error(
        "its file `{0}` is outside of the table's folder, as after a shallow clone: make a deep clone, or {EXPORT}"
    )]
    Outside(String),
    #[error("its log does not say which columns it has ({0}): {EXPORT}")]
    Schema(String),
    #[error(transparent)]
    Broken(#[from] DeltaError),
}

/// The way out for a table that accrue cannot read.
const EXPORT: &str = "export the table to Parquet files in another folder and read those";

fn quoted(features: &[String]) -> String {
    let names: Vec<String> = features.iter().map(|feature| format!("`{feature}`")).collect();
    format!("the reader {} {}", if names.len() == 1 { "feature" } else { "features" }, names.join(", "))
}
