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
}

/// Applies a person's events, lets expire what expires until `as_of`, and returns the accounts.
pub fn live<'a>(
    program: &'a Program,
    customer_id: &'a str,
    history: History,
    events: &[Event],
    as_of: Instant,
) -> Vec<Account<'a>> {
    let mut person = Person { program, customer_id, accounts: BTreeMap::new(), history, refunded: BTreeMap::new() };
    for event in events {
        // 3: "Before any event at instant t is applied, every lot with `expires_at <= t` expires."
        person.accounts.values_mut().for_each(|account| account.expire(event.at));
        person.apply(event);
    }
    person.accounts.values_mut().for_each(|account| account.expire(as_of));
    person.accounts.into_values().collect()
}

impl<'a> Person<'a> {
    fn apply(&mut self, event: &Event) {
        let (id, at) = (event.id.as_str(), event.at);
        match &event.deed {
            Deed::Registration => {
                if let Some((rule, amount)) = grants::of_registration(self.program, at) {
                    self.give(rule, amount, id, at);
                }
            }
            Deed::Adjustment(adjustment) => adjust(self.account(adjustment.currency), adjustment, at),
            Deed::Redemption(redemption) => redeem(self.account(redemption.currency), redemption, at),
            Deed::Order(order) => {
                self.history.add(self.program, order, at);
                for (rule, amount) in grants::of_order(self.program, &self.history, order, at) {
                    self.give(rule, amount, id, at);
                }
            }
            Deed::Refund(refund, order) => self.refund(refund, order, at),
            Deed::Cancellation(order) => self.cancel(order, id, at),
        }
    }

    fn account(&mut self, currency: Currency) -> &mut Account<'a> {
        let new = || Account::new(self.program, self.customer_id, currency);
        self.accounts.entry(currency).or_insert_with(new)
    }

    /// 4: "the amount is above zero and below 1,000,000,000 (else exception `out_of_range`)".
    fn give(&mut self, rule: &Rule, amount: i128, source_id: &str, at: Instant) {
        let expires_at = grants::expires_at(self.program, rule.expiry.as_ref(), at);
        let account = self.account(rule.currency);
        if amount >= LIMIT * rule.currency.unit() {
            return account.report("out_of_range", source_id, amount);
        }
        let grant = Grant {
            method: rule.method,
            origin_id: source_id.to_string(),
            amount,
            expires_at,
            rule: rule.id.clone(),
            reclaim: rule.reclaim,
        };
        account.make_lot(grant, at);
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
fn adjust(account: &mut Account, adjustment: &Adjustment, at: Instant) {
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
        account.make_lot(grant, at);
    } else if amount < 0 {
        take_or_owe(account, Kind::Adjust, source_id, -amount, at);
    }
}

/// 5.2: "**Redemption** takes from the person's lots of that currency ... What the lots cannot cover is debt (5.5)."
fn redeem(account: &mut Account, redemption: &Redemption, at: Instant) {
    let parts = take_or_owe(account, Kind::Redeem, &redemption.redemption_id, redemption.amount, at);
    if let Some(order_id) = redemption.order_id.clone() {
        account.takings.push(Taking { order_id, amount: redemption.amount, parts });
    }
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
