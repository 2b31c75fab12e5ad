//! Data files: writing one, and what the log says about one.
//!
//! The tags of a file's `add` action hold the digests and the version. The protocol has no other field for them.

use super::action::{Add, Remove, millis};
use super::disk::{create_read_only, make_read_only, share};
use super::stats::Stats;
use super::{DeltaError, Table, digest, footer, read_error, write_error};
use accrue_kernel::time::Timestamp;
use accrue_output::TableFormat;
use accrue_output::columns::Field;
use accrue_output::draft::Draft;
use accrue_output::table::{self, Encoded, Encoder, TableFile};
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The tag with the version that added a file: a checkpoint has no other place for it.
const VERSION_TAG: &str = "version";
/// The tag with the digest of the whole file; files of older versions of accrue have none.
const DIGEST_TAG: &str = "xxh3_128";
/// The tag with the digest of the file's footer.
const FOOTER_TAG: &str = "footer_xxh3_128";

/// A file of a table, or one that is to be added to it.
#[derive(Clone, Debug, PartialEq)]
pub struct DataFile {
    /// Its name in the table's folder.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// The digest of all its bytes, as [`digest::of_file`] gives it; `None` where its writer took none.
    pub digest: Option<String>,
    /// The digest of its footer; `None` where its writer took none.
    pub(super) footer: Option<String>,
    /// The number of its rows, and bounds of their values.
    pub stats: Stats,
    /// Values of the caller, kept in the log.
    pub tags: BTreeMap<String, String>,
    /// The version that added it. `None` before it is added, and for files of other programs that a checkpoint tells
    /// of.
    pub version: Option<u64>,
    /// When it was added, in milliseconds since 1970.
    pub(super) modified_at: i64,
}

/// A data file under construction. A file that is never finished is left for the next vacuum.
pub struct NewFile {
    table: Table,
    name: String,
    file: TableFile,
}

impl Table {
    /// Creates a data file and returns the encoder of its row groups.
    ///
    /// The name must be new: no earlier attempt may have used it. A name made of the run's number alone is not new
    /// after a crash, because the file of the dead run still has that name.
    ///
    /// # Errors
    /// `Name` for a name that is not allowed, `Taken` where it is used already, and what writing gives.
    pub fn begin_file(&self, name: &str, fields: &'static [Field]) -> Result<(Encoder, NewFile), DeltaError> {
        let (encoder, file) = table::create_in(self.begin_draft(name)?, "rows", TableFormat::Parquet, fields)?;
        Ok((encoder, NewFile { table: self.clone(), name: name.to_owned(), file }))
    }

    pub(super) fn begin_draft(&self, name: &str) -> Result<Draft, DeltaError> {
        let place = self.place_of(name)?;
        create_read_only(&place).map(|file| Draft::new(place.clone(), file)).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => DeltaError::Taken(place),
            _ => write_error(&place)(error),
        })
    }

    /// Brings a file that is written already into the table's folder, by a hard link where possible, else by a copy.
    /// Its digest is computed unless it is given.
    ///
    /// # Errors
    /// `Name` for a name that is not allowed, `Taken` where another file has it, and what reading and writing give.
    pub fn adopt(&self, from: &Path, name: &str, digest: Option<&str>) -> Result<DataFile, DeltaError> {
        let place = self.place_of(name)?;
        share(from, &place)?;
        make_read_only(&place).map_err(write_error(&place))?;
        self.describe(name, digest)
    }

    /// Describes a file in the table's folder, to be added by a commit. The disk has the file when this returns.
    ///
    /// # Errors
    /// `Name` for a name that is not allowed, and what reading the file as Parquet gives.
    pub fn file(&self, name: &str) -> Result<DataFile, DeltaError> {
        self.describe(name, None)
    }

    fn describe(&self, name: &str, digest: Option<&str>) -> Result<DataFile, DeltaError> {
        let place = self.place_of(name)?;
        let file = accrue_files::open(&place).map_err(read_error(&place))?;
        // The program that wrote it may have died before it synced the file.
        file.sync_all().map_err(write_error(&place))?;
        let bytes = file.metadata().map_err(read_error(&place))?.len();
        let digest = match digest {
            Some(known) => known.to_owned(),
            None => digest::of_file(&place).map_err(read_error(&place))?,
        };
        let footer = footer::digest_of(&file).map_err(read_error(&place))?;
        let stats = Stats::of_file(&place)?;
        Ok(DataFile { digest: Some(digest), footer: Some(footer), stats, ..DataFile::of(name, bytes) })
    }
}

