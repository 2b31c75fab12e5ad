//! Refuses a pipeline of another shop than the book's, because its ids mean other orders and people.

use super::super::Request;
use crate::book::{ProgramRecord, RunRecord};
use crate::pipeline::program_name;
use std::path::Path;

/// A pipeline that is not of the shop whose book it names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the book {book} is of another shop: its last run, {run_id}, was by {then}, and this is {now}: give each shop a `book` of its own; if this one has only got new names, change one of the two first, let it run, and then the other"
)]
pub struct OtherShop {
    book: String,
    run_id: String,
    then: String,
    now: String,
}

/// Refuses a pipeline of which neither the file's name nor the program's is that of the last run.
pub(crate) fn expect_same(request: &Request<'_>, book: &Path, last: Option<&RunRecord>) -> Result<(), OtherShop> {
    expect_same_shop(book, last, &pipeline_name(&request.pipeline.path), &request.program.program.name)
}

/// Refuses the names of a pipeline's file and of a program, as [`expect_same`] does.
pub(crate) fn expect_same_shop(
    book: &Path,
    last: Option<&RunRecord>,
    pipeline: &str,
    program: &str,
) -> Result<(), OtherShop> {
    let Some(last) = last else { return Ok(()) };
    let Some(last_program) = name_of(&last.program).filter(|_| !last.pipeline.is_empty()) else { return Ok(()) };
    if last.pipeline == pipeline || last_program == program {
        return Ok(());
    }
    let described = |pipeline: &str, program: &str| format!("the pipeline {pipeline} with the program {program:?}");
    Err(OtherShop {
        book: book.display().to_string(),
        run_id: last.run_id.clone(),
        then: described(&last.pipeline, &last_program),
        now: described(pipeline, program),
    })
}

/// Returns the name of the program of a run, from the text that its record keeps.
pub(crate) fn name_of(program: &ProgramRecord) -> Option<String> {
    program_name(&program.text, Path::new(&program.path))
}

/// Returns the name of a pipeline file, without its folder.
pub(crate) fn pipeline_name(pipeline: &Path) -> String {
    pipeline.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
