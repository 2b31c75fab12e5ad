//! A run into a book (SPEC 6, 9): what is there when it begins, and what it adds at the end.
//!
//! Before anything is read: may this run go on at all (`forward`), and which files are taken in already (`taken`). The
//! book's facts are read as inputs before the pipeline's, so that of two rows of equal age the export's counts. After
//! guards and audit: new facts, jobs, the run itself and its folder (`commit`), in the order that lets no crash lose or
//! repeat anything.

mod commit;
mod forward;
mod kept_rows;
mod sources;
mod taken;

pub use forward::Forward;
pub use taken::Taken;

use super::Request;
use super::error::RunError;
use crate::book::{Book, BookError, Emitted, FactFile, Posted, RunRecord, TableName};
use crate::ingest::input::{CsvOptions, FactKind, Format, Input, KeptSince};
use crate::output::lists::{ExceptionLine, RejectLine};
use std::path::Path;

/// A book that was opened for a run, and all that the run wants to know of it.
pub struct Booked {
    book: Book,
    pub posted: Posted,
    pub emitted: Emitted,
    /// Of the run that is to come.
    pub number: i64,
    /// The book's facts, then those of the pipeline.
    pub inputs: Vec<Input>,
    pub taken: Taken,
}

impl Booked {
    /// Opens a book and completes its last run where that has died.
    pub fn open_to_post(request: &Request<'_>, folder: &Path) -> Result<Booked, RunError> {
        let mut book = Book::open(folder)?;
        book.repair()?;
        Booked::of(request, book)
    }

    /// Opens a book to look at it.
    pub fn open_to_read(request: &Request<'_>, folder: &Path) -> Result<Booked, RunError> {
        Booked::of(request, Book::open(folder)?)
    }

    fn of(request: &Request<'_>, book: Book) -> Result<Booked, RunError> {
        let runs: Vec<RunRecord> = book.runs().collect::<Result<_, _>>()?;
        forward::check(request, runs.first())?;
        let mut taken = Taken::of(&runs, request)?;
        let mut inputs = Vec::new();
        for kind in FactKind::ALL {
            inputs.extend(book.facts(table_of(kind))?.into_iter().map(|file| input_of(kind, file)));
        }
        taken.begins_at(inputs.len());
        inputs.extend(taken.inputs(&request.pipeline.inputs));
        let number = book.last_number() + 1;
        Ok(Booked { posted: book.posted()?, emitted: book.emitted()?, book, number, inputs, taken })
    }

    /// Calls the files of the book by the names of the exports that their rows came from.
    pub fn name_sources(&self, rejects: &mut [RejectLine], exceptions: &mut [ExceptionLine]) -> Result<(), RunError> {
        let kept = self.inputs.iter().filter(|input| input.kept_since.is_some());
        Ok(sources::name(kept.map(|input| input.path.as_path()), rejects, exceptions)?)
    }
}

/// Returns the facts that the last run has seen, without those of a run that has died since.
pub fn posted_inputs(book: &Book) -> Result<Vec<Input>, BookError> {
    let last = book.last_number();
    let mut inputs = Vec::new();
    for kind in FactKind::ALL {
        let posted = book.facts(table_of(kind))?.into_iter().filter(|file| file.run <= last);
        inputs.extend(posted.map(|file| input_of(kind, file)));
    }
    Ok(inputs)
}

fn table_of(kind: FactKind) -> TableName {
    match kind {
        FactKind::Orders => TableName::Orders,
        FactKind::Registrations => TableName::Registrations,
        FactKind::Refunds => TableName::Refunds,
        FactKind::Redemptions => TableName::Redemptions,
        FactKind::Adjustments => TableName::Adjustments,
    }
}

fn input_of(kind: FactKind, file: FactFile) -> Input {
    Input {
        kind,
        path: file.path,
        format: Some(Format::Parquet),
        csv: CsvOptions::default(),
        timezone: None,
        mapping: None,
        min_rows: None,
        max_age_days: None,
        passed_over: Vec::new(),
        kept_since: Some(KeptSince(file.seen_at)),
    }
}
