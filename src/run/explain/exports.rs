//! Explains a person from whole exports, without a book.

use super::nobody::Nobody;
use super::origins::Place;
use super::person::{Background, explanation};
use super::rejected;
use super::wanted::Wanted;
use crate::book::Emitted;
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
    progress.stage(Stage::Explaining, 0)?;
    let files = &people.facts().files;
    let place = |origin: Origin| {
        let file = &files[origin.file.get()];
        let sha256 = Some(file.digest.clone()).filter(|digest| !digest.is_empty());
        Place { file: file.path.display().to_string(), row: origin.place, sha256, run: None }
    };
    let Some(rank) = wanted.rank(&people) else {
        let nobody = Nobody {
            wanted,
            people: &people,
            program: &program.program,
            as_of,
            place: &place,
            rejected: &|kind, id| Ok(rejected::in_facts(people.facts(), kind, id)),
        };
        return Err(nobody.among_facts()?.into());
    };
    let background = Background {
        program,
        as_of,
        known_at_run: None,
        runs: &[],
        settings: &[],
        emitted: &|| Ok(Emitted::default()),
        posted: &[],
        compares: false,
        place: &place,
    };
    let explanation = explanation(&people, Ok(rank), wanted, &background)?;
    wanted.expect_in(&explanation)?;
    Ok(explanation)
}
