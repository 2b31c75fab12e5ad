//! Vacuum: removes data files and temporary files that neither the table nor a reader still needs.
//!
//! Invariant: a file of the current version is never removed, and nothing that accrue did not write.

use super::action::millis;
use super::log::{is_of_a_log, names};
use super::{DeltaError, Snapshot, Table, read_error, write_error};
use accrue_kernel::time::Timestamp;
use accrue_output::own::{self, was_touched_before};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What the writer of a table says about a file name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// No file of the table has such a name.
    NotOurs,
    /// A file with this name may still be added to the table.
    ToCome,
    /// A file with this name is useless unless it is in the table.
    Done,
}

/// What was removed, and what was left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vacuumed {
    /// The files that were removed, sorted.
    pub gone: Vec<PathBuf>,
    /// What is in the table's folder and not the table's: other names, links and folders, sorted.
    pub left: Vec<PathBuf>,
}

impl Table {
    /// Removes data files that left the table before an instant, data files that were never added, and temporary files.
    ///
    /// A file stays if `use_of` does not call its name `Done`, or if the disk has touched it since that instant; for a
    /// temporary file, the name counts that it was to get. If the table's folder or its log is a link, nothing is
    /// removed. The instant must be earlier than the start of any reader or run that is still at work.
    ///
    /// # Errors
    /// Where a folder cannot be read or a file cannot be removed.
    pub fn vacuum(&self, before: Timestamp, use_of: impl Fn(&str) -> Use) -> Result<Vacuumed, DeltaError> {
        let snapshot = self.newest()?;
        let log = self.log().folder;
        let links = [self.folder(), &log].into_iter().filter(|folder| folder.is_symlink());
        let mut found = Vacuumed { gone: Vec::new(), left: links.map(Path::to_path_buf).collect() };
        if !found.left.is_empty() {
            return Ok(found);
        }
        for name in names(self.folder())? {
            let path = self.folder().join(&name);
            if path == log || snapshot.state.live.contains_key(&name) {
                continue;
            }
            match use_of(own::temporary(&name).unwrap_or(&name)) {
                _ if !is_file(&path)? => found.left.push(path),
                Use::NotOurs => found.left.push(path),
                Use::Done if !has_left_since(&snapshot, &name, before) && is_older(&path, before)? => {
                    found.remove(path)?;
                }
                Use::Done | Use::ToCome => {}
            }
        }
        for name in names(&log)? {
            let path = log.join(&name);
            if !is_of_a_log(&name) || !is_file(&path)? {
                found.left.push(path);
            } else if self.log().is_dead(&name, snapshot.version) && is_older(&path, before)? {
                found.remove(path)?;
            }
        }
        found.gone.sort();
        found.left.sort();
        Ok(found)
    }
}

/// Tells whether a data file has left the table at an instant or later.
fn has_left_since(snapshot: &Snapshot, name: &str, instant: Timestamp) -> bool {
    let removed = snapshot.state.removed.get(name).and_then(|remove| remove.deletion_timestamp);
    removed.is_some_and(|left_at| left_at >= millis(instant))
}

/// Tells whether a path is a file and no link; true where it has been removed in the meantime.
fn is_file(path: &Path) -> Result<bool, DeltaError> {
    match fs::symlink_metadata(path) {
        Ok(found) => Ok(found.is_file()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(read_error(path)(error)),
    }
}

/// Tells whether a path is a file that the disk has last touched before an instant.
fn is_older(path: &Path, before: Timestamp) -> Result<bool, DeltaError> {
    match fs::symlink_metadata(path) {
        Ok(found) => Ok(found.is_file() && was_touched_before(&found, before)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(read_error(path)(error)),
    }
}

impl Vacuumed {
    /// Removes a file, unless somebody else has.
    fn remove(&mut self, path: PathBuf) -> Result<(), DeltaError> {
        match fs::remove_file(&path) {
            Ok(()) => self.gone.push(path),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(write_error(&path)(error)),
        }
        Ok(())
    }
}
