//! Counts what becomes of the facts of exports while people are computed: a trace of the kernel that keeps nothing but
//! counters.

use super::model::CurrencyFunnel;
use super::outcome::{FactsOf, Outcome};
use accrue_facts::PerKind;
use accrue_kernel::currency::Currency;
use accrue_kernel::entry::{Kind, Method};
use accrue_kernel::exception::Reason;
use accrue_kernel::facts::{FactRef, OrderIndex, Person};
use accrue_kernel::trace::{Decision, Event, Trace};
use std::collections::BTreeMap;

const FACTS: usize = FactsOf::ALL.len();
const OUTCOMES: usize = Outcome::ALL.len();

/// How many facts have each outcome, by currency; collected by each worker and merged.
#[derive(Clone, Debug, Default)]
pub struct OutcomeCounts {
    /// One for each currency, in no order: there are few.
    currencies: Vec<(Currency, Box<[[u64; OUTCOMES]; FACTS]>)>,
}

/// Hears the computation of one person, and counts the facts of exports.
pub struct Counting<'c, 'a, 'f> {
    person: &'c Person<'a, 'f>,
    /// The currency of registrations.
    currency: Currency,
    /// How many rows of each kind are kept ones, which come before those of exports and are not counted.
    kept: &'c PerKind<u32>,
    counts: &'c mut OutcomeCounts,
    /// The event at hand, if it is that of a fact which is counted.
    current: Option<(FactsOf, Currency)>,
    outcome: Outcome,
}

impl<'c, 'a, 'f> Counting<'c, 'a, 'f> {
    /// Begins to listen to the computation of a person. `currency` is the program's, `kept` how many rows of each kind
    /// are not counted.
    pub fn new(
        person: &'c Person<'a, 'f>,
        currency: Currency,
        kept: &'c PerKind<u32>,
        counts: &'c mut OutcomeCounts,
    ) -> Counting<'c, 'a, 'f> {
        Counting { person, currency, kept, counts, current: None, outcome: Outcome::NoChange }
    }

    /// Counts the last fact: nothing more is heard.
    #[inline]
    pub fn end(mut self) {
        self.close();
    }

    /// Counts the fact of the event at hand.
    #[inline(always)]
    fn close(&mut self) {
        if let Some((facts, currency)) = self.current.take() {
            self.counts.add(facts, currency, self.outcome, 1);
        }
    }

    #[inline(always)]
    fn begin(&mut self, event: Event, fact: FactRef) {
        self.close();
        self.current = self.counted(event, fact);
        self.outcome = match event {
            Event::Registration | Event::Order(_) => Outcome::NoRuleInForce,
            Event::Redemption(_) | Event::CreditSpent(_) => Outcome::Covered,
            Event::Refund(_) | Event::Adjustment(_) | Event::Cancellation(_) => Outcome::NoChange,
        };
    }

    /// Returns as what the fact of an event is counted, if it is.
    #[inline(always)]
    fn counted(&self, event: Event, fact: FactRef) -> Option<(FactsOf, Currency)> {
        let (row, kept) = match fact {
            FactRef::Order(row) => (row, self.kept.orders),
            FactRef::Registration(row) => (row, self.kept.registrations),
            FactRef::Refund(row) => (row, self.kept.refunds),
            FactRef::Redemption(row) => (row, self.kept.redemptions),
            FactRef::Adjustment(row) => (row, self.kept.adjustments),
        };
        if row.get() < kept as usize {
            return None;
        }
        let of_order = |order: OrderIndex| self.person.orders[order.get()].currency;
        Some(match event {
            Event::Order(index) => (FactsOf::Orders, of_order(index)),
            Event::Registration => (FactsOf::Registrations, self.currency),
            Event::Refund(index) => {
                let facts = match fact {
                    FactRef::Order(_) => FactsOf::RefundsToldByOrders,
                    _ => FactsOf::Refunds,
                };
                (facts, of_order(self.person.refunds[index as usize].order))
            }
            Event::Redemption(index) => (FactsOf::Redemptions, self.person.redemptions[index as usize].currency),
            Event::CreditSpent(index) => (FactsOf::RedemptionsToldByOrders, of_order(index)),
            Event::Adjustment(index) => (FactsOf::Adjustments, self.person.adjustments[index as usize].currency),
            Event::Cancellation(_) => return None,
        })
    }

    /// Takes an outcome for the fact at hand, unless a later one of the list holds already.
    #[inline(always)]
    fn take(&mut self, outcome: Outcome) {
        self.outcome = self.outcome.max(outcome);
    }
}

