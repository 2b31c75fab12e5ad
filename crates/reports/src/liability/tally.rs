//! Adds up the postings of people, one after the other: only sums are kept, and the rows of one person.

use super::classes::Classes;
use super::corrections::{Cause, Corrections};
use super::flow::Flow;
use super::largest::Largest;
use super::periods::{Periods, Place, counted_at};
use super::standing::{self, Left, Standing};
use crate::lots::{self, Lot};
use accrue_kernel::currency::Currency;
use accrue_kernel::entry::{Entry, Kind, Method};
use accrue_kernel::money::WideAmount;
use accrue_kernel::program::RuleIndex;
use accrue_kernel::time::LocalCalendar;
use std::collections::{BTreeMap, BTreeSet};

/// What lots are reported together by.
type Key = (Currency, Method);

/// What postings are added up by.
#[derive(Clone, Copy)]
pub struct Terms<'t> {
    /// The periods.
    pub periods: &'t Periods,
    /// The zone that their days are of.
    pub zone: &'t LocalCalendar,
    /// The classes of credit.
    pub classes: &'t Classes,
    /// The numbers of the runs that were allowed to change the past.
    pub backfills: &'t BTreeSet<u32>,
}

/// The sums of some people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// A flow for each period.
    pub(super) flows: BTreeMap<Key, Vec<Flow>>,
    pub(super) corrections: Corrections,
    pub(super) standing: Standing<String>,
    pub(super) largest: Largest,
}

/// Adds up the postings of people.
pub struct Tally<'p> {
    periods: &'p Periods,
    backfills: &'p BTreeSet<u32>,
    corrections: Corrections,
    /// The few pairs that there are are found faster in a list than in a tree.
    flows: Vec<(Key, Vec<Flow>)>,
    /// What a lot holds more at the end of each period than at the end of the one before.
    changes: Vec<WideAmount>,
    /// Whether the person has something at the end of each period.
    has: Vec<bool>,
    left: Left<'p>,
    largest: Largest,
}

