//! The head: a small file beside a book that names its last run. It shows that there was more where the book is gone,
//! or an older copy of it is in its place.
//!
//! It is written after each run where the folder beside the book can be written to; no run depends on it.

use super::{Book, BookError, RunRecord};
use accrue_delta::damage::of_json;
use accrue_delta::write_beside;
use accrue_output::own;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The ending of the file's name, after the name of the book's folder.
const ENDING: &str = ".head.json";

/// The last run of a book, as the head file has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The id of the book.
    pub book: String,
    /// The number of its last run.
    pub run: i64,
    /// The name of that run.
    pub run_id: String,
}

impl Head {
    /// Reads the head of the book in a folder, which may be gone; `None` where there is no head.
    ///
    /// # Errors
    /// `Head` where it is damaged.
    pub fn read(book: &Path) -> Result<Option<Head>, BookError> {
        let Some(path) = Head::path(book) else { return Ok(None) };
        let unreadable = |what: String| BookError::Head { path: path.clone(), what };
        let Some(text) = own::read(&path).map_err(|error| unreadable(error.to_string()))? else { return Ok(None) };
        serde_json::from_slice(&text).map(Some).map_err(|error| unreadable(of_json(&error, &text)))
    }

    /// Returns the path of a book's head; `None` for a book in the root of a disk.
    pub fn path(book: &Path) -> Option<PathBuf> {
        let absolute = std::path::absolute(book).ok()?;
        let mut name = absolute.file_name()?.to_owned();
        name.push(ENDING);
        Some(absolute.with_file_name(name))
    }
}

impl Book {
    /// Writes the head once a run is posted. Does nothing where it cannot be written, as beside a book in the root of a
    /// disk.
    pub fn write_head(&self, run: &RunRecord) {
        let Some(path) = Head::path(&self.folder) else { return };
        let head = Head { book: self.id(run.posted_at), run: run.number, run_id: run.run_id.clone() };
        let text = serde_json::to_string(&head).expect("plain data") + "\n";
        let written = write_beside(&path, |file| file.write_all(text.as_bytes()));
        let _ = written.and_then(|file| file.persist(&path).map_err(|failed| failed.error));
    }
}
