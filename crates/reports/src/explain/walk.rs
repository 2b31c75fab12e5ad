//! Turns the decisions of a trace, in order, into the steps of events.

use super::account::Account;
use super::event::{self, Happening};
use super::grants::{self, OrderFigures, PaidWithCredit};
use super::model::{Counted, CountedSince, Figures, LotTold, Lowered, NotGrantedFigures, Step, WorkedOut};
use super::refunds;
use super::subject::Subject;
use accrue_kernel::currency::Currency;
use accrue_kernel::decision::NoGrants;
use accrue_kernel::entry::{EventId, Kind, MadeBy, Method, SourceId};
use accrue_kernel::exception::{Exception, Reason};
use accrue_kernel::facts::FactRef;
use accrue_kernel::money::{Amount, WideAmount};
use accrue_kernel::program::Rule;
use accrue_kernel::time::Timestamp;
use accrue_kernel::trace::{Decision, Event, Granted, Ignored, LotOf};
use std::collections::BTreeMap;

/// Goes through the decisions about a subject; returns its accounts.
pub(super) fn walk(subject: &Subject<'_, '_>) -> Vec<Account> {
    let mut walk = Walk { subject, accounts: Vec::new(), current: None, counted: Vec::new(), paid: BTreeMap::new() };
    subject.decisions.iter().for_each(|decision| walk.hear(decision));
    walk.accounts
}

/// The accounts so far, and the event at hand.
struct Walk<'w, 's, 'a> {
    subject: &'w Subject<'s, 'a>,
    accounts: Vec<Account>,
    current: Option<Current<'a>>,
    /// The history that the order at hand belongs to: of all orders first, then since each `counts_from`.
    counted: Vec<(Option<Timestamp>, OrderFigures)>,
    /// By order: what credit has paid for it.
    paid: BTreeMap<&'a str, PaidWithCredit>,
}

/// The event at hand.
#[derive(Clone, Copy)]
struct Current<'a> {
    /// Its place in `Walk::accounts`.
    account: usize,
    at: Timestamp,
    is_registration: bool,
    is_cancellation: bool,
    items: Amount,
    /// The order that the event is or names, if that is in its currency.
    order: Option<&'a str>,
}

impl<'a> Walk<'_, '_, 'a> {
    fn hear(&mut self, decision: &Decision<'a>) {
        match decision {
            Decision::Ignored { event, id, fact, reason } => self.ignore(*event, *id, *fact, *reason),
            Decision::Event { event, source_id, fact, at } => self.begin(*event, *source_id, *fact, *at),
            Decision::Counted { value, orders, spend, .. } => {
                let Some(current) = self.current else { return };
                let figures = OrderFigures { items: current.items, value: *value, orders: *orders, spend: *spend };
                self.count(None, figures);
            }
            Decision::CountedSince { counts_from, orders, spend } => {
                let Some(&(_, all)) = self.counted.first() else { return };
                self.count(Some(*counts_from), OrderFigures { orders: *orders, spend: *spend, ..all });
            }
            Decision::NoGrants { currency, reason } => self.no_grants(*currency, *reason),
            Decision::Grant { currency, method, rule, granted } => {
                let rule = rule.and_then(|rule| self.subject.program.rules.get(rule.index()));
                let figures = self.figures(rule);
                let step = match granted {
                    Ok(granted) => self.granted(*currency, *method, rule, granted, figures),
                    Err(reason) => {
                        grants::not_granted(reason, *method, rule, figures, *currency, &self.subject.program.zone)
                    }
                };
                self.with(|account| account.add_step(step));
            }
            Decision::Lot { lot, kind, source_id, amount, remaining } => {
                self.change_lot(lot, *kind, *source_id, *amount, *remaining);
            }
            Decision::Owed { currency, kind, source_id, amount, owed } => {
                self.change_debt(*currency, *kind, *source_id, *amount, *owed);
            }
            Decision::Exception(exception) => self.odd(exception),
            Decision::Lowered { exception, by } => self.lowered(exception, *by),
            Decision::CountedRefund { amount } => self.with(|account| {
                let shown = account.shown(*amount);
                match &mut account.event().figures {
                    Figures::Cancellation { amount, .. } | Figures::Refund { counted: amount, .. } => {
                        *amount = Some(shown);
                    }
                    _ => {}
                }
            }),
            Decision::Reclaimed(own) => self.with(|account| {
                account.add_step(refunds::reclaimed(own, account.currency));
                account.reclaim(own.lot.number(), own.taken, own.shortfall);
            }),
            Decision::NotReclaimed(reason) => {
                let step = refunds::not_reclaimed(reason, &self.subject.program.zone);
                self.with(|account| account.add_step(step));
            }
            Decision::Restored { limit, amount, settled } => self.restored(*limit, *amount, *settled),
            Decision::Adjusted { balance, amount, .. } => self.adjusted(*balance, *amount),
        }
    }

