//! The files of facts: in which order their rows came, when these were first seen, and which of them count.
//!
//! Tags of the files in the log say it. Their row numbers begin at 1, their instants are microseconds since 1970 in
//! UTC.

use super::BookError;
use super::book::Book;
use super::layout::TableName;
use accrue_delta::{DataFile, Reading, Snapshot};
use accrue_kernel::time::Timestamp;
use std::path::PathBuf;

/// The tag of a file of facts that says when its rows were first seen: `1:A 7:B` means that the first six rows were
/// seen by a run as of A, and all others by one as of B. Both are microseconds since 1970.
pub(super) const SEEN_TAG: &str = "seen_at";
/// The tag of a file of facts that has replaced others: the version that had added the first of them.
pub(super) const SINCE_TAG: &str = "since";

/// A file of facts that the last run has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactFile {
    /// Its path, in the table's folder.
    pub path: PathBuf,
    /// Pairs of a row number (from 1, rising) and an as_of: the run as of it was the first to see that row and the rows
    /// after it, up to the next pair.
    pub seen_at: Vec<(u64, Timestamp)>,
}

impl Book {
    /// Returns the files of a kind of facts that the last run has seen, in the order in which their rows came. Facts of
    /// runs that were never posted do not count.
    ///
    /// # Errors
    /// Where the footer of a file cannot be read, or has other columns.
    pub fn facts(&self, name: TableName) -> Result<Vec<FactFile>, BookError> {
        let Some(snapshot) = self.table(name) else { return Ok(Vec::new()) };
        let file = |file: &DataFile| {
            let path = snapshot.place(file);
            Reading::open(&path, name.fields())?;
            let seen_at = file.tags.get(SEEN_TAG).and_then(|seen| seen_at(seen));
            let what = "its tag `seen_at` is missing".to_owned();
            let seen_at = seen_at.ok_or_else(|| BookError::Unreadable { path: path.clone(), what })?;
            Ok(FactFile { path, seen_at })
        };
        in_order_of_rows(snapshot).into_iter().filter(|file| self.is_posted(name, file)).map(file).collect()
    }

    /// Tells whether the facts of a file belong to a posted run.
    pub(super) fn is_posted(&self, name: TableName, file: &DataFile) -> bool {
        let is_withdrawn = self.withdrawn.get(name.name()).is_some_and(|files| files.contains(&file.name));
        since(file) <= self.posted_over.version(name) && !is_withdrawn
    }
}

/// Returns the files of a table in the order in which their rows came.
pub(super) fn in_order_of_rows(snapshot: &Snapshot) -> Vec<&DataFile> {
    let mut files: Vec<&DataFile> = snapshot.files().collect();
    files.sort_by_key(|file| since(file));
    files
}

/// Returns the version that added the first rows of a file.
pub(super) fn since(file: &DataFile) -> Option<u64> {
    let tagged = file.tags.get(SINCE_TAG).and_then(|version| version.parse().ok());
    tagged.or(file.version)
}

/// Reads the tag that says when rows were first seen.
pub(super) fn seen_at(tag: &str) -> Option<Vec<(u64, Timestamp)>> {
    let piece = |piece: &str| {
        let (row, micros) = piece.split_once(':')?;
        Some((row.parse().ok()?, Timestamp::from_micros(micros.parse().ok()?)))
    };
    tag.split(' ').map(piece).collect()
}
