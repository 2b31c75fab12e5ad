//! Applies a plan: posts its files as they are, or nothing at all.

use super::super::book_session::{self, Seen, file_name};
use super::super::completed::Completed;
use super::super::completion;
use super::super::continuity::Continuity;
use super::super::error::RunError;
use super::super::guards::{GuardName, Tripped};
use super::super::places::{expect_apart, expect_outside, resolved};
use super::super::progress::{Progress, Stage, Step};
use super::super::run_folder;
use super::PlanFault;
use super::checked::{self, Unpacked};
use super::format::{FOLDER, PLAN, Plan, Posting, REPORT, TABLES};
use crate::book::{Book, FolderRecord, RunRecord, TableName};
use crate::facts::FactKind;
use crate::kernel::time::Timestamp;
use crate::output::archive::{Archive, ArchiveError};
use crate::output::draft::Draft;
use crate::output::folder::Folder;
use crate::output::mode::Mode;
use crate::output::own::is_of_a_run;
use crate::pipeline::{self, Pipeline};
use crate::reports::plan::{GuardReport, PlanReport};
use crate::reports::summary::CompletedSummary;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What to apply, and how.
pub struct Apply<'a> {
    /// The file of the plan.
    pub plan: &'a Path,
    /// The folder to write; `None`: as it was planned.
    pub out: Option<PathBuf>,
    /// Guards that are to let it pass, besides those that were told so when it was planned.
    pub overrides: Vec<GuardName>,
    /// The clock, read once.
    pub now: Timestamp,
    /// Hears how far it is, and says whether to stop.
    pub progress: &'a dyn Progress,
}

/// What was posted.
pub struct Applied {
    /// The report of the plan, as it was saved.
    pub report: PlanReport,
    /// `summary.json` of its folder.
    pub summary: String,
    /// The folder of the run that was posted.
    pub folder: PathBuf,
    /// The run before, where it had to be completed.
    pub completed: Option<CompletedSummary>,
}

/// Posts a plan, in the order of a run, so that the next run completes it wherever it dies.
///
/// # Errors
/// The file is damaged, guards stop it, or the book has moved on; but for `Posted`, nothing was posted.
pub fn apply(apply: &Apply<'_>) -> Result<Applied, RunError> {
    let archive = Archive::open(apply.plan)?;
    apply.progress.stage(Stage::CheckingPlan, 0)?;
    let Plan { posting, report, .. } = Plan::parse(&archive.check(PLAN)?)?.map_err(|what| archive.damaged(what))?;
    let posting = posting.ok_or(PlanFault::WithoutBook)?;
    posting.record.check_names().map_err(|what| archive.damaged(what))?;
    apply.progress.go_on()?;
    pass_guards(apply, &report)?;
    let place = place(apply, &posting)?;
    let mut book = open(apply, &posting, &place.output)?;
    let last = book.last_run()?;
    checked::expect_own_version(&posting.record)?;
    checked::expect_same_shop(&posting, last.as_ref())?;
    checked::record(&posting, &report, last.as_ref(), apply.now).map_err(|what| archive.damaged(what))?;
    let completed = completion::complete(&mut book, &place.output)?;
    let read = Read { archive, posting, report };
    post(apply, read, book, place, completed.as_ref()).map_err(|error| error.after(completed.as_ref()))
}

/// A plan whose record may be posted.
struct Read {
    archive: Archive,
    posting: Posting,
    report: PlanReport,
}

