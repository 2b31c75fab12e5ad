//! Earning (SPEC 4): which rule versions give a reward for an event, and the lots that come of it.

use super::context::Context;
use super::currency::Currency;
use super::debt;
use super::decision::{Earned, RuleDecision};
use super::exception::{Exception, Reason};
use super::expiry;
use super::facts::Order;
use super::history::{Epoch, OrderFigures};
use super::lots::{Account, Cause, Grant};
use super::money::Total;
use super::outcome::Outcome;
use super::program::Program;
use super::rules;
use super::terms::Version;
use std::ops::Range;

/// Gives what the registration rule in force gives.
pub(crate) fn on_registration(context: &mut Context<'_, '_>) {
    let terms = context.terms;
    let currency = terms.program.currency;
    if let Some(versions) = terms.versions(currency) {
        let account = context.state.account(currency, terms);
        let account = context.state.account_mut(account);
        let decide = |_: &Account<'_>, version: &Version<'_>| rules::for_registration(&version.rule.terms);
        reward(&versions.registration, account, terms.program, &context.cause, context.out, decide);
    }
}

/// Counts an order and gives what the rules in force in its currency give; returns the lots made.
pub(crate) fn on_order<'a>(order: &Order<'a>, context: &mut Context<'_, 'a>) -> Range<usize> {
    let Context { terms, cause, state, out } = context;
    let value = order.value(terms.program.earn_on_credit);
    let account = state.account(order.currency, terms);
    let (account, order_count) = state.account_and_order_count(account);
    terms.epochs.add(order_count, cause.at, |orders| *orders += 1);
    account.add_spend(&terms.epochs, cause.at, value);
    let first = account.lots().len();
    let Some(versions) = terms.versions(order.currency) else {
        out.exceptions.push(exception(Reason::NoRuleForCurrency, order.currency, cause, Total::ZERO));
        return first..first;
    };
    let figures = |account: &Account<'_>, epoch: Epoch| {
        let (orders, spend) = (*order_count.get(epoch), account.spend(epoch));
        OrderFigures { value, orders, spend_before: spend - value, spend }
    };
    let of_all = figures(account, None);
    reward(&versions.order, account, terms.program, cause, out, |account, version| match version.epoch {
        None => rules::for_order(&version.rule.terms, &of_all),
        epoch => rules::for_order(&version.rule.terms, &figures(account, epoch)),
    });
    first..account.lots().len()
}

/// Makes a lot for each of the rule versions of an account's currency that is in force and gives something.
fn reward<'a>(
    versions: &[Version<'_>],
    account: &mut Account<'a>,
    program: &Program,
    cause: &Cause<'a>,
    out: &mut Outcome<'a>,
    decide: impl Fn(&Account<'a>, &Version<'_>) -> RuleDecision,
) {
    if !program.is_on(cause.at) {
        return;
    }
    let expires_at = |expiry| expiry::expires_at(expiry, cause.at, &program.zone);
    let shared = std::cell::LazyCell::new(|| expires_at(program.shared_expiry(cause.at)));
    let currency = account.currency();
    for version in versions.iter().filter(|version| version.earns_at(cause.at)) {
        let Ok(Earned { amount: total, .. }) = decide(account, version) else { continue };
        let Some(amount) = total.to_amount(currency) else {
            out.exceptions.push(exception(Reason::OutOfRange, currency, cause, total));
            continue;
        };
        let Version { index, rule, .. } = *version;
        let expires_at = rule.expiry.map_or_else(|| *shared, expires_at);
        let grant =
            Grant { method: rule.terms.method(), amount, expires_at, clawback: rule.clawback, rule: Some(index) };
        give(grant, account, cause, out);
    }
}

/// Makes a lot, unless it would be born expired; with debt carried, it first repays what is owed.
pub(crate) fn give<'a>(grant: Grant, account: &mut Account<'a>, cause: &Cause<'a>, out: &mut Outcome<'a>) {
    if grant.expires_at.is_some_and(|expires_at| expires_at <= cause.at) {
        out.exceptions.push(exception(Reason::BornExpired, account.currency(), cause, grant.amount.into()));
        return;
    }
    let index = account.make(&grant, cause, out);
    debt::settle(account, index, grant.amount, cause.at, out);
}

fn exception<'a>(reason: Reason, currency: Currency, cause: &Cause<'a>, amount: Total) -> Exception<'a> {
    let amount = amount.exact().filter(|_| reason != Reason::NoRuleForCurrency);
    Exception { reason, currency, source_id: cause.source_id, amount, fact: cause.fact }
}
