//! Random small shops for comparing two implementations: a program, its inputs and an instant, all from one seed.
//!
//! Times and amounts come from small sets around one change of the clock, so that equal instants, exact thresholds and
//! expiries on the very instant of an event are common rather than rare.

use super::Input;
use super::dice::Dice;
use super::shop_program;
use super::shop_rows::{self, Fact};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shop {
    pub program_toml: String,
    pub inputs: Vec<Input>,
    pub as_of: String,
}

/// What all parts of a shop are made of.
pub struct Stock {
    /// One person, one currency and few orders that are mostly paid: what is taken and given back meets the same lots.
    pub is_tight: bool,
    pub zone: &'static str,
    /// Local dates, ascending.
    pub days: Vec<String>,
    /// Times as cells hold them, in several notations.
    pub times: Vec<String>,
    pub currencies: Vec<&'static str>,
    pub people: Vec<String>,
    pub emails: Vec<&'static str>,
    pub cards: Vec<&'static str>,
    pub order_ids: Vec<String>,
    /// The currency that most versions of each order have.
    pub order_currencies: Vec<&'static str>,
}

/// A time zone and the date of a change of its clock: by an hour or half of one, at night or at midnight.
const CHANGES: &[(&str, &str)] = &[
    ("America/New_York", "2024-03-10"),
    ("America/New_York", "2024-11-03"),
    ("Europe/Berlin", "2024-03-31"),
    ("Europe/Berlin", "2024-10-27"),
    ("America/Havana", "2024-03-10"),
    ("America/Havana", "2024-11-03"),
    ("Africa/Cairo", "2024-04-26"),
    ("Africa/Cairo", "2024-11-01"),
    ("Australia/Lord_Howe", "2024-04-07"),
    ("Australia/Lord_Howe", "2024-10-06"),
    ("Asia/Tokyo", "2024-03-01"),
    ("UTC", "2024-02-29"),
];

const CLOCKS: &[&str] =
    &["", "", "", " 00:00", "T00:00:00", " 00:30", " 01:30:00", "T02:15", " 02:30", "T12:00:00", " 23:59:59.999999"];
const OFFSETS: &[&str] = &["", "", "", "", "", "Z", "+00:00", " -0500", "-04:00", " +02:00", "+1100", " Z"];

const EMAILS: &[&str] =
    &["ann@x.org", "Ann@X.org", "ANN@x.org", "bob@x.org", "Bob@x.ORG", "änne@x.org", "ÄNNE@X.ORG", "zoe@x.org"];

const AMOUNTS: &[&str] = &[
    "0.01", "0.99", "1", "3.33", "5.00", "+7", "9.99", "10", "10.00", "19.99", "20.00", "20.01", "33.34", "77.77",
    "100.000",
];
const WHOLE_AMOUNTS: &[&str] = &["1", "3", "7", "10", "19", "20.0", "100"];

/// Makes the shop of a seed.
pub fn shop(seed: u64) -> Shop {
    let mut dice = Dice::new(seed);
    let stock = stock(&mut dice);
    let program_toml = shop_program::program(&mut dice, &stock);
    let facts = shop_rows::facts(&mut dice, &stock);
    let inputs = inputs(&mut dice, facts);
    let as_of = as_of(&mut dice, &stock);
    Shop { program_toml, inputs, as_of }
}

impl Stock {
    pub fn time(&self, dice: &mut Dice) -> String {
        dice.pick(&self.times).clone()
    }

    /// The earlier of two times by how they are written, which mostly is the earlier one.
    pub fn early_time(&self, dice: &mut Dice) -> String {
        self.time(dice).min(self.time(dice))
    }

    /// Likewise the later of two.
    pub fn late_time(&self, dice: &mut Dice) -> String {
        self.time(dice).max(self.time(dice))
    }

    pub fn day(&self, dice: &mut Dice) -> String {
        dice.pick(&self.days).clone()
    }

