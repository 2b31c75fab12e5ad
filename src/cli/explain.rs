//! `accrue explain`: why a balance, an order, a refund or an entry is what it is.

use super::arguments::{ExplainFormat, ExplainOptions};
use super::book;
use super::exit::{Code, Failure};
use super::moment;
use super::print::{print, print_json};
use super::progress::Line;
use super::threads;
use crate::pipeline;
use crate::reports::explain::{Depth, Explanation};
use crate::run::explain::{self, BookQuestion, Wanted};
use crate::run::inspect::BookView;
use std::path::Path;

pub(crate) fn explain(options: &ExplainOptions) -> Result<(), Failure> {
    threads::begin(None).map_err(Failure::of_looking)?;
    let wanted = wanted(options)?;
    let explanation = match book_of(options)? {
        Some(folder) => of_book(options, &folder, &wanted),
        None => of_exports(options, &wanted),
    }?;
    show(options, &explanation)?;
    match explanation.refused {
        None => Ok(()),
        Some(why) => Err(Failure::new(Code::Retroactive, format!("nothing is explained: {why}"))),
    }
}

fn wanted(options: &ExplainOptions) -> Result<Wanted, Failure> {
    let asked = &options.asked;
    let own = [
        asked.person.clone().map(Wanted::Person),
        asked.order.clone().map(Wanted::Order),
        asked.refund.clone().map(Wanted::Refund),
    ];
    if let Some(wanted) = own.into_iter().flatten().next() {
        return Ok(wanted);
    }
    let text = asked.entry.as_deref().unwrap_or_default();
    let remedy = "write a source id such as R-1, or a row of ledger.csv up to its `origin_id` or whole";
    Wanted::entry(text).ok_or_else(|| Failure::usage(format!("`--entry {text}` is no entry: {remedy}")))
}

/// Returns the folder of the book that is meant; `None` where exports are to be read instead.
fn book_of(options: &ExplainOptions) -> Result<Option<std::path::PathBuf>, Failure> {
    if options.book.is_dir() {
        return match options.no_book {
            true => Err(Failure::usage(format!("{} is a book: `--no-book` wants a pipeline", options.book.display()))),
            false => Ok(Some(options.book.clone())),
        };
    }
    let pipeline = pipeline::read_pipeline(&options.book).map_err(Failure::of_looking)?;
    match pipeline.book {
        Some(_) if !options.no_book => book::folder(&options.book).map(Some),
        _ if options.known_at.is_some() => {
            let remedy = "name a pipeline with a `book`, or a book's own folder";
            Err(Failure::usage(format!("only a book knows what was known at a run: {remedy}")))
        }
        _ => Ok(None),
    }
}

fn of_book(options: &ExplainOptions, folder: &Path, wanted: &Wanted) -> Result<Explanation, Failure> {
    let past = BookView::open(folder).map_err(Failure::of_looking)?;
    let zone = || past.program().map(|file| file.program.zone).map_err(Failure::of_looking);
    let as_of = options.as_of.as_deref().map(|text| moment::as_of("--as-of", text, &zone()?)).transpose()?;
    let known_at = options.known_at.as_deref().map(|text| book::run_at("--known-at", text, &past)).transpose()?;
    let progress = Line::new();
    let explained = explain::of_book(&past, &BookQuestion { wanted, as_of, known_at }, &progress);
    drop(progress);
    explained.map_err(Failure::of_looking)
}

fn of_exports(options: &ExplainOptions, wanted: &Wanted) -> Result<Explanation, Failure> {
    let now = moment::now();
    let (pipeline, program) = pipeline::read(&options.book, None).map_err(Failure::of_looking)?;
    let zone = &program.program.zone;
    let as_of = options.as_of.as_deref().map_or(Ok(now), |text| moment::as_of("--as-of", text, zone))?;
    let progress = Line::new();
    let explained = explain::of_exports(&pipeline, &program, as_of, wanted, &progress);
    drop(progress);
    explained.map_err(Failure::of_looking)
}

fn show(options: &ExplainOptions, explanation: &Explanation) -> Result<(), Failure> {
    let depth = match options.depth {
        1 => Depth::Brief,
        2 => Depth::Page,
        _ => Depth::Full,
    };
    match options.format {
        ExplainFormat::Text => print(explanation.text(depth), "the explanation"),
        ExplainFormat::Md => print(explanation.markdown(depth), "the explanation"),
        ExplainFormat::Json => print_json(explanation.to_json(), "the explanation"),
    }
}
