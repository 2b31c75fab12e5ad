//! The command `accrue runs`: lists the runs of a book.

use super::arguments::BookOptions;
use super::book;
use super::exit::Failure;
use super::print::{print, print_json};
use crate::reports::runs::render;
use crate::run::inspect::BookView;

pub(crate) fn runs(options: &BookOptions) -> Result<(), Failure> {
    let past = BookView::open(&book::folder(&options.book)?).map_err(Failure::of_looking)?;
    match options.json {
        true => print_json(past.to_json(), "the list of runs"),
        false => print(render(&past.lines()), "the list of runs"),
    }
}