    /// An amount above zero that fits the currency.
    pub fn amount(&self, dice: &mut Dice, currency: &str) -> String {
        match currency {
            "JPY" => dice.pick(WHOLE_AMOUNTS).to_string(),
            "KWD" if dice.chance(30) => "3.337".to_string(),
            _ => dice.pick(AMOUNTS).to_string(),
        }
    }
}

fn stock(dice: &mut Dice) -> Stock {
    let (zone, change) = *dice.pick(CHANGES);
    let days = days_around(change);
    let is_tight = dice.chance(50);
    let few_days: Vec<&String> = (0..dice.between(2, 6)).map(|_| dice.pick(&days)).collect();
    let times = (0..dice.between(4, 24)).map(|_| time(dice, &few_days)).collect();
    let mut currencies = vec![*dice.pick(&["USD", "USD", "USD", "EUR", "JPY", "KWD"])];
    let mut people: Vec<String> = ["c1", "007", "c10", "Ärger", "c2", "guest:1"].map(str::to_string).to_vec();
    let mut order_count = dice.between(1, 4);
    if is_tight {
        people.truncate(1);
    } else {
        people.truncate(dice.between(1, 6));
        order_count *= dice.between(1, 3);
        for _ in 0..*dice.pick(&[0, 0, 1, 1, 3]) {
            currencies.push(*dice.pick(&["USD", "EUR", "JPY", "KWD", "GBP"]));
        }
    }
    let order_ids: Vec<String> = (1..=order_count).map(|number| format!("o{number}")).collect();
    let order_currencies = order_ids.iter().map(|_| *dice.pick(&currencies)).collect();
    let emails = (0..dice.between(1, 5)).map(|_| *dice.pick(EMAILS)).collect();
    let cards = ["K1", "K2", "0003"][..dice.between(1, 3)].to_vec();
    Stock { is_tight, zone, days, times, currencies, people, emails, cards, order_ids, order_currencies }
}

/// Days close to the change and a few far from it.
fn days_around(change: &str) -> Vec<String> {
    let change: chrono::NaiveDate = change.parse().expect("a date");
    [-90, -30, -7, -3, -2, -1, 0, 1, 2, 3, 8, 31, 95]
        .iter()
        .map(|distance| (change + chrono::Duration::days(*distance)).to_string())
        .collect()
}

fn time(dice: &mut Dice, days: &[&String]) -> String {
    let (day, clock) = (*dice.pick(days), *dice.pick(CLOCKS));
    let offset = if clock.is_empty() { "" } else { *dice.pick(OFFSETS) };
    format!("{day}{clock}{offset}")
}

/// Deals the facts of each kind to one or two files, in any order, some rows twice.
fn inputs(dice: &mut Dice, facts: Vec<Fact>) -> Vec<Input> {
    let mut inputs = Vec::new();
    for kind in ["registrations", "orders", "refunds", "redemptions", "adjustments"] {
        let mut rows: Vec<_> = facts.iter().filter(|fact| fact.kind == kind).map(|fact| fact.cells.clone()).collect();
        for _ in 0..rows.len() / 8 {
            rows.push(dice.pick(&rows).clone());
        }
        if dice.chance(70) {
            dice.shuffle(&mut rows);
        }
        let cut = dice.below(rows.len() + 1);
        let later = rows.split_off(cut);
        for (number, rows) in [rows, later].into_iter().enumerate().filter(|(_, rows)| !rows.is_empty()) {
            inputs.push(Input { kind: kind.to_string(), file: format!("{kind}-{}.csv", number + 1), rows });
        }
    }
    inputs
}

/// Mostly after everything, else amid it.
fn as_of(dice: &mut Dice, stock: &Stock) -> String {
    let day = stock.day(dice);
    match dice.below(10) {
        0 => format!("{day}T12:00:00Z"),
        1 => format!("{day}T00:00:00-05:00"),
        2 => format!("{day}T01:30:00.5+02:00"),
        3 => format!("{}T00:00:00Z", stock.days.last().expect("days")),
        _ => "2026-01-01T00:00:00Z".to_string(),
    }
}
