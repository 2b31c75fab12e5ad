//! Clearing away what no reader can need any more.

use super::action::millis;
use super::log::{names, temporary};
use super::{DeltaError, Snapshot, Table, read_error, write_error};
use crate::kernel::time::Instant;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

impl Table {
    /// Removes data files that left the table before an instant, such as never came into it, and temporary files, unless
    /// the disk has touched them since. Returns what is gone.
    ///
    /// The instant must be further back than any reader reads or any run lasts.
    pub fn vacuum(&self, before: Instant) -> Result<Vec<PathBuf>, DeltaError> {
        let snapshot = self.newest()?;
        let log = self.log().folder;
        let data = names(self.folder())?.into_iter().filter(|name| is_needless(&snapshot, name, before));
        let data = data.map(|name| self.folder().join(name));
        let logs = names(&log)?.into_iter().filter(|name| temporary(name).is_some()).map(|name| log.join(name));
        let mut gone = Vec::new();
        for path in data.chain(logs) {
            if is_older(&path, before)? && remove(&path)? {
                gone.push(path);
            }
        }
        gone.sort();
        Ok(gone)
    }
}

/// Tells whether a name is that of a temporary file, or of a data file which the table has not had since an instant.
fn is_needless(snapshot: &Snapshot, name: &str, before: Instant) -> bool {
    if temporary(name).is_some() {
        return true;
    }
    let is_data = name.ends_with(".parquet") && !name.starts_with(['.', '_']);
    let left_later = |left_at: i64| left_at >= millis(before);
    let removed = snapshot.state.removed.get(name).and_then(|remove| remove.deletion_timestamp);
    is_data && !snapshot.state.live.contains_key(name) && !removed.is_some_and(left_later)
}

/// Tells whether a file was last touched before an instant. The time of its contents would not do: a file that was just
/// brought in under a second name may have been written long ago.
fn is_older(path: &Path, before: Instant) -> Result<bool, DeltaError> {
    match fs::symlink_metadata(path) {
        Ok(found) => {
            let touched = found.ctime().saturating_mul(1_000_000).saturating_add(found.ctime_nsec() / 1_000);
            Ok(found.is_file() && touched < before.micros())
        }
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
