//! The book during one run: its last run, the facts and postings that the run needs, and whom the run visits.

use super::super::completed::Completed;
use super::super::completion;
use super::super::error::RunError;
use super::super::expiring::Expiring;
use super::super::places::{expect_apart, expect_outside};
use super::super::request::Request;
use super::continuity::Seen;
use super::everyone::Everyone;
use super::forward::{self, Forward};
use super::name_exports;
use super::shops;
use super::taken_files::{self, TakenFiles};
use super::totals::{self, Totals};
use crate::book::{Book, BookError, Emitted, FactFile, Posted, Remembered, RunRecord, TableName};
use crate::facts::{FactKind, KeptSince};
use crate::output::lists::{ExceptionLine, RejectLine};
use crate::resolve::{Conflict, Reverted};
use crate::sources::input::{Format, Input};
use std::path::Path;

/// A book that was opened for a run, and all that the run wants to know of it.
pub(crate) struct BookSession {
    pub book: Book,
    /// The last run that was posted.
    pub last: Option<RunRecord>,
    /// To those who are visited.
    pub posted: Posted,
    pub emitted: Emitted,
    /// Of the run that is to come.
    pub number: i64,
    /// The book's facts.
    pub kept: Vec<Input>,
    /// Those of the pipeline, without the files that are taken in already.
    pub exports: Vec<Input>,
    pub taken: TakenFiles,
    /// Why everybody is visited; `None`: those who have something new.
    pub everyone: Option<Everyone>,
    /// Facts of the exports that return to a replaced state.
    pub reverted: Vec<Reverted>,
    /// Rows of the exports that contradict a row which says what is kept.
    pub conflicts: Vec<Conflict>,
    /// The balances of all people after the last run, where it has recorded them.
    pub totals: Option<Totals>,
    /// The run before, where this one had to complete it.
    pub completed: Option<Completed>,
    /// Whether the book is not the one that the last run has left, and the caller has said so.
    pub is_broken: bool,
    /// What of those who are not visited is to expire within two weeks.
    pub expiring: Expiring,
}

impl BookSession {
    /// Opens a book and completes its last run where that has died.
    ///
    /// # Errors
    /// `AfterCompleting` where a run was completed before the fault was found.
    pub(crate) fn open_to_post(request: &Request<'_>, folder: &Path) -> Result<BookSession, RunError> {
        let mut opened = open(request, folder)?;
        let completed = completion::complete(&mut opened.book, &request.pipeline.output)?;
        let session = BookSession::of(request, opened, forward::check);
        let session = session.map_err(|error| error.after(completed.as_ref()))?;
        Ok(BookSession { completed, ..session })
    }

    /// Opens a book to look at it.
    pub(crate) fn open_to_read(request: &Request<'_>, folder: &Path) -> Result<BookSession, RunError> {
        BookSession::of(request, open(request, folder)?, forward::check)
    }

    /// Opens a book to look at what another past would be: time goes forward, but the program may be any.
    pub(crate) fn open_to_backfill(request: &Request<'_>, folder: &Path) -> Result<BookSession, RunError> {
        BookSession::of(request, open(request, folder)?, forward::check_time)
    }

    fn of(
        request: &Request<'_>,
        Opened { book, is_broken }: Opened,
        check: impl FnOnce(&Request<'_>, Option<&RunRecord>) -> Result<(), Forward>,
    ) -> Result<BookSession, RunError> {
        taken_files::refuse_own_tables(request)?;
        let runs = book.all_runs()?;
        check(request, runs.first())?;
        let taken = TakenFiles::of(&runs, request)?;
        let kept = posted_inputs(&book)?;
        let last = runs.into_iter().next();
        let totals = last.as_ref().and_then(totals::told_by);
        let everyone = Everyone::needed(request, last.as_ref(), totals.as_ref());
        Ok(BookSession {
            posted: Posted::default(),
            emitted: book.emitted()?,
            number: book.last_number() + 1,
            exports: taken.inputs(&request.pipeline.inputs),
            book,
            last,
            kept,
            taken,
            everyone,
            reverted: Vec::new(),
            conflicts: Vec::new(),
            totals,
            completed: None,
            is_broken,
            expiring: Expiring::default(),
        })
    }

    /// Returns the names of the options by which this run may pass: overridden guards, and `begin` or `restored`.
    pub(crate) fn overrides<'r>(&self, request: &'r Request<'_>) -> impl Iterator<Item = &'static str> + 'r {
        let continuity = request.continuity.name().filter(|_| self.is_broken);
        request.overrides.iter().map(|guard| guard.name()).chain(continuity)
    }

    /// Returns the figures that the last run has left for later runs to compare with.
    pub(crate) fn remembered(&self) -> Option<&Remembered> {
        self.last.as_ref()?.remembered.as_ref()
    }

    /// Calls the files of the book by the names of the exports that their rows came from.
    pub(crate) fn name_sources(
        &self,
        rejects: &mut [RejectLine],
        exceptions: &mut [ExceptionLine],
    ) -> Result<(), RunError> {
        Ok(name_exports::name(self.kept.iter().map(|input| input.path.as_path()), rejects, exceptions)?)
    }
}

/// A book that a pipeline may post to.
struct Opened {
    book: Book,
    /// As [`BookSession::is_broken`].
    is_broken: bool,
}

fn open(request: &Request<'_>, folder: &Path) -> Result<Opened, RunError> {
    expect_apart(&request.pipeline.output, folder)?;
    request.out.iter().try_for_each(|out| expect_outside(out, folder))?;
    let seen = Seen::look(folder, &request.pipeline.output)?;
    let book = Book::open(folder)?;
    let is_broken = seen.check(&book, folder, request.continuity)?;
    // Before a run is completed: another shop's mails would go to this one's output.
    shops::expect_same(request, folder, book.last_run()?.as_ref())?;
    Ok(Opened { book, is_broken })
}

/// Returns the facts that the last run has seen.
pub(crate) fn posted_inputs(book: &Book) -> Result<Vec<Input>, BookError> {
    let mut inputs = Vec::new();
    for kind in FactKind::ALL {
        inputs.extend(book.facts(TableName::Facts(kind))?.into_iter().map(|file| input_of(kind, file)));
    }
    Ok(inputs)
}

fn input_of(kind: FactKind, file: FactFile) -> Input {
    Input {
        format: Some(Format::Parquet),
        kept_since: Some(KeptSince { seen_at: file.seen_at }),
        ..Input::new(kind, file.path, "")
    }
}
