//! `accrue runs`: what has been posted to a book, and when.

use super::arguments::BookOptions;
use super::book;
use super::exit::Failure;
use super::say::print;
use crate::reports::runs::render;
use crate::run::look::Past;

pub fn runs(options: &BookOptions) -> Result<(), Failure> {
    let past = Past::open(&book::folder(&options.book)?).map_err(Failure::of_looking)?;
    let told = if options.json { past.to_json() } else { render(&past.lines()) };
    print(told, "the list of runs")
}
