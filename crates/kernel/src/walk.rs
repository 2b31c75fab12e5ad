//! One person's events, one after the other: what each does to the accounts (SPEC 3 to 5).

use super::adjustment;
use super::currency::Currency;
use super::debt;
use super::earn;
use super::entry::{Kind, SourceId};
use super::facts::{Order, Person, Redemption};
use super::lots::Cause;
use super::money::Amount;
use super::outcome::Outcome;
use super::redemption;
use super::refund;
use super::restore::{Taken, TakenFrom};
use super::state::State;
use super::terms::Terms;
use super::time::Instant;
use super::timeline::{self, Event, Step};

/// Lets all of a person's events up to as_of happen; what is due at as_of expires.
pub(crate) fn walk<'a>(
    person: &Person<'a, '_>,
    terms: &Terms<'_>,
    as_of: Instant,
    state: &mut State<'a>,
    out: &mut Outcome<'a>,
) {
    state.begin(person, terms, as_of);
    let mut steps = std::mem::take(&mut state.steps);
    timeline::arrange(person, terms.program, as_of, &mut steps);
    state.has_derived_names = steps.iter().any(|step| step.id.looks_derived());
    for step in &steps {
        state.expire_due(step.at, out);
        apply(step, person, terms, state, out);
    }
    state.steps = steps;
    state.expire_due(as_of, out);
}

fn apply<'a>(
    step: &Step<'a>,
    person: &Person<'a, '_>,
    terms: &Terms<'_>,
    state: &mut State<'a>,
    out: &mut Outcome<'a>,
) {
    let cause = |fact| Cause { at: step.at, source_id: SourceId(step.id), fact };
    match step.event {
        Event::Registration => {
            let registration = person.registration.as_ref().expect("a registration happens where there is one");
            earn::on_registration(terms, state, &cause(registration.fact), out);
        }
        Event::Adjustment(index) => {
            let adjustment = &person.adjustments[index as usize];
            adjustment::adjust(adjustment, terms, state, &cause(adjustment.fact), out);
        }
        Event::Redemption(index) => {
            let Redemption { fact, order, amount, currency, .. } = person.redemptions[index as usize];
            let order = order.filter(|&order| person.orders[order as usize].currency == currency);
            redeem(order, amount, currency, terms, state, &cause(fact), out);
        }
        Event::CreditSpent(index) => {
            let Order { fact, credit, currency, .. } = person.orders[index as usize];
            redeem(Some(index), credit, currency, terms, state, &cause(fact), out);
        }
        Event::Order(index) => {
            let order = &person.orders[index as usize];
            let lots = earn::on_order(order, terms, state, &cause(order.fact), out);
            state.orders[index as usize].lots = lots;
        }
        Event::Refund(index) => {
            let refund = &person.refunds[index as usize];
            let order = &person.orders[refund.order as usize];
            refund::refund(refund, order, terms, state, &cause(refund.fact), out);
        }
        Event::Cancellation(index) => {
            let order = &person.orders[index as usize];
            refund::cancel(order, index as usize, terms, state, &cause(order.fact), out);
        }
    }
}

/// Takes a redemption from the lots (SPEC 5.2); what they do not cover is debt. Keeps what it took where it names an
/// order.
fn redeem<'a>(
    order: Option<u32>,
    amount: Amount,
    currency: Currency,
    terms: &Terms<'_>,
    state: &mut State<'a>,
    cause: &Cause<'a>,
    out: &mut Outcome<'a>,
) {
    let program = terms.program;
    let account = state.account(currency, terms);
    let (account, orders, taken) = (&mut state.accounts[account], &mut state.orders, &mut state.taken);
    let mut keep = |from, amount| {
        if let Some(order) = order {
            let before = orders[order as usize].last_taken.replace(taken.len());
            taken.push(Taken { from, amount, before });
        }
    };
    let rest = redemption::spend(account, program.redemption.order, Kind::Redeem, cause, amount, out, |lot, part| {
        keep(TakenFrom::Lot(lot), part);
    });
    if rest.is_positive() {
        let item = debt::owe(account, program.carry_debt, Kind::Redeem, cause, rest, out);
        keep(item.map_or(TakenFrom::Owed, TakenFrom::OpenItem), rest);
    }
}
