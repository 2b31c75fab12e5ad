//! A book that is opened to look at it: its runs, their programs, and the instants up to which they posted.

use super::fault::InspectFault;
use super::runs::{self, Zones};
use crate::book::{Book, BookError, RunRecord};
use crate::kernel::moment::Moment;
use crate::kernel::time::Timestamp;
use crate::pipeline::{ProgramFile, parse_program};
use crate::reports::runs::RunLine;
use crate::run::error::RunError;
use std::collections::BTreeMap;
use std::path::Path;

/// A book with at least one run.
pub struct BookView {
    pub(in crate::run) book: Book,
    pub(in crate::run) last: RunRecord,
    /// Those before the last, newest first.
    pub(super) earlier: Vec<RunRecord>,
}

/// Opens a book that somebody has named; a folder with other files is none.
pub(crate) fn open(folder: &Path) -> Result<Book, RunError> {
    match Book::open(folder) {
        Err(BookError::NotABook { .. }) => Err(InspectFault::NoRun(folder.to_path_buf()).into()),
        opened => Ok(opened?),
    }
}

impl BookView {
    /// Opens a book to look at it.
    ///
    /// # Errors
    /// Where the folder is no book, has no run, or cannot be read.
    pub fn open(folder: &Path) -> Result<BookView, RunError> {
        let book = open(folder)?;
        let mut runs = book.all_runs()?.into_iter();
        let last = runs.next().ok_or_else(|| InspectFault::NoRun(folder.to_path_buf()))?;
        let earlier = runs.collect();
        Ok(BookView { book, last, earlier })
    }

    /// Returns the program of the last run.
    ///
    /// # Errors
    /// Where the program that the last run posted with is refused by this version of accrue.
    pub fn program(&self) -> Result<ProgramFile, RunError> {
        self.program_of(&self.last)
    }

    /// Returns the program of a run.
    pub(in crate::run) fn program_of(&self, run: &RunRecord) -> Result<ProgramFile, RunError> {
        let RunRecord { run_id, program, .. } = run;
        let parsed = parse_program(program.text.clone(), Path::new(&program.path));
        Ok(parsed.map_err(|refused| InspectFault::Program { run_id: run_id.clone(), refused })?)
    }

    /// Returns the run with a number; `None` stands for the last one.
    pub(in crate::run) fn run(&self, number: Option<i64>) -> Result<&RunRecord, InspectFault> {
        let Some(number) = number else { return Ok(&self.last) };
        self.runs().find(|run| run.number == number).ok_or_else(|| InspectFault::NoSuchRun(number.to_string()))
    }

    /// Returns the number of the run with an id.
    pub fn number_of(&self, run_id: &str) -> Option<i64> {
        self.runs().find(|run| run.run_id == run_id).map(|run| run.number)
    }

    /// Returns the numbers of all runs by their ids.
    pub(in crate::run) fn run_numbers(&self) -> BTreeMap<String, u32> {
        self.runs().filter_map(|run| Some((run.run_id.clone(), u32::try_from(run.number).ok()?))).collect()
    }

    /// Returns the number of the last run that was posted until an instant; `None` where there was none yet.
    pub fn known_at(&self, at: Timestamp) -> Option<i64> {
        self.runs().find(|run| run.posted_at <= at).map(|run| run.number)
    }

    /// Returns the instant up to which everything is posted.
    pub fn as_of(&self) -> Timestamp {
        self.last.as_of
    }

    /// Returns an instant as the shop reads it: in the zone of the last run's program, unless this version refuses
    /// that.
    pub fn moment(&self, at: Timestamp) -> Moment {
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
        let records: Vec<_> = self.runs().map(|run| runs::told(run, &mut zones)).collect();
        serde_json::to_string_pretty(&records).expect("records are plain data") + "\n"
    }

    pub(crate) fn runs(&self) -> impl Iterator<Item = &RunRecord> {
        std::iter::once(&self.last).chain(&self.earlier)
    }
}
