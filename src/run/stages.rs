//! The stages of a run in order: read, guard, resolve, compute, audit, guard, write, post. `run`, `check` and `plan`
//! use the same stages.
//!
//! Invariants: guards and the audit come before the output folder appears; a stage does not call the stages above it.

use super::Request;
use super::book_session::{self, BookSession, Everyone};
use super::context::{Encoders, RunContext};
use super::error::RunError;
use super::expiring::Days;
use super::fan_out::{self, Files, Totals};
use super::guards::{self, CreditBefore, Tripped, WouldPost};
use super::list_rows;
use super::progress::{Stage, Step};
use super::run_folder::mode;
use super::summarise::{self, Stopwatch};
use crate::book::{Remembered, SeenCredit, SeenInput};
use crate::emails::Templates;
use crate::facts::Facts;
use crate::kernel::compiled_program::CompiledProgram;
use crate::kernel::exception::Reason;
use crate::kernel::time::Timestamp;
use crate::output::folder::Folder;
use crate::output::ledger::{self, RunStamp};
use crate::output::lists::{self, ExceptionLine, RejectLine};
use crate::output::run_name::RunName;
use crate::output::{TableFormat, balances, table};
use crate::reports::summary::Summary;
use crate::resolve::{self, People};
use crate::sources::{self, Asked, Keep, Progress as ReadProgress};
use std::path::PathBuf;

/// What a run has done.
pub struct Report {
    /// What was read and posted, in figures: `summary.json`.
    pub summary: Summary,
    /// The folder it wrote, if it wrote any.
    pub folder: Option<PathBuf>,
    /// The rows that were left out: `rejects.csv`.
    pub rejects: Vec<RejectLine>,
    /// The facts that are odd but count: `exceptions.csv`.
    pub exceptions: Vec<ExceptionLine>,
}

/// Reads, computes and posts: writes a folder with the ledger, balances, emails, rejects, exceptions and summary, and
/// adds the run to the book where there is one.
///
/// # Errors
/// [`RunError`] of whatever stops the run. No folder appears then, and nothing was posted unless the error says so.
pub fn run(request: &Request<'_>) -> Result<Report, RunError> {
    let session = request.book.as_deref().map(|folder| BookSession::open_to_post(request, folder)).transpose()?;
    let completed = session.as_ref().and_then(|session| session.completed.clone());
    run_on(request, session).map_err(|error| error.after(completed.as_ref()))
}

fn run_on(request: &Request<'_>, mut session: Option<BookSession>) -> Result<Report, RunError> {
    let stamp = stamp(request, session.as_ref());
    let folder = Folder::begin(&place(request, &stamp), mode(request.pipeline))?;
    let judge: OnTripped<'_> = &mut |tripped| pass(request, tripped);
    let writes = Writes::Everything(&folder);
    let Prepared { people, mut report, remembered } = prepare("run", request, &mut session, stamp, writes, judge)?;
    request.progress.go_on()?;
    report.folder = Some(match session {
        Some(session) => session.post(request, people.facts(), folder, &report.summary, remembered)?,
        None => folder.publish()?,
    });
    Ok(report)
}

/// A run that is computed and written, but not posted.
pub(crate) struct Prepared {
    pub people: People,
    /// Without its folder.
    pub report: Report,
    /// What later runs are to compare themselves with, once this one is posted.
    pub remembered: Remembered,
}

/// Hears of guards that have tripped; an error ends the run.
pub(crate) type OnTripped<'j> = &'j mut dyn FnMut(Vec<Tripped>) -> Result<(), RunError>;