impl NewFile {
    /// Appends an encoded piece as a row group.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn append(&mut self, piece: Encoded) -> Result<(), DeltaError> {
        Ok(self.file.append(piece)?)
    }

    /// Completes the file and describes it, to be added by a commit. The disk has the file when this returns.
    ///
    /// # Errors
    /// Where it cannot be written or read again.
    pub fn finish(self) -> Result<DataFile, DeltaError> {
        self.file.finish()?;
        self.table.file(&self.name)
    }
}

impl DataFile {
    /// Describes a file of which only name and size are known.
    pub fn of(name: &str, bytes: u64) -> DataFile {
        let (stats, tags) = (Stats::default(), BTreeMap::new());
        DataFile {
            name: name.to_owned(),
            bytes,
            digest: None,
            footer: None,
            stats,
            tags,
            version: None,
            modified_at: 0,
        }
    }

    /// Returns the number of rows; `None` where the log does not have it.
    pub fn rows(&self) -> Option<u64> {
        self.stats.num_records
    }

    pub(super) fn from_add(add: &Add, version: Option<u64>) -> Result<DataFile, serde_json::Error> {
        let stats = add.stats.as_deref().map(serde_json::from_str).transpose()?.unwrap_or_default();
        let given = add.tags.iter().flatten().filter_map(|(tag, value)| Some((tag.clone(), value.clone()?)));
        let mut tags: BTreeMap<String, String> = given.collect();
        let tagged = tags.remove(VERSION_TAG).and_then(|version| version.parse().ok());
        let version = version.or(tagged);
        let [digest, footer] = [DIGEST_TAG, FOOTER_TAG].map(|tag| tags.remove(tag));
        Ok(DataFile {
            name: add.path.clone(),
            bytes: add.size,
            digest,
            footer,
            stats,
            tags,
            version,
            modified_at: add.modification_time,
        })
    }

    pub(super) fn to_add(&self, data_change: bool) -> Add {
        let version = self.version.map(|version| version.to_string());
        let tags = [(VERSION_TAG, version), (DIGEST_TAG, self.digest.clone()), (FOOTER_TAG, self.footer.clone())];
        let tags = tags.into_iter().filter_map(|(tag, value)| Some((tag.to_owned(), value?)));
        let tags = self.tags.clone().into_iter().chain(tags).map(|(tag, value)| (tag, Some(value)));
        Add {
            path: self.name.clone(),
            partition_values: BTreeMap::new(),
            size: self.bytes,
            modification_time: self.modified_at,
            data_change,
            stats: Some(serde_json::to_string(&self.stats).expect("statistics are JSON")),
            tags: Some(tags.collect()),
            deletion_vector: None,
        }
    }

    pub(super) fn to_remove(&self, at: Timestamp, data_change: bool) -> Remove {
        Remove {
            path: self.name.clone(),
            deletion_timestamp: Some(millis(at)),
            data_change,
            extended_file_metadata: Some(true),
            partition_values: Some(BTreeMap::new()),
            size: Some(self.bytes),
            deletion_vector: None,
        }
    }

    /// Checks that the file is there with its size, footer and digest.
    pub(super) fn check_digest(&self, folder: &Path) -> Result<(), DeltaError> {
        self.check(folder)?;
        let path = folder.join(&self.name);
        match &self.digest {
            Some(digest) if digest::of_file(&path).map_err(read_error(&path))? != *digest => {
                Err(DeltaError::Altered(path))
            }
            _ => Ok(()),
        }
    }

    /// Checks that the file is as it was added, and that its footer has as many rows as the log says.
    pub(super) fn look_into(&self, folder: &Path) -> Result<(), DeltaError> {
        self.check_digest(folder)?;
        let path = folder.join(&self.name);
        match (self.rows(), Stats::of_file(&path)?.num_records) {
            (Some(expected), Some(found)) if expected != found => Err(DeltaError::WrongCount { path, expected, found }),
            _ => Ok(()),
        }
    }

    /// Checks that the file is there with its size and footer.
    pub(super) fn check(&self, folder: &Path) -> Result<(), DeltaError> {
        let path = folder.join(&self.name);
        match fs::metadata(&path) {
            Ok(found) if found.len() == self.bytes => self.check_footer(path),
            Ok(found) => Err(DeltaError::WrongSize { path, expected: self.bytes, found: found.len() }),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(DeltaError::Lost(path)),
            Err(error) => Err(read_error(&path)(error)),
        }
    }

    fn check_footer(&self, path: PathBuf) -> Result<(), DeltaError> {
        let Some(expected) = &self.footer else { return Ok(()) };
        let found = accrue_files::open(&path).and_then(|file| footer::digest_of(&file));
        match found {
            Ok(found) if found == *expected => Ok(()),
            Err(error) if error.kind() != ErrorKind::InvalidData => Err(read_error(&path)(error)),
            _ => Err(DeltaError::Altered(path)),
        }
    }
}