    fn change_lot(&mut self, lot: &LotOf<'_>, kind: Kind, source_id: SourceId<'_>, amount: Amount, remaining: Amount) {
        let (at, zone) = (self.current.map(|current| current.at), &self.subject.program.zone);
        let number = self.account(lot.currency);
        self.pay(kind, -amount);
        let account = &mut self.accounts[number];
        let moved = account.change_lot(lot, kind, source_id, amount, remaining);
        match (kind, lot.expires_at) {
            (Kind::Expire, Some(expires_at)) if at.is_none_or(|at| expires_at > at) => {
                account.expire(expires_at, moved, zone);
            }
            // A lot that has expired before the event at hand gets credit back, which expires at once.
            (Kind::Expire | Kind::Restore, _) => account.move_in_restore(moved),
            (Kind::Clawback, _) => account.claw_back(moved, amount),
            (Kind::Grant | Kind::Redeem | Kind::Settle | Kind::Adjust, _) => account.add_move(moved),
        }
    }

    fn change_debt(
        &mut self,
        currency: Currency,
        kind: Kind,
        source_id: SourceId<'_>,
        amount: Amount,
        owed: WideAmount,
    ) {
        let number = self.account(currency);
        self.pay(kind, -amount);
        let account = &mut self.accounts[number];
        let moved = account.change_debt(kind, source_id, amount, owed);
        match kind {
            Kind::Clawback => account.claw_back(moved, amount),
            Kind::Restore => account.move_in_restore(moved),
            Kind::Redeem | Kind::Adjust => {
                account.add_move(moved);
                account.leave_uncovered(-amount, "debt");
            }
            Kind::Grant | Kind::Settle | Kind::Expire => account.add_move(moved),
        }
    }

    /// Notes what a redemption takes for an order in its currency.
    fn pay(&mut self, kind: Kind, amount: Amount) {
        if let Some(order) = self.current.and_then(|current| current.order).filter(|_| kind == Kind::Redeem) {
            self.paid.entry(order).or_default().taken += amount;
        }
    }

    /// Returns the place of the account in a currency.
    fn account(&mut self, currency: Currency) -> usize {
        let known = self.accounts.iter().position(|account| account.currency == currency);
        known.unwrap_or_else(|| {
            self.accounts.push(Account::new(currency));
            self.accounts.len() - 1
        })
    }

    /// Does something with the account of the event at hand.
    fn with(&mut self, act: impl FnOnce(&mut Account)) {
        if let Some(current) = self.current {
            act(&mut self.accounts[current.account]);
        }
    }

