//! Clearing away what no reader can need any more.

use super::action::millis;
use super::log::{is_of_a_log, names};
use super::{DeltaError, Snapshot, Table, read_error, write_error};
use accrue_kernel::time::Instant;
use accrue_output::own::{self, was_touched_before};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What the one who writes a table's files makes of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// No file of the table is called so.
    NotOurs,
    /// Such a file may still come into the table.
    ToCome,
    /// Such a file has no more use once it is not in the table.
    Done,
}

/// What was cleared away of a table, and what was found and left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vacuumed {
    pub gone: Vec<PathBuf>,
    /// What is in the table's folder and not the table's: other names, links and folders.
    pub left: Vec<PathBuf>,
}

impl Table {
    /// Removes data files that left the table before an instant, data files that never came into it, and temporary files.
    /// A file stays if its name is not `Done`, or if the disk has touched it since that instant. For a temporary file the name
    /// counts that it was to get. If the table's folder or its log is a link, nothing is removed.
    ///
    /// The instant must be further back than any reader reads or any run lasts.
    pub fn vacuum(&self, before: Instant, use_of: impl Fn(&str) -> Use) -> Result<Vacuumed, DeltaError> {
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
fn has_left_since(snapshot: &Snapshot, name: &str, instant: Instant) -> bool {
    let removed = snapshot.state.removed.get(name).and_then(|remove| remove.deletion_timestamp);
    removed.is_some_and(|left_at| left_at >= millis(instant))
}

/// Tells whether a path is a file, and no link; also where somebody has removed it in the meantime.
fn is_file(path: &Path) -> Result<bool, DeltaError> {
    match fs::symlink_metadata(path) {
        Ok(found) => Ok(found.is_file()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(read_error(path)(error)),
    }
}

/// Tells whether a path is a file that the disk has last touched before an instant.
fn is_older(path: &Path, before: Instant) -> Result<bool, DeltaError> {
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
