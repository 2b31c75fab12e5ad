//! Verifies a whole book (docs/spec.md 6): its files, then its runs, then all people.
//!
//! What is wrong is listed, not returned as an error. Where files are missing there is no more to look at than that.

mod people;
mod runs;

use super::{BookView, InspectFault};
use crate::book;
use crate::book::{RunRecord, TableName};
use crate::kernel::CALCULATION;
use crate::reports::verified::Verified;
use crate::run::{Progress, RunError, Stage};
use std::path::Path;

/// Reads the whole book and checks it.
///
/// # Errors
/// Where the folder is no book, has no run or cannot be read, and where it is stopped. What is wrong within its tables
/// is no error but a violation.
pub fn verify(folder: &Path, progress: &dyn Progress) -> Result<Verified, RunError> {
    let mut found = Verified::default();
    progress.stage(Stage::CheckingFiles, 0)?;
    let surveyed = book::survey(folder)?;
    surveyed.faults.iter().for_each(|fault| found.add(fault));
    if !found.is_sound() {
        found.notes.push("the rest is looked at once these files are as they were".to_owned());
        return Ok(found);
    }
    let past = BookView::open(folder)?;
    let records: Vec<_> = past.runs().cloned().collect();
    let kept = past.book.survey_kept(&records);
    kept.faults.iter().for_each(|fault| found.add(fault));
    found.note_without_digest(surveyed.without_digest + kept.without_digest);
    progress.stage(Stage::CheckingRuns, 0)?;
    let looked_at = verify_runs(&past, &records, &mut found);
    tell(looked_at, &mut found)?;
    let looked_at = verify_people(&past, progress, &mut found);
    tell(looked_at, &mut found)?;
    Ok(found)
}

/// Counts what cannot be read as what is wrong with the book.
fn tell(looked_at: Result<(), RunError>, found: &mut Verified) -> Result<(), RunError> {
    match looked_at {
        Err(RunError::Book(error)) if !error.is_of_others() => found.add(error),
        Err(RunError::Source(error)) => found.add(error),
        looked_at => looked_at?,
    }
    Ok(())
}

/// Checks the runs and the rows that are theirs.
fn verify_runs(past: &BookView, records: &[RunRecord], found: &mut Verified) -> Result<(), RunError> {
    found.runs = records.len() as u64;
    runs::order(records).iter().for_each(|fault| found.add(fault));
    let postings = past.book.rows_by_run(TableName::Ledger)?;
    let jobs = past.book.rows_by_run(TableName::Emails)?;
    found.postings = postings.values().sum();
    found.jobs = jobs.values().sum();
    runs::postings(records, &postings).iter().for_each(|fault| found.add(fault));
    let has_emitted = past.book.has_emitted();
    runs::jobs(records, &jobs, has_emitted).iter().for_each(|fault| found.add(fault));
    past.book.jobs_twice()?.iter().for_each(|job| found.add(format_args!("the email {job} is in the table twice")));
    if !has_emitted {
        found.notes.push("the emails of the last run are not in their table yet: the next run adds them".to_owned());
    }
    Ok(())
}

/// Checks what is posted to everybody, against what the book's facts come to where this version computes as then.
fn verify_people(past: &BookView, progress: &dyn Progress, found: &mut Verified) -> Result<(), RunError> {
    let (then, zones) = (past.last.calculation, &past.last.time_zones);
    let now = (CALCULATION, chrono_tz::IANA_TZDB_VERSION);
    let program = match past.program() {
        _ if (then, zones.as_str()) != now => Err(format!(
            "the last run was computed by calculation {then} with time zones {zones}, and this is {} with {}",
            now.0, now.1
        )),
        Err(RunError::Inspect(refused @ InspectFault::Program { .. })) => Err(refused.to_string()),
        program => Ok(program?),
    };
    match program {
        Ok(program) => people::against_facts(past, &program, progress, found),
        Err(why) => {
            found.notes.push(format!("postings were not compared with facts: {why}"));
            people::by_themselves(past, progress, found)
        }
    }
}