/// Unpacks a plan, checks its files and posts it.
fn post(
    apply: &Apply<'_>,
    Read { archive, posting, report }: Read,
    mut book: Book,
    place: Place,
    completed: Option<&Completed>,
) -> Result<Applied, RunError> {
    let (folder, tables) = (Folder::begin(&place.folder, place.mode)?, Folder::begin(&place.folder, Mode::default())?);
    let mut members = BTreeSet::new();
    archive.extract(|name| {
        members.insert(name.to_owned());
        draft(&archive, &folder, &tables, name)
    })?;
    let unpacked = Unpacked { folder: folder.path(), tables: tables.path(), members };
    checked::contents(&posting, &report, &unpacked, &book).map_err(|what| archive.damaged(what))?;
    let record = record(apply, posting.record, place.mode, &book, completed);
    add_tables(apply, &mut book, &tables, &record)?;
    drop(tables);
    let summary = serde_json::to_string_pretty(&record.summary).expect("it was read as JSON") + "\n";
    folder.write("summary.json", summary.as_bytes())?;
    let folder = book_session::post(apply.progress, &mut book, folder, record)?;
    Ok(Applied { report, summary, folder, completed: completed.map(Completed::summary) })
}

/// Where a plan's folder goes.
struct Place {
    folder: PathBuf,
    /// Where a run that has died is completed.
    output: PathBuf,
    mode: Mode,
}

/// Finds where the folder goes: where the command line says, or where a run of the pipeline would write it now, if that
/// is what the plan says as well. A plan may be forged, so that its own word alone is not enough.
fn place(apply: &Apply<'_>, posting: &Posting) -> Result<Place, RunError> {
    let pipeline = pipeline(posting, Book::open(Path::new(&posting.book))?.last_run()?.as_ref());
    if let Ok(pipeline) = &pipeline {
        expect_apart(&pipeline.output, Path::new(&posting.book))?;
    }
    let elsewhere = |why: String| PlanFault::Place { place: posting.place.clone(), why };
    let folder = match (&apply.out, &pipeline) {
        (Some(out), _) => out.clone(),
        (None, Ok(Pipeline { output, .. })) => {
            let folder = output.join(&posting.record.run_id);
            // Its parents may have got links since; its own name is no link's.
            if resolved(output).join(&posting.record.run_id) != resolved(Path::new(&posting.place)) {
                return Err(elsewhere(format!("that would be {}", folder.display())).into());
            }
            folder
        }
        (None, Err(why)) => return Err(elsewhere(why.clone()).into()),
    };
    let beside = folder.parent().unwrap_or(Path::new("")).to_path_buf();
    let (output, mode) = pipeline.map_or((beside, Mode::default()), |own| (own.output.clone(), run_folder::mode(&own)));
    Ok(Place { folder, output, mode })
}

/// Reads a plan's pipeline, as it is now; or says why the plan may not name it.
fn pipeline(posting: &Posting, last: Option<&RunRecord>) -> Result<Pipeline, String> {
    let path = Path::new(&posting.pipeline);
    let (name, shown) = (book_session::pipeline_name(path), path.display());
    if let Some(other) = last.map(|last| &last.pipeline).filter(|then| !then.is_empty() && **then != name) {
        return Err(format!("it names {shown}, and the last run of the book was by {other}"));
    }
    let pipeline = pipeline::read_pipeline(path).map_err(|refused| format!("{shown} cannot be read: {refused}"))?;
    match pipeline.book.as_ref().is_some_and(|book| resolved(book) == resolved(Path::new(&posting.book))) {
        true => Ok(pipeline),
        false => Err(format!("{shown} has another book by now")),
    }
}

/// Opens the book that a plan was made for, if it is what it was then.
fn open(apply: &Apply<'_>, posting: &Posting, output: &Path) -> Result<Book, RunError> {
    let folder = Path::new(&posting.book);
    apply.out.iter().try_for_each(|out| expect_outside(out, folder))?;
    let seen = Seen::look(folder, output)?;
    let book = Book::open(folder)?;
    expect_unmoved(&book, posting)?;
    let is_told = |told: &Continuity| posting.record.overrides.iter().any(|own| Some(own.as_str()) == told.name());
    let told = [Continuity::Begin, Continuity::Restored].into_iter().find(is_told);
    seen.check(&book, folder, told.unwrap_or_default())?;
    Ok(book)
}

