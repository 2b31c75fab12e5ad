//! The beginning of a book. Its first run makes the folder and the marker file, which holds the book's id.

use super::BookError;
use super::book::Book;
use super::error::unwritable;
use super::layout::{FORMAT, TableName};
use super::marker::{MARKER, Marker, expect_empty, read};
use accrue_delta::{Snapshot, create_folders, write_beside};
use accrue_files::sync_folder;
use accrue_kernel::time::Timestamp;
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::Path;

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
        let known = self.marker.as_ref().map(|marker| marker.id.as_str());
        let known = known.or_else(|| self.table(TableName::Ledger).map(Snapshot::id));
        known.map_or_else(|| new_id(&self.folder, now), str::to_owned)
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
