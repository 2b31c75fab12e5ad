//! The guards on what would be posted (docs/spec.md 10): `max_granted`, `max_reclaimed`, `max_people`, `max_emails` and
//! `max_corrected`. Sums are in minor units, limits in major units.

use super::super::Request;
use super::corrected::{Corrected, CreditBefore, max_corrected};
use super::display::display;
use super::{GuardName, Tripped};
use crate::emails;
use crate::kernel::currency::Currency;
use crate::kernel::entry::Kind;
use crate::kernel::money::WideAmount;
use crate::reports::tally::{PostingSum, Tally};
use crate::resolve::People;
use rust_decimal::Decimal;

/// What all people would be posted.
pub(crate) struct WouldPost<'t> {
    pub people: &'t People,
    pub tally: &'t Tally,
    pub mailed: &'t emails::Tally,
    pub corrected: &'t Corrected,
}

/// Checks what would be posted; `credit` is what a book has before.
pub(crate) fn of_totals(
    request: &Request<'_>,
    posted: &WouldPost<'_>,
    credit: Option<CreditBefore<'_>>,
) -> Vec<Tripped> {
    let (guard, WouldPost { tally, mailed, corrected, .. }) = (&request.pipeline.guard, posted);
    let jobs = emails::JobKind::ALL.iter().map(|&kind| mailed.jobs(kind)).sum();
    let count = |name, most, count, what| max_count(request, name, most, count, what);
    let tripped = [
        credit.and_then(|credit| max_corrected(request, posted.people, corrected, credit)),
        max_amount(request, GuardName::MaxGranted, guard.max_granted, &granted(tally, corrected)),
        max_amount(request, GuardName::MaxReclaimed, guard.max_reclaimed, &reclaimed(tally, corrected)),
        count(GuardName::MaxPeople, guard.max_people, tally.people, ("post to", "people")),
        count(GuardName::MaxEmails, guard.max_emails, jobs, ("send", "emails")),
    ];
    tripped.into_iter().flatten().collect()
}

/// Adds up by currency all that adds: grants, and clawbacks and adjustments that are taken back.
fn granted(tally: &Tally, corrected: &Corrected) -> Vec<(Currency, WideAmount)> {
    let sum = |currency, postings: &[PostingSum]| of_kinds(postings, &[Kind::Grant]) + corrected.undone(currency);
    by_currency(tally, sum)
}

/// Adds up by currency all that takes away: clawbacks and adjustments, and grants that are taken back.
fn reclaimed(tally: &Tally, corrected: &Corrected) -> Vec<(Currency, WideAmount)> {
    let kinds = [Kind::Clawback, Kind::Adjust];
    by_currency(tally, |currency, postings| WideAmount::ZERO - of_kinds(postings, &kinds) + corrected.undone(currency))
}

fn by_currency(tally: &Tally, sum: impl Fn(Currency, &[PostingSum]) -> WideAmount) -> Vec<(Currency, WideAmount)> {
    let postings = tally.postings();
    let currencies = postings.chunk_by(|one, other| one.currency == other.currency);
    currencies.map(|own| (own[0].currency, sum(own[0].currency, own))).collect()
}

fn of_kinds(postings: &[PostingSum], kinds: &[Kind]) -> WideAmount {
    postings.iter().filter(|posting| kinds.contains(&posting.kind)).map(|posting| posting.sum.amount).sum()
}

fn max_amount(
    request: &Request<'_>,
    name: GuardName,
    most: Option<Decimal>,
    sums: &[(Currency, WideAmount)],
) -> Option<Tripped> {
    let most = most?;
    let over = sums.iter().map(|&(currency, sum)| (display(sum, currency), currency)).filter(|(sum, _)| *sum > most);
    let over: Vec<String> = over.map(|(sum, currency)| format!("{sum} {currency}")).collect();
    let verb = if name == GuardName::MaxGranted { "grant" } else { "reclaim" };
    let message = || format!("would {verb} {}, more than {most}", over.join(" and "));
    (!over.is_empty()).then(|| Tripped::new(name, request, message(), Vec::new()))
}

fn max_count(
    request: &Request<'_>,
    name: GuardName,
    most: Option<u64>,
    count: u64,
    (verb, what): (&str, &str),
) -> Option<Tripped> {
    let most = most.filter(|&most| count > most)?;
    Some(Tripped::new(name, request, format!("would {verb} {count} {what}, more than {most}"), Vec::new()))
}
