//! What redemptions take, and what comes back: last taken, first returned.

use super::checker::{Person, is_nothing};
use super::figures::{Checked, list, same, text};
use super::lots::{Moved, Open};
use serde_json::Value;

/// A part of what redemptions that name an order took.
#[derive(Clone, Copy, Debug)]
pub enum From {
    Lot(usize),
    Open(usize),
    Owed,
}

impl Person<'_> {
    /// Spends what a redemption or an adjustment asks for.
    pub fn spend(&mut self, event: &Value, step: &Value, kind: &str, asked: i128) -> Checked {
        let (at, source_id) = (text(event, "at")?, text(event, "id")?);
        let mut told = list(step, "moves")?.iter();
        same("asked", self.account.decimals.amount(step, "asked")?, asked)?;
        let mut parts = Vec::new();
        let keep = |lot, part| parts.push((From::Lot(lot), part));
        let rest = self.account.spend(asked, (kind, source_id, at), &mut told, keep)?;
        let open = ("unbacked", kind, source_id, at);
        let item = self.account.leave_open(rest, open, self.carries, step, &mut told)?;
        if rest > 0 {
            parts.push((item.map_or(From::Owed, From::Open), rest));
        }
        if let Some(order) = event["order"].as_str().filter(|order| self.own_orders.contains(*order)) {
            let sum: i128 = parts.iter().map(|(_, part)| part).sum();
            let state = self.orders.entry(order.to_owned()).or_default();
            state.paid += sum;
            state.not_refunded += sum;
            self.taken.entry(order.to_owned()).or_default().extend(parts);
        }
        same("further changes", told.count(), 0)
    }

    /// Computes the new credit of a refund or a cancellation once more, from its formula.
    pub fn check_new_credit(&self, event: &Value, formula: &Value, amount: i128) -> Checked {
        let told = |name: &str| self.account.decimals.amount(formula, name);
        let method = event["figures"]["method"].as_str().unwrap_or_default();
        let by = text(formula, "by")?;
        match method {
            "store_credit" => same("by", by, "stated"),
            "restore_first" => {
                same("by", by, "rest_of_refund")?;
                let state = &self.orders[text(event, "order")?];
                let (refund, paid, before) = (told("refund")?, told("paid_with_credit")?, told("given_back_before")?);
                same("refund", refund, self.account.decimals.amount(&event["figures"], "amount")?)?;
                same("paid with credit", paid, state.paid)?;
                same("given back before", before, paid - state.not_refunded - self.back)?;
                same("by the cancellation", told("given_back_by_cancellation")?, state.given_back_by_cancellation)?;
                let back = (paid - before).min(refund);
                same("given back", told("given_back")?, back)?;
                same("settled", told("settled")?, self.settled)?;
                same("rest", amount, refund - back + self.settled)
            }
            _ => {
                same("by", by, "settled")?;
                same("settled", (told("settled")?, amount), (self.settled, self.settled))
            }
        }
    }

    /// Gives back what redemptions took for an order.
    pub fn restore(&mut self, event: &Value, step: &Value) -> Checked {
        let (at, source_id) = (text(event, "at")?, text(event, "id")?);
        let limit = self.account.decimals.maybe(step, "limit")?;
        if event["figures"]["method"] == "restore_first" {
            same("limit", limit, Some(self.back))?;
        }
        let mut told = list(step, "moves")?.iter();
        let mut lowered = list(step, "lowered")?.iter().filter(|item| !is_nothing(&item["by"]));
        let order = text(event, "order")?.to_owned();
        let mut parts = self.taken.remove(&order).unwrap_or_default();
        let (mut restored, mut settled) = (0, 0);
        for (from, left) in parts.iter_mut().rev() {
            let back = limit.map_or(*left, |limit| (*left).min(limit - restored));
            if back == 0 {
                continue;
            }
            *left -= back;
            restored += back;
            match *from {
                From::Lot(lot) => self.give_back(lot, back, (source_id, at), &mut told, &mut lowered)?,
                From::Open(item) => {
                    let by = self.account.open[item].amount.min(back);
                    self.lower(item, by, lowered.next())?;
                }
                From::Owed => {
                    let forgiven = self.account.owed.min(back);
                    if forgiven > 0 {
                        let (kind, source_id) = ("restore".to_owned(), source_id.to_owned());
                        let own = Moved { lot: None, kind, source_id, amount: forgiven, at: String::new() };
                        self.account.make(told.next(), at, own)?;
                    }
                    settled += back - forgiven;
                }
            }
        }
        self.taken.insert(order, parts);
        self.settled = settled;
        self.restored = Some(restored);
        same("restored", self.account.decimals.amount(step, "amount")?, restored)?;
        same("settled", self.account.decimals.amount(step, "settled")?, settled)?;
        same("further changes", told.count() + lowered.count(), 0)
    }

    fn give_back<'v>(
        &mut self,
        lot: usize,
        back: i128,
        (source_id, at): (&str, &str),
        told: &mut impl Iterator<Item = &'v Value>,
        lowered: &mut impl Iterator<Item = &'v Value>,
    ) -> Checked {
        let moved = |kind: &str, source_id: String, amount| Moved {
            lot: Some(lot),
            kind: kind.to_owned(),
            source_id,
            amount,
            at: String::new(),
        };
        self.account.make(told.next(), at, moved("restore", source_id.to_owned(), back))?;
        let own = &mut self.account.lots[lot];
        if own.expires_at.as_deref().is_some_and(|end| end <= at) {
            let remaining = own.remaining;
            own.expired += remaining;
            return self.account.make(told.next(), at, moved("expire", format!("restore:{source_id}"), -remaining));
        }
        let mut left = back;
        for item in own.open.clone() {
            let by = self.account.open[item].amount.min(left);
            if by > 0 {
                self.lower(item, by, lowered.next())?;
                self.account.make(told.next(), at, moved("clawback", source_id.to_owned(), -by))?;
            }
            left -= by;
        }
        self.account.settle(lot, left, at, told)
    }

    fn lower(&mut self, item: usize, by: i128, told: Option<&Value>) -> Checked {
        let Open { reason, source_id, amount } = &mut self.account.open[item];
        *amount -= by;
        if by == 0 {
            return Ok(());
        }
        let told = told.ok_or("an open item is lowered and not told")?;
        same("lowered by", self.account.decimals.amount(told, "by")?, by)?;
        same("lowered", (text(told, "reason")?, text(told, "source_id")?), (*reason, source_id.as_str()))
    }
}
