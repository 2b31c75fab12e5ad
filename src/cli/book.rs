//! Finds the book that a command means (by a pipeline file or the folder of the book), and which of its runs.

use super::exit::Failure;
use super::moment;
use crate::kernel::entry::Method;
use crate::pipeline;
use crate::run::inspect::BookView;
use std::path::{Path, PathBuf};

/// A book, and the output folder where it was named by a pipeline.
pub(crate) struct Named {
    pub folder: PathBuf,
    /// Where the runs of the pipeline write, where one was named.
    pub output: Option<PathBuf>,
    /// The classes of credit that it sets.
    pub classes: Vec<(Method, String)>,
}

/// Returns the folder of the book.
pub(crate) fn folder(book: &Path) -> Result<PathBuf, Failure> {
    Ok(named(book)?.folder)
}

/// Returns the book that is meant.
pub(crate) fn named(book: &Path) -> Result<Named, Failure> {
    if book.is_dir() {
        return Ok(Named { folder: book.to_path_buf(), output: None, classes: Vec::new() });
    }
    let pipeline = pipeline::read_pipeline(book).map_err(Failure::of_looking)?;
    let folder = pipeline.book.ok_or_else(|| {
        let remedy = "add `book = \"../book\"` to it, or name a book's folder";
        Failure::usage(format!("{} keeps no book: {remedy}", book.display()))
    })?;
    Ok(Named { folder, output: Some(pipeline.output), classes: pipeline.classes })
}

/// Returns the number of a run, given to an option as that, as its id, or as the instant of which it was the last run.
pub(crate) fn run_at(option: &str, text: &str, past: &BookView) -> Result<i64, Failure> {
    if let Ok(number) = text.parse() {
        return Ok(number);
    }
    if let Some(number) = past.number_of(text) {
        return Ok(number);
    }
    let zone = past.program().map(|file| file.program.zone).map_err(Failure::of_looking)?;
    let at = moment::as_of(option, text, &zone)?;
    past.known_at(at).ok_or_else(|| Failure::usage(format!("`{option} {text}` is before the first run of the book")))
}
