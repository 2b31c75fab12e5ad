//! The same facts give the same bytes: whatever the order of rows, the files that they are in, and however often.

use super::exports::{self, Table};
use super::for_shops;
use crate::oracle::dice::Dice;
use crate::oracle::shop::Shop;
use crate::shop_folder::instant;
use accrue::facts::columns::columns;
use accrue::facts::moment::{Moment, parse_moment};
use accrue::kernel::time::{LocalCalendar, LocalDate, Timestamp};
use std::collections::BTreeMap;

#[test]
fn shuffled_rows_give_the_same_bytes() {
    for_shops(200, |shop| {
        let as_of = instant(&shop.as_of);
        let tables = without_ties(&shop);
        let mut shuffled = tables.clone();
        let mut dice = Dice::new(shop.inputs.len() as u64);
        shuffled.iter_mut().for_each(|table| dice.shuffle(&mut table.rows));
        dice.shuffle(&mut shuffled);
        let in_order = exports::run(&shop.program_toml, &tables, as_of)?;
        in_order.compare(&exports::run(&shop.program_toml, &shuffled, as_of)?)
    });
}

#[test]
fn cutting_tables_into_files_of_any_format_gives_the_same_bytes() {
    for_shops(100, |shop| {
        let as_of = instant(&shop.as_of);
        let tables = exports::tables(&shop.inputs);
        let whole = exports::run(&shop.program_toml, &tables, as_of)?;
        let mut dice = Dice::new(tables.len() as u64);
        (0..3).try_for_each(|_| whole.compare(&exports::run_cut(&shop.program_toml, &tables, as_of, &mut dice)?))
    });
}

#[test]
fn rows_that_come_again_change_nothing() {
    for_shops(150, |shop| {
        let as_of = instant(&shop.as_of);
        let tables = without_ties(&shop);
        let mut repeated = tables.clone();
        let mut dice = Dice::new(shop.inputs.len() as u64);
        for Table { rows, .. } in &mut repeated {
            for _ in 0..rows.len() {
                let again = dice.pick(rows).clone();
                let at = dice.below(rows.len() + 1);
                rows.insert(at, again);
            }
        }
        let mut once = exports::run(&shop.program_toml, &tables, as_of)?;
        let mut often = exports::run(&shop.program_toml, &repeated, as_of)?;
        // A bad row that comes again is rejected again.
        once.rejects.dedup();
        often.rejects.dedup();
        once.compare(&often)
    });
}

/// Where nobody is written to, emails of customers are not even kept.
#[test]
fn who_is_written_to_changes_nothing_else() {
    for_shops(150, |shop| {
        let as_of = instant(&shop.as_of);
        let tables = exports::tables(&shop.inputs);
        let silent = shop.program_toml.replace(
            "[emails]\n",
            "[emails]\nreceived = false\nredeemed = false\nexpiring = false\nrefunded = false\n",
        );
        let mut with_mails = exports::run(&shop.program_toml, &tables, as_of)?;
        let without = exports::run(&silent, &tables, as_of)?;
        assert!(without.emails.is_empty());
        with_mails.emails.clear();
        with_mails.compare(&without)
    });
}

/// Returns a shop's tables without rows that only their place tells from another version of the same age: there the
/// order of rows does matter (docs/spec.md 2).
fn without_ties(shop: &Shop) -> Vec<Table> {
    let zone = zone_of(&shop.program_toml);
    let mut tables = exports::tables(&shop.inputs);
    for Table { kind, rows } in &mut tables {
        let id = columns(*kind)[0].name;
        let mut versions = BTreeMap::new();
        rows.retain(|row| {
            let cell = |name: &str| row.get(name).map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
            let key = (cell(id).map(str::to_owned), cell("updated_at").map(|text| age(text, &zone)));
            versions.entry(key).or_insert_with(|| row.clone()) == row
        });
    }
    tables
}

/// Returns the instant of a canonical time; all that are no times are of one age.
fn age(text: &str, zone: &LocalCalendar) -> Option<Timestamp> {
    Some(match parse_moment(text.as_bytes())? {
        Moment::Day(day) => zone.start_of(LocalDate::from_epoch_days(day)),
        Moment::Local(micros) => zone.instant_of(micros),
        Moment::Utc(micros) => Timestamp::from_micros(micros),
    })
}

fn zone_of(program: &str) -> LocalCalendar {
    let name = program.lines().find_map(|line| line.strip_prefix("timezone = ")).expect("every program has one");
    LocalCalendar::new(name.trim_matches('"').parse().expect("a time zone"))
}
