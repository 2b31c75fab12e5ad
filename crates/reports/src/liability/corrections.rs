//! What runs have changed of a time that was reported before them, and why.

use super::classes::Classes;
use super::periods::{Month, Periods};
use super::table::{Cell, Column, Row, Table};
use accrue_kernel::currency::Currency;
use accrue_kernel::entry::{Entry, Kind, Method};
use accrue_kernel::money::WideAmount;
use std::collections::BTreeMap;

const COLUMNS: &[Column] = &[
    Column::text("period_start"),
    Column::text("currency"),
    Column::text("class"),
    Column::text("method"),
    Column::text("kind"),
    Column::count("entries"),
    Column::amount("amount"),
    Column::text("effective_month"),
    Column::count("run"),
    Column::text("cause"),
];

/// Why a run has changed what was reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cause {
    /// It was allowed to change the past.
    Backfill,
    /// Nothing was posted of it before: its fact was late, or has another owner now.
    LateFact,
    /// Something else was posted of it before.
    ChangedFact,
    /// What was posted of it before is taken back whole.
    Void,
}

/// What corrections are added up by: the number of the period that has them, and what they are.
pub(super) type Key = (usize, Currency, Method, Kind, Month, u32, Cause);

/// The postings that are corrections: how many, and what they come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Corrections(BTreeMap<Key, (u64, WideAmount)>);

impl Corrections {
    pub(super) fn add(&mut self, key: Key, count: u64, amount: WideAmount) {
        let own = self.0.entry(key).or_default();
        own.0 += count;
        own.1 += amount;
    }

    /// Adds the corrections of other people.
    pub(super) fn merge(&mut self, other: Corrections) {
        other.0.into_iter().for_each(|(key, (count, amount))| self.add(key, count, amount));
    }

    /// Returns the table.
    pub(super) fn table(&self, periods: &Periods, classes: &Classes) -> Table {
        let mut rows: Vec<_> = self.0.iter().collect();
        rows.sort_by_key(|((period, currency, method, kind, month, run, cause), _)| {
            (*period, currency.code(), classes.place(*method), *method, *kind, *month, *run, *cause)
        });
        let row = |(&(period, currency, method, kind, (year, month), run, cause), (count, amount)): (&Key, _)| {
            let (count, amount): (&u64, &WideAmount) = (count, amount);
            let cells = vec![
                Cell::text(periods.all()[period].start),
                Cell::text(currency),
                Cell::text(classes.of(method)),
                Cell::text(method.name()),
                Cell::text(kind.name()),
                Cell::Count(*count),
                Cell::Amount(*amount),
                Cell::Text(format!("{year:04}-{month:02}")),
                Cell::Count(run.into()),
                Cell::text(cause.name()),
            ];
            Row { currency, cells }
        };
        let rows = rows.into_iter().map(|(key, (count, amount))| row((key, (count, amount)))).collect();
        Table { name: "prior_corrections", columns: COLUMNS, rows }
    }
}

impl Cause {
    /// Returns why a run has posted a row; `rows` are all of its lot.
    pub(super) fn of(run: u32, entry: &Entry<'_>, rows: &[(u32, Entry<'_>)]) -> Cause {
        let is_same = |other: &&(u32, Entry<'_>)| {
            other.0 <= run && (other.1.kind, other.1.effective_at) == (entry.kind, entry.effective_at)
        };
        let until_then = || rows.iter().filter(is_same);
        if until_then().all(|(other, _)| *other == run) {
            return Cause::LateFact;
        }
        let left: WideAmount = until_then().map(|(_, other)| other.amount).sum();
        if left.is_zero() { Cause::Void } else { Cause::ChangedFact }
    }

    fn name(self) -> &'static str {
        match self {
            Cause::Backfill => "backfill",
            Cause::LateFact => "late_fact",
            Cause::ChangedFact => "changed_fact",
            Cause::Void => "void",
        }
    }
}
