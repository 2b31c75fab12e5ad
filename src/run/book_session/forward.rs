//! Checks that a run may follow the last one of a book: as_of must not go back, and the past must not change
//! (docs/spec.md 6).

use super::super::Request;
use super::super::retroactive::{self, Change};
use crate::book::RunRecord;
use crate::kernel::CALCULATION;
use crate::kernel::moment::Moment;
use crate::pipeline::{ProgramFile, parse_program};
use std::fmt::{self, Display, Formatter};
use std::path::Path;

/// How far as_of may be ahead of the clock.
pub(crate) const AHEAD_MICROS: i64 = 3_600_000_000;

/// Why a run may not be posted to a book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Forward {
    /// The run computes for an instant before the as_of of the last run.
    Before {
        /// The instant for which the run computes.
        as_of: Moment,
        /// The as_of of the last run.
        last: Moment,
        /// The name of the last run.
        run_id: String,
    },
    /// The run computes for an instant more than an hour after the clock.
    Ahead {
        /// The instant for which the run computes.
        as_of: Moment,
        /// The clock.
        now: Moment,
    },
    /// What is different for instants that are posted.
    Retroactive {
        /// The as_of of the last run, up to which everything is posted.
        last: Moment,
        /// The name of the last run.
        run_id: String,
        /// The changes since the last run, at least one.
        changes: Vec<Change>,
    },
}

/// Checks a run against the last one.
pub(crate) fn check(request: &Request<'_>, last: Option<&RunRecord>) -> Result<(), Forward> {
    check_time(request, last)?;
    let Some(last) = last else { return Ok(()) };
    let changes = changes(last, request.program);
    if !changes.is_empty() {
        let posted = request.program.program.zone.moment(last.as_of);
        return Err(Forward::Retroactive { last: posted, run_id: last.run_id.clone(), changes });
    }
    Ok(())
}

/// Checks that as_of is not before the last run's, nor far ahead of the clock.
pub(crate) fn check_time(request: &Request<'_>, last: Option<&RunRecord>) -> Result<(), Forward> {
    let zone = &request.program.program.zone;
    let (as_of, now) = (zone.moment(request.as_of), zone.moment(request.now));
    if as_of.at > now.at.plus_micros(AHEAD_MICROS) {
        return Err(Forward::Ahead { as_of, now });
    }
    match last {
        Some(last) if as_of.at < last.as_of => {
            Err(Forward::Before { as_of, last: zone.moment(last.as_of), run_id: last.run_id.clone() })
        }
        _ => Ok(()),
    }
}

/// Lists what would give the past another ledger.
pub(crate) fn changes(last: &RunRecord, program: &ProgramFile) -> Vec<Change> {
    let version = |what: &str, then: &str, now: &str| {
        let message = format!("the {what} is version {now}, and was {then}");
        (then != now).then_some(Change { message, instead: None })
    };
    let (then, now) = (last.calculation.to_string(), CALCULATION.to_string());
    let mut changes: Vec<Change> = version("calculation", &then, &now).into_iter().collect();
    changes.extend(version("time zone data", &last.time_zones, chrono_tz::IANA_TZDB_VERSION));
    match parse_program(last.program.text.clone(), Path::new(&last.program.path)) {
        Ok(then) => changes.extend(retroactive::changes(&then.program, &program.program, last.as_of)),
        Err(refused) => {
            let message = format!("the program of then is refused by this version: {refused}");
            changes.push(Change { message, instead: None });
        }
    }
    changes
}

impl Display for Forward {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Forward::Before { as_of, last, run_id } => {
                write!(
                    f,
                    "as of {as_of} is before {last}, which {run_id} has posted: the time of a book goes forward. Was the \
                     clock ahead when that was posted? docs/on-call.md says how to go back to the book before it"
                )
            }
            Forward::Ahead { as_of, now } => {
                write!(
                    f,
                    "as of {as_of} is more than an hour after the clock, {now}: nobody knows what happens until then"
                )
            }
            Forward::Retroactive { last, run_id, changes } => {
                write!(f, "the past would change: {run_id} has posted everything before {last}")?;
                changes.iter().try_for_each(|change| write_change(f, change))?;
                write!(
                    f,
                    "\n  help: to change the past as well, see what that posts with `accrue plan PIPELINE --backfill \
                     --save FILE`; until that is applied, go on with the old program (`--program`) or the old accrue"
                )
            }
        }
    }
}

/// Writes a change, its TOML below it and indented.
fn write_change(f: &mut Formatter<'_>, change: &Change) -> fmt::Result {
    write!(f, "\n{}", change.message)?;
    match &change.instead {
        None => Ok(()),
        Some(instead) => {
            write!(f, "; to change the future alone, write in place of all its versions:")?;
            instead.lines().try_for_each(|line| write!(f, "\n    {line}"))
        }
    }
}