/// What is written of a run.
#[derive(Clone, Copy)]
pub(crate) enum Writes<'f> {
    Everything(&'f Folder),
    /// Rejects, exceptions and summary, where there is a folder for them.
    Lists(Option<&'f Folder>),
}

/// Does everything that comes before posting: reads, computes, and fills a folder. The summary there names `command`.
pub(crate) fn prepare(
    command: &'static str,
    request: &Request<'_>,
    session: &mut Option<BookSession>,
    stamp: RunStamp,
    writes: Writes<'_>,
    judge: OnTripped<'_>,
) -> Result<Prepared, RunError> {
    let mut watch = Stopwatch::start();
    let templates = templates(request)?;
    let Loaded { people, seen } = load(request, session.as_mut(), &mut watch, judge)?;
    let session = session.as_ref();
    let (encoders, mut files) = match writes {
        Writes::Everything(folder) => Some(create_files(request, folder)?).unzip(),
        Writes::Lists(_) => (None, None),
    };
    let shared = share(request, &people, &templates, stamp, session, encoders);
    let totals = compute(request, &shared, files.as_mut(), &mut watch, judge)?;
    let balances = summarise::balance_sums(session, &totals.tally);
    let remembered = Remembered {
        inputs: seen,
        credit: credit(session, &totals, request.as_of),
        balances: Some(book_session::remembered_balances(&balances)),
    };
    if let Some(files) = files {
        files.finish()?;
    }
    watch.write_done();
    let summary = summarise::summarise(command, request, &shared, &totals, balances, &watch);
    let report = report(summary, &people, totals, session)?;
    if let Writes::Everything(folder) | Writes::Lists(Some(folder)) = writes {
        write_lists(folder, &report)?;
    }
    Ok(Prepared { people, report, remembered })
}

/// Goes through the same stages for everybody and posts nothing. If an output folder is named, writes rejects,
/// exceptions and summary there.
///
/// # Errors
/// Where an input, the book or an email template cannot be read, a guard trips that is not overridden, or the output
/// folder cannot be written; and where it is stopped.
pub fn check(request: &Request<'_>) -> Result<Report, RunError> {
    let mut session = request.book.as_deref().map(|folder| BookSession::open_to_read(request, folder)).transpose()?;
    if let Some(session) = &mut session {
        session.everyone.get_or_insert(Everyone::Check);
    }
    let begin = |place| Folder::begin(place, mode(request.pipeline));
    let folder = request.out.as_deref().map(begin).transpose()?;
    let stamp = stamp(request, session.as_ref());
    let judge: OnTripped<'_> = &mut |tripped| pass(request, tripped);
    let writes = Writes::Lists(folder.as_ref());
    let Prepared { mut report, .. } = prepare("check", request, &mut session, stamp, writes, judge)?;
    if let Some(folder) = folder {
        request.progress.go_on()?;
        report.folder = Some(folder.publish()?);
    }
    Ok(report)
}

/// Puts together the report of a run, without the folder.
fn report(
    summary: Summary,
    people: &People,
    totals: Totals,
    session: Option<&BookSession>,
) -> Result<Report, RunError> {
    let (mut rejects, mut exceptions) = (list_rows::rejects(people.facts()), totals.exceptions);
    if let Some(session) = session {
        session.name_sources(&mut rejects, &mut exceptions)?;
    }
    Ok(Report { summary, folder: None, rejects, exceptions })
}

/// Writes what every folder holds.
fn write_lists(folder: &Folder, report: &Report) -> Result<(), RunError> {
    folder.write("rejects.csv", &lists::rejects_csv(&report.rejects))?;
    folder.write("exceptions.csv", &lists::exceptions_csv(&report.exceptions))?;
    folder.write("summary.json", report.summary.to_json().as_bytes())?;
    Ok(())
}

/// All facts by person, and what the next run compares its inputs with.
struct Loaded {
    people: People,
    seen: Vec<SeenInput>,
}

fn load(
    request: &Request<'_>,
    mut session: Option<&mut BookSession>,
    watch: &mut Stopwatch,
    judge: OnTripped<'_>,
) -> Result<Loaded, RunError> {
    let (pipeline, program) = (request.pipeline, &request.program.program);
    let reading = |step| match step {
        ReadProgress::Listed { bytes, .. } => {
            request.progress.begin(Stage::Reading, bytes);
            request.progress.step(Step::Reading);
        }
        ReadProgress::Read { bytes, .. } => request.progress.advance(bytes),
    };
    let inputs = session.as_ref().map_or(&pipeline.inputs, |session| &session.exports);
    let keeps_contacts = session.is_some() || request.program.emails.sends_any();
    let keep = if keeps_contacts { Keep::Everything } else { Keep::NoContacts };
    let is_stopped = || request.progress.is_stopped();
    let kept = session.as_ref().map_or(&[][..], |session| &session.kept);
    let asked = Asked { is_stopped: &is_stopped, kept, ..Asked::of(program, keep) };
    let exports = sources::read(inputs, &asked, &reading)?;
    let taken = session.as_ref().map(|session| &session.taken);
    let mut tripped = guards::of_inputs(request, inputs, &exports, taken);
    tripped.extend(session.as_ref().and_then(|session| guards::of_step(request, &exports, session)));
    judge(tripped)?;
    let facts = match session.as_mut() {
        Some(session) => session.facts(request, exports)?,
        None => exports,
    };
    watch.read_done();
    request.progress.stage(Stage::Resolving, 0)?;
    let people = resolve::resolve(facts, program, request.as_of);
    watch.resolve_done();
    let seen = judge_rows(request, people.facts(), session.as_deref(), judge)?;
    Ok(Loaded { people, seen })
}

/// Checks the rows of the exports against the guards; returns what the next run compares its inputs with.
fn judge_rows(
    request: &Request<'_>,
    facts: &Facts,
    session: Option<&BookSession>,
    judge: OnTripped<'_>,
) -> Result<Vec<SeenInput>, RunError> {
    let inputs = &request.pipeline.inputs;
    let mut tripped = guards::of_rows(request, inputs, facts);
    let mut seen = Vec::new();
    if let Some(session) = session {
        let before = session.remembered().map_or(&[][..], |remembered| &remembered.inputs);
        let compared = guards::of_seen(request, inputs, facts, before);
        tripped.extend(compared.tripped);
        tripped.extend(guards::of_reverted(request, facts, &session.reverted));
        seen = compared.inputs;
    }
    judge(tripped)?;
    Ok(seen)
}

/// Returns the state of credit once the run is posted.
fn credit(session: Option<&BookSession>, totals: &Totals, as_of: Timestamp) -> Vec<SeenCredit> {
    let before = CreditBefore { remembered: session.and_then(told_credit), balances: &[] };
    totals.corrected.remembered(before, as_of)
}

/// Returns what the last run has remembered about credit; `None` if this run visits everybody and so knows it by
/// itself.
fn told_credit(session: &BookSession) -> Option<&Remembered> {
    session.remembered().filter(|_| session.everyone.is_none())
}

fn compute(
    request: &Request<'_>,
    shared: &RunContext<'_>,
    files: Option<&mut Files>,
    watch: &mut Stopwatch,
    judge: OnTripped<'_>,
) -> Result<Totals, RunError> {
    let mut totals = fan_out::fan_out(shared, files, request.progress)?;
    if let Some(session) = shared.session {
        totals.expiring.merge(&session.expiring);
    }
    let above_total = list_rows::above_total(shared.people, &totals.above_total);
    above_total.iter().for_each(|_| totals.tally.add_exception(Reason::ItemsAboveTotal));
    totals.exceptions.extend(above_total);
    for (stray, _) in shared.people.strays() {
        totals.tally.add_exception(stray.reason);
    }
    let unruled: Vec<_> = list_rows::unruled(&totals.tally).collect();
    for _ in &unruled {
        totals.tally.add_exception(Reason::NoRuleForCurrency);
    }
    totals.exceptions.extend(list_rows::strays(shared.people).chain(unruled));
    if let Some(session) = shared.session {
        let (facts, currency) = (shared.people.facts(), shared.program.program.currency);
        let conflicts = list_rows::conflicts(facts, &session.conflicts, currency);
        conflicts.iter().for_each(|_| totals.tally.add_exception(Reason::ConflictingRows));
        totals.exceptions.extend(conflicts);
    }
    watch.compute_done();
    let Totals { tally, mailed, corrected, .. } = &totals;
    let would_post = WouldPost { people: shared.people, tally, mailed, corrected };
    let balances = summarise::balance_sums(shared.session, tally);
    let credit = shared.session.filter(|session| session.last.is_some());
    let credit = credit.map(|session| CreditBefore { remembered: told_credit(session), balances: &balances });
    judge(guards::of_totals(request, &would_post, credit))?;
    Ok(totals)
}

/// Ends the run if a guard has tripped that no override lets pass.
fn pass(request: &Request<'_>, tripped: Vec<Tripped>) -> Result<(), RunError> {
    let stops: Vec<Tripped> =
        tripped.into_iter().filter(|tripped| !request.overrides.contains(&tripped.name)).collect();
    if stops.is_empty() { Ok(()) } else { Err(RunError::Guards(stops)) }
}

fn templates(request: &Request<'_>) -> Result<Templates, RunError> {
    let is_stopped = || request.progress.is_stopped();
    let loaded = Templates::load(&request.program.emails, &request.program.program, &is_stopped);
    request.progress.go_on()?;
    loaded.map_err(RunError::Templates)
}

/// Creates the tables of the folder. A book takes the ledger in Parquet, whatever format was asked for.
fn create_files(request: &Request<'_>, folder: &Folder) -> Result<(Encoders, Files), RunError> {
    let create = |name, format, fields| table::create(folder, name, format, fields);
    let format = if request.book.is_some() { TableFormat::Parquet } else { request.format };
    let file = table::file(folder, "ledger", format)?;
    // A run with a book reads its files again, to keep or to plan them.
    let file = if request.book.is_some() { file } else { file.leaving_memory() };
    let (ledger_encoder, ledger) = table::create_in(file, "ledger", format, ledger::FIELDS)?;
    let shown = (format != request.format).then(|| create("ledger", request.format, ledger::FIELDS)).transpose()?;
    let (shown_encoder, shown) = shown.unzip();
    let (balances_encoder, balances) = create("balances", request.format, balances::FIELDS)?;
    let emails = folder.create("emails.ndjson")?;
    let encoders = Encoders { ledger: ledger_encoder, shown: shown_encoder, balances: balances_encoder };
    Ok((encoders, Files { ledger, shown, balances, emails }))
}

fn share<'r>(
    request: &'r Request<'_>,
    people: &'r People,
    templates: &'r Templates,
    stamp: RunStamp,
    session: Option<&'r BookSession>,
    encoders: Option<Encoders>,
) -> RunContext<'r> {
    let (program, as_of) = (request.program, request.as_of);
    let rules = program.program.rules.iter().map(|rule| rule.id.clone()).collect();
    let terms = CompiledProgram::new(&program.program);
    let last = session.and_then(|session| session.last.as_ref()).map(|last| last.as_of);
    let days = Days::of(&program.program.zone, as_of, last);
    let kept = people.kept_rows();
    RunContext { people, kept, program, terms, templates, as_of, days, stamp, rules, session, encoders }
}

/// Returns the folder that a run is to write.
pub(crate) fn place(request: &Request<'_>, stamp: &RunStamp) -> PathBuf {
    request.out.clone().unwrap_or_else(|| request.pipeline.output.join(&stamp.run_id))
}

/// Returns the stamp of a run. The run is named after the present moment; with a book its number comes first.
pub(crate) fn stamp(request: &Request<'_>, session: Option<&BookSession>) -> RunStamp {
    RunStamp::new(RunName::write(session.map(|session| session.number), request.now), request.now)
}
