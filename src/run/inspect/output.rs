//! Writes the output folder of an earlier run again, byte for byte, from the files that the book keeps.

use super::{BookView, InspectFault};
use crate::output::folder::Folder;
use crate::run::places::expect_outside;
use crate::run::run_folder::place_in;
use crate::run::{Progress, RunError};
use std::path::{Path, PathBuf};

/// Where the folder of a run is to be made again.
pub enum Place<'p> {
    /// This folder.
    At(&'p Path),
    /// Where the run belongs in this output folder.
    In(&'p Path),
}

/// Writes the folder of a run, given by its number or its id, byte for byte as it was. Returns the place and the run's
/// id.
///
/// # Errors
/// Where the book has no such run, the place lies in the book or cannot be replaced, or a file cannot be read or
/// written; and where it is stopped.
pub fn make_again(
    past: &BookView,
    wanted: &str,
    place: Place<'_>,
    progress: &dyn Progress,
) -> Result<(PathBuf, String), RunError> {
    let is_wanted = |number: i64, run_id: &str| run_id == wanted || wanted.parse() == Ok(number);
    let run = past.runs().find(|run| is_wanted(run.number, &run.run_id));
    let run = run.ok_or_else(|| InspectFault::NoSuchRun(wanted.to_owned()))?;
    let place = match place {
        Place::At(folder) => folder.to_path_buf(),
        Place::In(output) => place_in(output, run),
    };
    expect_outside(&place, past.book.folder())?;
    let folder = Folder::begin(&place, run.folder.mode)?;
    past.book.fill_again(run, &folder)?;
    progress.go_on()?;
    Ok((folder.publish()?, run.run_id.clone()))
}