    fn ignore(&mut self, event: Event, id: EventId<'a>, fact: FactRef, reason: Ignored) {
        let Some(found) = Happening::of(&self.subject.person, event) else { return };
        let (at, reason) = match reason {
            Ignored::AfterAsOf { at } => (at, "after_as_of"),
            Ignored::Unpaid => (found.own_time(), "unpaid"),
            Ignored::CancelledBeforePayment => (found.own_time(), "cancelled_before_payment"),
            Ignored::OtherSource => (found.own_time(), "other_source"),
        };
        let mut event = found.told(at, id, self.subject.program);
        (event.not_counted, event.fact) = (Some(reason), (self.subject.fact)(fact));
        let account = self.account(found.currency(self.subject.program));
        self.accounts[account].begin(at, event);
    }

    fn begin(&mut self, event: Event, source_id: SourceId<'a>, fact: FactRef, at: Timestamp) {
        let Some(found) = Happening::of(&self.subject.person, event) else { return };
        let mut event = found.told(at, source_id.0, self.subject.program);
        event.fact = (self.subject.fact)(fact);
        let account = self.account(found.currency(self.subject.program));
        let items = match found {
            Happening::Order(order) => order.items,
            _ => Amount::ZERO,
        };
        let asked = match &event.figures {
            Figures::Redemption { amount } => Some(amount.clone()),
            _ => None,
        };
        let is_registration = matches!(found, Happening::Registration(_));
        let is_cancellation = matches!(found, Happening::Cancellation(_));
        let currency = found.currency(self.subject.program);
        let order = found.order().filter(|order| order.currency == currency).map(|order| order.id);
        self.current = Some(Current { account, at, is_registration, is_cancellation, items, order });
        self.counted.clear();
        self.accounts[account].begin(at, event);
        if let Some(asked) = asked {
            self.accounts[account].add_step(Step::Redeemed { asked, moves: Vec::new(), uncovered: None });
        }
    }

    fn count(&mut self, counts_from: Option<Timestamp>, figures: OrderFigures) {
        self.counted.push((counts_from, figures));
        self.with(|account| {
            let (spend_before, spend) = (account.shown(figures.spend - figures.value), account.shown(figures.spend));
            let (value, orders) = (account.shown(figures.value), figures.orders);
            let Figures::Order { counted, .. } = &mut account.event().figures else { return };
            match (counts_from, counted) {
                (None, counted) => *counted = Some(Counted { value, orders, spend_before, spend, since: Vec::new() }),
                (Some(from), Some(counted)) => {
                    let counts_from = from.to_string();
                    counted.since.push(CountedSince { counts_from, orders, spend_before, spend });
                }
                (Some(_), None) => {}
            }
        });
    }

    /// Returns the figures that a rule looks at.
    fn figures(&self, rule: Option<&Rule>) -> Option<OrderFigures> {
        let counts_from = rule.and_then(Rule::counts_from);
        let of_rule = self.counted.iter().find(|(from, _)| *from == counts_from);
        of_rule.or(self.counted.first()).map(|(_, figures)| *figures)
    }

    fn no_grants(&mut self, currency: Currency, reason: NoGrants) {
        let Some(current) = self.current else { return };
        let none =
            |method, rule, reason| Step::NotGranted { method, rule, reason, figures: NotGrantedFigures::default() };
        let reason = match reason {
            NoGrants::NoRuleForCurrency => "no_rule_for_currency",
            NoGrants::NoRuleForEvent => "no_rule_for_event",
            NoGrants::SwitchedOff => {
                let made_by = if current.is_registration { MadeBy::Registration } else { MadeBy::Order };
                let rules = self.subject.program.rules.iter().filter(|rule| {
                    rule.currency == currency
                        && rule.reward.method().made_by() == made_by
                        && rule.is_in_force(current.at)
                });
                let mut in_force: Vec<&Rule> = rules.collect();
                in_force.sort_by_key(|rule| rule.reward.method());
                for rule in in_force {
                    let step = none(Some(rule.reward.method().name()), Some(rule.id.clone()), "switched_off");
                    self.with(|account| account.add_step(step));
                }
                return;
            }
        };
        self.with(|account| account.add_step(none(None, None, reason)));
    }

