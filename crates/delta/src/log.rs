//! The folder `_delta_log` of a table: the names of its files, and reading and writing one of them.
//!
//! A version is a number from 0, written with 20 digits in file names.

use super::action::Line;
use super::disk::write_beside;
use super::seal::{self, Seal};
use super::{DeltaError, digest, line_error, read_error, write_error};
use accrue_files::{self, sync_folder};
use accrue_output::own;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

const DIGITS: usize = 20;
const COMMIT: &str = ".json";
const CHECKPOINT: &str = ".checkpoint.parquet";
const HINT: &str = "_last_checkpoint";

/// The log of a table.
pub(crate) struct Log {
    pub folder: PathBuf,
}

/// The versions that have files in the log.
pub(crate) struct Listing {
    /// The newest version with a commit or a checkpoint.
    pub newest: u64,
    /// The versions with a checkpoint, oldest first.
    pub checkpoints: Vec<u64>,
}

impl Log {
    /// Returns the log of the table in a folder.
    pub(crate) fn of(table: &Path) -> Log {
        Log { folder: table.join("_delta_log") }
    }

    /// Returns the path of a commit.
    pub(crate) fn commit_path(&self, version: u64) -> PathBuf {
        self.folder.join(format!("{version:020}{COMMIT}"))
    }

    /// Returns the path of a checkpoint in one file.
    pub(crate) fn checkpoint_path(&self, version: u64) -> PathBuf {
        self.folder.join(format!("{version:020}{CHECKPOINT}"))
    }

    /// Returns the path of the file where other readers look for the newest checkpoint.
    pub(crate) fn hint_path(&self) -> PathBuf {
        self.folder.join(HINT)
    }

    /// Lists the versions in the log.
    pub(crate) fn list(&self) -> Result<Listing, DeltaError> {
        let no_table = || DeltaError::NoTable(self.folder.parent().unwrap_or(&self.folder).to_path_buf());
        let names = names(&self.folder).map_err(|error| match error {
            DeltaError::Read { source, .. } if source.kind() == ErrorKind::NotFound => no_table(),
            error => error,
        })?;
        let versions = |ending| names.iter().filter_map(move |name| version_of(name, ending));
        let mut checkpoints: Vec<u64> = versions(CHECKPOINT).collect();
        checkpoints.sort_unstable();
        let newest = versions(COMMIT).chain(checkpoints.last().copied()).max().ok_or_else(no_table)?;
        Ok(Listing { newest, checkpoints })
    }

    /// Reads a commit.
    ///
    /// # Errors
    /// `Hole` where it is not there.
    pub(crate) fn read(&self, version: u64) -> Result<Vec<Line>, DeltaError> {
        read_lines(&self.commit_path(version))
    }

    /// Returns the digest of a commit's file; `None` where the file is gone.
    pub(crate) fn digest(&self, version: u64) -> Result<Option<String>, DeltaError> {
        let path = self.commit_path(version);
        match digest::of_file(&path) {
            Ok(digest) => Ok(Some(digest)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(read_error(&path)(error)),
        }
    }

    /// Writes a commit, whole or not at all. The disk has it when this returns.
    ///
    /// # Errors
    /// `Conflict` where that version is there already.
    pub(crate) fn write(&self, version: u64, lines: &[Line]) -> Result<(), DeltaError> {
        let path = self.commit_path(version);
        let text = seal::sealed(lines);
        let written = write_beside(&path, |file| file.write_all(text.as_bytes())).map_err(write_error(&path))?;
        written.persist_noclobber(&path).map_err(|failed| match path.exists() {
            // It is a conflict too if the faster commit has removed this one's temporary file.
            true => DeltaError::Conflict(path.clone()),
            false => write_error(&path)(failed.error),
        })?;
        sync_folder(&self.folder).map_err(|source| DeltaError::Unconfirmed { path, source })
    }

    /// Removes temporary files of commits up to a version that is there: they can never become a commit.
    pub(crate) fn clear_up_to(&self, version: u64) {
        let is_dead_commit = |name: &String| name.contains(COMMIT) && self.is_dead(name, version);
        for name in names(&self.folder).unwrap_or_default().into_iter().filter(is_dead_commit) {
            // A file that cannot be removed now is left for the next commit or a vacuum.
            let _ = fs::remove_file(self.folder.join(name));
        }
    }

    /// Tells whether a name is that of a temporary file that can never become a file of the log: of a commit or
    /// checkpoint up to a version that is there, or of the hint.
    pub(crate) fn is_dead(&self, name: &str, version: u64) -> bool {
        let Some(own) = own::temporary(name) else { return false };
        let found = version_of(own, COMMIT).or_else(|| version_of(own, CHECKPOINT));
        found.map_or(own == HINT, |found| found <= version)
    }
}

/// Tells whether a file of a log has this name, complete or temporary.
pub(crate) fn is_of_a_log(name: &str) -> bool {
    let name = own::temporary(name).unwrap_or(name);
    name == HINT || [COMMIT, CHECKPOINT].into_iter().any(|ending| version_of(name, ending).is_some())
}

/// Reads a file of actions.
///
/// # Errors
/// `Hole` where it is not there, `Altered` where its seal is broken.
pub(crate) fn read_lines(path: &Path) -> Result<Vec<Line>, DeltaError> {
    let text = accrue_files::read_to_string(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => DeltaError::Hole(path.to_path_buf()),
        _ => read_error(path)(error),
    })?;
    if text.is_empty() {
        return Err(DeltaError::Line { path: path.to_path_buf(), line: 1, reason: "the file is empty".to_owned() });
    }
    if seal::seal(&text) == Seal::Broken {
        return Err(DeltaError::Altered(path.to_path_buf()));
    }
    let parse = |(number, line): (usize, &str)| {
        serde_json::from_str(line).map_err(|error| line_error(path, number + 1, (&error, line)))
    };
    text.lines().enumerate().map(parse).collect()
}

/// Returns the names of all entries of a folder.
pub(crate) fn names(folder: &Path) -> Result<Vec<String>, DeltaError> {
    let entries = fs::read_dir(folder).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
    Ok(entries.map_err(read_error(folder))?.iter().map(|entry| entry.file_name().to_string_lossy().into()).collect())
}

/// Returns the version in a name with this ending; `None` for any other name.
pub(crate) fn version_of(name: &str, ending: &str) -> Option<u64> {
    let digits = name.strip_suffix(ending)?;
    let is_version = digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_version)
}
