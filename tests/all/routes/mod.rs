//! Layer 3 of the tests: one random shop by different routes into a book, with the same sums posted in the end: as one
//! run, as nights with exports that overlap, as nights that are repeated, as nights of which one is killed at every
//! step of its commit, as nights with housekeeping in between, as plans that are applied, and as a backfill with
//! another program.

pub mod books;
mod funnels;
mod independent;
mod killed;
mod nights;
mod odd_facts;
mod plans;
mod upkeep;

use crate::oracle::shop::{self, Shop};
use crate::seeds;
use crate::shop_folder::{self, Export, instant};
use books::Posted;
use nights::{Nights, Shops};
use std::fs;

/// The shops of these tests alone.
const FIRST_SEED: u64 = 3_000_000;

#[test]
fn one_run_into_a_book_posts_what_a_run_without_one_does() {
    for_shops(20, |shop| {
        let home = tempfile::tempdir().unwrap();
        let exports: Vec<Export> =
            shop.inputs.iter().map(|input| Export { kind: &input.kind, rows: &input.rows }).collect();
        shop_folder::write(home.path(), &shop.program_toml, &exports);
        shop_folder::run_to(home.path(), instant(&shop.as_of), &home.path().join("alone"))?;
        let nights = Nights::of(&shop, 1, 0);
        let shops = Shops::new(&nights);
        shops.run(0, 0)?;
        let alone = books::sums_of_csv(&home.path().join("alone/ledger.csv"));
        same("ledgers", &alone, &shops.posted().sums)?;
        let mails = fs::read_to_string(home.path().join("alone/emails.ndjson")).unwrap();
        same("mails", &mails.lines().count(), &shops.posted().job_ids.len())
    });
}

#[test]
fn nights_post_what_one_run_does() {
    for_shops(30, |shop| {
        let whole = posted(&Nights::of(&shop, 1, 0), 1)?;
        for (count, overlap) in [(2, 0), (5, 3), (3, 1_000)] {
            let nights = posted(&Nights::of(&shop, count, overlap), 1)?;
            same(&format!("{count} nights, overlapping by {overlap}"), &whole.sums, &nights.sums)?;
        }
        Ok(())
    });
}

#[test]
fn thirty_nights_post_what_one_run_does() {
    for_shops(3, |shop| {
        let (whole, nights) = (posted(&Nights::of(&shop, 1, 0), 1)?, posted(&Nights::of(&shop, 30, 4), 1)?);
        same("ledgers", &whole.sums, &nights.sums)
    });
}

#[test]
fn nights_of_their_own_time_post_what_one_run_does() {
    // What is refunded without a date is refunded when it was first seen, which is another time by another route.
    let is_dated = |shop: &Shop| !shop.program_toml.contains("from = \"orders\"");
    let (mut tried, mut compared) = (0, 0);
    for_shops(30, |shop| {
        tried += 1;
        if !is_dated(&shop) {
            return Ok(());
        }
        compared += 1;
        let whole = posted(&Nights::of(&shop, 1, 0), 1)?;
        let nights = posted(&Nights::of(&shop, 4, 2).days_apart(1), 1)?;
        same("ledgers", &whole.sums, &nights.sums)
    });
    expect_enough("dated", tried, compared);
}

#[test]
fn few_and_everybody_are_told_and_post_the_same_every_night() {
    for_shops(10, |shop| {
        let routes: [&dyn Fn() -> Nights; 4] = [
            &|| Nights::of(&shop, 4, 2).days_apart(1),
            &|| Nights::of(&shop, 3, 1_000),
            &|| Nights::of(&shop, 3, 0).days_apart(30).all_at_first(),
            &|| Nights::of(&shop, 4, 0).days_apart(1).all_at_first(),
        ];
        for (number, nights) in routes.iter().enumerate() {
            let [few, everybody] = [false, true].map(|everyone| told(&nights().with_everyone(everyone)));
            same(&format!("nights of route {number}"), &few?, &everybody?)?;
        }
        Ok(())
    });
}

#[test]
fn a_repeated_run_posts_and_mails_nothing() {
    for_shops(20, |shop| {
        let nights = Nights::of(&shop, 3, 2);
        let (once, twice) = (posted(&nights, 1)?, posted(&nights, 2)?);
        same("rows of the ledger", &once.rows, &twice.rows)?;
        same("jobs", &once.job_ids, &twice.job_ids)
    });
}

/// Drives a shop night by night, each so many times, and returns what the book holds then.
fn posted(nights: &Nights, times: usize) -> Result<Posted, String> {
    let shops = Shops::new(nights);
    for night in 0..nights.len() {
        for time in 0..times {
            shops.run(night, time)?;
        }
    }
    let posted = shops.posted();
    same("jobs in the book and in the folders", &posted.job_ids, &shops.mailed())?;
    Ok(posted)
}

/// Drives a shop night by night and returns what each has told.
fn told(nights: &Nights) -> Result<Vec<String>, String> {
    let shops = Shops::new(nights);
    for night in 0..nights.len() {
        shops.run(night, 0)?;
    }
    Ok(shops.told())
}

/// Compares everything that shops have posted and mailed with what should be in their book.
fn same_book(whole: &Posted, shops: &Shops<'_>) -> Result<(), String> {
    let posted = shops.posted();
    same("ledgers", &whole.sums, &posted.sums)?;
    same("rows", &whole.rows, &posted.rows)?;
    same("jobs", &whole.job_ids, &posted.job_ids)?;
    same("folders", &posted.job_ids, &shops.mailed())
}

fn for_shops(count: u64, mut check: impl FnMut(Shop) -> Result<(), String>) {
    seeds::for_seeds(&seeds::seeds(FIRST_SEED, count), |seed| check(of_seed(seed)));
}

/// Fails unless enough of the shops that a suite has tried were of use to it; with one shop alone there may be none.
fn expect_enough(what: &str, tried: u64, of_use: u64) {
    assert!(tried < 2 || 2 * of_use >= tried, "{what}: only {of_use} of {tried} shops");
}

fn of_seed(seed: u64) -> Shop {
    let mut shop = shop::shop(seed);
    // All mails, so that they are looked at as well.
    shop.program_toml += "[emails]\nquiet_after = { days = 36500 }\n";
    shop
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, one: &T, other: &T) -> Result<(), String> {
    if one == other { Ok(()) } else { Err(format!("{what} differ:\n  {one:?}\n  {other:?}")) }
}
