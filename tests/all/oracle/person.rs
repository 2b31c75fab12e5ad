//! One person's life: events applied in their order (3) to one account per currency.

use super::account::{Account, Grant, Kind, Part, Place, Taking};
use super::clawback::{self, Refunded};
use super::facts::{Adjustment, Order, Redemption, Refund, RefundMethod};
use super::grants::{self, History};
use super::money::{Currency, LIMIT};
use super::program::{Method, Program, Reclaim, Rule};
use super::restore;
use super::time::Instant;
use super::timeline::{Deed, Event};
use std::collections::BTreeMap;

struct Person<'a> {
    program: &'a Program,
    customer_id: &'a str,
    accounts: BTreeMap<Currency, Account<'a>>,
    history: History,
    refunded: BTreeMap<String, Refunded>,
    outcomes: Vec<Outcome>,
}

/// What became of a fact.
#[allow(dead_code, reason = "the kernel alone counts no facts")]
#[derive(Debug, Clone)]
pub struct Outcome {
    pub kind: &'static str,
    pub id: String,
    pub currency: Currency,
    pub what: &'static str,
}

/// Applies a person's events, lets expire what expires until `as_of`, and returns the accounts.
pub fn live<'a>(
    program: &'a Program,
    customer_id: &'a str,
    history: History,
    events: &[Event],
    as_of: Instant,
    outcomes: &mut Vec<Outcome>,
) -> Vec<Account<'a>> {
    let (accounts, refunded) = (BTreeMap::new(), BTreeMap::new());
    let mut person = Person { program, customer_id, accounts, history, refunded, outcomes: Vec::new() };
    for event in events {
        // 3: "Before any event at instant t is applied, every lot with `expires_at <= t` expires."
        person.accounts.values_mut().for_each(|account| account.expire(event.at));
        person.apply(event);
    }
    person.accounts.values_mut().for_each(|account| account.expire(as_of));
    outcomes.append(&mut person.outcomes);
    person.accounts.into_values().collect()
}

impl<'a> Person<'a> {
    fn apply(&mut self, event: &Event) {
        let (id, at) = (event.id.as_str(), event.at);
        match &event.deed {
            Deed::Registration => {
                let what = match grants::of_registration(self.program, at) {
                    Some((rule, amount)) => self.give(rule, amount, id, at),
                    None => grants::why_no_registration(self.program, at),
                };
                self.note("registrations", id, self.program.currency, what);
            }
            Deed::Adjustment(adjustment) => {
                let what = adjust(self.account(adjustment.currency), adjustment, at);
                self.note("adjustments", id, adjustment.currency, what);
            }
            Deed::Redemption(redemption) => {
                let what = redeem(self.account(redemption.currency), redemption, at);
                self.note("redemptions", id, redemption.currency, what);
            }
            Deed::Order(order) => {
                self.history.add(self.program, order, at);
                let mut what = vec![grants::why_nothing(self.program, &self.history, order, at)];
                for (rule, amount) in grants::of_order(self.program, &self.history, order, at) {
                    what.push(self.give(rule, amount, id, at));
                }
                // What was given counts before what could not be.
                let what =
                    ["earning", "out_of_range", "born_expired", what[0]].into_iter().find(|own| what.contains(own));
                self.note("orders", id, order.currency, what.expect("the reason for nothing"));
            }
            Deed::Refund(refund, order) => {
                let before = self.reclaimed_so_far(order);
                let what = self.refund_outcome(refund, order, at);
                self.refund(refund, order, at);
                let due = self.reclaimed_so_far(order) - before;
                let what = if due > 0 { "reclaiming" } else { what };
                self.note("refunds", id, order.currency, what);
            }
            Deed::Cancellation(order) => self.cancel(order, id, at),
        }
    }

    fn note(&mut self, kind: &'static str, id: &str, currency: Currency, what: &'static str) {
        self.outcomes.push(Outcome { kind, id: id.to_string(), currency, what });
    }

    /// What the refunds so far were to reclaim of the lots of an order.
    fn reclaimed_so_far(&mut self, order: &Order) -> i128 {
        let account = self.account(order.currency);
        clawback::lots_of(account, order).into_iter().map(|lot| account.lots[lot].to_have_been_reclaimed).sum()
    }

