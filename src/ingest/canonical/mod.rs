//! Canonical columns to accepted rows (SPEC 2), whatever file they come from: texts as CSV and NDJSON have them, the
//! typed columns of Parquet, or what a mapping made.
//!
//! A value is judged by what it says, not by how it is stored: the same table gives the same rows, rejects and
//! messages from every format. Versions, identity and what facts mean to each other are not known here.
//!
//! Invariants: a row is either accepted or has one reject, for its first fault in the order of the contract's
//! columns; ids are never copied row by row.

mod amounts;
mod arrays;
mod cells;
mod fault;
mod flags;
mod kinds;
mod moment;
mod texts;
mod times;

pub use amounts::{not_a_number, parse as parse_number};
pub use arrays::value_as_text;
pub use moment::{BareDate, Moment, NotATime, parse as parse_moment};
pub use texts::NO_TEXT;
pub use times::Moments;

use super::error::FileFault;
use super::facts::{Batch, Place, Reject, Row, Time};
use super::raw::RawBatch;
use crate::kernel::currency::Currency;
use crate::kernel::time::Zone;
use cells::Cells;
use fault::Fault;
use texts::Texts;

/// What a file's values are read by.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// The program's.
    pub currency: Currency,
    /// Of times without an offset.
    pub zone: &'a Zone,
    /// What stands before the decimals of an amount: `.` or `,`.
    pub decimal: u8,
    /// Index into `Facts::files`.
    pub file: u32,
}

/// The rows of a batch.
pub struct Parsed<R> {
    pub batch: Batch,
    /// Their places say 0 for the batch.
    pub rows: Vec<R>,
    pub rejects: Vec<Reject>,
}

/// A row that can be made of canonical columns.
pub trait Canonical: Row {
    /// The columns that are not kept as text.
    type Columns<'a>;

    fn columns<'a>(cells: &Cells<'a>) -> Result<Self::Columns<'a>, FileFault>;

    /// Reads a row, column by column in the order of the contract.
    fn row(columns: &Self::Columns<'_>, texts: &Texts, place: Place) -> Result<Self, Box<Fault>>;

    /// Returns when the fact happened: the instant that every fact of the kind must have.
    fn own_time(&self) -> Time;

    fn place_mut(&mut self) -> &mut Place;
}

/// Reads a batch of canonical columns; absent ones are as if every row were empty there.
///
/// # Errors
/// Where a column has a type that holds neither text, number, time nor boolean.
pub fn parse<R: Canonical>(raw: RawBatch, reading: &Reading) -> Result<Parsed<R>, FileFault> {
    let cells = Cells { columns: &raw.columns, reading };
    let texts = Texts::new(R::TEXTS, &cells)?;
    let columns = R::columns(&cells)?;
    let mut rows = Vec::with_capacity(raw.places.len());
    let mut rejects = Vec::new();
    for (at, line) in (0..).zip(raw.places.iter().copied()) {
        match texts.check(at).and_then(|()| R::row(&columns, &texts, Place { batch: 0, at })) {
            Ok(row) => rows.push(row),
            Err(fault) => rejects.push(fault.into_reject(R::KIND, reading.file, line)),
        }
    }
    let batch = Batch { file: reading.file, places: raw.places, texts: texts.into_columns() };
    Ok(Parsed { batch, rows, rejects })
}
