//! Builds an explanation (`model`) of one person from the decisions that a trace of the kernel has recorded.

use super::account::Account;
use super::asked;
use super::entries::entries;
use super::event;
use super::model::{
    Before, CurrencyTold, EntryTold, EventKind, EventTold, Explanation, Figures, Lapse, OpenItem, SCHEMA,
};
use super::program::ProgramTold;
use super::subject::{LaterRegistration, Subject};
use super::walk::walk;
use accrue_kernel::CALCULATION;
use accrue_kernel::currency::Currency;
use accrue_kernel::exception::{Exception, Reason};
use accrue_kernel::money::Amount;

/// Explains a person's balance.
pub fn explain(subject: &Subject<'_, '_>) -> Explanation {
    let mut accounts = walk(subject);
    if let Some(later) = subject.later_registration {
        let own = accounts.iter().position(|account| account.currency == subject.program.currency);
        let own = own.unwrap_or_else(|| {
            accounts.push(Account::new(subject.program.currency));
            accounts.len() - 1
        });
        accounts[own].begin(later.registered_at, registers_later(&later, subject));
    }
    // Of a currency in which everything was taken back there are only postings.
    for currency in subject.posted.iter().map(|posted| posted.entry.currency) {
        if accounts.iter().all(|account| account.currency != currency) {
            accounts.push(Account::new(currency));
        }
    }
    accounts.sort_by_key(|account| account.currency);
    let registration = subject.person.registration.filter(|own| own.registered_at <= subject.as_of);
    let spend_before = registration.map_or(Amount::ZERO, |own| own.spend_before);
    let currencies: Vec<CurrencyTold> = accounts.into_iter().map(|account| told(account, subject)).collect();
    let is_posted = currencies.iter().flat_map(|currency| &currency.entries).all(EntryTold::is_posted);
    Explanation {
        accrue: subject.accrue.to_owned(),
        schema: SCHEMA,
        person: subject.person.id.to_owned(),
        asked: subject.asked.clone(),
        as_of: subject.as_of.to_string(),
        as_of_local: subject.program.zone.moment(subject.as_of).local().unwrap_or_default(),
        known_at_run: subject.known_at_run,
        agrees_with_ledger: subject.compares.then_some(is_posted),
        refused: None,
        calculation: CALCULATION,
        program: ProgramTold::of(subject.program, subject.program_sha256),
        before: Before {
            orders: registration.map_or(0, |own| own.orders_before),
            spend: spend_before.display(subject.program.currency).to_string(),
        },
        currencies,
    }
}

/// Tells a registration that is later than the page.
fn registers_later(later: &LaterRegistration, subject: &Subject<'_, '_>) -> EventTold {
    let spend_before = later.spend_before.display(subject.program.currency).to_string();
    let figures = Figures::Registration { orders_before: later.orders_before, spend_before };
    let id = subject.person.id.to_owned();
    let event = event::told(later.registered_at, EventKind::Registration, id, figures, &subject.program.zone);
    EventTold { not_counted: Some("after_as_of"), fact: (subject.fact)(later.fact), ..event }
}

/// Tells an account, of which all decisions are known.
fn told(account: Account, subject: &Subject<'_, '_>) -> CurrencyTold {
    let currency = account.currency;
    let (balance, owed) = (account.shown(account.balance), account.shown(account.owed));
    let zone = &subject.program.zone;
    let own = subject.ledger.balances.iter().find(|own| own.currency == currency);
    let lapse = own.and_then(|own| own.next_expiry).map(|(at, amount)| Lapse {
        amount: amount.display(currency).to_string(),
        last_day: event::last_day(at, zone),
        expires_at: at.to_string(),
    });
    let mut events = account.events;
    // Facts that make no event were heard first.
    events.sort_by_key(|(at, _)| *at);
    let mut events: Vec<_> = events.into_iter().map(|(_, event)| event).collect();
    asked::mark(&subject.asked, currency, &account.lots, &mut events);
    for event in &mut events {
        let own = subject.mails.iter().filter(|mail| (mail.event, &mail.source_id) == (event.event, &event.id));
        event.mails = own.cloned().collect();
    }
    let mut last = Amount::ZERO.display(currency).to_string();
    for event in &mut events {
        let moved = asked::moves(event).last().map(|last| last.balance_after.clone());
        last = moved.unwrap_or(last);
        event.balance_after = last.clone();
    }
    CurrencyTold {
        currency: currency.code(),
        decimals: currency.minor_units(),
        balance,
        owed,
        sums: asked::sums(&events, currency, |_| true),
        asked_sums: asked::asked_sums(&subject.asked, &account.lots, &events, currency),
        next_to_lapse: lapse,
        lots: account.lots,
        open_items: open_items(subject, &events, currency),
        events,
        entries: entries(subject, currency),
    }
}

fn open_items(subject: &Subject<'_, '_>, events: &[EventTold], currency: Currency) -> Vec<OpenItem> {
    let is_open = |own: &&Exception<'_>| matches!(own.reason, Reason::Unbacked | Reason::Uncollected);
    let open = subject.ledger.exceptions.iter().filter(is_open).filter(|own| own.currency == currency);
    let told = open.map(|own| OpenItem {
        reason: own.reason.name(),
        source_id: own.source_id.0.to_string(),
        amount: own.amount.unwrap_or_default().display(currency).to_string(),
        asked_for: true,
    });
    let mut told: Vec<OpenItem> = told.collect();
    asked::mark_open(&subject.asked, events, &mut told);
    told
}
