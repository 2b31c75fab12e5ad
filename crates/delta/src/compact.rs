//! Compaction: many small files become one with the same rows. Row groups are copied byte for byte, without decoding.

use super::commit::Commit;
use super::reading::guarded;
use super::{DataFile, DeltaError, Snapshot, read_error};
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use accrue_kernel::time::Timestamp;
use accrue_output::draft::Draft;
use accrue_output::{encode_error, parquet};
use serde_json::Value;
use std::fs::File;
use std::path::{Path, PathBuf};

impl Snapshot {
    /// Writes a file with the row groups of some others, in the order given, and commits that it replaces them. Does
    /// nothing without files.
    ///
    /// # Errors
    /// As [`Snapshot::concatenate`] and [`Snapshot::commit`].
    pub fn compact(self, files: &[String], name: &str, at: Timestamp) -> Result<Snapshot, DeltaError> {
        if files.is_empty() {
            return Ok(self);
        }
        let whole = self.concatenate(files, name)?;
        self.replace(files, whole, at)
    }

    /// Writes a file with the row groups of some others, at least one, in the order given. It is not committed yet.
    ///
    /// # Errors
    /// `NotLive`, `Lost`, `WrongSize` or `Altered` for a file that is not as it was added, `OtherColumns` where their
    /// columns differ, and what reading and writing give.
    ///
    /// # Panics
    /// Without files.
    pub fn concatenate(&self, files: &[String], name: &str) -> Result<DataFile, DeltaError> {
        let places = self.sound_places(files)?;
        concatenate(&places, self.table.begin_draft(name)?)?;
        self.table.file(name)
    }

    /// Returns the paths of some files after checking their digests: otherwise damage would be copied and be given a
    /// new digest.
    pub(super) fn sound_places(&self, files: &[String]) -> Result<Vec<PathBuf>, DeltaError> {
        let place = |name: &String| {
            let place = self.table.folder().join(name);
            let file = self.state.live.get(name).ok_or_else(|| DeltaError::NotLive(place.clone()))?;
            file.check_digest(self.table.folder())?;
            Ok(place)
        };
        files.iter().map(place).collect()
    }

    /// Commits that a file replaces some others that have the same rows. The new file counts as added by that commit.
    ///
    /// # Errors
    /// As [`Snapshot::commit`].
    pub fn replace(self, files: &[String], by: DataFile, at: Timestamp) -> Result<Snapshot, DeltaError> {
        self.commit(Commit {
            operation: "OPTIMIZE",
            at,
            add: vec![by],
            remove: files.to_vec(),
            changes_data: false,
            txn: None,
            record: Value::Null,
        })
    }
}

/// Appends the row groups of some files, at least one, with the same columns, to a new file.
fn concatenate(from: &[PathBuf], to: Draft) -> Result<(), DeltaError> {
    let failed = encode_error(to.place());
    let (_, first) = open(&from[0])?;
    let schema = first.metadata().file_metadata().schema_descr();
    let mut whole = parquet::File::create(to, schema).map_err(&failed)?;
    for path in from {
        let (file, reader) = open(path)?;
        if reader.metadata().file_metadata().schema_descr().columns() != schema.columns() {
            return Err(DeltaError::OtherColumns(path.clone()));
        }
        for group in reader.metadata().row_groups() {
            whole.append_from(&file, group).map_err(&failed)?;
        }
    }
    Ok(whole.finish().map_err(&failed)?.finish()?)
}

fn open(path: &Path) -> Result<(File, SerializedFileReader<File>), DeltaError> {
    let file = accrue_files::open(path).map_err(read_error(path))?;
    let own = file.try_clone().map_err(read_error(path))?;
    let reader = guarded(path, || SerializedFileReader::new(own))?;
    Ok((file, reader))
}