    /// Tells a lot that is made, and adds it to those of its account.
    fn granted(
        &mut self,
        currency: Currency,
        method: Method,
        rule: Option<&Rule>,
        granted: &Granted,
        figures: Option<OrderFigures>,
    ) -> Step {
        let zone = &self.subject.program.zone;
        let number = self.account(currency);
        let order = self.current.and_then(|current| current.order);
        let paid = order.and_then(|order| self.paid.get(order)).copied().unwrap_or_default();
        let account = &mut self.accounts[number];
        let amount = account.shown(granted.earned.amount);
        let (lot, expires_at) = (granted.lot.number(), granted.expires_at.map(|at| at.to_string()));
        let last_day = granted.expires_at.map(|at| event::last_day(at, zone));
        let rule_id = rule.map(|rule| rule.id.clone());
        let event = account.event();
        let (made_at, origin_id) = (event.at.clone(), event.id.clone());
        account.lots.push(LotTold {
            lot,
            method: method.name(),
            origin_id,
            rule: rule_id.clone(),
            made_at,
            granted: amount.clone(),
            remaining: amount.clone(),
            expires_at: expires_at.clone(),
            last_day: last_day.clone(),
        });
        let formula = grants::formula(&granted.earned, rule, figures, paid, currency);
        let (method, rule, moves) = (method.name(), rule_id, Vec::new());
        Step::Granted { method, rule, formula, amount, lot, expires_at, last_day, moves }
    }

    fn odd(&mut self, exception: &Exception<'a>) {
        let amount = exception.amount.unwrap_or_default();
        let reason = exception.reason.name();
        if exception.reason == Reason::Unbacked {
            self.pay(Kind::Redeem, amount);
        }
        self.with(|account| match exception.reason {
            Reason::Unbacked => account.leave_uncovered(amount, reason),
            Reason::Uncollected => account.leave_uncollected(amount, reason),
            // The step before says it.
            Reason::BornExpired | Reason::OutOfRange | Reason::NoRuleForCurrency => {}
            _ => {
                let amount = exception.amount.map(|amount| account.shown(amount));
                account.add_step(Step::Odd { reason, amount });
            }
        });
    }

    fn lowered(&mut self, exception: &Exception<'a>, by: Amount) {
        let by = by.display(exception.currency).to_string();
        let item = Lowered { reason: exception.reason.name(), source_id: exception.source_id.0.to_string(), by };
        self.with(|account| {
            if let Step::Restored { lowered, .. } = account.restore() {
                lowered.push(item);
            }
        });
    }

    fn adjusted(&mut self, balance: WideAmount, amount: Amount) {
        self.with(|account| {
            let (balance_before, change) = (account.shown(balance), account.shown(amount));
            if let Figures::Adjustment { worked_out, .. } = &mut account.event().figures {
                *worked_out = Some(WorkedOut { balance_before, change });
            }
            if amount.is_negative() {
                let asked = account.shown(-amount);
                account.add_step(Step::Taken { asked, moves: Vec::new(), uncovered: None });
            }
        });
    }

    fn restored(&mut self, limit: Option<Amount>, amount: Amount, settled: Amount) {
        if let Some(Current { is_cancellation: true, order: Some(order), .. }) = self.current {
            self.paid.entry(order).or_default().given_back_by_cancellation = amount;
        }
        self.with(|account| {
            let limit = limit.map(|limit| account.shown(limit));
            // A cancellation gives back whatever was paid with credit, which is mostly nothing.
            if !account.is_restoring && amount.is_zero() && limit.is_none() {
                return;
            }
            let (told_amount, told_settled) = (account.shown(amount), account.shown(settled));
            if let Step::Restored { limit: own_limit, amount, settled, .. } = account.restore() {
                (*own_limit, *amount, *settled) = (limit, told_amount, told_settled);
            }
            account.is_restoring = false;
        });
    }
}
