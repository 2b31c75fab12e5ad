//! A report: what it is about, and its tables.

use super::classes::Classes;
use super::periods::Periods;
use super::rollforward::{self, Line};
use super::table::Table;
use super::tables;
use super::tally::Sums;
use accrue_kernel::currency::Currency;
use accrue_kernel::moment::Moment;
use std::collections::BTreeSet;

/// What a report is about.
#[derive(Clone, Debug)]
pub struct Head {
    /// The version of accrue that reports.
    pub accrue: &'static str,
    /// The periods.
    pub periods: Periods,
    /// The classes of credit.
    pub classes: Classes,
    /// The numbers of the runs that were allowed to change the past.
    pub backfills: BTreeSet<u32>,
    /// The as_of of the run that is known last.
    pub as_of: Moment,
    /// The IANA name of the time zone of that run's program.
    pub timezone: &'static str,
    /// SHA-256 of that program, in hex.
    pub program_sha256: String,
}

/// What a shop owes, and how that has changed.
#[derive(Clone, Debug)]
pub struct Liability {
    pub(super) head: Head,
    pub(super) lines: Vec<Line>,
    tables: Vec<Table>,
}

impl Liability {
    /// Makes the report of the sums of all people.
    pub fn new(head: Head, sums: &Sums) -> Liability {
        let lines = rollforward::lines(sums, &head.periods, &head.classes);
        let (standing, classes) = (&sums.standing, &head.classes);
        let tables = vec![
            rollforward::table(&lines, classes),
            sums.corrections.table(&head.periods, classes),
            tables::outstanding(standing, classes),
            tables::ageing("ageing", &standing.ageing, classes),
            tables::ageing("ageing_by_activity", &standing.by_activity, classes),
            tables::expiring(standing, classes),
            tables::largest(&sums.largest),
        ];
        Liability { head, lines, tables }
    }

    /// Returns the number of the run that is known last.
    pub fn known_at_run(&self) -> u32 {
        self.head.periods.last().run
    }

    /// Returns the periods that are reported.
    pub fn periods(&self) -> &Periods {
        &self.head.periods
    }

    /// Returns the currencies in which there was anything, by code.
    pub(super) fn currencies(&self) -> Vec<Currency> {
        let mut currencies: Vec<Currency> = self.lines.iter().map(|line| line.currency).collect();
        currencies.sort_by_key(|currency| currency.code());
        currencies.dedup();
        currencies
    }

    /// Returns the tables.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }
}
