//! Which book is meant: that of a pipeline, or one by its own folder.

use super::exit::Failure;
use crate::pipeline;
use std::path::{Path, PathBuf};

/// A book, and the output folder where it was named by a pipeline.
pub(crate) struct Named {
    pub folder: PathBuf,
    /// Where the runs of the pipeline write, where one was named.
    pub output: Option<PathBuf>,
}

/// Returns the folder of the book.
pub(crate) fn folder(book: &Path) -> Result<PathBuf, Failure> {
    Ok(named(book)?.folder)
}

/// Returns the book that is meant.
pub(crate) fn named(book: &Path) -> Result<Named, Failure> {
    if book.is_dir() {
        return Ok(Named { folder: book.to_path_buf(), output: None });
    }
    let pipeline = pipeline::read_pipeline(book).map_err(Failure::of_looking)?;
    let folder = pipeline.book.ok_or_else(|| {
        let remedy = "add `book = \"../book\"` to it, or name a book's folder";
        Failure::usage(format!("{} keeps no book: {remedy}", book.display()))
    })?;
    Ok(Named { folder, output: Some(pipeline.output) })
}