impl<'p> Tally<'p> {
    /// Returns a tally of nobody.
    pub fn new(Terms { periods, zone, classes, backfills }: Terms<'p>) -> Tally<'p> {
        let count = periods.all().len();
        Tally {
            periods,
            backfills,
            corrections: Corrections::default(),
            flows: Vec::new(),
            changes: vec![WideAmount::ZERO; count],
            has: vec![false; count],
            left: Left::new(classes, zone, periods.last().end),
            largest: Largest::default(),
        }
    }

    /// Adds the postings of one person, each with the number of its run. Their order is changed.
    pub fn add(&mut self, customer_id: &str, rows: &mut [(u32, Entry<'_>)]) {
        rows.sort_by_key(|(_, entry)| (entry.currency, entry.method, entry.origin_id, entry.expires_at));
        let key = |(_, entry): &(u32, Entry<'_>)| (entry.currency, entry.method);
        for same in rows.chunk_by(|one, other| key(one) == key(other)) {
            self.add_lots(key(&same[0]), same);
        }
        let known: Vec<&(u32, Entry<'_>)> =
            rows.iter().filter(|(run, entry)| self.periods.place(*run, entry).is_some()).collect();
        let lots = lots_left(&known);
        self.left.add_person(&lots, standing::active_at(known.iter().map(|(_, entry)| entry)));
        self.largest.add_person(customer_id, &lots);
    }

    /// Returns the sums. `rules` are the ids of the rules that the entries have named by index.
    pub fn finish(self, rules: &[String]) -> Sums {
        let standing = self.left.standing.named(rules);
        Sums { flows: self.flows.into_iter().collect(), corrections: self.corrections, standing, largest: self.largest }
    }

    /// Adds a person's lots of one currency and method.
    fn add_lots(&mut self, key: Key, rows: &[(u32, Entry<'_>)]) {
        let slot = self.flows.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
            self.flows.push((key, vec![Flow::default(); self.periods.all().len()]));
            self.flows.len() - 1
        });
        self.has.fill(false);
        for lot in rows.chunk_by(|one, other| one.1.origin_id == other.1.origin_id) {
            self.add_lot(slot, lot);
        }
        let flows = &mut self.flows[slot].1;
        flows.iter_mut().zip(&self.has).for_each(|(flow, &has)| flow.people += u64::from(has));
    }

    fn add_lot(&mut self, slot: usize, rows: &[(u32, Entry<'_>)]) {
        let Tally { periods, backfills, corrections, flows, changes, has, left, largest: _ } = self;
        let flows = &mut flows[slot].1;
        changes.fill(WideAmount::ZERO);
        for (run, entry) in rows {
            let Some(place) = periods.place(*run, entry) else { continue };
            let number = match place {
                Place::Opening => {
                    flows[0].before += entry.amount;
                    0
                }
                Place::Correction(number) => {
                    flows[number].corrections += entry.amount;
                    let cause = match backfills.contains(run) {
                        true => Cause::Backfill,
                        false => Cause::of(*run, entry, rows),
                    };
                    let month = left.month(counted_at(entry));
                    let key = (number, entry.currency, entry.method, entry.kind, month, *run, cause);
                    corrections.add(key, 1, entry.amount.into());
                    number
                }
                Place::Movement(number) => {
                    let flow = &mut flows[number];
                    flow.move_by(entry.kind, entry.amount);
                    match entry.kind {
                        Kind::Redeem if is_of_opening(periods, number, rows) => {
                            flow.redeemed_from_opening += entry.amount;
                        }
                        Kind::Expire if is_of_opening(periods, number, rows) => {
                            flow.expired_from_opening += entry.amount;
                        }
                        _ => {}
                    }
                    number
                }
            };
            changes[number] += entry.amount;
        }
        let mut held = WideAmount::ZERO;
        for ((flow, change), has) in flows.iter_mut().zip(changes).zip(has) {
            held += *change;
            flow.lots += u64::from(!held.is_zero());
            *has |= !held.is_zero();
        }
    }
}

/// Returns the lots that are not empty, each with the rule that has granted it as the last run has it. The postings are
/// sorted by lot and expiry.
fn lots_left<'e>(known: &[&(u32, Entry<'e>)]) -> Vec<(Lot<'e>, Option<RuleIndex>)> {
    let lot = |(_, entry): &(u32, Entry<'e>)| (entry.currency, entry.method, entry.origin_id);
    let left = known.chunk_by(|one, other| lot(one) == lot(other)).filter_map(|rows| {
        let sum: WideAmount = rows.iter().map(|(_, entry)| entry.amount).sum();
        let grants = rows.iter().filter(|(_, entry)| entry.kind == Kind::Grant && entry.amount.is_positive());
        let rule = grants.max_by_key(|(run, _)| *run).and_then(|(_, entry)| entry.rule);
        let entries: Vec<&Entry<'e>> = rows.iter().map(|(_, entry)| entry).collect();
        (!sum.is_zero()).then(|| (lots::sum_up(&entries), rule))
    });
    left.collect()
}

/// Tells whether a lot was granted before a period, as far as is known when that is reported.
fn is_of_opening(periods: &Periods, number: usize, rows: &[(u32, Entry<'_>)]) -> bool {
    let period = &periods.all()[number];
    let is_known = |(run, entry): &(u32, Entry<'_>)| {
        entry.kind == Kind::Grant && *run <= period.run && entry.effective_at < period.start_at
    };
    rows.iter().any(is_known)
}

impl Sums {
    /// Adds the sums of other people.
    pub fn merge(&mut self, other: Sums) {
        for (key, theirs) in other.flows {
            let own = self.flows.entry(key).or_insert_with(|| vec![Flow::default(); theirs.len()]);
            own.iter_mut().zip(&theirs).for_each(|(own, theirs)| own.merge(theirs));
        }
        self.corrections.merge(other.corrections);
        self.standing.merge(other.standing);
        self.largest.merge(other.largest);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use accrue_kernel::entry::{EventId, OriginId, SourceId};
    use accrue_kernel::money::Amount;
    use accrue_kernel::time::{LocalCalendar, LocalDate, Timestamp};

    /// UTC.
    pub(crate) fn utc() -> LocalCalendar {
        LocalCalendar::new(chrono_tz::UTC)
    }

    /// A day of 2024.
    pub(crate) fn day(month: u32, on: u32) -> LocalDate {
        LocalDate::from_ymd(2024, month, on).unwrap()
    }

    /// The first instant of a day of 2024.
    pub(crate) fn at(month: u32, on: u32) -> Timestamp {
        utc().start_of(day(month, on))
    }

    /// A posting of a lot in dollars that order `origin` has earned and that expires with August: cents and instant.
    pub(crate) fn row(kind: Kind, origin: &'static str, cents: i64, at: Timestamp) -> Entry<'static> {
        let method = if origin.is_empty() { Method::Owed } else { Method::PerOrder };
        Entry {
            currency: Currency::from_code("USD").unwrap(),
            kind,
            source_id: SourceId(EventId::fact(origin)),
            method,
            origin_id: OriginId(EventId::fact(origin)),
            amount: Amount::from_minor(cents),
            effective_at: at,
            expires_at: (!origin.is_empty()).then(|| utc().start_of(day(9, 1))),
            rule: None,
            lot: None,
        }
    }
}
