//! `accrue report`: what finance and auditors ask of a book.

use super::book;
use super::exit::Failure;
use super::moment;
use super::print::{print, print_json};
use super::progress::Line;
use super::report_arguments::{LiabilityOptions, ReportCommand, ReportFormat, ReportOptions};
use super::say::say;
use super::threads;
use crate::kernel::time::LocalDate;
use crate::reports::liability::Classes;
use crate::run::inspect::BookView;
use crate::run::liability::{self, LiabilityQuestion};

pub(crate) fn report(options: &ReportOptions) -> Result<(), Failure> {
    match &options.command {
        ReportCommand::Liability(options) => liability(options),
    }
}

fn liability(options: &LiabilityOptions) -> Result<(), Failure> {
    threads::begin(None).map_err(Failure::of_looking)?;
    let days = days(options)?;
    let named = book::named(&options.book)?;
    let past = BookView::open(&named.folder).map_err(Failure::of_looking)?;
    let run =
        |option: &str, text: &Option<String>| text.as_deref().map(|text| book::run_at(option, text, &past)).transpose();
    let question = LiabilityQuestion {
        days,
        monthly: options.monthly,
        known_at: run("--known-at", &options.known_at)?,
        opening_at: run("--opening-at", &options.opening_at)?,
        classes: Classes::default().with(named.classes),
    };
    let progress = Line::new();
    let reported = liability::liability(&past, question, &progress);
    drop(progress);
    let reported = reported.map_err(Failure::of_looking)?;
    if let Some(out) = &options.out {
        liability::write(&past, &reported, out).map_err(Failure::of_looking)?;
        say(format_args!("The tables: {}", out.display()));
    }
    match options.format {
        ReportFormat::Text => print(reported.text(), "the report"),
        ReportFormat::Json => print_json(reported.to_json(), "the report"),
    }
}

fn days(options: &LiabilityOptions) -> Result<Option<(LocalDate, LocalDate)>, Failure> {
    let day = |option: &str, text: &str| moment::day_or(option, text, "write a date such as 2024-06-01");
    match (&options.period, &options.from, &options.to) {
        (Some(month), _, _) => moment::month("--period", month).map(Some),
        (None, Some(from), Some(to)) => Ok(Some((day("--from", from)?, day("--to", to)?))),
        _ => Ok(None),
    }
}