fn pass_guards(apply: &Apply<'_>, report: &PlanReport) -> Result<(), RunError> {
    let overrides: Vec<&str> = apply.overrides.iter().map(|guard| guard.name()).collect();
    let tripped = |guard: &GuardReport| {
        let name = GuardName::ALL.into_iter().find(|name| name.name() == guard.name)?;
        let GuardReport { message, shown, look, .. } = guard.clone();
        Some(Tripped { name, message, shown, look })
    };
    let stops: Vec<Tripped> = report.stopping(&overrides).filter_map(tripped).collect();
    if stops.is_empty() { Ok(()) } else { Err(RunError::Guards(stops)) }
}

fn expect_unmoved(book: &Book, posting: &Posting) -> Result<(), RunError> {
    let run_id = &posting.record.run_id;
    if let Some(last) = book.runs().next().transpose()?.filter(|last| last.run_id == *run_id) {
        return Err(PlanFault::Applied { number: last.number }.into());
    }
    match book.moved_since(&posting.base)? {
        None => Ok(()),
        Some(what) => Err(PlanFault::Stale { what: format!("the book {} has moved on: {what}", posting.book) }.into()),
    }
}

/// Says where a member goes: a file of the run's folder, or rows for a table of the book. Others belong to no plan.
fn draft(archive: &Archive, folder: &Folder, tables: &Folder, name: &str) -> Result<Option<Draft>, ArchiveError> {
    let is_table = |name: &str| TableName::ALL.into_iter().any(|table| file_name(table.name()) == name);
    match (name.strip_prefix(FOLDER), name.strip_prefix(TABLES)) {
        (Some(name), _) if is_of_a_run(name) => Ok(Some(folder.create(name)?)),
        (_, Some(name)) if is_table(name) => Ok(Some(tables.create(name)?)),
        (None, None) if [PLAN, REPORT].contains(&name) => Ok(None),
        _ => Err(archive.damaged(format!("no plan has a member {name:?}"))),
    }
}

/// Returns the record as it is posted: now, and with all guards that were told to let it pass.
fn record(apply: &Apply<'_>, planned: RunRecord, mode: Mode, book: &Book, completed: Option<&Completed>) -> RunRecord {
    let more = apply.overrides.iter().map(|guard| guard.name().to_owned());
    let mut overrides = planned.overrides;
    let more: Vec<String> = more.filter(|name| !overrides.contains(name)).collect();
    overrides.extend(more);
    let mut summary = planned.summary;
    summary["overrides"] = overrides.clone().into();
    summary["book"]["id"] = book.id(apply.now).into();
    if let Some(completed) = completed {
        summary["completed"] = serde_json::to_value(completed.summary()).expect("plain data");
    }
    let folder = FolderRecord { mode, ..planned.folder };
    RunRecord { posted_at: apply.now, overrides, folder, summary, ..planned }
}

/// Adds the facts, and brings the jobs to their table.
fn add_tables(apply: &Apply<'_>, book: &mut Book, tables: &Folder, record: &RunRecord) -> Result<(), RunError> {
    let file = file_name(&record.run_id);
    let path = |name: TableName| tables.path().join(file_name(name.name()));
    for name in FactKind::ALL.map(TableName::Facts).into_iter().filter(|&name| path(name).exists()) {
        apply.progress.stage(Stage::KeepingFacts, 0)?;
        apply.progress.step(Step::KeepingFacts);
        // They are there where this plan was applied before, and that has died.
        if !book.has_file(name, &file) {
            let adopted = book.adopt(name, &path(name), &file, apply.now)?;
            book.add_facts(name, adopted, record.as_of, apply.now)?;
        }
    }
    apply.progress.stage(Stage::KeepingEmails, 0)?;
    apply.progress.step(Step::KeepingEmails);
    book.adopt(TableName::Emails, &path(TableName::Emails), &record.emails, apply.now)?;
    Ok(())
}
