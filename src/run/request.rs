//! What a caller wants from a run: pipeline, program, instants, output and options.

use super::continuity::Continuity;
use super::guards::name::GuardName;
use super::progress::Progress;
use crate::kernel::time::Timestamp;
use crate::output::TableFormat;
use crate::pipeline::{Pipeline, ProgramFile};
use std::path::PathBuf;

/// What to run, and how.
#[derive(Clone)]
pub struct Request<'r> {
    /// The inputs, the guards and the output.
    pub pipeline: &'r Pipeline,
    /// The program, which need not be the one that the pipeline names.
    pub program: &'r ProgramFile,
    /// Nothing after it exists.
    pub as_of: Timestamp,
    /// The clock, read once.
    pub now: Timestamp,
    /// The exact folder to write; `None`: below the pipeline's output, named after the run.
    pub out: Option<PathBuf>,
    /// The format of the ledger and the balances in the folder.
    pub format: TableFormat,
    /// Guards that let this run pass.
    pub overrides: Vec<GuardName>,
    /// Where the book is that the run posts to; `None`: nothing is posted before it, and nothing is kept.
    pub book: Option<PathBuf>,
    /// What the caller says about the book.
    pub continuity: Continuity,
    /// Whether files are read that the book has taken in already.
    pub reread: bool,
    /// Whether everybody in the book is visited, not only affected people.
    pub everyone: bool,
    /// Hears how far the run is, and says whether to stop.
    pub progress: &'r dyn Progress,
}
