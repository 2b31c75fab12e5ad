//! What a shop owes, and how that has changed (docs/spec.md 11): reads the ledger of a book once, range of people by
//! range, and adds it up. The tables and how they are shown are in `reports::liability`. Nothing is posted here.

mod files;

pub use files::write;

use super::in_order::in_order;
use super::inspect::{BookView, InspectFault};
use super::{Progress, RunError, Stage};
use crate::book::{Posted, RunRecord};
use crate::kernel::time::{LocalCalendar, LocalDate, Timestamp};
use crate::reports::liability::{Classes, Head, Liability, Periods, Sums, Tally, Terms, months};
use crate::reports::until::Until;

/// Rows of the ledger that are added up at a time.
const ROWS: usize = 100_000;

/// What is asked of a book.
pub struct LiabilityQuestion {
    /// The first day; `None`, with `end`: the last calendar month that is over.
    pub days: Option<(LocalDate, LocalDate)>,
    /// Whether each calendar month is a period of its own.
    pub monthly: bool,
    /// The number of the run that is known last; `None`: the last one of the book.
    pub known_at: Option<i64>,
    /// The number of the run after which the time before was reported; `None`: the first that is as of its end or
    /// later.
    pub opening_at: Option<i64>,
    /// The classes of credit.
    pub classes: Classes,
}

/// Reports what a shop owed.
///
/// # Errors
/// Where the book has no such run, its program is refused, the periods are empty or end after the as_of of the known
/// run, or the book cannot be read; and where it is stopped.
pub fn liability(past: &BookView, question: LiabilityQuestion, progress: &dyn Progress) -> Result<Liability, RunError> {
    let known = past.run(question.known_at)?;
    let opening_at = question.opening_at.map(|number| past.run(Some(number))).transpose()?;
    let program = past.program_of(known)?;
    let zone = &program.program.zone;
    let (start, end) = match question.days {
        Some(days) => days,
        None => last_month(known.as_of, zone),
    };
    if start >= end {
        return Err(InspectFault::NoDays { start: start.to_string(), end: end.to_string() }.into());
    }
    let end_at = zone.start_of(end);
    if end_at > known.as_of {
        let [until, last] = [end_at, known.as_of].map(|at| zone.moment(at));
        return Err(InspectFault::TooLate { until: Until::instant(until), last, run_id: known.run_id.clone() }.into());
    }
    let days = if question.monthly { months(start, end) } else { vec![start, end] };
    let mut runs: Vec<(u32, Timestamp)> = past
        .runs()
        .filter(|run| run.number <= known.number)
        .filter_map(|run| Some((u32::try_from(run.number).ok()?, run.as_of)))
        .collect();
    runs.reverse();
    let opening_run = opening_at.and_then(|run| u32::try_from(run.number).ok());
    let periods = Periods::new(&days, zone, &runs, opening_run);
    let is_backfill = |run: &&RunRecord| run.planned.is_some_and(|planned| planned.backfill);
    let backfills = past.runs().filter(|run| run.number <= known.number).filter(is_backfill);
    let backfills = backfills.filter_map(|run| u32::try_from(run.number).ok()).collect();
    let terms = Terms { periods: &periods, zone, classes: &question.classes, backfills: &backfills };
    let sums = add_up(past, &terms, progress)?;
    let head = Head {
        accrue: env!("CARGO_PKG_VERSION"),
        periods,
        classes: question.classes,
        backfills,
        as_of: zone.moment(known.as_of),
        timezone: zone.name(),
        program_sha256: program.digest.clone(),
    };
    Ok(Liability::new(head, &sums))
}

/// Returns the last calendar month that is over at an instant: its first day, and that of the next.
fn last_month(at: Timestamp, zone: &LocalCalendar) -> (LocalDate, LocalDate) {
    let today = zone.day_of(at);
    let before = LocalDate::from_epoch_days(0);
    let starts = months(before, today.plus(1));
    match starts[..] {
        [.., start, end, _] => (start, end),
        _ => (before, today),
    }
}

fn add_up(past: &BookView, terms: &Terms<'_>, progress: &dyn Progress) -> Result<Sums, RunError> {
    let posted = past.book.posted_with_runs(past.run_numbers())?;
    let bounds = posted.bounds(ROWS);
    progress.stage(Stage::AddingUp, bounds.len() as u64 + 1)?;
    let mut sums = Sums::default();
    in_order(
        bounds.len() + 1,
        || (),
        |(), number| {
            let after = number.checked_sub(1).map(|before| bounds[before]);
            add_up_range(&posted, after, bounds.get(number).copied(), terms)
        },
        |of_range| {
            progress.go_on()?;
            progress.advance(1);
            sums.merge(of_range);
            Ok::<_, RunError>(())
        },
    )?;
    Ok(sums)
}

/// Adds up the people after one id and up to another.
fn add_up_range(
    posted: &Posted,
    after: Option<&str>,
    up_to: Option<&str>,
    terms: &Terms<'_>,
) -> Result<Sums, RunError> {
    let range = posted.range(after, up_to, &[])?;
    let (mut rows, mut at) = (Vec::new(), 0);
    let mut tally = Tally::new(*terms);
    while let Some(customer_id) = range.id_at(at) {
        at = range.fill_with_runs(at, &mut rows);
        tally.add(customer_id, &mut rows);
    }
    Ok(tally.finish(range.rules()))
}
