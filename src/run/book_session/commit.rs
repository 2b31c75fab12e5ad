//! The order in which a run is added to a book (see `book`): at whichever step it dies, nothing is lost or repeated.

use super::super::Request;
use super::super::completion::holds_run;
use super::super::error::RunError;
use super::super::progress::{Progress, Stage};
use super::super::stages;
use super::fact_writer::FactWriter;
use super::{BookSession, shops};
use crate::book::{
    Base, Book, BookError, EMAILS, FolderRecord, JobLines, ProgramRecord, Remembered, RunRecord, TableName, Withdrawn,
};
use crate::delta::{DeltaError, NewFile};
use crate::facts::FactKind;
use crate::facts::Facts;
use crate::kernel::CALCULATION;
use crate::output::folder::Folder;
use crate::output::table::Encoder;
use crate::reports::summary::Summary;
use crate::resolve::exported;
use std::path::{self, PathBuf};

impl BookSession {
    /// Adds the run to the book and lets its folder appear, which holds everything already, the ledger in Parquet. Returns
    /// where it is.
    ///
    /// # Errors
    /// `Posted` where the run is in the book and only what follows has failed; all others mean that nothing was posted.
    pub(crate) fn post(
        mut self,
        request: &Request<'_>,
        facts: &Facts,
        folder: Folder,
        summary: &Summary,
        remembered: Remembered,
    ) -> Result<PathBuf, RunError> {
        let file = file_name(&summary.run_id);
        self.keep(request, facts, &file)?;
        request.progress.stage(Stage::KeepingEmails, 0)?;
        let lines = JobLines::open(&folder.path().join(EMAILS))?;
        self.book.write_jobs(lines, &file, &summary.run_id, request.as_of, request.now)?;
        let record = self.record(request, summary, remembered);
        post(request.progress, &mut self.book, folder, record)
    }

    /// Keeps the facts that are new, which are those of the exports that are left, a commit for each kind.
    fn keep(&mut self, request: &Request<'_>, facts: &Facts, file: &str) -> Result<(), RunError> {
        let new = exported(facts);
        let keeping = FactWriter::of(facts, self.number, request.program.program.currency);
        for kind in FactKind::ALL.into_iter().filter(|&kind| !new.get(kind).is_empty()) {
            request.progress.stage(Stage::KeepingFacts, 0)?;
            let write = |encoder: &Encoder, to: &mut NewFile| {
                keeping.encode(kind, &new, encoder, &mut |piece| Ok(to.append(piece)?))
            };
            let written = self.book.write(TableName::Facts(kind), file, request.now, write)?;
            self.book.add_facts(TableName::Facts(kind), written, request.as_of, request.now)?;
        }
        Ok(())
    }

    /// Returns what the run tells of itself; its folder has no place yet.
    pub(crate) fn record(&self, request: &Request<'_>, summary: &Summary, remembered: Remembered) -> RunRecord {
        let program = request.program;
        RunRecord {
            accrue: env!("CARGO_PKG_VERSION").to_owned(),
            number: self.number,
            run_id: summary.run_id.clone(),
            as_of: request.as_of,
            posted_at: request.now,
            planned: None,
            pipeline: shops::pipeline_name(&request.pipeline.path),
            program: ProgramRecord {
                path: program.path.display().to_string(),
                sha256: program.digest.clone(),
                text: program.text.clone(),
            },
            calculation: CALCULATION,
            time_zones: chrono_tz::IANA_TZDB_VERSION.to_owned(),
            inputs: self.taken.read.clone(),
            overrides: self.overrides(request).map(str::to_owned).collect(),
            emails: file_name(&summary.run_id),
            folder: FolderRecord { mode: stages::mode(request.pipeline), ..FolderRecord::default() },
            base: Base::default(),
            remembered: Some(remembered),
            withdrawn: Withdrawn::new(),
            summary: serde_json::to_value(summary).expect("a summary is plain data"),
        }
    }
}

/// How often the last steps are tried while others write to the same tables.
const TRIES: u32 = 5;

/// Returns the name that a run's files have in the tables.
pub(crate) fn file_name(run_id: &str) -> String {
    format!("{run_id}.parquet")
}

/// Posts a run whose facts are kept and whose jobs are written, and lets its folder appear, which holds everything. Returns
/// where it is.
///
/// # Errors
/// As [`BookSession::post`].
pub(crate) fn post(
    progress: &dyn Progress,
    book: &mut Book,
    folder: Folder,
    record: RunRecord,
) -> Result<PathBuf, RunError> {
    let kept = book.keep_folder(&record.run_id, folder.path())?;
    let place = path::absolute(folder.place()).unwrap_or_else(|_| folder.place().to_path_buf());
    let record = RunRecord { folder: FolderRecord::of(&place, kept, record.folder.mode), ..record };
    // From here on what was begun is finished.
    progress.stage(Stage::Posting, 0)?;
    let record = match book.post(&record, &book.kept_place(&record, "ledger.parquet")) {
        Err(error) if !is_committed(&error) => return Err(error.into()),
        posted => posted.map_err(|error| RunError::posted(&record.run_id, error.into()))?,
    };
    book.write_head(&record);
    let followed = follow(progress, book, &record, folder);
    followed.map_err(|error| RunError::posted(&record.run_id, error))
}

/// What comes after the run itself: its folder and its jobs. The jobs are last, so that they show that all is done.
fn follow(progress: &dyn Progress, book: &mut Book, record: &RunRecord, folder: Folder) -> Result<PathBuf, RunError> {
    progress.begin(Stage::Publishing, 0);
    let place = folder.publish_beside(|place| holds_run(place, record))?;
    progress.begin(Stage::CommittingEmails, 0);
    settle(book, record)?;
    Ok(place)
}

/// The last steps of a run in the tables: facts that it has withdrawn leave them, and its jobs enter theirs.
pub(crate) fn settle(book: &mut Book, record: &RunRecord) -> Result<(), RunError> {
    for _ in 0..TRIES {
        match book.withdraw(record).and_then(|()| book.emit(record)) {
            // Housekeeping, or a run that has begun and completes this one.
            Err(error) if error.is_of_others() => *book = Book::open(book.folder())?,
            settled => return Ok(settled?),
        }
        if book.last_emitted() >= record.number {
            return Ok(());
        }
    }
    // Whoever comes next completes it.
    Ok(())
}

/// Tells whether the run is in the book although the disk has not confirmed it.
fn is_committed(error: &BookError) -> bool {
    matches!(error, BookError::Table(DeltaError::Unconfirmed { .. }))
}
