//! A run's output folder, made again.

use super::{Asked, Past};
use crate::output::folder::Folder;
use crate::run::{Progress, RunError};
use std::path::{Path, PathBuf};

/// Writes the folder of a run, given by its number or its id, byte for byte as it was: where it was, or at `out`. Returns
/// the place and the run's id.
pub fn make_again(
    past: &Past,
    wanted: &str,
    out: Option<&Path>,
    progress: &dyn Progress,
) -> Result<(PathBuf, String), RunError> {
    let is_wanted = |number: i64, run_id: &str| run_id == wanted || wanted.parse() == Ok(number);
    let run = past.runs().find(|run| is_wanted(run.number, &run.run_id));
    let run = run.ok_or_else(|| Asked::NoSuchRun(wanted.to_owned()))?;
    let folder = Folder::begin(out.unwrap_or(Path::new(&run.folder.place)), run.folder.mode)?;
    past.book.fill_again(run, &folder)?;
    progress.go_on()?;
    Ok((folder.publish()?, run.run_id.clone()))
}
