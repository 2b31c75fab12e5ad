//! Tables of Delta Lake in local folders: data files in Parquet, and a log that says which files are the table.
//!
//! Source: <https://github.com/delta-io/delta/blob/master/PROTOCOL.md>, reader version 1 and writer version 2.
//!
//! The main entry is [`Table`]: it creates a table or reads a [`Snapshot`] of it, and the snapshot commits, compacts,
//! merges and writes checkpoints. [`current`] lists the files of a table that another program has written, with any
//! features that it can read.
//!
//! Not here: what rows mean; tables with partitions, column mapping, deletion vectors or table features are not
//! written; nothing is read from or written to remote storage. A table here changes only by files that are added, files
//! that are replaced by others with the same rows, and files that are withdrawn.
//!
//! Invariants. A commit is whole or not there (write-ahead: data files first, then the commit by a rename that never
//! replaces). Commits use the optimistic concurrency control of the protocol: a commit follows the very snapshot
//! that was read, and of two writers one gets `Conflict`. What a commit names is on the disk before the commit. A crash
//! leaves files that no commit names and temporary files in the log; the next commit or a vacuum removes them. No file
//! is ever written over: a name that is taken is an error. A checkpoint only saves time: without one, or with one that
//! cannot be read, the log gives the same result. The clock is never looked at.

#![forbid(unsafe_code)]
#![deny(missing_docs, unreachable_pub)]

mod action;
mod checkpoint;
mod commit;
mod commit_record;
mod compact;
mod creation;
pub mod current;
pub mod damage;
mod data_file;
pub mod decoder;
pub mod digest;
mod disk;
mod error;
mod file_name;
mod footer;
mod log;
mod merge;
mod opening;
mod reading;
mod schema;
mod seal;
mod snapshot;
mod state;
mod stats;
mod survey;
mod table;
#[cfg(test)]
mod tests;
mod vacuum;

pub use action::Txn;
pub use commit::{APPEND_ONLY, Commit};
pub use commit_record::CommitRecord;
pub use creation::NewTable;
pub use data_file::{DataFile, NewFile};
pub use disk::{copy, create_folders, create_read_only, write_beside};
pub use error::DeltaError;
pub use file_name::is_file_name;
pub use reading::{Reading, ReadingBuilder};
pub use snapshot::Snapshot;
pub use stats::Stats;
pub use survey::Survey;
pub use table::Table;
pub use vacuum::{Use, Vacuumed};

use error::{line_error, parquet_error, read_error, write_error};
