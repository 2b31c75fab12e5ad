//! Creating a table: its first commit, version 0, which says the protocol, the columns and the settings.
//!
//! The rename of the commit's file decides who has created a table: of two processes one gets `Conflict`.

use super::action::{CommitInfo, Format, Line, Metadata, Protocol, millis};
use super::commit_record::commit_info;
use super::disk::create_folders;
use super::log::names;
use super::schema::schema;
use super::{DeltaError, Snapshot, Table, write_error};
use accrue_kernel::time::Timestamp;
use accrue_output::columns::Field;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The description of a table to create.
pub struct NewTable<'a> {
    /// The name, for other programs.
    pub name: &'a str,
    /// The columns.
    pub fields: &'a [Field],
    /// Settings that every writer follows, such as `delta.appendOnly`.
    pub configuration: BTreeMap<String, String>,
    /// The time of the first commit. It is an argument because the clock is never looked at here.
    pub created_at: Timestamp,
    /// The record of the first commit.
    pub record: Value,
}

impl Table {
    /// Creates a table without rows, in a folder that is new or empty.
    ///
    /// # Errors
    /// `Conflict` where there is a table already, `NotEmpty` where other files are in the folder, and what writing
    /// gives.
    pub fn create(&self, new: &NewTable<'_>) -> Result<Snapshot, DeltaError> {
        let log = self.log();
        if self.is_there()? {
            return Err(DeltaError::Conflict(log.commit_path(0)));
        }
        create_folders(&log.folder).map_err(write_error(&log.folder))?;
        if names(self.folder())?.iter().any(|name| Some(name.as_ref()) != log.folder.file_name()) {
            return Err(DeltaError::NotEmpty(self.folder().to_path_buf()));
        }
        let folder = fs::canonicalize(self.folder()).map_err(write_error(self.folder()))?;
        log.write(0, &self.first_commit(new, &folder))?;
        self.newest()
    }

    fn first_commit(&self, new: &NewTable<'_>, folder: &Path) -> [Line; 3] {
        let metadata = Metadata {
            id: id_of(folder, new.created_at),
            name: Some(new.name.to_owned()),
            description: None,
            format: Format { provider: "parquet".to_owned(), options: BTreeMap::new() },
            schema_string: schema(new.fields).to_string(),
            partition_columns: Vec::new(),
            created_time: Some(millis(new.created_at)),
            configuration: new.configuration.clone(),
        };
        let protocol =
            Protocol { min_reader_version: 1, min_writer_version: 2, reader_features: None, writer_features: None };
        let info: CommitInfo = commit_info("CREATE TABLE", new.created_at, new.record.clone());
        [info.into(), protocol.into(), metadata.into()]
    }
}

/// Returns an id in the form of a UUID, from the first 16 bytes of a SHA-256 of the table's folder and the time of its
/// creation.
fn id_of(folder: &Path, at: Timestamp) -> String {
    let digest = Sha256::digest(format!("{} {}", folder.display(), at.micros()));
    let mut id = String::new();
    for (place, byte) in digest.iter().take(16).enumerate() {
        if [4, 6, 8, 10].contains(&place) {
            id.push('-');
        }
        write!(id, "{byte:02x}").expect("writing to a string");
    }
    id
}
