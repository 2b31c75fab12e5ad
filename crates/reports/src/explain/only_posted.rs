//! Lists postings without an explanation, where facts are missing or another version of the calculation made them.

use super::asked;
use super::entries::posted_entries;
use super::event;
use super::model::{Asked, Before, CurrencyTold, EventKind, EventTold, Explanation, Figures, Move, SCHEMA, Step};
use super::program::ProgramTold;
use super::subject::PostingOfRun;
use accrue_kernel::currency::Currency;
use accrue_kernel::money::{Amount, WideAmount};
use accrue_kernel::program::Program;
use accrue_kernel::time::Timestamp;

/// Postings that are not explained.
pub struct OnlyPosted<'s> {
    /// The version of accrue that shows them.
    pub accrue: &'s str,
    /// What was asked for.
    pub asked: Asked,
    /// The person's id.
    pub person: &'s str,
    /// The program that they were posted under.
    pub program: &'s Program,
    /// The digest of its file.
    pub program_sha256: &'s str,
    /// Postings that count later are left out.
    pub as_of: Timestamp,
    /// The last run that is known.
    pub run: i64,
    /// The version of the calculation by which they were computed.
    pub calculation: u32,
    /// The postings, the oldest first.
    pub posted: &'s [PostingOfRun<'s>],
    /// Why they are not explained.
    pub refused: String,
}

/// Shows postings without steps.
pub fn only_posted(only: &OnlyPosted<'_>) -> Explanation {
    let mut currencies: Vec<Currency> = only.posted.iter().map(|posted| posted.entry.currency).collect();
    currencies.sort();
    currencies.dedup();
    Explanation {
        accrue: only.accrue.to_owned(),
        schema: SCHEMA,
        person: only.person.to_owned(),
        asked: only.asked.clone(),
        as_of: only.as_of.to_string(),
        as_of_local: only.program.zone.moment(only.as_of).local().unwrap_or_default(),
        known_at_run: Some(only.run),
        agrees_with_ledger: None,
        refused: Some(only.refused.clone()),
        calculation: only.calculation,
        program: ProgramTold::of(only.program, only.program_sha256),
        before: Before { orders: 0, spend: Amount::ZERO.display(only.program.currency).to_string() },
        currencies: currencies.into_iter().map(|currency| told(only, currency)).collect(),
    }
}

fn told(only: &OnlyPosted<'_>, currency: Currency) -> CurrencyTold {
    let mut own: Vec<&PostingOfRun<'_>> =
        only.posted.iter().filter(|posted| posted.entry.currency == currency).collect();
    own.sort_by_key(|posted| (posted.entry.effective_at, posted.run));
    let mut balance = WideAmount::ZERO;
    let mut events: Vec<EventTold> = Vec::new();
    for posted in &own {
        balance += posted.entry.amount;
        events.push(event_of(posted, balance, only.program));
    }
    asked::mark(&only.asked, currency, &[], &mut events);
    let owed: WideAmount =
        own.iter().filter(|posted| posted.entry.origin_id.0.to_string().is_empty()).map(|own| own.entry.amount).sum();
    CurrencyTold {
        currency: currency.code(),
        decimals: currency.minor_units(),
        balance: balance.display(currency).to_string(),
        owed: (WideAmount::ZERO - owed).display(currency).to_string(),
        sums: asked::sums(&events, currency, |_| true),
        asked_sums: asked::asked_sums(&only.asked, &[], &events, currency),
        next_to_lapse: None,
        lots: Vec::new(),
        events,
        open_items: Vec::new(),
        entries: posted_entries(only.posted, &only.asked, currency, &only.program.zone),
    }
}

fn event_of(posted: &PostingOfRun<'_>, balance: WideAmount, program: &Program) -> EventTold {
    let entry = &posted.entry;
    let shown = |amount: Amount| amount.display(entry.currency).to_string();
    let moved = Move {
        lot: None,
        kind: entry.kind.name(),
        source_id: entry.source_id.0.to_string(),
        method: entry.method.name(),
        origin_id: entry.origin_id.0.to_string(),
        amount: shown(entry.amount),
        left: String::new(),
        balance_after: balance.display(entry.currency).to_string(),
    };
    let step = Step::Posted {
        run: posted.run,
        last_day: entry.expires_at.map(|at| event::last_day(at, &program.zone)),
        moves: vec![moved],
    };
    let id = entry.source_id.0.to_string();
    let balance_after = balance.display(entry.currency).to_string();
    let event = event::told(entry.effective_at, EventKind::Posting, id, Figures::Posting {}, &program.zone);
    EventTold { steps: vec![step], balance_after, ..event }
}
