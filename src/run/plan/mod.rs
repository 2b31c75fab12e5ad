//! Plans (docs/spec.md 9): what a run would post, saved in a file, and the posting of such a file.
//!
//! `plan` takes the steps of a run up to the moment of posting, and saves all of it: new facts, postings and jobs as
//! the book's tables would get them, the folder as it would appear, the run's record, and a report of what changes and
//! why. `apply` decides nothing: it posts these very files in the order of a run, on the very book that the plan was
//! made against, or refuses. A backfill is a plan whose program may change the past; it reads the book's facts and
//! nothing else.
//!
//! **Invariants.** Planning writes nothing below the book. What is posted is, byte for byte, what was reported and
//! saved.

mod apply;
mod checked;
mod draft;
mod explain;
mod facts;
pub(super) mod fault;
mod format;
mod places;
mod save;
mod shown;
mod why;

pub use apply::{Applied, Apply, apply};
pub use fault::PlanFault;

use super::Request;
use super::book_session::{BookSession, changes};
use super::error::RunError;
use super::guards::Tripped;
use super::places::expect_outside;
use super::progress::Stage;
use super::stages::{self, Writes};
use crate::book::Book;
use crate::emails::settings::Settings;
use crate::kernel::time::Timestamp;
use crate::output::TableFormat;
use crate::output::archive::NewArchive;
use crate::output::folder::Folder;
use crate::output::mode::Mode;
use crate::pipeline::{Pipeline, ProgramFile};
use crate::reports::plan::PlanReport;
use crate::resolve::exported;
use draft::PlanDraft;
use places::Places;
use std::path::Path;

/// What a run would have posted, saved in a file.
///
/// # Errors
/// Whatever would stop the run, except guards, which the report lists; then no file appears.
pub fn plan(request: &Request<'_>, save: &Path) -> Result<PlanReport, RunError> {
    let session = request.book.as_deref().map(|folder| BookSession::open_to_read(request, folder)).transpose()?;
    // Without a book nothing is applied, and the postings are there to be looked at.
    let format = if session.is_some() { request.format } else { TableFormat::Parquet };
    make(&Request { format, ..request.clone() }, session, false, save)
}

/// What the program would have posted had it always been in force, and the book's facts are all there is; mails are
/// planned only where that is asked for.
///
/// # Errors
/// Those of [`plan`], and where there is no book or it has posted nothing.
pub fn backfill(request: &Request<'_>, with_emails: bool, save: &Path) -> Result<PlanReport, RunError> {
    let pipeline = Pipeline { inputs: Vec::new(), ..request.pipeline.clone() };
    let emails = if with_emails { request.program.emails.clone() } else { silent(&request.program.emails) };
    let program = ProgramFile { emails, ..request.program.clone() };
    let request = Request { pipeline: &pipeline, program: &program, everyone: true, ..request.clone() };
    let folder = request.book.as_deref().ok_or(PlanFault::NothingPosted("this is without one"))?;
    let session = BookSession::open_to_backfill(&request, folder)?;
    if session.last.is_none() {
        return Err(PlanFault::NothingPosted("this one has posted nothing yet").into());
    }
    make(&request, Some(session), true, save)
}

/// Returns the last as_of that a book has posted, before which the past lies; `None` where it has posted nothing.
///
/// # Errors
/// Where the folder is no book or cannot be read.
pub fn posted_until(book: &Path) -> Result<Option<Timestamp>, RunError> {
    Ok(Book::open(book)?.runs().next().transpose()?.map(|last| last.as_of))
}

fn make(
    request: &Request<'_>,
    mut session: Option<BookSession>,
    backfill: bool,
    save: &Path,
) -> Result<PlanReport, RunError> {
    request.book.iter().try_for_each(|book| expect_outside(save, book))?;
    let stamp = stages::stamp(request, session.as_ref());
    let places = Places::of(request, &stages::place(request, &stamp))?;
    let archive = NewArchive::begin(save, request.now.micros().div_euclid(1_000_000).unsigned_abs())?;
    // Both are gone when the plan is saved.
    let (folder, tables) = (Folder::begin(save, Mode::default())?, Folder::begin(save, Mode::default())?);
    let mut tripped: Vec<Tripped> = Vec::new();
    let judge: stages::OnTripped<'_> = &mut |found| {
        tripped.extend(found);
        Ok(())
    };
    let prepared = stages::prepare("apply", request, &mut session, stamp, Writes::Everything(&folder), judge)?;
    let new = session.as_ref().map(|_| exported(prepared.people.facts()));
    let last = session.as_ref().and_then(|session| session.last.as_ref());
    let changes = last.map(|last| changes(last, request.program)).unwrap_or_default();
    let session = session.as_ref();
    let draft = PlanDraft { request, places, session, prepared: &prepared, new, tripped, changes, backfill };
    request.progress.stage(Stage::Explaining, 0)?;
    let report = explain::explain(&draft, &folder.path().join("ledger.parquet"))?;
    request.progress.stage(Stage::Saving, 0)?;
    save::save(&draft, &report, &folder, &tables, archive)?;
    Ok(report)
}

/// Returns settings that send nothing.
fn silent(settings: &Settings) -> Settings {
    Settings { received: false, redeemed: false, refunded: false, expiring_days_before: Vec::new(), ..settings.clone() }
}
