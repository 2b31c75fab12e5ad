//! The order in which a run is added to a book (see `book`): at whichever step it dies, nothing is lost or repeated.
//!
//! New facts are committed and the jobs are written before. Then the run's folder is copied into the book; the commit
//! of the ledger posts the run; its folder appears; its jobs are committed. Before the commit of the ledger nothing has
//! happened; after it whatever is missing is completed by the next run.

use super::super::error::RunError;
use super::super::progress::{Progress, Stage, Step};
use super::super::run_folder::holds_run;
use crate::book::{Book, BookError, FolderRecord, RunRecord};
use crate::delta::DeltaError;
use crate::output::folder::Folder;
use std::path::{self, PathBuf};

/// How often the last steps are tried while others write to the same tables.
const TRIES: u32 = 5;

/// Returns the name that a run's files have in the tables.
pub(crate) fn file_name(run_id: &str) -> String {
    format!("{run_id}.parquet")
}

/// Posts a run whose facts are kept and whose jobs are written, and lets its folder appear, which holds everything.
/// Returns where it is.
///
/// # Errors
/// `Posted` where the run is in the book and only what follows has failed; all others mean that nothing was posted.
pub(crate) fn post(
    progress: &dyn Progress,
    book: &mut Book,
    folder: Folder,
    record: RunRecord,
) -> Result<PathBuf, RunError> {
    let kept = book.keep_folder(&record.run_id, folder.path())?;
    let place = path::absolute(folder.place()).unwrap_or_else(|_| folder.place().to_path_buf());
    let record = RunRecord { folder: FolderRecord::of(&place, kept, record.folder.mode), ..record };
    // From here on what was begun is finished.
    progress.stage(Stage::Posting, 0)?;
    progress.step(Step::Posting);
    let record = match book.post(&record, &book.kept_place(&record, "ledger.parquet")) {
        Err(error) if !is_committed(&error) => return Err(error.into()),
        posted => posted.map_err(|error| RunError::posted(&record.run_id, error.into()))?,
    };
    book.write_head(&record);
    let followed = follow(progress, book, &record, folder);
    followed.map_err(|error| RunError::posted(&record.run_id, error))
}

/// What comes after the run itself: its folder and its jobs. The jobs are last, so that they show that all is done.
fn follow(progress: &dyn Progress, book: &mut Book, record: &RunRecord, folder: Folder) -> Result<PathBuf, RunError> {
    progress.begin(Stage::Publishing, 0);
    progress.step(Step::Publishing);
    let place = folder.publish_beside(|place| holds_run(place, record))?;
    progress.begin(Stage::CommittingEmails, 0);
    progress.step(Step::CommittingEmails);
    settle(book, record)?;
    Ok(place)
}

/// The last steps of a run in the tables: facts that it has withdrawn leave them, and its jobs enter theirs.
pub(crate) fn settle(book: &mut Book, record: &RunRecord) -> Result<(), RunError> {
    for _ in 0..TRIES {
        match book.withdraw(record).and_then(|()| book.emit(record)) {
            // Housekeeping, or a run that has begun and completes this one.
            Err(error) if error.is_of_others() => *book = Book::open(book.folder())?,
            settled => return Ok(settled?),
        }
        if book.last_emitted() >= record.number {
            return Ok(());
        }
    }
    // Whoever comes next completes it.
    Ok(())
}

/// Tells whether the run is in the book although the disk has not confirmed it.
fn is_committed(error: &BookError) -> bool {
    matches!(error, BookError::Table(DeltaError::Unconfirmed { .. }))
}
