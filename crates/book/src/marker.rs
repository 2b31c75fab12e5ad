//! The marker: the file that makes a folder a book. It has the id of the book and its format.
//!
//! Earlier versions wrote none: a folder without a marker is a book if one of its tables is a book's.

use super::error::{unreadable, unwritable};
use super::layout::FORMAT;
use super::{Book, BookError, TableName};
use accrue_delta::{Snapshot, create_folders, digest, write_beside};
use accrue_files::sync_folder;
use accrue_kernel::time::Timestamp;
use accrue_output::own;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// The marker's name in the book's folder.
pub(super) const MARKER: &str = "accrue-book.json";
/// The name of a folder that a file system keeps in the root of a disk.
const OF_THE_DISK: &str = "lost+found";

/// The contents of the marker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Marker {
    format: u32,
    /// An id that no other book has.
    pub(super) id: String,
    /// The digest of format and id.
    digest: String,
}

impl Marker {
    fn new(format: u32, id: String) -> Marker {
        let digest = digest::of_bytes(format!("{format} {id}").as_bytes());
        Marker { format, id, digest }
    }

    fn to_text(&self) -> String {
        serde_json::to_string(self).expect("plain data") + "\n"
    }
}

/// Reads the marker of a book; `None` where there is none.
///
/// # Errors
/// `TooNew` for a newer format; `Unreadable` where it is damaged.
pub(super) fn read(folder: &Path) -> Result<Option<Marker>, BookError> {
    let path = folder.join(MARKER);
    let damaged = |what: String| BookError::Unreadable { path: path.clone(), what };
    let Some(text) = own::read(&path).map_err(unreadable(&path))? else { return Ok(None) };
    let marker: Marker = serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))?;
    match marker.format {
        found if found > FORMAT => Err(BookError::TooNew { path, found }),
        // The text differs from the one that accrue writes for this format and id.
        format if text != Marker::new(format, marker.id.clone()).to_text().as_bytes() => {
            Err(damaged("it is not as accrue has written it".to_owned()))
        }
        _ => Ok(Some(marker)),
    }
}

/// Checks that a folder without a marker and without tables of a book is new or empty, so that a book may begin there.
///
/// # Errors
/// `NotABook` names what is there.
pub(super) fn expect_empty(folder: &Path) -> Result<(), BookError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries.and_then(|entries| entries.collect::<Result<Vec<_>, _>>()),
    };
    let names =
        entries.map_err(unreadable(folder))?.into_iter().map(|entry| entry.file_name().to_string_lossy().into_owned());
    match names.filter(|name| !may_stay(name)).min() {
        Some(found) => Err(BookError::NotABook { path: folder.to_path_buf(), found }),
        None => Ok(()),
    }
}

/// Tells whether a book may begin in a folder that has this file: one of the disk itself, or one that a killed run has
/// left.
pub(super) fn may_stay(name: &str) -> bool {
    name == OF_THE_DISK || own::temporary(name) == Some(MARKER)
}

impl Book {
    /// Writes the marker of the book, unless it is there.
    ///
    /// # Errors
    /// `NotABook` where the folder has other files; `Begun` where another run has begun a book there in the meantime.
    pub(super) fn begin(&mut self, at: Timestamp) -> Result<(), BookError> {
        if self.marker.is_some() {
            return Ok(());
        }
        let path = self.folder.join(MARKER);
        if !self.has_tables() {
            expect_empty(&self.folder)?;
        }
        create_folders(&self.folder).map_err(unwritable(&self.folder))?;
        let marker = Marker::new(FORMAT, self.id(at));
        let written =
            write_beside(&path, |file| file.write_all(marker.to_text().as_bytes())).map_err(unwritable(&path))?;
        if let Err(failed) = written.persist_noclobber(&path) {
            return match read(&self.folder)? {
                Some(_) => Err(BookError::Begun(self.folder.clone())),
                None => Err(unwritable(&path)(failed.error)),
            };
        }
        sync_folder(&self.folder).map_err(unwritable(&self.folder))?;
        self.marker = Some(marker);
        Ok(())
    }

    /// Returns the book's id, or the id that a book will have that begins at `now`. A book without a marker has the id
    /// of its ledger.
    pub fn id(&self, now: Timestamp) -> String {
        let told = self.marker.as_ref().map(|marker| marker.id.as_str());
        let told = told.or_else(|| self.table(TableName::Ledger).map(Snapshot::id));
        told.map_or_else(|| new_id(&self.folder, now), str::to_owned)
    }

    fn has_tables(&self) -> bool {
        TableName::ALL.into_iter().any(|name| self.table(name).is_some())
    }
}

/// Returns the id of a book: the first 16 bytes of a SHA-256 of its folder and the time of its beginning, in hex.
fn new_id(folder: &Path, now: Timestamp) -> String {
    let place = std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
    let digest = Sha256::digest(format!("{} {}", place.display(), now.micros()));
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
