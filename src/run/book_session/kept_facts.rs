//! Reads the facts that the book keeps, as the files of an export are read.

use super::super::error::RunError;
use super::super::progress::{Progress, Stage};
use crate::book::BookError;
use crate::facts::{Facts, Reject};
use crate::kernel::program::Program;
use crate::sources::input::Input;
use crate::sources::{self, Asked, Keep, Progress as ReadProgress};

/// Reads kept facts, each of which was accepted once.
pub(crate) fn read(program: &Program, progress: &dyn Progress, kept: &[Input]) -> Result<Facts, RunError> {
    let reading = |step| match step {
        ReadProgress::Listed { bytes, .. } => progress.begin(Stage::ReadingBook, bytes),
        ReadProgress::Read { bytes, .. } => progress.advance(bytes),
    };
    // All columns are read, since rows of exports are compared with whole kept rows.
    let is_stopped = || progress.is_stopped();
    let asked = Asked { is_stopped: &is_stopped, ..Asked::of(program, Keep::Everything) };
    let facts = sources::read(kept, &asked, &reading)?;
    match facts.rejects.first() {
        None => Ok(facts),
        // It was accepted when it was kept.
        Some(Reject { file, place, column, value, .. }) => {
            let path = facts.files[file.get()].path.clone();
            let what = format!("row {place} has `{value}` as its {column}, which nobody can have written");
            Err(BookError::Unreadable { path, what }.into())
        }
    }
}
