//! The command `accrue balance`: shows the balances of everybody, or one person's lots, at an instant.

use super::arguments::BalanceOptions;
use super::book;
use super::exit::Failure;
use super::moment;
use super::print::{print, print_json};
use super::progress::Line;
use super::say::say;
use super::threads;
use crate::reports::until::Until;
use crate::run::RunError;
use crate::run::find;
use crate::run::inspect::{self, BookView};

pub(crate) fn balance(options: &BalanceOptions) -> Result<(), Failure> {
    threads::begin(None).map_err(Failure::of_looking)?;
    let past = BookView::open(&book::folder(&options.book.book)?).map_err(Failure::of_looking)?;
    let until = until(options, &past)?;
    let told = match &options.person {
        Some(person) => of_person(&past, until, person, options.book.json),
        None => of_everybody(&past, &until, options),
    };
    let told = told.map_err(Failure::of_looking)?;
    if options.book.json { print_json(told, "the balances") } else { print(told, "the balances") }
}

fn until(options: &BalanceOptions, past: &BookView) -> Result<Until, Failure> {
    let zone = || past.program().map(|file| file.program.zone).map_err(Failure::of_looking);
    match (&options.as_of, &options.through) {
        (Some(text), _) => {
            let zone = zone()?;
            Ok(Until::instant(zone.moment(moment::as_of("--as-of", text, &zone)?)))
        }
        (None, Some(text)) => Ok(Until::close_of(moment::day(text)?, &zone()?)),
        (None, None) => Ok(Until::instant(past.moment(past.as_of()))),
    }
}

fn of_person(past: &BookView, until: Until, person: &str, json: bool) -> Result<String, RunError> {
    let progress = Line::new();
    let customer_id = find::customer_id(past, person, &progress)?;
    drop(progress);
    let mut told = String::new();
    inspect::statement(past, until, &customer_id, |statement| {
        told = if json { statement.to_json() } else { statement.to_string() };
    })?;
    Ok(told)
}

fn of_everybody(past: &BookView, until: &Until, options: &BalanceOptions) -> Result<String, RunError> {
    let progress = Line::new();
    let everybody = inspect::balances(past, until, options.out.as_deref(), &progress)?;
    drop(progress);
    if let Some(file) = &options.out {
        say(format_args!("Everybody's balances: {}", file.display()));
    }
    Ok(if options.book.json { everybody.to_json(until) } else { everybody.table(until) })
}
