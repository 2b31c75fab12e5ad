//! The record of a run that a plan would post: later nights read it, so that each of its fields is compared with
//! something that the plan does not say, or with what else it says.
//!
//! | field | compared with |
//! |---|---|
//! | `accrue`, `calculation`, `time_zones` | this program (`expect_own_version`) |
//! | `number`, `as_of` | the last run of the book, and the clock |
//! | `run_id`, `emails` | the number and the moment of planning |
//! | `planned`, `posted_at` | each other, the clock and the report |
//! | `pipeline` | the pipeline file that the plan names, and the last run's |
//! | `program` | its digest, the report, and, but for a backfill, the last run's program |
//! | `inputs` | the summary; nobody reads the exports again, so that what both say is believed. `settings` is free: a file with others is read once more; so is `newest` up to as_of |
//! | `overrides` | the guards that there are, the report and the summary |
//! | `folder`, `base`, `withdrawn` | nothing: posting fills them. Whatever they hold is refused, but for the mode, which is the pipeline's |
//! | `remembered` | what is possible. Guards of later nights take its word, and guards are passed with a word too |
//! | `summary` | all of this (`summary`) |

use super::super::super::book_session::{self, AHEAD_MICROS, changes, file_name};
use super::super::super::continuity::Continuity;
use super::super::super::error::RunError;
use super::super::super::guards::GuardName;
use super::super::PlanFault;
use super::super::format::Posting;
use super::expected::{expect, is_end_of};
use super::summary;
use crate::book::{Base, FolderRecord, Remembered, RunRecord, SeenCredit, SeenInput, TakenIn};
use crate::facts::FactKind;
use crate::kernel::CALCULATION;
use crate::kernel::currency::Currency;
use crate::kernel::money::WideAmount;
use crate::kernel::time::{MICROS_PER_DAY, Timestamp};
use crate::output::run_name::RunName;
use crate::pipeline::{self, ProgramFile, parse_program};
use crate::reports::plan::PlanReport;
use serde_json::Value;
use std::path::Path;

/// More rows than anybody has; products of two such numbers still are decimals.
const MOST: u64 = 1_000_000_000_000;

/// Checks that a plan was made by this very program, which would compute the same.
pub(crate) fn expect_own_version(record: &RunRecord) -> Result<(), PlanFault> {
    let stated = |accrue: &str, calculation: u32, zones: &str| {
        format!("accrue {accrue} with calculation {calculation} and time zone data {zones}")
    };
    let then = stated(&record.accrue, record.calculation, &record.time_zones);
    let now = stated(env!("CARGO_PKG_VERSION"), CALCULATION, chrono_tz::IANA_TZDB_VERSION);
    match then == now {
        true => Ok(()),
        false => Err(PlanFault::Stale { what: format!("the plan was made by {then}, and this is {now}") }),
    }
}

/// Checks that the plan is of the shop that the book is of, as a run does.
pub(crate) fn expect_same_shop(posting: &Posting, last: Option<&RunRecord>) -> Result<(), RunError> {
    let program = book_session::name_of(&posting.record.program).unwrap_or_default();
    Ok(book_session::expect_same_shop(Path::new(&posting.book), last, &posting.record.pipeline, &program)?)
}

/// Checks a run's record against the book's last run and the clock.
pub(crate) fn check(
    posting: &Posting,
    report: &PlanReport,
    last: Option<&RunRecord>,
    now: Timestamp,
) -> Result<(), String> {
    let record = &posting.record;
    names(posting, last)?;
    times(record, report, last, now)?;
    let program = program(record, report, last)?;
    as_posting_fills_them(record)?;
    inputs(record)?;
    overrides(record, report)?;
    if let Some(remembered) = &record.remembered {
        remembered_inputs(remembered, record, last)?;
        remembered.credit.iter().try_for_each(|credit| remembered_credit(credit, record))?;
    }
    summary::check(posting, report, last, &program)
}

fn names(posting: &Posting, last: Option<&RunRecord>) -> Result<(), String> {
    let RunRecord { number, run_id, planned, emails, pipeline, .. } = &posting.record;
    expect("the number of the run", *number, last.map_or(0, |last| last.number) + 1)?;
    let planned = planned.ok_or("it does not say when it was planned")?;
    expect("the run's id", run_id.as_str(), RunName::write(Some(*number), planned.at).as_str())?;
    expect("the file of its emails", emails.as_str(), file_name(run_id).as_str())?;
    expect("the pipeline", pipeline, &book_session::pipeline_name(Path::new(&posting.pipeline)))
}

fn times(record: &RunRecord, report: &PlanReport, last: Option<&RunRecord>, now: Timestamp) -> Result<(), String> {
    let RunRecord { as_of, posted_at, planned, .. } = record;
    let planned = planned.ok_or("it does not say when it was planned")?;
    if last.is_some_and(|last| *as_of < last.as_of) {
        return Err(format!("as of {as_of} is before the last run, and the time of a book goes forward"));
    }
    if *as_of > now.plus_micros(AHEAD_MICROS) || planned.at > now.plus_micros(AHEAD_MICROS) {
        return Err(format!("it was planned at {} as of {as_of}, which is ahead of the clock, {now}", planned.at));
    }
    expect("the moment of posting", *posted_at, planned.at)?;
    expect("whether it is a backfill", planned.backfill, report.backfill)
}

