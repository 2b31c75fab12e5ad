//! Housekeeping of a book.

use super::Asked;
use crate::book::{Book, TableUpkeep};
use crate::kernel::time::Instant;
use crate::reports::upkeep::{TableLine, Upkeep};
use crate::run::{Progress, RunError};
use std::path::Path;

/// Keeps a book small: completes the last run where that has died, makes small files one, writes checkpoints, and removes
/// files that nothing has named for so many days.
pub fn maintain(folder: &Path, now: Instant, keep_days: u32, progress: &dyn Progress) -> Result<Upkeep, RunError> {
    let mut book = Book::open(folder)?;
    if book.last_number() == 0 {
        return Err(Asked::NoRun(folder.to_path_buf()).into());
    }
    // A file of jobs that is yet to be committed would be taken for one that nobody needs.
    book.repair()?;
    progress.stage("tidying up", 0)?;
    let before = now.plus_days(-i64::from(keep_days));
    let tables = book.maintain(now, before, &|| progress.is_stopped())?.iter().map(line).collect();
    progress.go_on()?;
    let folders_removed = book.forget_folders(before)? as u64;
    Ok(Upkeep { tables, folders_removed, keep_days })
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
