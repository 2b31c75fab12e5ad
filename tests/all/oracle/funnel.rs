//! Where the rows went (10, "Funnel"): every row of the last inputs, and every fact that they tell, in one count.

use super::facts::{Facts, Order, Version, Versions};
use super::grants::History;
use super::identity::Owners;
use super::money::Currency;
use super::person::{self, Outcome};
use super::program::Program;
use super::time::Instant;
use super::{Input, rows, time, timeline};
use std::collections::BTreeMap;

/// Numbers that are not zero, by names such as `orders rows` and `orders USD earning`.
pub type Counts = BTreeMap<String, u64>;

/// What a run counts.
struct Funnel<'a> {
    /// The inputs of this run: those before were read by earlier runs into a book.
    first: usize,
    has_book: bool,
    as_of: Instant,
    program: &'a Program,
    facts: &'a Facts,
    owners: &'a Owners,
    outcomes: Vec<Outcome>,
    counts: Counts,
}

/// Counts the rows of `inputs[first..]`; those before were read by earlier runs of the same book.
pub fn of(program_toml: &str, inputs: &[Input], first: usize, has_book: bool, as_of: &str) -> Counts {
    let program = Program::parse(program_toml);
    let as_of = time::parse(as_of, program.zone).expect("as_of is a time");
    let (facts, rejects) = rows::read(&program, inputs);
    let owners = Owners::of(&facts, as_of);
    let (events, _) = timeline::of(&program, &facts, &owners, as_of);
    let mut outcomes = Vec::new();
    for (customer_id, events) in &events {
        let history = History::of(facts.registration(customer_id, as_of));
        person::live(&program, customer_id, history, events, as_of, &mut outcomes);
    }
    let (program, facts, owners, counts) = (&program, &facts, &owners, Counts::new());
    let mut funnel = Funnel { first, has_book, as_of, program, facts, owners, outcomes, counts };
    for input in &inputs[first..] {
        funnel.add(&format!("{} rows", input.kind), input.rows.len() as u64);
        for reject in rejects.iter().filter(|reject| reject.file == input.file) {
            // 2: "An order with neither is rejected", and so is a redemption of nobody.
            let may_lack = matches!(input.kind.as_str(), "orders" | "redemptions");
            let what = if may_lack && reject.column == "customer_id" { "no_owner" } else { "rejected" };
            funnel.add(&format!("{} {what}", input.kind), 1);
        }
    }
    funnel.registrations();
    funnel.orders();
    funnel.refunds();
    funnel.redemptions();
    funnel.adjustments();
    funnel.counts
}

