//! The checker: goes through the events of an explanation and computes every amount once more.

use super::clawback::{OrderState, is_of_order};
use super::figures::{Checked, Decimals, flag, list, maybe_text, number, same, text};
use super::grants::{self, OrderFigures};
use super::lots::{Account, Lot, Moved};
use super::spending::From;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// One person in one currency.
pub struct Person<'v> {
    pub program: &'v Value,
    pub carries: bool,
    pub account: Account,
    /// The orders in the currency.
    pub own_orders: BTreeSet<String>,
    pub orders: BTreeMap<String, OrderState>,
    /// By order: what redemptions naming it took.
    pub taken: BTreeMap<String, Vec<(From, i128)>>,
    /// Of the refund at hand.
    pub shortfalls: VecDeque<(usize, i128)>,
    pub restored: Option<i128>,
    pub settled: i128,
    /// How much of the refund at hand gives back what redemptions took.
    pub back: i128,
    /// How much of it is new credit.
    pub new_credit: i128,
    /// The spend so far, by `counts_from`.
    spend: BTreeMap<Option<String>, i128>,
}

/// Checks an explanation; returns its entries as rows of the ledger.
pub fn check(json: &Value) -> Checked<Vec<Vec<String>>> {
    same("schema", text(json, "schema")?, "explain/1")?;
    let mut entries = Vec::new();
    for currency in list(json, "currencies")? {
        let found = check_currency(json, currency).map_err(|fault| format!("{}: {fault}", currency["currency"]))?;
        entries.extend(found);
    }
    check_order_numbers(json)?;
    Ok(entries)
}

fn check_currency(json: &Value, told: &Value) -> Checked<Vec<Vec<String>>> {
    let decimals = Decimals(number(told, "decimals")? as usize);
    let program = &json["program"];
    let events = list(told, "events")?;
    let is_order = |event: &&Value| event["event"] == "order";
    let before = match program["currency"] == told["currency"] {
        true => decimals.amount(&json["before"], "spend")?,
        false => 0,
    };
    let mut person = Person {
        program,
        carries: flag(program, "carry_debt")?,
        account: Account {
            decimals,
            oldest_first: text(program, "redemption_order")? == "oldest",
            lots: Vec::new(),
            owed: 0,
            balance: 0,
            open: Vec::new(),
            moved: Vec::new(),
        },
        own_orders: events.iter().filter(is_order).filter_map(|event| maybe_text(event, "id")).collect(),
        orders: BTreeMap::new(),
        taken: BTreeMap::new(),
        shortfalls: VecDeque::new(),
        restored: None,
        settled: 0,
        back: 0,
        new_credit: 0,
        spend: [(None, before)].into(),
    };
    for event in events {
        person.event(event).map_err(|fault| format!("{fault}\nin {event:#}"))?;
    }
    person.account.expect_nothing_ended(text(json, "as_of")?)?;
    person.check_end(told)?;
    person.entries(json, told)
}

