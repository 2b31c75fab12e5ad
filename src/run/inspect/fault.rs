//! Why a command that looks at a book, such as `accrue balance`, cannot show what was asked for.

use crate::kernel::moment::Moment;
use crate::pipeline::Refused;
use crate::reports::until::Until;
use std::path::PathBuf;

/// Why what was asked for cannot be shown.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum InspectFault {
    #[error("no run was posted to a book in {path} yet: name a pipeline with a `book`, or a book's own folder", path = .0.display())]
    NoRun(PathBuf),
    #[error("the book has no run {0:?}: `accrue runs` lists their numbers and ids")]
    NoSuchRun(String),
    #[error("balances {until} are not known yet: the last run, {run_id}, is as of {last}; let one run as of then")]
    TooLate { until: Until, last: Moment, run_id: String },
    #[error("{path} is there already: name a new file with `--out`", path = .0.display())]
    Taken(PathBuf),
    #[error("{path} does not end in `.csv`, `.ndjson` or `.parquet`: name a file with `--out` that does", path = .0.display())]
    Ending(PathBuf),
    #[error(
        "the last run of {book}, {run_id}, was by the pipeline {then}, and this is {now}: name that one; if it has got a new name, let it run once first"
    )]
    OtherPipeline { book: String, run_id: String, then: String, now: String },
    #[error(
        "there is no day from {start} until the beginning of {end}: `--to` is the first day that is no longer reported"
    )]
    NoDays { start: String, end: String },
    #[error("nobody has the {what} {id:?}{}", near(.id, .nearest))]
    Nobody { what: &'static str, id: String, nearest: Vec<String> },
    #[error("the {what} {id:?} belongs to nobody: {why}")]
    OfNobody { what: &'static str, id: String, why: String },
    #[error("{run_id} was posted under a program that this version refuses: {refused}")]
    Program { run_id: String, refused: Refused },
}

fn near(id: &str, nearest: &[String]) -> String {
    match nearest {
        [] if id.contains('@') => ": no registration and no order has this email".to_owned(),
        [] => ": ids are wanted letter by letter as the exports have them".to_owned(),
        near => format!(": did you mean {}?", near.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(" or ")),
    }
}
