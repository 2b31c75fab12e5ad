//! The stages of a run, one after the other.

use super::Request;
use super::error::RunError;
use super::fan_out::{self, Files, Totals};
use super::guards::{self, Tripped};
use super::lines;
use super::piece::{Encoders, Shared};
use super::summarise::{self, Stopwatch};
use crate::emails::Templates;
use crate::ingest::resolve::{self, People};
use crate::ingest::{self, Progress as ReadProgress};
use crate::kernel::exception::Reason;
use crate::kernel::terms::Terms;
use crate::output::folder::Folder;
use crate::output::ledger::{self, RunStamp};
use crate::output::lists::{self, ExceptionLine, RejectLine};
use crate::output::{balances, table};
use crate::reports::summary::Summary;
use std::path::PathBuf;

/// What a run has done.
pub struct Report {
    pub summary: Summary,
    /// The folder it wrote, if it wrote any.
    pub folder: Option<PathBuf>,
    pub rejects: Vec<RejectLine>,
    pub exceptions: Vec<ExceptionLine>,
}

/// Reads, computes and posts: writes a folder with the ledger, balances, emails, rejects, exceptions and summary.
///
/// Errors: whatever stops a run; then no folder appears.
pub fn run(request: &Request<'_>) -> Result<Report, RunError> {
    let stamp = stamp(request);
    let place = request.out.clone().unwrap_or_else(|| request.pipeline.output.join(&stamp.run_id));
    let folder = Folder::begin(&place)?;
    let mut watch = Stopwatch::start();
    let templates = templates(request)?;
    let people = load(request, &mut watch)?;
    let (encoders, mut files) = create_files(request, &folder)?;
    let shared = share(request, &people, &templates, stamp, Some(encoders));
    let totals = compute(request, &shared, Some(&mut files), &mut watch)?;
    files.ledger.finish()?;
    files.balances.finish()?;
    files.emails.finish()?;
    watch.write_done();
    let summary = summarise::summarise("run", request, &shared, &totals, &watch);
    report(summary, &people, totals, Some(folder))
}

/// Goes the same road and posts nothing; with an output folder named, writes rejects, exceptions and summary there.
pub fn check(request: &Request<'_>) -> Result<Report, RunError> {
    let folder = request.out.as_deref().map(Folder::begin).transpose()?;
    let mut watch = Stopwatch::start();
    let templates = templates(request)?;
    let people = load(request, &mut watch)?;
    let shared = share(request, &people, &templates, stamp(request), None);
    let totals = compute(request, &shared, None, &mut watch)?;
    watch.write_done();
    let summary = summarise::summarise("check", request, &shared, &totals, &watch);
    report(summary, &people, totals, folder)
}

/// Writes what every folder holds and lets it appear.
fn report(summary: Summary, people: &People, totals: Totals, folder: Option<Folder>) -> Result<Report, RunError> {
    let (rejects, exceptions) = (lines::rejects(people.facts()), totals.exceptions);
    let write = |folder: Folder| {
        folder.write("rejects.csv", &lists::rejects_csv(&rejects))?;
        folder.write("exceptions.csv", &lists::exceptions_csv(&exceptions))?;
        folder.write("summary.json", summary.to_json().as_bytes())?;
        folder.publish()
    };
    let folder = folder.map(write).transpose()?;
    Ok(Report { summary, folder, rejects, exceptions })
}

fn load(request: &Request<'_>, watch: &mut Stopwatch) -> Result<People, RunError> {
    let (pipeline, program) = (request.pipeline, &request.program.program);
    let reading = |step| match step {
        ReadProgress::Listed { bytes, .. } => request.progress.begin("reading", bytes),
        ReadProgress::Read { bytes, .. } => request.progress.advance(bytes),
    };
    let facts = ingest::read(&pipeline.inputs, program.currency, &program.zone, &reading)?;
    watch.read_done();
    pass(request, guards::of_inputs(&pipeline.inputs, &facts, request.as_of))?;
    request.progress.begin("sorting out versions and people", 0);
    let people = resolve::resolve(facts, program, request.as_of);
    watch.resolve_done();
    Ok(people)
}

fn compute(
    request: &Request<'_>,
    shared: &Shared<'_>,
    files: Option<&mut Files>,
    watch: &mut Stopwatch,
) -> Result<Totals, RunError> {
    let mut totals = fan_out::fan_out(shared, files, request.progress)?;
    for stray in shared.people.strays() {
        totals.tally.add_exception(stray.reason);
    }
    let unruled: Vec<_> = lines::unruled(&totals.tally).collect();
    for _ in &unruled {
        totals.tally.add_exception(Reason::NoRuleForCurrency);
    }
    totals.exceptions.extend(lines::strays(shared.people).chain(unruled));
    watch.compute_done();
    let facts = shared.people.facts();
    pass(request, guards::of_totals(&request.pipeline.guard, facts, &totals.tally, &totals.mailed))?;
    Ok(totals)
}

/// Lets the run go on unless a guard has tripped that it was not told to pass.
fn pass(request: &Request<'_>, tripped: Vec<Tripped>) -> Result<(), RunError> {
    let stops: Vec<Tripped> =
        tripped.into_iter().filter(|tripped| !request.overrides.contains(&tripped.name)).collect();
    if stops.is_empty() { Ok(()) } else { Err(RunError::Guards(stops)) }
}

fn templates(request: &Request<'_>) -> Result<Templates, RunError> {
    Templates::load(&request.program.emails, &request.program.program).map_err(RunError::Templates)
}

fn create_files(request: &Request<'_>, folder: &Folder) -> Result<(Encoders, Files), RunError> {
    let (ledger_encoder, ledger) = table::create(folder, "ledger", request.format, ledger::FIELDS)?;
    let (balances_encoder, balances) = table::create(folder, "balances", request.format, balances::FIELDS)?;
    let emails = folder.create("emails.ndjson")?;
    Ok((Encoders { ledger: ledger_encoder, balances: balances_encoder }, Files { ledger, balances, emails }))
}

fn share<'r>(
    request: &'r Request<'_>,
    people: &'r People,
    templates: &'r Templates,
    stamp: RunStamp,
    encoders: Option<Encoders>,
) -> Shared<'r> {
    let (program, as_of) = (request.program, request.as_of);
    Shared { people, program, terms: Terms::of(&program.program), templates, as_of, stamp, encoders }
}

/// A run without a book is named after its moment.
fn stamp(request: &Request<'_>) -> RunStamp {
    let digits = request.now.to_string().replace(['-', ':', 'Z'], "").replace(['T', '.'], "-");
    RunStamp::new(format!("run-{digits}"), request.now)
}
