//! Applies the events of one person, one after the other, to the accounts (docs/spec.md 3 to 5).

use super::adjustment;
use super::compiled_program::CompiledProgram;
use super::context::Context;
use super::currency::Currency;
use super::debt;
use super::earn;
use super::entry::{Kind, SourceId};
use super::event::Event;
use super::facts::{FactRef, Order, OrderIndex, Person, Redemption};
use super::journal::Journal;
use super::lots::EntrySource;
use super::money::Amount;
use super::outcome::PersonLedger;
use super::redeemed::RedeemedFrom;
use super::redemption;
use super::refund;
use super::state::PersonState;
use super::time::Timestamp;
use super::timeline::{self, Step};
use super::trace::{Decision, Trace};

/// Applies all events of a person up to as_of, then expires what is due at as_of.
pub(crate) fn replay<'a, T: Trace<'a>>(
    person: &Person<'a, '_>,
    compiled: &CompiledProgram<'_>,
    as_of: Timestamp,
    state: &mut PersonState<'a>,
    out: &mut PersonLedger<'a>,
    trace: &mut T,
) {
    state.begin(person, compiled, as_of);
    let journal = &mut Journal { out, trace };
    let mut steps = std::mem::take(&mut state.steps);
    timeline::arrange(person, compiled.program, as_of, &mut steps, journal);
    state.has_derived_names = steps.iter().any(|step| step.id.looks_derived());
    for step in &steps {
        state.expire_due(step.at, journal);
        let source = EntrySource { at: step.at, source_id: SourceId(step.id), fact: fact_of(step.event, person) };
        let EntrySource { at, source_id, fact } = source;
        journal.tell(|| Decision::Event { event: step.event, source_id, fact, at });
        apply(step, person, &mut Context { compiled, source, state, journal });
    }
    state.steps = steps;
    state.expire_due(as_of, journal);
}

fn apply<'a, T: Trace<'a>>(step: &Step<'a>, person: &Person<'a, '_>, context: &mut Context<'_, '_, 'a, T>) {
    match step.event {
        Event::Registration => earn::on_registration(context),
        Event::Adjustment(index) => adjustment::adjust(&person.adjustments[index as usize], context),
        Event::Redemption(index) => {
            let Redemption { order, amount, currency, .. } = person.redemptions[index as usize];
            let order = order.filter(|&order| person.orders[order.get()].currency == currency);
            redeem(order, amount, currency, context);
        }
        Event::CreditSpent(index) => {
            let Order { credit, currency, .. } = person.orders[index.get()];
            redeem(Some(index), credit, currency, context);
        }
        Event::Order(index) => {
            let lots = earn::on_order(&person.orders[index.get()], context);
            context.state.order_mut(index).set_lots(lots);
        }
        Event::Refund(index) => {
            let refund = &person.refunds[index as usize];
            refund::refund(refund, &person.orders[refund.order.get()], context);
        }
        Event::Cancellation(index) => refund::cancel(&person.orders[index.get()], index, context),
    }
}

/// Returns the reference to the fact of an event.
fn fact_of(event: Event, person: &Person<'_, '_>) -> FactRef {
    match event {
        Event::Registration => person.registration.as_ref().expect("a registration happens where there is one").fact,
        Event::Adjustment(index) => person.adjustments[index as usize].fact,
        Event::Redemption(index) => person.redemptions[index as usize].fact,
        Event::Refund(index) => person.refunds[index as usize].fact,
        Event::Order(index) | Event::CreditSpent(index) | Event::Cancellation(index) => person.orders[index.get()].fact,
    }
}

/// Takes a redemption from the lots (docs/spec.md 5.2); what they do not cover is debt. If the redemption names an
/// order, remembers what was taken from which lot.
fn redeem<'a, T: Trace<'a>>(
    order: Option<OrderIndex>,
    amount: Amount,
    currency: Currency,
    context: &mut Context<'_, '_, 'a, T>,
) {
    let Context { compiled, source, state, journal } = context;
    let program = compiled.program;
    let account = state.account(currency, compiled);
    let (account, mut memory) = state.account_and_memory(account);
    let mut keep = |from, amount| {
        if let Some(order) = order {
            memory.keep(order, from, amount);
        }
    };
    let (spend_order, cause) = (program.redemption.order, source.cause(Kind::Redeem));
    let rest = redemption::spend(account, spend_order, amount, &cause, journal, |lot, part| {
        keep(RedeemedFrom::Lot(lot), part);
    });
    if rest.is_positive() {
        let item = debt::owe(account, program.carry_debt, Kind::Redeem, source, rest, journal);
        keep(item.map_or(RedeemedFrom::Owed, RedeemedFrom::OpenItem), rest);
    }
}