impl Funnel<'_> {
    fn add(&mut self, name: &str, count: u64) {
        if count > 0 {
            *self.counts.entry(name.to_string()).or_default() += count;
        }
    }

    /// Counts the versions of a kind, and returns the facts that this run tells.
    fn versions<'f, T: PartialEq>(&mut self, kind: &str, versions: &'f Versions<T>) -> Vec<&'f T> {
        let (first, mut told) = (self.first, Vec::new());
        for same_id in versions.values() {
            let mut distinct: Vec<&Version<T>> = Vec::new();
            for version in same_id {
                let says = |one: &Version<T>| (one.updated_at, one.is_void);
                let repeats = |last: &&Version<T>| says(last) == says(version) && last.fact == version.fact;
                match distinct.last().is_some_and(repeats) {
                    true => self.add(&format!("{kind} repeated"), u64::from(version.input >= first)),
                    false => distinct.push(version),
                }
            }
            let last = distinct.pop().expect("a version");
            let older = distinct.iter().filter(|version| version.input >= first).count();
            self.add(&format!("{kind} superseded"), older as u64);
            match last.input >= first {
                true if last.is_void => self.add(&format!("{kind} void"), 1),
                true => told.push(&last.fact),
                false => {}
            }
        }
        told
    }

    /// Counts the rows of a kind that the program takes from the orders. 10: a book takes repeated rows out first.
    fn unused<T: PartialEq>(&mut self, kind: &str, versions: &Versions<T>) {
        let count: usize = versions.values().flatten().filter(|version| version.input >= self.first).count();
        let before = self.counts.clone();
        self.versions(kind, versions);
        let name = format!("{kind} repeated");
        let repeated = self.counts.get(&name).copied().filter(|_| self.has_book).unwrap_or(0);
        self.counts = before;
        self.add(&name, repeated);
        self.add(&format!("{kind} not_used"), count as u64 - repeated);
    }

    fn fact(&mut self, kind: &str, currency: Currency, what: &str) {
        self.add(&format!("{kind} {} {what}", currency.code), 1);
    }

    /// Counts a fact that happens at an instant.
    fn happening(&mut self, kind: &str, of: &str, id: &str, currency: Currency, at: Instant) {
        let is_own = |outcome: &&Outcome| outcome.kind == of && outcome.id == id;
        let found = self.outcomes.iter().find(is_own).map(|outcome| (outcome.currency, outcome.what));
        match at <= self.as_of {
            true => {
                let (currency, what) = found.unwrap_or_else(|| panic!("{kind} {id} happens"));
                self.fact(kind, currency, what);
            }
            false => self.fact(kind, currency, "after_as_of"),
        }
    }

    fn registrations(&mut self) {
        let facts = self.facts;
        for fact in self.versions("registrations", &facts.registrations) {
            let (id, currency) = (&fact.customer_id, self.program.currency);
            self.happening("registrations", "registrations", id, currency, fact.registered_at);
        }
    }

    fn orders(&mut self) {
        let facts = self.facts;
        for fact in self.versions("orders", &facts.orders) {
            match (fact.paid_at, fact.counts_at()) {
                (None, _) => self.fact("orders", fact.currency, "unpaid"),
                (_, None) => self.fact("orders", fact.currency, "cancelled_before_payment"),
                (_, Some(at)) => self.happening("orders", "orders", &fact.order_id, fact.currency, at),
            }
            self.credit(fact);
        }
    }

    /// 5.2: an order may tell of a redemption.
    fn credit(&mut self, order: &Order) {
        if self.program.redemptions_from_orders && order.credit_amount > 0 {
            let id = format!("order:{}", order.order_id);
            self.happening("redemptions_told_by_orders", "redemptions", &id, order.currency, order.placed_at);
        }
    }

    fn refunds(&mut self) {
        let facts = self.facts;
        if self.program.refunds_from_orders {
            self.unused("refunds", &facts.refunds);
            for fact in facts.refunds(self.program, self.as_of) {
                if fact.told_by.is_some_and(|input| input >= self.first) {
                    let order = facts.order(&fact.order_id).expect("the order that tells");
                    let at = timeline::acts_at(&fact, order);
                    self.happening("refunds_told_by_orders", "refunds", &fact.refund_id, order.currency, at);
                }
            }
            return;
        }
        for fact in self.versions("refunds", &facts.refunds) {
            let currency = self.program.currency;
            match facts.order(&fact.order_id) {
                Some(order) => {
                    let at = timeline::acts_at(fact, order);
                    self.happening("refunds", "refunds", &fact.refund_id, order.currency, at);
                }
                None if fact.refunded_at <= self.as_of => {
                    let is_rejected = facts.rejected_orders.contains(&fact.order_id);
                    self.fact("refunds", currency, if is_rejected { "rejected_order" } else { "unknown_order" });
                }
                None => self.fact("refunds", currency, "after_as_of"),
            }
        }
    }

    fn redemptions(&mut self) {
        let facts = self.facts;
        if self.program.redemptions_from_orders {
            return self.unused("redemptions", &facts.redemptions);
        }
        for fact in self.versions("redemptions", &facts.redemptions) {
            let unknown = if fact.card_number.is_some() { "unknown_card" } else { "unknown_order" };
            match self.owners.of_redemption(self.program, facts, fact) {
                None if fact.redeemed_at <= self.as_of => self.fact("redemptions", fact.currency, unknown),
                _ => {
                    self.happening("redemptions", "redemptions", &fact.redemption_id, fact.currency, fact.redeemed_at);
                }
            }
        }
    }

    fn adjustments(&mut self) {
        let facts = self.facts;
        for fact in self.versions("adjustments", &facts.adjustments) {
            self.happening("adjustments", "adjustments", &fact.adjustment_id, fact.currency, fact.adjusted_at);
        }
    }
}
