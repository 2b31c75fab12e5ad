//! Guards (SPEC 9): limits of the pipeline that stop a run before anything is posted.

use super::booked::Taken;
use crate::emails;
use crate::ingest::facts::{Facts, FileRead};
use crate::ingest::input::Input;
use crate::kernel::entry::Kind;
use crate::kernel::money::Total;
use crate::kernel::time::Instant;
use crate::pipeline::Guard;
use crate::reports::tally::{PostingSum, Tally};
use rust_decimal::Decimal;

/// The names of guards, as the pipeline and `--override` have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GuardName {
    MinRows,
    MaxAge,
    MaxRejects,
    MaxGranted,
    MaxReclaimed,
    MaxPeople,
    MaxEmails,
}

/// A guard that stops the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tripped {
    pub name: GuardName,
    /// What the run would have done, and the limit.
    pub message: String,
}

impl GuardName {
    pub const ALL: [GuardName; 7] = [
        GuardName::MinRows,
        GuardName::MaxAge,
        GuardName::MaxRejects,
        GuardName::MaxGranted,
        GuardName::MaxReclaimed,
        GuardName::MaxPeople,
        GuardName::MaxEmails,
    ];

    pub fn name(self) -> &'static str {
        ["min_rows", "max_age", "max_rejects", "max_granted", "max_reclaimed", "max_people", "max_emails"]
            [self as usize]
    }
}

impl std::fmt::Display for Tripped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.name.name();
        write!(f, "guard `{name}`: {}; look at it, then let one run pass with `--override {name}`", self.message)
    }
}

/// What an input holds, read now or taken in before.
struct Held {
    rows: u64,
    newest: Option<Instant>,
}

/// Checks what was read, or was taken in before: enough rows, new enough.
pub fn of_inputs(inputs: &[Input], facts: &Facts, taken: Option<&Taken>, as_of: Instant) -> Vec<Tripped> {
    let checked = inputs.iter().enumerate().flat_map(|(number, input)| {
        let files = facts.files.iter().filter(|file| file.input as usize == number);
        let mut held = Held { rows: files.map(|file| file.rows).sum(), newest: None };
        if input.max_age_days.is_some() {
            held.newest = facts.newest(number as u32, as_of);
        }
        for before in taken.into_iter().flat_map(|taken| taken.passed_of(number)) {
            held.rows += before.rows;
            held.newest = held.newest.max(before.newest);
        }
        [min_rows(input, &held), max_age(input, &held, as_of)]
    });
    checked.flatten().collect()
}

/// Checks what would be posted.
pub fn of_totals(guard: &Guard, facts: &Facts, tally: &Tally, mailed: &emails::Tally) -> Vec<Tripped> {
    let jobs = emails::JobKind::ALL.iter().map(|&kind| mailed.jobs(kind)).sum();
    let mut tripped = Vec::new();
    tripped.extend(max_rejects(guard, facts));
    tripped.extend(max_amount(GuardName::MaxGranted, guard.max_granted, Kind::Grant, tally));
    tripped.extend(max_amount(GuardName::MaxReclaimed, guard.max_reclaimed, Kind::Clawback, tally));
    tripped.extend(max_count(GuardName::MaxPeople, guard.max_people, tally.people, "post to", "people"));
    tripped.extend(max_count(GuardName::MaxEmails, guard.max_emails, jobs, "send", "emails"));
    tripped
}

fn min_rows(input: &Input, held: &Held) -> Option<Tripped> {
    let (least, rows) = (input.min_rows?, held.rows);
    (rows < least).then(|| {
        let message = format!("{} holds {rows} rows, fewer than {least}", input.path.display());
        Tripped { name: GuardName::MinRows, message }
    })
}

fn max_age(input: &Input, held: &Held, as_of: Instant) -> Option<Tripped> {
    let days = input.max_age_days?;
    let (path, allowed) = (input.path.display(), if days == 1 { "a day".to_owned() } else { format!("{days} days") });
    let message = match held.newest {
        Some(newest) if newest >= as_of.plus_days(-i64::from(days)) => return None,
        Some(newest) => format!("{path} holds nothing newer than {newest}, more than {allowed} before {as_of}"),
        None => format!("{path} holds nothing, so nothing within {allowed} before {as_of}"),
    };
    Some(Tripped { name: GuardName::MaxAge, message })
}

fn max_rejects(guard: &Guard, facts: &Facts) -> Option<Tripped> {
    let most = guard.max_rejects?;
    let is_export = |file: &FileRead| file.kept_since.is_none();
    let of_exports = facts.rejects.iter().filter(|reject| is_export(&facts.files[reject.file as usize]));
    let rejects = of_exports.count() as u64;
    let rows = facts.files.iter().filter(|file| is_export(file)).map(|file| file.rows).sum();
    (!most.allows(rejects, rows)).then(|| {
        let message = format!("{rejects} of {rows} rows are rejected, more than {most}");
        Tripped { name: GuardName::MaxRejects, message }
    })
}

fn max_amount(name: GuardName, most: Option<Decimal>, kind: Kind, tally: &Tally) -> Option<Tripped> {
    let most = most?;
    let of_kind = |posting: &&PostingSum| posting.kind == kind;
    let postings = tally.postings();
    let over = postings.chunk_by(|a, b| a.currency == b.currency).filter_map(|of_currency| {
        let currency = of_currency[0].currency;
        let sum: Total = of_currency.iter().filter(of_kind).map(|posting| posting.sum.amount).sum();
        let decimal =
            Decimal::try_from_i128_with_scale(sum.minor().abs(), currency.minor_units()).unwrap_or(Decimal::MAX);
        (decimal > most).then(|| format!("{decimal} {currency}"))
    });
    let over: Vec<String> = over.collect();
    let verb = if kind == Kind::Grant { "grant" } else { "reclaim" };
    (!over.is_empty())
        .then(|| Tripped { name, message: format!("would {verb} {}, more than {most}", over.join(" and ")) })
}

fn max_count(name: GuardName, most: Option<u64>, count: u64, verb: &str, what: &str) -> Option<Tripped> {
    let most = most.filter(|&most| count > most)?;
    Some(Tripped { name, message: format!("would {verb} {count} {what}, more than {most}") })
}
