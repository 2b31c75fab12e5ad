//! Explains a person from whole exports, without a book.

use super::nobody;
use super::origins::Place;
use super::person::{Background, explanation};
use super::wanted::Wanted;
use crate::facts::Origin;
use crate::kernel::time::Timestamp;
use crate::pipeline::{Pipeline, ProgramFile};
use crate::reports::explain::Explanation;
use crate::resolve;
use crate::run::{Progress, RunError, Stage};
use crate::sources::{self, Asked, Keep, Progress as ReadProgress};

/// Explains something out of the exports of a pipeline, as if nothing were posted.
///
/// # Errors
/// Where an export cannot be read, nobody has what is asked for, and where it is stopped.
pub fn of_exports(
    pipeline: &Pipeline,
    program: &ProgramFile,
    as_of: Timestamp,
    wanted: &Wanted,
    progress: &dyn Progress,
) -> Result<Explanation, RunError> {
    let reading = |step| match step {
        ReadProgress::Listed { bytes, .. } => progress.begin(Stage::Reading, bytes),
        ReadProgress::Read { bytes, .. } => progress.advance(bytes),
    };
    let is_stopped = || progress.is_stopped();
    let asked = Asked { is_stopped: &is_stopped, ..Asked::of(&program.program, Keep::Everything) };
    let facts = sources::read(&pipeline.inputs, &asked, &reading)?;
    progress.stage(Stage::Resolving, 0)?;
    let people = resolve::resolve(facts, &program.program, as_of);
    let Some(rank) = wanted.rank(&people) else {
        return Err(nobody::of_facts(wanted, people.facts()).into());
    };
    progress.stage(Stage::Explaining, 0)?;
    let files = &people.facts().files;
    let place = |origin: Origin| {
        let file = &files[origin.file.get()];
        let sha256 = Some(file.digest.clone()).filter(|digest| !digest.is_empty());
        Place { file: file.path.display().to_string(), row: origin.place, sha256, run: None }
    };
    let background = Background { program, as_of, known_at_run: None, posted: &[], compares: false, place: &place };
    Ok(explanation(&people, rank, wanted, &background))
}