impl<'a> Trace<'a> for Counting<'_, 'a, '_> {
    #[inline(always)]
    fn hear(&mut self, decision: Decision<'a>) {
        match decision {
            Decision::Ignored { event, fact, reason, .. } => {
                if let Some((facts, currency)) = self.counted(event, fact) {
                    self.counts.add(facts, currency, reason.into(), 1);
                }
            }
            Decision::Event { event, fact, .. } => self.begin(event, fact),
            Decision::NoGrants { reason, .. } => self.take(reason.into()),
            Decision::Grant { rule: Some(_), granted: Ok(_), .. } => self.take(Outcome::Earning),
            Decision::Grant { rule: Some(_), granted: Err(reason), .. } => self.take(reason.into()),
            Decision::NotReclaimed(reason) => self.take(reason.into()),
            Decision::Reclaimed(own) if own.due.is_positive() => self.take(Outcome::Reclaiming),
            Decision::Reclaimed(_) => self.take(Outcome::NothingDue),
            Decision::Adjusted { amount, .. } if amount.is_positive() => self.take(Outcome::Given),
            Decision::Adjusted { amount, .. } if amount.is_negative() => self.take(Outcome::Taken),
            Decision::Owed { kind: Kind::Redeem, .. } => self.take(Outcome::NotCovered),
            Decision::Exception(own) if own.reason == Reason::Unbacked => self.take(Outcome::NotCovered),
            Decision::Grant { method: Method::Adjustment, granted: Err(_), .. } => self.take(Outcome::BornExpired),
            _ => {}
        }
    }
}

impl OutcomeCounts {
    /// Counts facts in a currency that have an outcome.
    #[inline]
    pub fn add(&mut self, facts: FactsOf, currency: Currency, outcome: Outcome, count: u64) {
        self.of(currency)[facts as usize][outcome as usize] += count;
    }

    /// Adds other counts to these.
    pub fn merge(&mut self, other: &OutcomeCounts) {
        for (currency, theirs) in &other.currencies {
            let own = self.of(*currency).iter_mut().flatten();
            own.zip(theirs.iter().flatten()).for_each(|(own, theirs)| *own += theirs);
        }
    }

    /// Returns the counts of some facts by currency, without currencies of none.
    pub fn by_currency(&self, facts: FactsOf) -> Vec<CurrencyFunnel> {
        let mut sorted: Vec<_> = self.currencies.iter().collect();
        sorted.sort_by_key(|(currency, _)| *currency);
        let of_currency = |(currency, counts): &(Currency, Box<[[u64; OUTCOMES]; FACTS]>)| {
            let counts = Outcome::ALL.into_iter().zip(counts[facts as usize]).filter(|(_, count)| *count > 0);
            let outcomes: BTreeMap<String, u64> =
                counts.map(|(outcome, count)| (outcome.name().to_owned(), count)).collect();
            CurrencyFunnel { currency: currency.code().to_owned(), facts: outcomes.values().sum(), outcomes }
        };
        sorted.into_iter().map(of_currency).filter(|own| own.facts > 0).collect()
    }