/// Checks the program, and that it changes what is posted only where the plan is there for that.
fn program(record: &RunRecord, report: &PlanReport, last: Option<&RunRecord>) -> Result<ProgramFile, String> {
    let stated = &record.program;
    expect("the digest of the program", stated.sha256.as_str(), pipeline::digest(&stated.text).as_str())?;
    let program = parse_program(stated.text.clone(), Path::new(&stated.path))
        .map_err(|refused| format!("this version refuses its program: {refused}"))?;
    expect("the program of the report", &report.program.sha256, &stated.sha256)?;
    expect("the path of the program", &stated.path, &report.program.path)?;
    expect("the name of the program", &report.program.name, &program.program.name)?;
    let changes = last.map(|last| changes(last, &program)).unwrap_or_default();
    let changes: Vec<String> = changes.into_iter().map(|change| change.message).collect();
    expect("what changes for the past", &report.program_changes, &changes)?;
    match changes.first().filter(|_| !report.backfill) {
        None => Ok(program),
        Some(change) => Err(format!("it is no backfill, and its program changes the past: {change}")),
    }
}

fn as_posting_fills_them(record: &RunRecord) -> Result<(), String> {
    let RunRecord { folder, base, withdrawn, .. } = record;
    let empty = FolderRecord { mode: folder.mode, ..FolderRecord::default() };
    match *folder == empty && *base == Base::default() && withdrawn.is_empty() {
        true => Ok(()),
        false => Err("its record is that of a run which is posted already".to_owned()),
    }
}

fn inputs(record: &RunRecord) -> Result<(), String> {
    let stated = record.summary["inputs"].as_array().map(Vec::as_slice).unwrap_or_default();
    expect("the number of files that it has read", record.inputs.len(), stated.len())?;
    record.inputs.iter().zip(stated).try_for_each(|(file, stated)| input(file, stated, record.as_of))
}

fn input(file: &TakenIn, stated: &Value, as_of: Timestamp) -> Result<(), String> {
    let TakenIn { kind, path, bytes, sha256, rows, newest, .. } = file;
    FactKind::ALL.iter().find(|known| known.name() == kind).ok_or_else(|| format!("there are no {kind:?}"))?;
    let what = |name: &str| format!("`{name}` of the file {path}");
    expect(&what("kind"), Some(kind.as_str()), stated["kind"].as_str())?;
    expect(&what("sha256"), Some(sha256.as_str()), stated["sha256"].as_str())?;
    expect(&what("bytes"), Some(*bytes), stated["bytes"].as_u64())?;
    expect(&what("rows"), Some(*rows), stated["rows"].as_u64())?;
    if !is_end_of(path, stated["path"].as_str().unwrap_or_default()) {
        return Err(format!("the file {path} is none of the summary"));
    }
    match newest.filter(|newest| *newest > as_of) {
        None => Ok(()),
        Some(newest) => Err(format!("the newest fact of {path} is of {newest}, after as_of")),
    }
}

fn overrides(record: &RunRecord, report: &PlanReport) -> Result<(), String> {
    let continuity = [Continuity::Begin, Continuity::Restored].into_iter().filter_map(Continuity::name);
    let known: Vec<&str> = GuardName::ALL.iter().map(|guard| guard.name()).chain(continuity).collect();
    if let Some(other) = record.overrides.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(format!("{other:?} is nothing that a run can be told to pass"));
    }
    let is_missing = |guard: &&str| !record.overrides.iter().any(|name| name == guard);
    let mut passed = report.guards.iter().filter(|guard| guard.overridden).map(|guard| guard.name.as_str());
    match passed.find(is_missing) {
        None => Ok(()),
        Some(guard) => Err(format!("the guard {guard:?} is passed in its report, and not in its record")),
    }
}

/// Checks what later nights compare their inputs with: that it is possible, and the last run's where nothing was read.
fn remembered_inputs(remembered: &Remembered, record: &RunRecord, last: Option<&RunRecord>) -> Result<(), String> {
    if !remembered.inputs.is_sorted_by(|one, other| one.key() < other.key()) {
        return Err("the inputs that it remembers are not sorted".to_owned());
    }
    let before = last.and_then(|last| last.remembered.as_ref()).map(|stated| &stated.inputs[..]).unwrap_or_default();
    for input in &remembered.inputs {
        let SeenInput { kind, path, rows, unowned, filled, .. } = input;
        let is_possible = *rows <= MOST && unowned <= rows && filled.values().all(|count| count <= rows);
        let is_read = record.inputs.iter().any(|file| file.kind == *kind);
        if !is_possible || !(is_read || before.contains(input)) {
            return Err(format!("what it remembers of the {kind} in {path} cannot be"));
        }
    }
    let is_lost = |input: &&SeenInput| !remembered.inputs.iter().any(|own| own.is_of(input));
    match before.iter().find(is_lost) {
        None => Ok(()),
        Some(SeenInput { kind, path, .. }) => Err(format!("it remembers nothing of the {kind} in {path}")),
    }
}

fn remembered_credit(credit: &SeenCredit, record: &RunRecord) -> Result<(), String> {
    let SeenCredit { currency: code, holders, granted } = credit;
    let currency = Currency::from_code(code).ok_or_else(|| format!("there is no currency {code:?}"))?;
    let balances = record.summary["balances"].as_array().into_iter().flatten();
    let people: u64 = balances.filter(|own| own["currency"] == *code).filter_map(|own| own["people"].as_u64()).sum();
    let today = record.as_of.micros().div_euclid(MICROS_PER_DAY);
    let is_possible = |(&day, amount): (&i64, &String)| day <= today && WideAmount::parse(amount, currency).is_some();
    match *holders <= people && granted.iter().all(is_possible) {
        true => Ok(()),
        false => Err(format!("what it remembers of all credit in {code} cannot be")),
    }
}
