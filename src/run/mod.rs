//! The one road of a run (SPEC 9): read, resolve, fan out over people, audit, guard, write.
//!
//! `run` writes a folder and posts; `check` goes the same road and posts nothing. With a book, its facts come before the
//! pipeline's, as far as they are of people of whom something is new or due; these are posted what differs from what is
//! posted already, and all of it is added to the book at the end (`booked`). `plan` goes the road as well and saves what a
//! run would post; `apply` posts that. `look` is everything about a book that is no run. None looks at the clock: the
//! caller has read it once. A fault that stops a run is an `Err`, and
//! then nothing was posted, unless it says that it was; faults of the data are rejects and exceptions in the folder.

mod booked;
mod completion;
mod deltas;
mod error;
mod expiring;
mod fan_out;
mod guards;
mod in_order;
mod lines;
pub mod look;
mod mail;
mod piece;
mod places;
pub mod plan;
mod progress;
pub mod retroactive;
mod stages;
mod summarise;

pub use booked::{Broken, Continuity, Everyone, Forward};
pub use completion::Completed;
pub use error::RunError;
pub use guards::GuardName;
pub use progress::{Progress, Silent, Stage};
pub use stages::{Report, check, run};

use crate::kernel::time::Instant;
use crate::output::TableFormat;
use crate::pipeline::{Pipeline, ProgramFile};
use std::path::PathBuf;

/// What to run, and how.
#[derive(Clone)]
pub struct Request<'r> {
    pub pipeline: &'r Pipeline,
    pub program: &'r ProgramFile,
    /// Nothing after it exists.
    pub as_of: Instant,
    /// The clock, read once.
    pub now: Instant,
    /// The exact folder to write; `None`: below the pipeline's output, named after the run.
    pub out: Option<PathBuf>,
    pub format: TableFormat,
    /// Guards that let this run pass.
    pub overrides: Vec<GuardName>,
    /// Where the book is that the run posts to; `None`: nothing is posted before it, and nothing is kept.
    pub book: Option<PathBuf>,
    /// What the caller says about the book.
    pub continuity: Continuity,
    /// Whether files are read that the book has taken in already.
    pub reread: bool,
    /// Whether everybody in the book is visited, not only those of whom something is new or due.
    pub everyone: bool,
    pub progress: &'r dyn Progress,
}
