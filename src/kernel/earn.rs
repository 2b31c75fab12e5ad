//! Earning (SPEC 4): which rule versions give a reward for an event, and the lots that come of it.

use super::currency::Currency;
use super::debt;
use super::entry::{Method, OriginId};
use super::exception::{Exception, Reason};
use super::expiry;
use super::facts::Order;
use super::history::OrderFigures;
use super::lots::{Cause, Lot};
use super::money::{Amount, Total};
use super::outcome::Outcome;
use super::program::{ClawbackShare, Rule};
use super::rules;
use super::time::Instant;
use super::walk::{State, Terms};
use std::ops::Range;

/// Gives what the registration rule in force gives.
pub fn on_registration<'a>(terms: &Terms<'_>, state: &mut State<'a>, cause: &Cause<'a>, out: &mut Outcome<'a>) {
    let currency = terms.program.currency;
    reward(terms, currency, state, cause, out, |_, rule, _| rules::for_registration(&rule.terms));
}

/// Counts an order and gives what the rules in force in its currency give; returns the lots made.
pub fn on_order<'a>(
    order: &Order<'a>,
    terms: &Terms<'_>,
    state: &mut State<'a>,
    cause: &Cause<'a>,
    out: &mut Outcome<'a>,
) -> Range<usize> {
    let value = order.value(terms.program.earn_on_credit);
    let account = state.account(order.currency, terms);
    terms.epochs.add(&mut state.order_count, cause.at, |orders| *orders += 1);
    terms.epochs.add(&mut state.account_mut(account).spend, cause.at, |spend| *spend += value);
    if !terms.program.has_rule_for(order.currency) {
        out.exceptions.push(exception(Reason::NoRuleForCurrency, order.currency, cause, Total::ZERO));
    }
    let first = state.accounts()[account].lots.len();
    reward(terms, order.currency, state, cause, out, |state, rule, epoch| {
        if rule.counts_from().is_some_and(|from| cause.at < from) {
            return Total::ZERO;
        }
        let (orders, spend) = (*state.order_count.get(epoch), *state.accounts()[account].spend.get(epoch));
        let figures = OrderFigures { value, orders, spend_before: spend - value, spend };
        rules::for_order(&rule.terms, &figures)
    });
    first..state.accounts()[account].lots.len()
}

/// Makes a lot for each rule that is in force in a currency and gives something.
fn reward<'a>(
    terms: &Terms<'_>,
    currency: Currency,
    state: &mut State<'a>,
    cause: &Cause<'a>,
    out: &mut Outcome<'a>,
    amount_of: impl Fn(&State<'a>, &Rule, usize) -> Total,
) {
    let program = terms.program;
    if !program.is_on(cause.at) {
        return;
    }
    let expires_at = |expiry| expiry::expires_at(expiry, cause.at, &program.zone);
    let shared = std::cell::LazyCell::new(|| expires_at(program.shared_expiry(cause.at)));
    for &(index, rule, epoch) in &terms.rules {
        if rule.currency != currency || !rule.is_in_force(cause.at) {
            continue;
        }
        let total = amount_of(state, rule, epoch);
        if !total.is_positive() {
            continue;
        }
        let Some(amount) = total.to_amount(currency) else {
            out.exceptions.push(exception(Reason::OutOfRange, currency, cause, total));
            continue;
        };
        let expires_at = rule.expiry.map_or_else(|| *shared, expires_at);
        let grant =
            Grant { method: rule.terms.method(), amount, expires_at, clawback: rule.clawback, rule: Some(index) };
        give(grant, currency, terms, state, cause, out);
    }
}

/// A lot to be made.
pub struct Grant {
    pub method: Method,
    pub amount: Amount,
    pub expires_at: Option<Instant>,
    pub clawback: ClawbackShare,
    pub rule: Option<u32>,
}

/// Makes a lot, unless it would be born expired; with debt carried, it first repays what is owed.
pub fn give<'a>(
    grant: Grant,
    currency: Currency,
    terms: &Terms<'_>,
    state: &mut State<'a>,
    cause: &Cause<'a>,
    out: &mut Outcome<'a>,
) {
    let Grant { method, amount, expires_at, clawback, rule } = grant;
    if expires_at.is_some_and(|expires_at| expires_at <= cause.at) {
        out.exceptions.push(exception(Reason::BornExpired, currency, cause, amount.into()));
        return;
    }
    let lot = Lot {
        method,
        origin_id: OriginId(cause.source_id.0),
        made_at: cause.at,
        expires_at,
        granted: amount,
        remaining: amount,
        expired: Amount::ZERO,
        reclaimable: Amount::ZERO,
        shortfall: Amount::ZERO,
        uncollected: None,
        clawback,
    };
    let account = state.account(currency, terms);
    let account = state.account_mut(account);
    let index = account.make(lot, cause, rule, out);
    debt::settle(account, index, amount, cause.at, out);
}

fn exception<'a>(reason: Reason, currency: Currency, cause: &Cause<'a>, amount: Total) -> Exception<'a> {
    let amount = amount.exact().filter(|_| reason != Reason::NoRuleForCurrency);
    Exception { reason, currency, source_id: cause.source_id, amount, fact: cause.fact }
}
