//! Completes the last run of a book if it died after its commit: writes its output folder, and adds its jobs to the
//! table.
//!
//! The folder is made again from what the book keeps. Nothing is written where a record says: a record may be damaged
//! or forged, so the folder goes below the output that the caller names.

use super::book_session;
use super::completed::Completed;
use super::error::RunError;
use super::run_folder::{holds_run, place_in};
use crate::book::{Book, RunRecord};
use crate::output::folder::begin_beside;
use std::path::{Path, PathBuf};

/// Completes the last run, if that is needed; its folder appears below `output`, where it is nowhere yet.
///
/// # Errors
/// `Incomplete`; or the book cannot be read.
pub(crate) fn complete(book: &mut Book, output: &Path) -> Result<Option<Completed>, RunError> {
    if book.has_emitted() {
        return Ok(None);
    }
    let Some(last) = book.last_run()? else { return Ok(None) };
    match complete_run(book, &last, output) {
        Ok(completed) => Ok(Some(completed)),
        Err(error) => Err(RunError::Incomplete { run_id: last.run_id, error: Box::new(error) }),
    }
}

fn complete_run(book: &mut Book, last: &RunRecord, output: &Path) -> Result<Completed, RunError> {
    let folder = match place_of(last, output) {
        Some(there) => there,
        None => {
            let folder = begin_beside(&place_in(output, last), last.folder.mode)?;
            book.fill_again(last, &folder)?;
            folder.publish_beside(|place| holds_run(place, last))?
        }
    };
    let emails = book.count_jobs(last)?;
    book_session::settle(book, last)?;
    Ok(Completed { run: last.number, run_id: last.run_id.clone(), folder, emails })
}

/// Finds the folder of a run: where it was to appear, or in an output folder.
fn place_of(run: &RunRecord, output: &Path) -> Option<PathBuf> {
    let places = [PathBuf::from(&run.folder.place), place_in(output, run)];
    places.into_iter().find(|place| holds_run(place, run))
}
