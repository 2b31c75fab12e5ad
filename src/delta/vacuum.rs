//! Clearing away what no reader can need any more.

use super::action::millis;
use super::log::{names, temporary};
use super::{DeltaError, Snapshot, Table, read_error, write_error};
use crate::kernel::time::Instant;
use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// What was cleared away of a table, and what was found and left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vacuumed {
    pub gone: Vec<PathBuf>,
    /// What is in the table's folder and not the table's: other names, links and folders.
    pub left: Vec<PathBuf>,
}

impl Table {
    /// Removes data files that left the table before an instant, such as never came into it, and temporary files, unless
    /// the disk has touched them since: those alone of which `may_go` says that their writers give such a name, and have no
    /// more use for it. A temporary file goes by the name that it was to have. Where the table's folder or its log is a link, nothing is removed.
    ///
    /// The instant must be further back than any reader reads or any run lasts.
    pub fn vacuum(&self, before: Instant, may_go: impl Fn(&str) -> bool) -> Result<Vacuumed, DeltaError> {
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
            let own = temporary(&name).and_then(|rest| rest.rsplit_once('.')).map_or(name.as_str(), |(own, _)| own);
            if !may_go(own) || !is_file(&path)? {
                found.left.push(path);
            } else if !has_left_since(&snapshot, &name, before) && is_older(&path, before)? && remove(&path)? {
                found.gone.push(path);
            }
        }
        for path in
            names(&log)?.iter().filter(|name| self.log().is_dead(name, snapshot.version)).map(|name| log.join(name))
        {
            if is_older(&path, before)? && remove(&path)? {
                found.gone.push(path);
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

/// Tells whether the disk has last touched something before an instant. The time of a file's contents would not do: a file
/// that was just brought in under a second name may have been written long ago.
pub fn was_touched_before(found: &Metadata, instant: Instant) -> bool {
    let touched = found.ctime().saturating_mul(1_000_000).saturating_add(found.ctime_nsec() / 1_000);
    touched < instant.micros()
}

/// Tells whether a path is a file that the disk has last touched before an instant.
fn is_older(path: &Path, before: Instant) -> Result<bool, DeltaError> {
    match fs::symlink_metadata(path) {
        Ok(found) => Ok(found.is_file() && was_touched_before(&found, before)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(read_error(path)(error)),
    }
}

/// Removes a file; false where somebody else has.
fn remove(path: &Path) -> Result<bool, DeltaError> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(write_error(path)(error)),
    }
}
