//! Applying a plan: its files are posted as they are, or nothing is.

use super::super::booked::{self, file_name, table_of};
use super::super::error::RunError;
use super::super::guards::{GuardName, Tripped};
use super::super::progress::Progress;
use super::PlanFault;
use super::contents::{FOLDER, PLAN, Plan, Posting, TABLES};
use crate::book::{Book, RunRecord, TableName};
use crate::ingest::input::FactKind;
use crate::kernel::time::Instant;
use crate::output::OutputError;
use crate::output::archive::Archive;
use crate::output::draft::Draft;
use crate::output::folder::Folder;
use crate::output::mode::Mode;
use crate::reports::plan::{GuardReport, PlanReport};
use std::path::{Path, PathBuf};

/// What to apply, and how.
pub struct Apply<'a> {
    pub plan: &'a Path,
    /// The folder to write; `None`: as it was planned.
    pub out: Option<PathBuf>,
    /// Guards that are to let it pass, besides those that were told so when it was planned.
    pub overrides: Vec<GuardName>,
    /// The clock, read once.
    pub now: Instant,
    pub progress: &'a dyn Progress,
}

/// What was posted.
pub struct Applied {
    pub report: PlanReport,
    /// `summary.json` of its folder.
    pub summary: String,
    pub folder: PathBuf,
}

/// Posts a plan, in the order of a run, so that the next run completes it wherever it dies.
///
/// # Errors
/// The file is damaged, guards stop it, or the book has moved on; but for `Posted`, nothing was posted.
pub fn apply(apply: &Apply<'_>) -> Result<Applied, RunError> {
    let archive = Archive::open(apply.plan)?;
    apply.progress.stage("checking the plan", 0)?;
    let Plan { posting, report, .. } = Plan::parse(&archive.check(PLAN)?)?.map_err(|what| archive.damaged(what))?;
    let posting = posting.ok_or(PlanFault::WithoutBook)?;
    apply.progress.go_on()?;
    pass_guards(apply, &report)?;
    let mut book = Book::open(Path::new(&posting.book))?;
    book.repair()?;
    expect_unmoved(&book, &posting)?;
    let place = apply.out.clone().unwrap_or_else(|| PathBuf::from(&posting.place));
    let (folder, tables) =
        (Folder::begin(&place, posting.record.folder.mode)?, Folder::begin(&place, Mode::default())?);
    archive.extract(|name| draft(&folder, &tables, name))?;
    let record = record(apply, posting.record);
    add_tables(apply, &mut book, &tables, &record)?;
    drop(tables);
    let summary = serde_json::to_string_pretty(&record.summary).expect("it was read as JSON") + "\n";
    folder.write("summary.json", summary.as_bytes())?;
    booked::post(apply.progress, &mut book, folder, record)?;
    Ok(Applied { report, summary, folder: place })
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
    match book.moved_since(&posting.base, &file_name(run_id))? {
        None => Ok(()),
        Some(what) => Err(PlanFault::Stale { what: format!("the book {} has moved on: {what}", posting.book) }.into()),
    }
}

/// Says where a member goes, if it is one of a folder or a table.
fn draft(folder: &Folder, tables: &Folder, name: &str) -> Result<Option<Draft>, OutputError> {
    let part = match (name.strip_prefix(FOLDER), name.strip_prefix(TABLES)) {
        (Some(name), _) => Some((folder, name)),
        (None, Some(name)) => Some((tables, name)),
        (None, None) => None,
    };
    // A name that leads elsewhere is none of ours.
    let part = part.filter(|(_, name)| !name.contains('/'));
    part.map(|(to, name)| to.create(name)).transpose()
}

/// Returns the record as it is posted: now, and with all guards that were told to let it pass.
fn record(apply: &Apply<'_>, planned: RunRecord) -> RunRecord {
    let more = apply.overrides.iter().map(|guard| guard.name().to_owned());
    let mut overrides = planned.overrides;
    let more: Vec<String> = more.filter(|name| !overrides.contains(name)).collect();
    overrides.extend(more);
    let mut summary = planned.summary;
    summary["overrides"] = overrides.clone().into();
    RunRecord { posted_at: apply.now, overrides, summary, ..planned }
}

/// Adds the facts, and brings the jobs to their table.
fn add_tables(apply: &Apply<'_>, book: &mut Book, tables: &Folder, record: &RunRecord) -> Result<(), RunError> {
    let file = file_name(&record.run_id);
    let path = |name: TableName| tables.path().join(file_name(name.name()));
    for name in FactKind::ALL.map(table_of).into_iter().filter(|&name| path(name).exists()) {
        apply.progress.stage("keeping facts", 0)?;
        // They are there where this plan was applied before, and that has died.
        if !book.has_file(name, &file) {
            let adopted = book.adopt(name, &path(name), &file, apply.now)?;
            book.add_facts(name, adopted, record.as_of, apply.now)?;
        }
    }
    apply.progress.stage("keeping emails", 0)?;
    book.adopt(TableName::Emails, &path(TableName::Emails), &record.emails, apply.now)?;
    Ok(())
}
