//! A table by its folder: beginning one, and reading what it is.

use super::action::{CommitInfo, Format, Line, Metadata, Protocol, millis};
use super::commit::commit_info;
use super::data_file::is_file_name;
use super::disk::create_folders;
use super::log::{Log, names};
use super::schema::schema;
use super::snapshot::{self, Snapshot};
use super::{DeltaError, write_error};
use accrue_kernel::time::Instant;
use accrue_output::columns::Field;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The place of a table; whether there is one shows when it is read.
#[derive(Clone, Debug)]
pub struct Table {
    folder: PathBuf,
}

/// A table that is to be.
pub struct NewTable<'a> {
    pub name: &'a str,
    pub fields: &'a [Field],
    /// Settings that every writer follows, such as `delta.appendOnly`.
    pub configuration: BTreeMap<String, String>,
    pub created_at: Instant,
    /// What the first commit's record is.
    pub record: Value,
}

impl Table {
    pub fn at(folder: impl Into<PathBuf>) -> Table {
        Table { folder: folder.into() }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Tells whether a table was begun here.
    pub fn is_there(&self) -> Result<bool, DeltaError> {
        match self.log().list() {
            Ok(_) => Ok(true),
            Err(DeltaError::NoTable(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Begins a table, without rows, in a folder that is new or empty.
    ///
    /// # Errors
    /// `Conflict` where there is one.
    pub fn create(&self, new: &NewTable<'_>) -> Result<Snapshot, DeltaError> {
        let log = self.log();
        if self.is_there()? {
            return Err(DeltaError::Conflict(log.commit_path(0)));
        }
        create_folders(&log.folder).map_err(write_error(&log.folder))?;
        if names(&self.folder)?.iter().any(|name| Some(name.as_ref()) != log.folder.file_name()) {
            return Err(DeltaError::NotEmpty(self.folder.clone()));
        }
        let folder = fs::canonicalize(&self.folder).map_err(write_error(&self.folder))?;
        log.write(0, &self.first_commit(new, &folder))?;
        self.newest()
    }

    /// Reads what the table is now.
    pub fn newest(&self) -> Result<Snapshot, DeltaError> {
        snapshot::read(self, None)
    }

    /// Reads what the table was at a version.
    pub fn at_version(&self, version: u64) -> Result<Snapshot, DeltaError> {
        snapshot::read(self, Some(version))
    }

    pub(super) fn log(&self) -> Log {
        Log::of(&self.folder)
    }

    pub(super) fn place_of(&self, name: &str) -> Result<PathBuf, DeltaError> {
        match is_file_name(name) {
            true => Ok(self.folder.join(name)),
            false => Err(DeltaError::Name { name: name.to_owned() }),
        }
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

/// Returns an id that no other table has: of its place, and of when it was made. It looks as ids of tables do.
fn id_of(folder: &Path, at: Instant) -> String {
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
