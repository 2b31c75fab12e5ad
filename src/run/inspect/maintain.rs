//! Keeps a book small: completes a dead run, compacts files, writes checkpoints, and removes old files.

use super::fault::InspectFault;
use super::view::open;
use crate::book::{Book, Cleared, RunRecord, TableUpkeep};
use crate::kernel::time::Timestamp;
use crate::output::own::was_touched_before;
use crate::output::{OutputError, own};
use crate::reports::upkeep::{TableLine, Upkeep};
use crate::run::book_session;
use crate::run::completed::Completed;
use crate::run::completion;
use crate::run::{Progress, RunError, Stage};
use std::fs;
use std::path::{Path, PathBuf};

/// Checks that the last run of a book was by a pipeline file of this name: a run that has died is completed to the
/// output of its own shop.
///
/// # Errors
/// `OtherPipeline`; or the book cannot be read.
pub fn expect_own(folder: &Path, pipeline: &Path) -> Result<(), RunError> {
    let (last, now) = (open(folder)?.last_run()?, book_session::pipeline_name(pipeline));
    match last.filter(|last| !last.pipeline.is_empty() && last.pipeline != now) {
        None => Ok(()),
        Some(RunRecord { run_id, pipeline: then, .. }) => {
            Err(InspectFault::OtherPipeline { book: folder.display().to_string(), run_id, then, now }.into())
        }
    }
}

/// Keeps a book small: completes the last run where that has died, makes small files one, writes checkpoints, and
/// removes files that nothing has named for so many days; in the output folder, where one is given, also the folders
/// that runs have left unfinished.
///
/// Without an output folder, a run that has died is left to the next run, since there is no place for its folder.
///
/// # Errors
/// Where the book has no run, another process commits first, or a file cannot be read, written or removed; and where it
/// is stopped.
pub fn maintain(
    folder: &Path,
    output: Option<&Path>,
    now: Timestamp,
    keep_days: u32,
    progress: &dyn Progress,
) -> Result<Upkeep, RunError> {
    let mut book = open(folder)?;
    if book.last_number() == 0 {
        return Err(InspectFault::NoRun(folder.to_path_buf()).into());
    }
    let completed = output.map(|output| completion::complete(&mut book, output)).transpose()?.flatten();
    progress.stage(Stage::TidyingUp, 0)?;
    let before = now.plus_days(-i64::from(keep_days));
    let mut left = Vec::new();
    let tables = book.maintain(now, before, &mut left, &|| progress.is_stopped())?.iter().map(line).collect();
    progress.go_on()?;
    let Cleared { folders, left: beside } = book.forget_folders(before)?;
    left.extend(beside);
    let drafts = output.map(|output| remove_drafts(&book, output, before, &mut left)).transpose()?.unwrap_or(0);
    Ok(Upkeep {
        tables,
        folders_removed: folders as u64,
        drafts_removed: drafts,
        left: left.iter().map(|path| path.display().to_string()).collect(),
        completed: completed.as_ref().map(Completed::summary),
        keep_days,
    })
}

/// Removes the folders in an output folder that runs have begun and not finished; returns how many.
fn remove_drafts(book: &Book, output: &Path, before: Timestamp, left: &mut Vec<PathBuf>) -> Result<u64, RunError> {
    let unwritable = |source| OutputError::Write { path: output.to_path_buf(), source };
    let mut gone = 0;
    for (draft, run) in own::drafts(output).map_err(unwritable)? {
        let is_old = fs::symlink_metadata(&draft).is_ok_and(|found| was_touched_before(&found, before));
        if !is_old || !book.is_done(&run) {
            continue;
        }
        match own::remove_folder(&draft).map_err(unwritable)? {
            true => gone += 1,
            false => left.push(draft),
        }
    }
    Ok(gone)
}

fn line(done: &TableUpkeep) -> TableLine {
    TableLine {
        table: done.table.name(),
        files_before: done.files_before as u64,
        files_after: done.files_after as u64,
        checkpoint: done.has_new_checkpoint,
        files_removed: done.removed as u64,
    }
}
