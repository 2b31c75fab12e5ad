//! Earning (docs/spec.md 4): which rule versions give a reward for an event, and the lots that come of it.

use super::compiled_program::ActiveRule;
use super::context::Context;
use super::currency::Currency;
use super::debt;
use super::decision::{Basis, Earned, NoGrants, NotGranted, RuleDecision};
use super::entry::LotNumber;
use super::exception::{Exception, Reason};
use super::expiry;
use super::facts::Order;
use super::history::{Epoch, OrderFigures};
use super::journal::Journal;
use super::lots::{Account, EntrySource, Grant};
use super::money::WideAmount;
use super::program::Program;
use super::rules;
use super::trace::{Decision, Granted, Trace};
use std::ops::Range;

/// Gives what the registration rule in force gives.
pub(crate) fn on_registration<'a, T: Trace<'a>>(context: &mut Context<'_, '_, 'a, T>) {
    let Context { compiled, source, state, journal } = context;
    let currency = compiled.program.currency;
    let Some(versions) = compiled.versions(currency) else {
        journal.tell(|| Decision::NoGrants { currency, reason: NoGrants::NoRuleForCurrency });
        return;
    };
    let account = state.account(currency, compiled);
    let decide = |_: &Account<'_>, version: &ActiveRule<'_>| rules::for_registration(&version.rule.reward);
    reward(&versions.registration, state.account_mut(account), compiled.program, source, journal, decide);
}

/// Counts an order and gives what the rules in force in its currency give; returns the lots made.
pub(crate) fn on_order<'a, T: Trace<'a>>(order: &Order<'a>, context: &mut Context<'_, '_, 'a, T>) -> Range<usize> {
    let Context { compiled, source, state, journal } = context;
    let (value, currency) = (order.value(compiled.program.earn_on_credit), order.currency);
    let account = state.account(currency, compiled);
    let (account, order_count) = state.account_and_order_count(account);
    compiled.epochs.add(order_count, source.at, |orders| *orders += 1);
    account.add_spend(&compiled.epochs, source.at, value);
    journal.tell(|| {
        let (orders, spend) = (*order_count.get(None), account.spend(None));
        Decision::Counted { currency, value, orders, spend }
    });
    for (epoch, counts_from) in compiled.epochs.of_order(source.at) {
        journal.tell(|| {
            let (orders, spend) = (*order_count.get(epoch), account.spend(epoch));
            Decision::CountedSince { counts_from, orders, spend }
        });
    }
    let first = account.lots().len();
    let Some(versions) = compiled.versions(currency) else {
        journal.tell(|| Decision::NoGrants { currency, reason: NoGrants::NoRuleForCurrency });
        journal.add_exception(exception(Reason::NoRuleForCurrency, currency, source, WideAmount::ZERO));
        return first..first;
    };
    let figures = |account: &Account<'_>, epoch: Epoch| {
        let (orders, spend) = (*order_count.get(epoch), account.spend(epoch));
        OrderFigures { value, orders, spend_before: spend - value, spend }
    };
    let of_all = figures(account, None);
    reward(&versions.order, account, compiled.program, source, journal, |account, version| {
        let figures = version.epoch.map_or(of_all, |_| figures(account, version.epoch));
        rules::for_order(&version.rule.reward, &figures)
    });
    first..account.lots().len()
}

/// Makes a lot for each of the rule versions of an account's currency that is in force and gives something.
fn reward<'a, T: Trace<'a>>(
    versions: &[ActiveRule<'_>],
    account: &mut Account<'a>,
    program: &Program,
    source: &EntrySource<'a>,
    journal: &mut Journal<'_, 'a, T>,
    decide: impl Fn(&Account<'a>, &ActiveRule<'_>) -> RuleDecision,
) {
    let currency = account.currency();
    if versions.is_empty() {
        journal.tell(|| Decision::NoGrants { currency, reason: NoGrants::NoRuleForEvent });
    }
    if !program.is_on(source.at) {
        journal.tell(|| Decision::NoGrants { currency, reason: NoGrants::SwitchedOff });
        return;
    }
    let expires_at = |expiry| expiry::expires_at(expiry, source.at, &program.zone);
    let shared = std::cell::LazyCell::new(|| expires_at(program.shared_expiry(source.at)));
    for version in versions {
        let ActiveRule { index, rule, .. } = *version;
        let (method, rule_index) = (rule.reward.method(), Some(index));
        let refused = |reason| Decision::Grant { currency, method, rule: rule_index, granted: Err(reason) };
        if !version.earns_at(source.at) {
            journal.tell(|| refused(version.why_not(source.at)));
            continue;
        }
        let Earned { amount: total, basis } = match decide(account, version) {
            Ok(earned) => earned,
            Err(reason) => {
                journal.tell(|| refused(NotGranted::NotEarned(reason)));
                continue;
            }
        };
        let Some(amount) = total.to_amount(currency) else {
            journal.tell(|| refused(NotGranted::OutOfRange { amount: total }));
            journal.add_exception(exception(Reason::OutOfRange, currency, source, total));
            continue;
        };
        let expires_at = rule.expiry.map_or_else(|| *shared, expires_at);
        let grant = Grant { method, amount, expires_at, clawback: rule.clawback, rule: rule_index };
        give(&grant, basis, account, source, journal);
    }
}

/// Makes a lot, unless it would be born expired; with debt carried, it first repays what is owed.
///
/// `basis` says how the amount comes about. Inlined, so that it is not even worked out where no trace listens.
#[inline(always)]
pub(crate) fn give<'a, T: Trace<'a>>(
    grant: &Grant,
    basis: Basis,
    account: &mut Account<'a>,
    source: &EntrySource<'a>,
    journal: &mut Journal<'_, 'a, T>,
) {
    let Grant { method, amount, expires_at, rule, .. } = *grant;
    let currency = account.currency();
    if let Some(expires_at) = expires_at.filter(|&expires_at| expires_at <= source.at) {
        let granted = Err(NotGranted::BornExpired { amount, expires_at });
        journal.tell(|| Decision::Grant { currency, method, rule, granted });
        journal.add_exception(exception(Reason::BornExpired, currency, source, amount.into()));
        return;
    }
    journal.tell(|| {
        let (lot, earned) = (LotNumber::of(account.lots().len()), Earned { amount: amount.into(), basis });
        Decision::Grant { currency, method, rule, granted: Ok(Granted { lot, earned, expires_at }) }
    });
    let index = account.make(grant, source, journal);
    debt::settle(account, index, amount, source.at, journal);
}

fn exception<'a>(reason: Reason, currency: Currency, source: &EntrySource<'a>, amount: WideAmount) -> Exception<'a> {
    let amount = amount.exact().filter(|_| reason != Reason::NoRuleForCurrency);
    Exception { reason, currency, source_id: source.source_id, amount, fact: source.fact }
}