impl Person<'_> {
    fn event(&mut self, event: &Value) -> Checked {
        let at = text(event, "at")?;
        let steps = list(event, "steps")?;
        if event["not_counted"].is_string() {
            return same("steps of a fact that does nothing", steps.len(), 0);
        }
        let kind = text(event, "event")?;
        if kind != "expiry" {
            self.account.expect_nothing_ended(at)?;
        }
        (self.restored, self.settled, self.back, self.new_credit) = (None, 0, 0, 0);
        match kind {
            "order" => self.count_order(event)?,
            "refund" | "cancellation" => self.count_refund(event)?,
            _ => {}
        }
        for step in steps {
            self.step(event, step).map_err(|fault| format!("{fault}\nat {step:#}"))?;
        }
        if kind == "cancellation" {
            let state = self.orders.entry(text(event, "order")?.to_owned()).or_default();
            (state.is_cancelled, state.given_back_by_cancellation) = (true, self.restored.unwrap_or(0));
        }
        same("shortfalls left", self.shortfalls.len(), 0)?;
        same("balance after", self.account.decimals.amount(event, "balance_after")?, self.account.balance)
    }

    fn step(&mut self, event: &Value, step: &Value) -> Checked {
        let decimals = self.account.decimals;
        match text(step, "step")? {
            "granted" => self.grant(event, step),
            "not_granted" => self.check_not_granted(event, step),
            "redeemed" => {
                let asked = decimals.amount(&event["figures"], "amount")?;
                self.spend(event, step, "redeem", asked)
            }
            "taken" => self.spend(event, step, "adjust", -self.change(event)?),
            "restored" => self.restore(event, step),
            "reclaimed" => self.reclaim(event, step),
            "collected" => self.collect(event, step),
            "not_reclaimed" => self.check_not_reclaimed(event, step),
            "expired" => self.account.expire(step, text(event, "at")?),
            "odd" => self.check_odd(event, step),
            other => Err(format!("unknown step {other}")),
        }
    }

    /// Works out what an adjustment changes.
    fn change(&self, event: &Value) -> Checked<i128> {
        let (decimals, figures) = (self.account.decimals, &event["figures"]);
        let amount = decimals.amount(figures, "amount")?;
        let own = if text(figures, "mode")? == "to" { amount - self.account.balance } else { amount };
        same("balance before", decimals.amount(figures, "balance_before")?, self.account.balance)?;
        same("change", decimals.amount(figures, "change")?, own)?;
        Ok(own)
    }

    fn grant(&mut self, event: &Value, step: &Value) -> Checked {
        let (decimals, at) = (self.account.decimals, text(event, "at")?);
        let amount = decimals.amount(step, "amount")?;
        let method = text(step, "method")?;
        match grants::rule_of(self.program, step)? {
            Some(rule) => {
                let figures = match event["event"] == "order" {
                    true => Some(OrderFigures::of(event, rule, decimals)?),
                    false => None,
                };
                same("on", grants::is_on(self.program, at)?, true)?;
                let (own, dropped) = grants::reward(rule, figures.as_ref(), decimals)?;
                same("reward", amount, own)?;
                if let Some(figures) = &figures {
                    grants::check_formula(&step["formula"], figures, amount, decimals)?;
                }
                if let Some(dropped) = dropped {
                    grants::check_dropped(&step["formula"]["exact"], dropped)?;
                }
            }
            None if method == "adjustment" => same("adjusted", amount, self.change(event)?)?,
            None => {
                same("new credit", amount, self.settled + self.new_credit)?;
                self.check_new_credit(event, &step["formula"], amount)?;
            }
        }
        same("lot", number(step, "lot")?, self.account.lots.len() as u64 + 1)?;
        self.account.lots.push(Lot {
            method: method.to_owned(),
            origin_id: text(event, "id")?.to_owned(),
            rule: maybe_text(step, "rule"),
            made_at: at.to_owned(),
            expires_at: maybe_text(step, "expires_at"),
            granted: amount,
            remaining: 0,
            expired: 0,
            reclaimable: 0,
            open: Vec::new(),
        });
        let lot = self.account.lots.len() - 1;
        let mut told = list(step, "moves")?.iter();
        let (kind, source_id) = ("grant".to_owned(), text(event, "id")?.to_owned());
        self.account.make(told.next(), at, Moved { lot: Some(lot), kind, source_id, amount, at: String::new() })?;
        self.account.settle(lot, amount, at, &mut told)?;
        same("further changes", told.count(), 0)
    }

    fn check_not_granted(&self, event: &Value, step: &Value) -> Checked {
        let at = text(event, "at")?;
        if text(step, "reason")? == "switched_off" {
            same("on", grants::is_on(self.program, at)?, false)?;
        }
        let Some(rule) = grants::rule_of(self.program, step)? else {
            return grants::check_without_rule(event, step, at, self.account.decimals);
        };
        let figures = match event["event"] == "order" && step["reason"] != "counts_from" {
            true => OrderFigures::of(event, rule, self.account.decimals).ok(),
            false => None,
        };
        grants::check_reason(step, rule, at, figures.as_ref(), self.account.decimals)
    }

    /// Adds an order to the spend, and checks that each rule has a step.
    fn count_order(&mut self, event: &Value) -> Checked {
        let (decimals, figures) = (self.account.decimals, &event["figures"]);
        let (items, credit) = (decimals.amount(figures, "items")?, decimals.amount(figures, "credit")?);
        let value = if flag(self.program, "earn_on_credit")? { items } else { items - credit.min(items) };
        same("value", decimals.amount(figures, "value")?, value)?;
        let since = figures["since"].as_array().cloned().unwrap_or_default();
        for history in std::iter::once(figures).chain(&since) {
            let spend = self.spend.entry(maybe_text(history, "counts_from")).or_insert(0);
            same("spend before", decimals.amount(history, "spend_before")?, *spend)?;
            *spend += value;
            same("spend", decimals.amount(history, "spend")?, *spend)?;
        }
        let steps = list(event, "steps")?;
        let count = |id: &Value| steps.iter().filter(|step| step["rule"] == *id).count();
        let at = text(event, "at")?;
        let is_on = grants::is_on(self.program, at)?;
        for rule in list(self.program, "rules")? {
            let is_asked = rule["method"].as_str().is_some_and(is_of_order)
                && rule["currency"].as_str() == steps_currency(self.program, rule, event);
            let starts = rule["from"].as_str().is_none_or(|from| from <= at);
            let is_in_force = starts && rule["until"].as_str().is_none_or(|until| at < until);
            if is_asked && (is_on || is_in_force) {
                same("steps of a rule", count(&rule["id"]), 1)?;
            }
        }
        Ok(())
    }

    /// Adds a refund or a cancellation to its order.
    fn count_refund(&mut self, event: &Value) -> Checked {
        let (decimals, figures) = (self.account.decimals, &event["figures"]);
        let at = text(event, "at")?;
        let from = text(self.program, "clawback_from")?;
        let total = decimals.amount(figures, "order_total")?;
        let state = self.orders.entry(text(event, "order")?.to_owned()).or_default();
        let told = decimals.maybe(figures, "amount")?;
        if text(event, "event")? == "cancellation" {
            // An order of total zero is reclaimed whole, whatever was refunded.
            if let Some(told) = told {
                same("what refunds have left", told, (total - state.counted).max(0))?;
                state.count(told, total, at >= from);
            }
            return Ok(());
        }
        let amount = told.ok_or("a refund without an amount")?;
        state.refunded += amount;
        let method = text(figures, "method")?;
        self.back = match method {
            "restore" | "restore_first" => state.not_refunded.min(amount),
            _ => 0,
        };
        state.not_refunded -= self.back;
        self.new_credit = match method {
            "store_credit" => amount,
            "restore_first" => amount - self.back,
            _ => 0,
        };
        let counts_all =
            self.new_credit == 0 && method != "store_credit" || flag(self.program, "clawback_on_store_credit")?;
        let counted = if counts_all { amount } else { amount - self.new_credit };
        let is_any = counts_all || counted > 0;
        same("counted", decimals.maybe(figures, "counted")?, is_any.then_some(counted))?;
        state.count(counted, total, at >= from);
        Ok(())
    }

    fn check_odd(&self, event: &Value, step: &Value) -> Checked {
        let decimals = self.account.decimals;
        let told = decimals.amount(step, "amount")?;
        match text(step, "reason")? {
            "over_refund" => {
                let figures = &event["figures"];
                let state = &self.orders[text(event, "order")?];
                let above = state.refunded - decimals.amount(figures, "order_total")?;
                same("above the total", told, above.min(decimals.amount(figures, "amount")?))
            }
            "over_restore" => {
                let asked = decimals.amount(&event["figures"], "amount")?;
                same("above what was paid", told, asked - self.restored.unwrap_or(0))
            }
            other => Err(format!("{other} is not odd")),
        }
    }

    /// Compares sums, lots and open items with those that are told.
    fn check_end(&self, told: &Value) -> Checked {
        let decimals = self.account.decimals;
        same("balance", decimals.amount(told, "balance")?, self.account.balance)?;
        same("owed", decimals.amount(told, "owed")?, self.account.owed)?;
        let sums = &told["sums"];
        let sum = |kind: &str| -> i128 {
            let counts = |moved: &&Moved| moved.kind == kind && (kind != "settle" || moved.lot.is_some());
            self.account.moved.iter().filter(counts).map(|moved| moved.amount).sum()
        };
        let own = [
            ("granted", sum("grant")),
            ("redeemed", -sum("redeem")),
            ("restored", sum("restore")),
            ("reclaimed", -sum("clawback")),
            ("expired", -sum("expire")),
            ("settled", -sum("settle")),
            ("adjusted", -sum("adjust")),
            ("total", self.account.balance),
        ];
        for (name, own) in own {
            same(name, decimals.amount(sums, name)?, own)?;
        }
        let lots = list(told, "lots")?;
        same("lots", lots.len(), self.account.lots.len())?;
        for (told, own) in lots.iter().zip(&self.account.lots) {
            same("remaining", decimals.amount(told, "remaining")?, own.remaining)?;
            same("end", maybe_text(told, "expires_at"), own.expires_at.clone())?;
        }
        let mut open: BTreeMap<(String, String), i128> = BTreeMap::new();
        for item in self.account.open.iter().filter(|item| item.amount > 0) {
            *open.entry((item.source_id.clone(), item.reason.to_owned())).or_default() += item.amount;
        }
        let told = list(told, "open_items")?.iter().map(|item| {
            let key = (text(item, "source_id")?.to_owned(), text(item, "reason")?.to_owned());
            Ok((key, decimals.amount(item, "amount")?))
        });
        same("open items", told.collect::<Checked<BTreeMap<_, _>>>()?, open)
    }

    /// Sums changes up to entries, and compares them with those that are told.
    fn entries(&self, json: &Value, told: &Value) -> Checked<Vec<Vec<String>>> {
        let mut sums: BTreeMap<[String; 4], (i128, String, String, String)> = BTreeMap::new();
        for Moved { lot, kind, source_id, amount, at } in &self.account.moved {
            let lot = lot.map(|lot| &self.account.lots[lot]);
            let of_lot = |own: fn(&Lot) -> &str, none: &str| lot.map_or(none, own).to_owned();
            let (method, origin_id) = (of_lot(|lot| &lot.method, "owed"), of_lot(|lot| &lot.origin_id, ""));
            let expires_at = lot.and_then(|lot| lot.expires_at.clone()).unwrap_or_default();
            let rule = lot.filter(|_| kind == "grant").and_then(|lot| lot.rule.clone()).unwrap_or_default();
            let key = [kind.clone(), source_id.clone(), method, origin_id];
            let own = sums.entry(key).or_insert((0, at.clone(), expires_at, rule));
            own.0 += amount;
            own.1 = at.clone().min(own.1.clone());
        }
        let (person, currency) = (text(json, "person")?, text(told, "currency")?);
        let row = |([kind, source_id, method, origin_id], (amount, at, end, rule)): ([String; 4], (i128, _, _, _))| {
            let amount = self.account.decimals.show(amount);
            vec![person.to_owned(), currency.to_owned(), kind, source_id, method, origin_id, amount, at, end, rule]
        };
        let own: Vec<Vec<String>> = sums.into_iter().filter(|(_, (amount, ..))| *amount != 0).map(row).collect();
        let names = ["kind", "source_id", "method", "origin_id", "amount", "effective_at", "expires_at", "rule"];
        let told = list(told, "entries")?.iter().filter(|entry| !is_nothing(&entry["amount"]));
        let told = told.map(|entry| {
            let values = names.iter().map(|name| maybe_text(entry, name).unwrap_or_default());
            [person.to_owned(), currency.to_owned()].into_iter().chain(values).collect::<Vec<String>>()
        });
        let mut told: Vec<Vec<String>> = told.collect();
        told.sort();
        let mut sorted = own.clone();
        sorted.sort();
        same("entries", told, sorted)?;
        Ok(own)
    }
}