    /// What becomes of a refund that has nothing to reclaim: the last of the conditions of 5.4 that keep it from that.
    fn refund_outcome(&mut self, refund: &Refund, order: &Order, at: Instant) -> &'static str {
        let program = self.program;
        let is_cancelled = self.refunded.get(&order.order_id).is_some_and(|refunded| refunded.is_cancelled);
        let given_back = self.refunded.get(&order.order_id).map_or(0, |refunded| refunded.given_back);
        let account = self.account(order.currency);
        let taken: i128 = account.takings.iter().filter(|it| it.order_id == order.order_id).map(|it| it.amount).sum();
        let new_credit = match refund.method {
            RefundMethod::StoreCredit => refund.amount,
            RefundMethod::RestoreFirst => refund.amount - refund.amount.min(taken - given_back),
            RefundMethod::Original | RefundMethod::Restore => 0,
        };
        let is_credit = refund.method == RefundMethod::StoreCredit || new_credit > 0 && new_credit == refund.amount;
        match () {
            () if is_credit && !program.clawback_on_store_credit => "store_credit",
            () if is_cancelled => "after_cancellation",
            () if at < program.clawback_from => "before_from",
            () if order.total_amount == 0 => "total_zero",
            () if clawback::lots_of(account, order).is_empty() => "nothing_granted",
            () => "nothing_due",
        }
    }

    fn account(&mut self, currency: Currency) -> &mut Account<'a> {
        let new = || Account::new(self.program, self.customer_id, currency);
        self.accounts.entry(currency).or_insert_with(new)
    }

    /// 4: "the amount is above zero and below 1,000,000,000 (else exception `out_of_range`)".
    fn give(&mut self, rule: &Rule, amount: i128, source_id: &str, at: Instant) -> &'static str {
        let expires_at = grants::expires_at(self.program, rule.expiry.as_ref(), at);
        let account = self.account(rule.currency);
        if amount >= LIMIT * rule.currency.unit() {
            account.report("out_of_range", source_id, amount);
            return "out_of_range";
        }
        let grant = Grant {
            method: rule.method,
            origin_id: source_id.to_string(),
            amount,
            expires_at,
            rule: rule.id.clone(),
            reclaim: rule.reclaim,
        };
        let is_live = grant.expires_at.is_none_or(|expires_at| at < expires_at);
        account.make_lot(grant, at);
        if is_live { "earning" } else { "born_expired" }
    }

    /// 3: "A refund first gives credit (5.3, 5.6), then reclaims"; "Refunds of a cancelled order after its
    /// cancellation reclaim nothing more; a `restore` still gives back what is not yet restored, a `store_credit` one
    /// its credit; none of this is an exception."
    fn refund(&mut self, refund: &Refund, order: &Order, at: Instant) {
        let mut refunded = self.refunded.remove(&order.order_id).unwrap_or_default();
        let program = self.program;
        let account = self.account(order.currency);
        let taken: i128 = account.takings.iter().filter(|it| it.order_id == order.order_id).map(|it| it.amount).sum();
        let back = refund.amount.min(taken - refunded.given_back);
        let mut new_credit = 0;
        match refund.method {
            RefundMethod::Original => {}
            RefundMethod::StoreCredit if refund.amount == 0 => {}
            RefundMethod::StoreCredit => restore::make_refund_credit(account, &refund.refund_id, refund.amount, at),
            RefundMethod::RestoreFirst => {
                // 5.6: first what redemptions took and no refund has given back, the rest as new credit.
                refunded.given_back += back;
                new_credit = refund.amount - back;
                restore::give_back_and_more(account, &order.order_id, back, new_credit, &refund.refund_id, at);
            }
            RefundMethod::Restore => {
                refunded.given_back += back;
                let back = restore::give_back(account, &order.order_id, refund.amount, &refund.refund_id, at);
                if back < refund.amount && !refunded.is_cancelled {
                    account.report("over_restore", &refund.refund_id, refund.amount - back);
                }
            }
        }
        if !refunded.is_cancelled {
            report_over_refund(account, refund, order, &refunded);
            refunded.in_all += refund.amount;
            if clawback::counts(program, refund.method) {
                let counting =
                    if program.clawback_on_store_credit { refund.amount } else { refund.amount - new_credit };
                clawback::refund(account, order, &mut refunded, counting, &refund.refund_id, at);
            }
        }
        self.refunded.insert(order.order_id.clone(), refunded);
    }

    /// 3: "`cancelled_at` after `paid_at` acts as an `original` refund of what the refunds before it have left of
    /// `total_amount` ... Any cancellation, also of an unpaid order, first restores the credit that paid for it (5.3),
    /// unless `[redemption] restore_on_cancel = false`."
    fn cancel(&mut self, order: &Order, source_id: &str, at: Instant) {
        let mut refunded = self.refunded.remove(&order.order_id).unwrap_or_default();
        refunded.is_cancelled = true;
        let program = self.program;
        let account = self.account(order.currency);
        if program.restore_on_cancel {
            restore::give_back(account, &order.order_id, i128::MAX, source_id, at);
        }
        if order.counts_at().is_some() {
            let left = (order.total_amount - refunded.by_counting_methods).max(0);
            clawback::refund(account, order, &mut refunded, left, source_id, at);
        }
        self.refunded.insert(order.order_id.clone(), refunded);
    }
}

