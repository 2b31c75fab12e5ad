//! Which book is meant: that of a pipeline, or one by its own folder.

use super::exit::Failure;
use crate::pipeline;
use std::path::{Path, PathBuf};

/// Returns the folder of the book.
pub fn folder(book: &Path) -> Result<PathBuf, Failure> {
    if book.is_dir() {
        return Ok(book.to_path_buf());
    }
    let pipeline = pipeline::read_pipeline(book).map_err(Failure::of_looking)?;
    pipeline.book.ok_or_else(|| {
        let remedy = "add `book = \"../book\"` to it, or name a book's folder";
        Failure::usage(format!("{} keeps no book: {remedy}", book.display()))
    })
}
