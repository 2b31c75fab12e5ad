//! What is left at the end of the last period, added up in several ways.

use super::classes::Classes;
use super::parts::Parts;
use super::periods::{Month, year_and_month};
use crate::lots::Lot;
use accrue_kernel::currency::Currency;
use accrue_kernel::entry::{Entry, Kind, Method};
use accrue_kernel::program::RuleIndex;
use accrue_kernel::time::{LocalCalendar, LocalDate, Timestamp};
use std::collections::BTreeMap;

/// The greatest ages, in days, of all groups of ages but the last.
pub(super) const AGES: [u32; 7] = [30, 90, 180, 365, 730, 1_095, 1_825];

/// What is left at the end, of some people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing<R> {
    /// By rule, debt included.
    pub outstanding: Parts<(Currency, Method, Option<R>)>,
    /// Credit by class, and by the number of the group of its age.
    pub ageing: Parts<(Currency, usize, usize)>,
    /// Credit by class, and by the group of the age of its owner's last activity.
    pub by_activity: Parts<(Currency, usize, usize)>,
    /// Credit by class, and by the month of its last day; `None`, which comes last: it never expires.
    pub expiring: Parts<(Currency, usize, (bool, Option<Month>))>,
}

/// Adds up what is left of people's lots.
pub(super) struct Left<'p> {
    pub standing: Standing<RuleIndex>,
    classes: &'p Classes,
    zone: &'p LocalCalendar,
    /// The first day after the last period.
    end: LocalDate,
    /// The months of days that were asked for: few days, for many lots.
    months: BTreeMap<LocalDate, Month>,
}

impl<R> Default for Standing<R> {
    fn default() -> Standing<R> {
        Standing {
            outstanding: Parts::default(),
            ageing: Parts::default(),
            by_activity: Parts::default(),
            expiring: Parts::default(),
        }
    }
}

impl<R: Ord> Standing<R> {
    /// Adds what is left of other people.
    pub(super) fn merge(&mut self, other: Standing<R>) {
        self.outstanding.merge(other.outstanding);
        self.ageing.merge(other.ageing);
        self.by_activity.merge(other.by_activity);
        self.expiring.merge(other.expiring);
    }
}

impl Standing<RuleIndex> {
    /// Returns the same with the ids of rules.
    pub(super) fn named(self, rules: &[String]) -> Standing<String> {
        let name = |rule: RuleIndex| rules.get(rule.index()).cloned().unwrap_or_default();
        Standing {
            outstanding: self.outstanding.by(|(currency, method, rule)| (currency, method, rule.map(name))),
            ageing: self.ageing,
            by_activity: self.by_activity,
            expiring: self.expiring,
        }
    }
}

impl<'p> Left<'p> {
    pub(super) fn new(classes: &'p Classes, zone: &'p LocalCalendar, end: LocalDate) -> Left<'p> {
        Left { standing: Standing::default(), classes, zone, end, months: BTreeMap::new() }
    }

    /// Adds the lots of one person, given when something was last done by or for that person.
    pub(super) fn add_person(&mut self, lots: &[(Lot<'_>, Option<RuleIndex>)], active_at: Option<Timestamp>) {
        let idle = self.age(active_at);
        for (lot, rule) in lots {
            self.standing.outstanding.add((lot.currency, lot.method, *rule), lot);
            if lot.method == Method::Owed {
                continue;
            }
            let class = self.classes.place(lot.method);
            let (age, month) = (self.age(lot.granted_at), lot.expires_at.map(|at| self.last_month(at)));
            self.standing.ageing.add((lot.currency, class, age), lot);
            self.standing.by_activity.add((lot.currency, class, idle), lot);
            self.standing.expiring.add((lot.currency, class, (month.is_none(), month)), lot);
        }
        self.standing.outstanding.end_person();
        self.standing.ageing.end_person();
        self.standing.by_activity.end_person();
        self.standing.expiring.end_person();
    }

    /// Returns the number of the group of ages that an instant is in at the close of the last day.
    fn age(&self, at: Option<Timestamp>) -> usize {
        let Some(day) = at.map(|at| self.zone.day_of(at)) else { return AGES.len() };
        AGES.iter().take_while(|&&days| day.plus(days + 1) < self.end).count()
    }

    /// Returns the month of the last day on which a lot is valid.
    fn last_month(&mut self, expires_at: Timestamp) -> Month {
        self.month(expires_at.plus_micros(-1))
    }

    /// Returns the local month of an instant.
    pub(super) fn month(&mut self, at: Timestamp) -> Month {
        let day = self.zone.day_of(at);
        *self.months.entry(day).or_insert_with(|| year_and_month(day))
    }
}

/// Returns when something was last done by or for a person: what lapses or is settled by itself is nothing of the kind.
pub(super) fn active_at<'e>(rows: impl Iterator<Item = &'e Entry<'e>>) -> Option<Timestamp> {
    rows.filter(|entry| !matches!(entry.kind, Kind::Expire | Kind::Settle)).map(|entry| entry.effective_at).max()
}