/// Returns the currency of a rule where the steps of an event are of that currency: where any of them names one of its
/// rules.
fn steps_currency<'r>(program: &Value, rule: &'r Value, event: &Value) -> Option<&'r str> {
    let steps = event["steps"].as_array()?;
    let rules = program["rules"].as_array()?;
    let is_of = |step: &Value| rules.iter().any(|own| own["id"] == step["rule"] && own["currency"] == rule["currency"]);
    steps.iter().any(is_of).then(|| rule["currency"].as_str()).flatten()
}

/// Tells whether an amount is zero: of entries that were posted and taken back.
pub fn is_nothing(amount: &Value) -> bool {
    amount.as_str().is_some_and(|amount| amount.bytes().all(|byte| matches!(byte, b'0' | b'.')))
}

/// Checks that the orders of a person are numbered one after the other, over all currencies.
fn check_order_numbers(json: &Value) -> Checked {
    let mut numbers = Vec::new();
    for event in list(json, "currencies")?.iter().filter_map(|own| own["events"].as_array()).flatten() {
        if event["figures"]["value"].is_string() {
            numbers.push((number(&event["figures"], "orders")?, text(event, "at")?));
        }
    }
    numbers.sort();
    let before = number(&json["before"], "orders")?;
    let own = (before + 1..).take(numbers.len());
    same("numbers of orders", numbers.iter().map(|(number, _)| *number).collect(), own.collect::<Vec<u64>>())?;
    same("order of orders", numbers.windows(2).all(|pair| pair[0].1 <= pair[1].1), true)
}