    #[inline]
    fn of(&mut self, currency: Currency) -> &mut [[u64; OUTCOMES]; FACTS] {
        let index = self.currencies.iter().position(|(known, _)| *known == currency).unwrap_or_else(|| {
            self.currencies.push((currency, Box::new([[0; OUTCOMES]; FACTS])));
            self.currencies.len() - 1
        });
        &mut self.currencies[index].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use accrue_kernel::compiled_program::CompiledProgram;
    use accrue_kernel::compute_traced;
    use accrue_kernel::facts::{FactRow, Order, Refund, RefundMethod, Registration};
    use accrue_kernel::money::Amount;
    use accrue_kernel::outcome::PersonLedger;
    use accrue_kernel::program::{
        ClawbackShare, ClawbackTerms, Expiry, OrderReward, Program, Reach, RedemptionOrder, RedemptionSource,
        RedemptionTerms, RefundSource, Reward, Rule,
    };
    use accrue_kernel::state::PersonState;
    use accrue_kernel::time::{LocalCalendar, Timestamp};

    /// So many days after 1970.
    fn day(days: i64) -> Timestamp {
        Timestamp::from_micros(days * 86_400_000_000)
    }

    /// 0.50 for each 10.00 of an order of 20.00 or more. Clawback begins with day 20.
    fn program(currency: Currency) -> Program {
        let by_value =
            OrderReward::ByValue { every: Amount::from_minor(10_00), receive: Amount::from_minor(50), prorated: false };
        Program {
            name: String::new(),
            currency,
            zone: LocalCalendar::new(chrono_tz::UTC),
            earn_on_credit: false,
            switches: Vec::new(),
            shared_expiry: Vec::new(),
            rules: vec![Rule {
                id: "per_order".to_owned(),
                reward: Reward::PerOrder { reward: by_value, min_spend: Some(Amount::from_minor(20_00)) },
                currency,
                from: None,
                until: None,
                expiry: None,
                clawback: ClawbackShare::Prorate,
            }],
            redemption: RedemptionTerms {
                from: RedemptionSource::Redemptions,
                order: RedemptionOrder::SoonestExpiry,
                restore_on_cancel: true,
            },
            refunds_from: RefundSource::Refunds,
            clawback: ClawbackTerms { from: day(20), reach: Reach::Account, on_store_credit: false },
            carry_debt: false,
            refund_credit_expiry: Expiry::Never,
            link_guests: true,
        }
    }

    #[test]
    fn each_fact_of_an_export_has_one_outcome() {
        let usd = Currency::from_code("USD").unwrap();
        let order = |row, paid_at: Option<i64>, cancelled_at: Option<i64>, items| Order {
            fact: FactRef::Order(FactRow::new(row)),
            id: ["o0", "o1", "o2", "o3", "o4", "o5"][row as usize],
            placed_at: day(10),
            paid_at: paid_at.map(day),
            cancelled_at: cancelled_at.map(day),
            currency: usd,
            items: Amount::from_minor(items),
            total: Amount::from_minor(items),
            credit: Amount::ZERO,
        };
        // The first is a kept one. The last is cancelled after its payment, which is no fact of its own.
        let orders = [
            order(0, Some(10), None, 50_00),
            order(1, None, None, 50_00),
            order(2, Some(11), Some(11), 50_00),
            order(3, Some(41), None, 50_00),
            order(4, Some(12), None, 19_99),
            order(5, Some(13), Some(25), 50_00),
        ];
        let refund = |row, order, at, amount| Refund {
            fact: FactRef::Refund(FactRow::new(row)),
            id: ["r0", "r1", "r2", "r3"][row as usize],
            order: OrderIndex::new(order),
            refunded_at: day(at),
            amount: Amount::from_minor(amount),
            method: RefundMethod::Original,
        };
        // The last order earns 2.50. Of that 0.10 of 50.00 are 0.005, so that nothing is due; 10.10 of 50.00 are 0.505.
        let refunds = [refund(0, 5, 19, 10_00), refund(1, 5, 20, 10), refund(2, 5, 21, 10_00), refund(3, 4, 22, 1_00)];
        let registration = Registration {
            fact: FactRef::Registration(FactRow::new(0)),
            registered_at: day(1),
            orders_before: 0,
            spend_before: Amount::ZERO,
        };
        let registration = Some(registration);
        let person =
            Person { id: "ada", registration, orders: &orders, refunds: &refunds, redemptions: &[], adjustments: &[] };
        let program = program(usd);
        let (mut counts, kept) = (OutcomeCounts::default(), PerKind { orders: 1, ..PerKind::default() });
        let mut counting = Counting::new(&person, usd, &kept, &mut counts);
        let (mut state, mut out) = (PersonState::default(), PersonLedger::default());
        compute_traced(&person, &CompiledProgram::new(&program), day(40), &mut state, &mut out, &mut counting);
        counting.end();
        let told = |facts| -> Vec<(String, u64)> {
            let own: Vec<CurrencyFunnel> = counts.by_currency(facts);
            own.into_iter().flat_map(|own| own.outcomes).collect()
        };
        let expected = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), 1)).collect::<Vec<_>>();
        let of_orders = ["after_as_of", "below_min_spend", "cancelled_before_payment", "earning", "unpaid"];
        assert_eq!(told(FactsOf::Orders), expected(&of_orders));
        let of_refunds = ["before_from", "nothing_due", "nothing_granted", "reclaiming"];
        assert_eq!(told(FactsOf::Refunds), expected(&of_refunds));
        assert_eq!(told(FactsOf::Registrations), expected(&["no_rule_in_force"]));
    }
}
