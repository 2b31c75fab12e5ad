//! Looking back at a book, and looking after it: its runs, a run's folder once more, balances as they were, whether
//! everything in it is true, and housekeeping. Nothing is posted here, and but for the last two nothing is changed.

mod balance;
mod maintain;
mod output;
mod runs;
mod verify;

pub use balance::{balances, statement};
pub use maintain::{expect_own, maintain};
pub use output::{Place, make_again};
pub use verify::verify;

use super::error::RunError;
use crate::book::{Book, BookError, RunRecord};
use crate::kernel::moment::Moment;
use crate::kernel::time::Instant;
use crate::pipeline::{ProgramFile, Refused, parse_program};
use crate::reports::runs::RunLine;
use crate::reports::until::Until;
use runs::Zones;
use std::path::{Path, PathBuf};

/// A book with at least one run.
pub struct Past {
    book: Book,
    last: RunRecord,
    /// Those before the last, newest first.
    earlier: Vec<RunRecord>,
}

/// Why what was asked for is not there.
#[derive(Debug, thiserror::Error)]
pub enum Asked {
    #[error("no run was posted to a book in {path} yet: name a pipeline with a `book`, or a book's own folder", path = .0.display())]
    NoRun(PathBuf),
    #[error("the book has no run {0:?}: `accrue runs` lists their numbers and ids")]
    NoSuchRun(String),
    #[error(
        "nobody knows yet what balances are {until}: the last run, {run_id}, is as of {last}; let one run as of then"
    )]
    TooLate { until: Until, last: Moment, run_id: String },
    #[error("{path} is there already: name a new file with `--out`", path = .0.display())]
    Taken(PathBuf),
    #[error("{path} does not end in `.csv`, `.ndjson` or `.parquet`: name a file with `--out` that does", path = .0.display())]
    Ending(PathBuf),
    #[error(
        "the last run of {book}, {run_id}, was by the pipeline {then}, and this is {now}: name that one; if it has got a new name, let it run once first"
    )]
    OtherPipeline { book: String, run_id: String, then: String, now: String },
    #[error("{run_id} was posted under a program that this version refuses: {refused}")]
    Program { run_id: String, refused: Refused },
}

/// Opens a book that somebody has named; a folder with other files is none.
fn open(folder: &Path) -> Result<Book, RunError> {
    match Book::open(folder) {
        Err(BookError::NotABook { .. }) => Err(Asked::NoRun(folder.to_path_buf()).into()),
        opened => Ok(opened?),
    }
}

impl Past {
    /// Opens a book to look at it.
    pub fn open(folder: &Path) -> Result<Past, RunError> {
        let book = open(folder)?;
        let mut runs = book.all_runs()?.into_iter();
        let last = runs.next().ok_or_else(|| Asked::NoRun(folder.to_path_buf()))?;
        let earlier = runs.collect();
        Ok(Past { book, last, earlier })
    }

    /// Returns the program of the last run.
    pub fn program(&self) -> Result<ProgramFile, RunError> {
        let RunRecord { run_id, program, .. } = &self.last;
        let parsed = parse_program(program.text.clone(), Path::new(&program.path));
        Ok(parsed.map_err(|refused| Asked::Program { run_id: run_id.clone(), refused })?)
    }

    /// Returns the instant up to which everything is posted.
    pub fn as_of(&self) -> Instant {
        self.last.as_of
    }

    /// Returns an instant as the shop reads it: in the zone of the last run's program, unless this version refuses that.
    pub fn moment(&self, at: Instant) -> Moment {
        self.program().map_or(Moment::in_utc(at), |file| file.program.zone.moment(at))
    }

    /// Returns what people want to know of each run, newest first.
    pub fn lines(&self) -> Vec<RunLine> {
        let (mut zones, before) = (Zones::default(), self.earlier.iter().map(Some).chain([None]));
        self.runs().zip(before).map(|(run, before)| runs::line(run, before, &mut zones)).collect()
    }

    /// Returns the records of all runs, newest first, as JSON ending in a newline.
    pub fn to_json(&self) -> String {
        let mut zones = Zones::default();
        let told: Vec<_> = self.runs().map(|run| runs::told(run, &mut zones)).collect();
        serde_json::to_string_pretty(&told).expect("records are plain data") + "\n"
    }

    fn runs(&self) -> impl Iterator<Item = &RunRecord> {
        std::iter::once(&self.last).chain(&self.earlier)
    }
}
