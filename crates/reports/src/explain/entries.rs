//! Lists the entries of the ledger, each with the postings that runs have made of it.

use super::asked;
use super::model::{Asked, EntryTold, PostingTold};
use super::subject::{PostingOfRun, Subject};
use accrue_kernel::currency::Currency;
use accrue_kernel::entry::Entry;
use accrue_kernel::money::Amount;
use accrue_kernel::time::LocalCalendar;

/// Tells the entries that were computed, and those that runs have posted and taken back.
pub(super) fn entries(subject: &Subject<'_, '_>, currency: Currency) -> Vec<EntryTold> {
    let zone = &subject.program.zone;
    let computed = subject.ledger.entries.iter().filter(|entry| entry.currency == currency);
    let rule = |entry: &Entry<'_>| Some(subject.program.rules.get(entry.rule?.index())?.id.clone());
    let own = computed.clone().map(|entry| entry_told(subject.posted, entry, entry.amount, rule(entry), zone));
    let mut told: Vec<EntryTold> = own.collect();
    let is_computed = |entry: &Entry<'_>| computed.clone().any(|own| own.is_same(entry));
    let gone = different(subject.posted, currency).into_iter().filter(|entry| !is_computed(entry));
    told.extend(gone.map(|entry| {
        let told = entry_told(subject.posted, entry, Amount::ZERO, None, zone);
        let last = told.postings.last().map(|last| last.run);
        EntryTold { taken_back: last.and_then(|run| (subject.cause)(entry, run)), ..told }
    }));
    mark(&subject.asked, currency, &mut told);
    told
}

fn mark(asked: &Asked, currency: Currency, entries: &mut [EntryTold]) {
    for entry in entries {
        entry.asked_for = asked::is_in(asked, currency) && asked::is_asked_entry(asked, entry);
    }
}

/// Tells the entries that runs have posted, with the sums of their postings.
pub(super) fn posted_entries(
    posted: &[PostingOfRun<'_>],
    asked: &Asked,
    currency: Currency,
    zone: &LocalCalendar,
) -> Vec<EntryTold> {
    let told = different(posted, currency).into_iter().map(|entry| {
        let same = posted.iter().filter(|own| own.entry.is_same(entry));
        let sum = same.map(|own| own.entry.amount).fold(Amount::ZERO, |sum, amount| sum + amount);
        let rule = posted.iter().rev().find(|own| own.entry.is_same(entry)).and_then(|own| own.rule.clone());
        entry_told(posted, entry, sum, rule, zone)
    });
    let mut told: Vec<EntryTold> = told.collect();
    mark(asked, currency, &mut told);
    told
}

/// Returns one posting of each entry.
fn different<'p>(posted: &'p [PostingOfRun<'p>], currency: Currency) -> Vec<&'p Entry<'p>> {
    let mut different: Vec<&Entry<'_>> = Vec::new();
    for PostingOfRun { entry, .. } in posted.iter().filter(|posted| posted.entry.currency == currency) {
        if different.iter().all(|own| !own.is_same(entry)) {
            different.push(entry);
        }
    }
    different
}

fn entry_told(
    posted: &[PostingOfRun<'_>],
    entry: &Entry<'_>,
    amount: Amount,
    rule: Option<String>,
    zone: &LocalCalendar,
) -> EntryTold {
    let shown = |amount: Amount| amount.display(entry.currency).to_string();
    let own = posted.iter().filter(|posted| posted.entry.is_same(entry));
    let postings: Vec<PostingTold> = own
        .map(|posted| PostingTold {
            run: posted.run,
            amount: shown(posted.entry.amount),
            expires_at: posted.entry.expires_at.map(|at| at.to_string()),
            rule: posted.rule.clone(),
        })
        .collect();
    EntryTold {
        kind: entry.kind.name(),
        source_id: entry.source_id.0.to_string(),
        method: entry.method.name(),
        origin_id: entry.origin_id.0.to_string(),
        amount: shown(amount),
        effective_at: entry.effective_at.to_string(),
        on: zone.day_of(entry.effective_at).to_string(),
        expires_at: entry.expires_at.map(|at| at.to_string()),
        rule,
        postings,
        asked_for: true,
        taken_back: None,
    }
}
