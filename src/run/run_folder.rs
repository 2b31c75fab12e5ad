//! The folder of a run: its place, its mode, and how it is recognised.
//!
//! A folder is recognised by its mark and by the sizes of its files. What a run was is never taken from a folder: the
//! book's record says it.

use crate::book::{KeptFile, RunRecord};
use crate::output::mode::Mode;
use crate::output::own;
use crate::pipeline::Pipeline;
use serde::Deserialize;
use std::fs;
use std::path::{self, Path, PathBuf};

/// Whose a folder is: the two members of its `summary.json` that accrue itself reads. They are a contract with all
/// folders that are there already (docs/outputs.md), whatever else becomes of the summary.
#[derive(Deserialize)]
pub(crate) struct RunMark {
    run_id: String,
    book: Option<BookMark>,
}

#[derive(Deserialize)]
struct BookMark {
    /// Versions before 0.2.0 did not write it.
    id: Option<String>,
}

/// Returns the mode of the folders that a pipeline's runs write.
pub(crate) fn mode(pipeline: &Pipeline) -> Mode {
    pipeline.output_mode.map_or(Mode::default(), Mode::of_folder)
}

/// Returns where the folder of a run belongs in an output folder: where it was to appear, if that is in there; else it
/// is called after the run.
pub(crate) fn place_in(output: &Path, run: &RunRecord) -> PathBuf {
    let recorded = Path::new(&run.folder.place);
    let is_inside = path::absolute(output).is_ok_and(|output| recorded.parent() == Some(&output));
    match recorded.file_name().filter(|_| is_inside) {
        Some(name) => output.join(name),
        None => output.join(&run.run_id),
    }
}

/// Tells whether a folder is that of a run and has all its files, as long as they were.
pub(crate) fn holds_run(place: &Path, run: &RunRecord) -> bool {
    let is_there = |file: &KeptFile| {
        let found = fs::metadata(place.join(&file.name));
        found.is_ok_and(|found| found.is_file() && found.len() == file.bytes)
    };
    RunMark::read(place).is_some_and(|mark| mark.run_id == run.run_id) && run.folder.kept.files.iter().all(is_there)
}

impl RunMark {
    /// Reads the mark of a folder; `None` where there is none that can be read.
    pub(crate) fn read(folder: &Path) -> Option<RunMark> {
        let text = own::read(&folder.join("summary.json")).ok()??;
        serde_json::from_slice(&text).ok()
    }

    /// Returns the id of the book that the run was posted to; `None` without a book, and where a version before 0.2.0
    /// wrote the folder.
    pub(crate) fn book_id(&self) -> Option<&str> {
        self.book.as_ref()?.id.as_deref()
    }
}
