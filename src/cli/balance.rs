//! `accrue balance`: what everybody, or one person, had at an instant.

use super::arguments::BalanceOptions;
use super::book;
use super::exit::Failure;
use super::moment;
use super::progress::Line;
use super::say::{print, say};
use crate::kernel::time::Instant;
use crate::run::RunError;
use crate::run::look::{self, Past};

pub fn balance(options: &BalanceOptions) -> Result<(), Failure> {
    let past = Past::open(&book::folder(&options.book.book)?).map_err(Failure::of_looking)?;
    let at = match &options.as_of {
        Some(text) => moment::as_of(text, &past.program().map_err(Failure::of_looking)?.program.zone)?,
        None => past.as_of(),
    };
    let told = match &options.person {
        Some(customer_id) => of_person(&past, at, customer_id, options.book.json),
        None => of_everybody(&past, at, options),
    };
    print(told.map_err(Failure::of_looking)?, "the balances")
}

fn of_person(past: &Past, at: Instant, customer_id: &str, json: bool) -> Result<String, RunError> {
    let mut told = String::new();
    look::statement(past, at, customer_id, |statement| {
        told = if json { statement.to_json() } else { statement.to_string() };
    })?;
    Ok(told)
}

fn of_everybody(past: &Past, at: Instant, options: &BalanceOptions) -> Result<String, RunError> {
    let progress = Line::new();
    let everybody = look::balances(past, at, options.out.as_deref(), &progress)?;
    drop(progress);
    if let Some(file) = &options.out {
        say(format_args!("Everybody's balances: {}", file.display()));
    }
    Ok(if options.book.json { everybody.to_json(at) } else { everybody.table(at) })
}
