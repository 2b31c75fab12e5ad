//! Data files: what the log says about one, and writing one.

use super::action::{Add, Remove, millis};
use super::disk::{create_read_only, make_read_only, share};
use super::stats::Stats;
use super::{DeltaError, Table, digest, footer, read_error, write_error};
use accrue_kernel::time::Instant;
use accrue_output::TableFormat;
use accrue_output::columns::Field;
use accrue_output::draft::Draft;
use accrue_output::table::{self, Encoded, Encoder, TableFile};
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A tag that each file gets with the version that adds it, since a checkpoint would forget that.
const VERSION_TAG: &str = "version";
/// The tag that has the digest of the whole file; files of versions that took none are without.
const DIGEST_TAG: &str = "xxh3_128";
/// The tag that has the digest of the file's footer.
const FOOTER_TAG: &str = "footer_xxh3_128";

/// A file of a table, or one that is to become it.
#[derive(Clone, Debug, PartialEq)]
pub struct DataFile {
    /// Its name in the table's folder.
    pub name: String,
    pub bytes: u64,
    /// Of all its bytes; `None` where whoever added it took none.
    pub digest: Option<String>,
    /// The digest of its footer, as for `digest`.
    pub(super) footer: Option<String>,
    pub stats: Stats,
    /// What the one who adds it wants to be known of it.
    pub tags: BTreeMap<String, String>,
    /// The version that added it; none before, and for other programs' files behind a checkpoint.
    pub version: Option<u64>,
    /// When it was added, in milliseconds.
    pub(super) modified_at: i64,
}

/// A data file under construction; what is not finished is left to the next vacuum.
pub struct NewFile {
    table: Table,
    name: String,
    file: TableFile,
}

impl Table {
    /// Starts a data file, and what encodes its pieces. The name is one that no other try may have taken: with the
    /// number of a run alone, a run that died would stand in the way of the next.
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

    /// Brings a file that is written already into the table's folder, without a copy where it can be. Its digest is taken
    /// unless it is known.
    pub fn adopt(&self, from: &Path, name: &str, digest: Option<&str>) -> Result<DataFile, DeltaError> {
        let place = self.place_of(name)?;
        share(from, &place)?;
        make_read_only(&place).map_err(write_error(&place))?;
        self.describe(name, digest)
    }

    /// Describes a file in the table's folder, as a commit is to add it, once the disk has it.
    pub fn file(&self, name: &str) -> Result<DataFile, DeltaError> {
        self.describe(name, None)
    }

    fn describe(&self, name: &str, digest: Option<&str>) -> Result<DataFile, DeltaError> {
        let place = self.place_of(name)?;
        let file = accrue_files::open(&place).map_err(read_error(&place))?;
        // Whoever wrote it may have died before.
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
    /// Appends a piece, which becomes a row group.
    pub fn append(&mut self, piece: Encoded) -> Result<(), DeltaError> {
        Ok(self.file.append(piece)?)
    }

    /// Completes the file and describes it, as a commit is to add it.
    pub fn finish(self) -> Result<DataFile, DeltaError> {
        self.file.finish()?;
        self.table.file(&self.name)
    }
}

impl DataFile {
    /// Describes a file of which no more is known.
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

    /// Returns the number of rows, where whoever added the file has told.
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
        let told = [(VERSION_TAG, version), (DIGEST_TAG, self.digest.clone()), (FOOTER_TAG, self.footer.clone())];
        let told = told.into_iter().filter_map(|(tag, value)| Some((tag.to_owned(), value?)));
        let tags = self.tags.clone().into_iter().chain(told).map(|(tag, value)| (tag, Some(value)));
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

    pub(super) fn to_remove(&self, at: Instant, data_change: bool) -> Remove {
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

    /// Checks that the file is in its folder and holds what it held when it was added.
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

    /// Checks that the file is as it was added, and that its own footer tells as many rows as the log.
    pub(super) fn look_into(&self, folder: &Path) -> Result<(), DeltaError> {
        self.check_digest(folder)?;
        let path = folder.join(&self.name);
        match (self.rows(), Stats::of_file(&path)?.num_records) {
            (Some(expected), Some(found)) if expected != found => Err(DeltaError::WrongCount { path, expected, found }),
            _ => Ok(()),
        }
    }

    /// Checks that the file is in its folder, whole, and has the footer that it had when it was added.
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

/// Tells whether a data file may be called so: such a name means the same as a path, as a URL and in every file system.
pub fn is_file_name(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_alphanumeric())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}
