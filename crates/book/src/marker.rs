//! The marker: the file that makes a folder a book. It has the id of the book and its format.
//!
//! Earlier versions wrote none: a folder without a marker is a book if one of its tables is a book's.

use super::BookError;
use super::error::unreadable;
use super::layout::FORMAT;
use accrue_delta::damage::of_json;
use accrue_delta::digest;
use accrue_output::own;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::ErrorKind;
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
    pub(super) fn new(format: u32, id: String) -> Marker {
        let digest = digest::of_bytes(format!("{format} {id}").as_bytes());
        Marker { format, id, digest }
    }

    pub(super) fn to_text(&self) -> String {
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
    let marker: Marker = serde_json::from_slice(&text).map_err(|error| damaged(of_json(&error, &text)))?;
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