/// 8: `over_refund`: the part of this refund that lies beyond the total of its order.
fn report_over_refund(account: &mut Account, refund: &Refund, order: &Order, before: &Refunded) {
    let beyond = |sum: i128| (sum - order.total_amount).max(0);
    let more_beyond = beyond(before.in_all + refund.amount) - beyond(before.in_all);
    if more_beyond > 0 {
        account.report("over_refund", &refund.refund_id, more_beyond);
    }
}

/// 5.7: "Above zero: a lot. Below: taken like a redemption (`adjust` entries). `to` is turned into the difference to
/// the balance (`owed` included) at its instant."
fn adjust(account: &mut Account, adjustment: &Adjustment, at: Instant) -> &'static str {
    let source_id = adjustment.adjustment_id.as_str();
    let amount = match adjustment.is_to {
        true => adjustment.amount - account.balance(),
        false => adjustment.amount,
    };
    if amount > 0 {
        // 5.1: "`adjustment` lots take `expires_at` ..., else the shared expiry".
        let expires_at = adjustment.expires_at.or_else(|| grants::expires_at(account.program, None, at));
        let grant = Grant {
            method: Method::Adjustment,
            origin_id: source_id.to_string(),
            amount,
            expires_at,
            rule: String::new(),
            reclaim: Reclaim::Nothing,
        };
        let is_live = grant.expires_at.is_none_or(|expires_at| at < expires_at);
        account.make_lot(grant, at);
        if is_live { "given" } else { "born_expired" }
    } else if amount < 0 {
        take_or_owe(account, Kind::Adjust, source_id, -amount, at);
        "taken"
    } else {
        "no_change"
    }
}

/// 5.2: "**Redemption** takes from the person's lots of that currency ... What the lots cannot cover is debt (5.5)."
fn redeem(account: &mut Account, redemption: &Redemption, at: Instant) -> &'static str {
    let parts = take_or_owe(account, Kind::Redeem, &redemption.redemption_id, redemption.amount, at);
    let is_covered = parts.iter().all(|part| matches!(part.place, Place::Lot(_)));
    if let Some(order_id) = redemption.order_id.clone() {
        account.takings.push(Taking { order_id, amount: redemption.amount, parts });
    }
    if is_covered { "covered" } else { "not_covered" }
}

fn take_or_owe(account: &mut Account, kind: Kind, source_id: &str, amount: i128, at: Instant) -> Vec<Part> {
    let taken = account.take(kind, source_id, amount, at);
    let mut parts: Vec<Part> =
        taken.into_iter().map(|(index, part)| Part { place: Place::Lot(index), unrestored: part }).collect();
    let debt = amount - parts.iter().map(|part| part.unrestored).sum::<i128>();
    if debt > 0 {
        let place = account.owe(kind, source_id, debt, None, at);
        parts.push(Part { place, unrestored: debt });
    }
    parts
}
