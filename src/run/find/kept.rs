//! Reads the facts of a book that belong together with some keys, as far as a run knows them.

use super::super::book_session::{Since, read_kept, read_keys, some_rows};
use super::super::inspect::BookView;
use super::super::{Progress, RunError, Stage};
use crate::book::{self, RunRecord};
use crate::facts::key::Key;
use crate::facts::key_set::KeySet;
use crate::facts::{Facts, FileRow};
use crate::pipeline::ProgramFile;
use crate::sources::input::Input;

/// Reads all facts that belong together with some keys, and that were kept by a run or before it.
pub(in crate::run) fn facts_together(
    past: &BookView,
    kept: &[Input],
    keys: &[Key],
    run: &RunRecord,
    program: &ProgramFile,
    progress: &dyn Progress,
) -> Result<Facts, RunError> {
    progress.stage(Stage::FindingAffected, 0)?;
    // Nothing is due: the facts of one person alone are wanted.
    let mut links = read_keys(kept, &Since { posted: run.as_of, as_of: run.as_of })?;
    let keys: KeySet = keys.iter().copied().collect();
    let beside = links.beside(&keys);
    let together = links.together(&Facts::default(), keys.iter().chain(beside.iter()));
    let mut rows = links.rows(&together);
    if run.number < past.last.number {
        for (input, rows) in kept.iter().zip(&mut rows) {
            leave_known(input, rows, run.number)?;
        }
    }
    read_kept(&program.program, progress, &some_rows(kept, rows))
}

/// Leaves only the rows that were kept by a run or before it.
fn leave_known(input: &Input, rows: &mut Vec<FileRow>, run: i64) -> Result<(), RunError> {
    if rows.is_empty() {
        return Ok(());
    }
    let numbers: Vec<u64> = rows.iter().map(|row| row.place()).collect();
    let mut origins = book::origins(&input.path, &numbers)?.into_iter();
    rows.retain(|_| origins.next().is_some_and(|origin| origin.run <= run));
    Ok(())
}
