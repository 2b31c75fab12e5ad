//! What random shops owe after two nights, of which the second corrects what the first has posted: the roll-forward
//! closes and each closing is the next opening, the tables of what is left come to its closing, and a month that is
//! reported alone is the same month.

mod duckdb;

use crate::oracle::shop;
use crate::seeds;
use crate::two_nights;
use accrue::kernel::time::LocalDate;
use accrue::reports::liability::{Cell, Classes, Liability, Row, Table};
use accrue::run::Silent;
use accrue::run::inspect::BookView;
use accrue::run::liability::{LiabilityQuestion, liability};
use std::collections::BTreeMap;

const SHOPS: u64 = 15;

#[test]
fn what_is_owed_is_what_was_owed_and_what_came_and_went() {
    seeds::for_seeds(&seeds::seeds(5_000_000, SHOPS), |seed| {
        let folder = tempfile::tempdir().unwrap();
        two_nights::run(&shop::shop(seed), folder.path())?;
        let past = BookView::open(&folder.path().join("book")).map_err(|error| error.to_string())?;
        for run in [1, 2] {
            check(&past, run)?;
        }
        Ok(())
    });
}

fn check(past: &BookView, run: i64) -> Result<(), String> {
    let months = report(past, days(run), true, run, None)?;
    let rolled = table(&months, "rollforward");
    let mut closings: BTreeMap<[String; 3], i128> = BTreeMap::new();
    for row in &rolled.rows {
        let amounts: Vec<i128> = row.cells[5..16].iter().map(minor).collect();
        let [opening, corrections, granted, redeemed, restored, reclaimed, expired, settled, up, down, closing] =
            amounts[..]
        else {
            unreachable!("eleven amounts")
        };
        let sum = opening + corrections + granted - redeemed + restored - reclaimed - expired - settled + up - down;
        let key = [2, 3, 4].map(|column| text(&row.cells[column]));
        // Between two rows nothing is left out but months in which all is zero.
        if sum != closing || closings.insert(key, closing).is_some_and(|before| before != opening) {
            return Err(format!("run {run}: {row:?}"));
        }
    }
    let end = days(run).1.to_string();
    let last = |row: &&Row| text(&row.cells[1]) == end;
    let closing = by_currency(rolled.rows.iter().filter(last), 15, |_| true);
    let credit = by_currency(rolled.rows.iter().filter(last), 15, |row| text(&row.cells[4]) != "owed");
    let outstanding = by_currency(table(&months, "outstanding").rows.iter(), 5, |_| true);
    if outstanding != closing {
        return Err(format!("run {run}: {outstanding:?} are outstanding, and {closing:?} at the close"));
    }
    let corrected = by_currency(rolled.rows.iter(), 6, |_| true);
    if by_currency(table(&months, "prior_corrections").rows.iter(), 6, |_| true) != corrected {
        return Err(format!("run {run}: {corrected:?} is corrected"));
    }
    for (name, column) in [("ageing", 3), ("ageing_by_activity", 3), ("expiring", 3), ("largest", 3)] {
        let sum = by_currency(table(&months, name).rows.iter(), column, |_| true);
        if sum != credit {
            return Err(format!("run {run}: {name} comes to {sum:?}, and credit to {credit:?}"));
        }
    }
    alone(past, run, rolled)
}

/// Reports each month alone, as it was known when it was reported.
fn alone(past: &BookView, run: i64, rolled: &Table) -> Result<(), String> {
    let whole = report(past, days(run), true, run, None)?;
    let periods = whole.periods();
    let mut opening_run = periods.opening_run();
    for period in periods.all() {
        let month = report(past, (period.start, period.end), false, period.run.into(), Some(opening_run.into()))?;
        let of_month: Vec<&Row> =
            rolled.rows.iter().filter(|row| text(&row.cells[0]) == period.start.to_string()).collect();
        let found: Vec<&Row> = table(&month, "rollforward").rows.iter().collect();
        if found != of_month {
            return Err(format!("run {run}, {}: {found:?} and not {of_month:?}", period.start));
        }
        opening_run = period.run;
    }
    Ok(())
}

/// Returns the days that a run can report: it is as of June 2025, or as of the end of that year.
fn days(run: i64) -> (LocalDate, LocalDate) {
    let day = |year, month| LocalDate::from_ymd(year, month, 1).unwrap();
    (day(2023, 1), if run == 1 { day(2025, 6) } else { day(2025, 12) })
}

fn report(
    past: &BookView,
    days: (LocalDate, LocalDate),
    monthly: bool,
    known_at: i64,
    opening_at: Option<i64>,
) -> Result<Liability, String> {
    let classes = Classes::default();
    let question = LiabilityQuestion { days: Some(days), monthly, known_at: Some(known_at), opening_at, classes };
    liability(past, question, &Silent).map_err(|error| error.to_string())
}

fn table<'r>(report: &'r Liability, name: &str) -> &'r Table {
    report.tables().iter().find(|table| table.name == name).unwrap()
}

/// Adds up a column of some rows; currencies in which there is nothing are left out.
fn by_currency<'r>(
    rows: impl Iterator<Item = &'r Row>,
    column: usize,
    is_meant: impl Fn(&Row) -> bool,
) -> BTreeMap<&'static str, i128> {
    let mut sums = BTreeMap::new();
    for row in rows.filter(|row| is_meant(row)) {
        *sums.entry(row.currency.code()).or_insert(0) += minor(&row.cells[column]);
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

fn minor(cell: &Cell) -> i128 {
    let Cell::Amount(amount) = cell else { panic!("{cell:?} is no amount") };
    amount.minor()
}

fn text(cell: &Cell) -> String {
    let Cell::Text(text) = cell else { panic!("{cell:?} is no text") };
    text.clone()
}
