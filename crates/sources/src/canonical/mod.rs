//! Canonical columns to accepted rows (docs/spec.md 2), whatever file they come from: texts as CSV and NDJSON have them, the
//! typed columns of Parquet, or what a mapping made.
//!
//! A value is judged by what it says, not by how it is stored: the same table gives the same rows, rejects and
//! messages from every format. Versions, identity and what facts mean to each other are not known here.
//!
//! Invariants: a row is either accepted or has one reject, for its first fault in the order of the file's columns; texts are copied only where that makes them shorter.

mod all_faults;
mod amounts;
mod cells;
mod fault;
mod flags;
mod kinds;
mod order;
mod texts;
mod times;

use crate::error::FileFault;
use crate::input::Input;
use crate::raw::RawBatch;
use accrue_facts::filled::Filled;
use accrue_facts::ids::IdCheck;
use accrue_facts::seen::{Expiries, Seen};
use accrue_facts::short_text::ShortText;
use accrue_facts::table::Batch;
use accrue_facts::text_column::TextColumn;
use accrue_facts::{Extras, Reject, Row, Time};
use accrue_kernel::currency::Currency;
use accrue_kernel::time::LocalCalendar;
use all_faults::AllFaults;
use arrow::array::{AsArray, BooleanArray, StringArray};
use arrow::compute::filter;
use cells::Cells;
use fault::Fault;
use std::collections::BTreeSet;
use texts::Texts;

/// What a file's values are read by.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    /// The program's.
    pub currency: Currency,
    /// Of times without an offset.
    pub zone: &'a LocalCalendar,
    /// What stands before the decimals of an amount: `.` or `,`.
    pub decimal: u8,
    pub keep: Keep,
    /// Columns of the file that also have decimal commas, so that `1.000` may be thousands.
    pub commas: &'a BTreeSet<&'static str>,
    /// Of rows that have no `updated_at`.
    pub updated_at: Time,
    pub doubts: Doubts,
    /// Index into `Facts::files`.
    pub file: u32,
}

/// Which texts are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// All texts of the canonical columns.
    Everything,
    /// Not those that only tell where and how people are written to.
    NoContacts,
}

/// Which values are judged by more than their form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Doubts {
    pub ids: IdCheck,
    /// Whether facts may be of any year.
    pub any_time: bool,
    /// Whether instants were made by a mapping or by an earlier run: then nothing here tells how they were written.
    pub are_instants_made: bool,
}

impl Doubts {
    /// Returns what is doubted of an input's files. What a run has accepted before stands.
    pub(crate) fn of(input: &Input) -> Doubts {
        let ids = match input.values.literal_ids {
            _ if input.kept_since.is_some() => IdCheck::Nothing,
            true => IdCheck::Characters,
            false => IdCheck::Everything,
        };
        let any_time = input.values.any_time || input.kept_since.is_some();
        let are_instants_made = input.mapping.is_some() || input.kept_since.is_some();
        Doubts { ids, any_time, are_instants_made }
    }
}

/// The rows of a batch.
pub(crate) struct Parsed<R> {
    pub batch: Batch,
    pub rows: Vec<R>,
    pub rejects: Vec<Reject>,
    pub filled: Filled,
    pub seen: Seen,
}

/// A row that can be made of canonical columns.
pub(crate) trait Canonical: Row {
    /// The columns that are not kept as text.
    type Columns<'a>;

    fn columns<'a>(cells: &Cells<'a>) -> Result<Self::Columns<'a>, FileFault>;

    /// Reads a row, column by column in the order of the contract, up to its first fault.
    fn row(columns: &Self::Columns<'_>, texts: &Texts, at: u32, beside: &mut Beside) -> Result<Self, Box<Fault>>;

    /// Adds all faults of a row that cannot be read.
    fn faults(columns: &Self::Columns<'_>, all: &mut AllFaults);

    /// Looks at the times of day of expiries.
    fn expiries(_columns: &Self::Columns<'_>) -> Expiries {
        Expiries::default()
    }

    /// Returns the texts to keep beside rows, of all that these have.
    fn kept(texts: Columns, _rows: &[Self], _keep: Keep) -> Vec<Option<TextColumn>> {
        texts.into_iter().map(|texts| texts.map(TextColumn::of_all)).collect()
    }
}

/// What is kept beside the accepted rows of a batch.
pub(crate) struct Beside {
    rows: usize,
    updated: Vec<Time>,
    extras: Vec<Extras>,
}

/// Reads a batch of canonical columns; absent ones are as if every row were empty there.
///
/// # Errors
/// Where a column has a type that holds neither text, number, time nor boolean.
pub(crate) fn parse<R: Canonical>(raw: RawBatch, reading: &Reading) -> Result<Parsed<R>, FileFault> {
    let mut filled = Filled::of(R::KIND, &raw.columns, &raw.places);
    let cells = Cells { columns: &raw.columns, reading };
    let texts = Texts::new(R::TEXTS, &cells)?;
    let columns = R::columns(&cells)?;
    let mut rows = Vec::with_capacity(raw.places.len());
    let mut beside = Beside::default();
    let (mut rejects, mut rejected, mut decimal_commas) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (at, &line) in (0..).zip(&raw.places) {
        match texts.check(at).and_then(|()| R::row(&columns, &texts, at, &mut beside)) {
            Ok(row) => rows.push(row),
            Err(fault) => {
                let mut all = AllFaults::new(&texts, at);
                R::faults(&columns, &mut all);
                let found = all.into_found();
                let commas = found.iter().filter(|fault| reading.decimal == b'.' && fault.has_decimal_comma());
                decimal_commas.extend(commas.map(Fault::column));
                let fault = order::first(R::KIND, found, &cells).unwrap_or(*fault);
                rejects.push(fault.into_reject(R::KIND, reading.file, line));
                rejected.push(at);
            }
        }
    }
    filled.accepted = rows.len() as u64;
    filled.void = rows.iter().filter(|row| row.is_void()).count() as u64;
    let seen = Seen { expiries: R::expiries(&columns), decimal_ids: texts.decimal_ids().collect(), decimal_commas };
    let (mut texts, places) = without(&rejected, texts.into_columns(), raw.places)?;
    let places = places.into_iter().collect();
    let Beside { mut updated, mut extras, .. } = beside;
    updated.shrink_to_fit();
    extras.shrink_to_fit();
    if rows.iter().all(|row| row.short_id().is_some_and(ShortText::is_short)) {
        texts[0] = None;
    }
    let texts = R::kept(texts, &rows, reading.keep);
    let batch = Batch { file: reading.file, places, texts, updated, extras };
    Ok(Parsed { batch, rows, rejects, filled, seen })
}

/// Texts of all rows, one column each; `None` where no row has one.
type Columns = Vec<Option<StringArray>>;

/// Leaves rows out of the columns that stand beside them.
fn without(rejected: &[u32], texts: Columns, mut places: Vec<u64>) -> Result<(Columns, Vec<u64>), FileFault> {
    if rejected.is_empty() {
        return Ok((texts, places));
    }
    let mut kept = vec![true; places.len()];
    rejected.iter().for_each(|&at| kept[at as usize] = false);
    let mut keep = kept.iter();
    places.retain(|_| *keep.next().expect("as many as places"));
    let kept = BooleanArray::from(kept);
    let filtered = |texts: Option<StringArray>| -> Result<Option<StringArray>, FileFault> {
        let Some(texts) = texts else { return Ok(None) };
        Ok(Some(filter(&texts, &kept)?.as_string::<i32>().clone()))
    };
    Ok((texts.into_iter().map(filtered).collect::<Result<_, _>>()?, places))
}

impl Default for Beside {
    fn default() -> Beside {
        Beside { rows: 0, updated: Vec::new(), extras: vec![Extras::NONE] }
    }
}

impl Beside {
    /// Adds a row that is accepted.
    #[inline]
    fn add(&mut self, updated_at: Time) {
        if updated_at != Time::NULL {
            self.updated.resize(self.rows, Time::NULL);
            self.updated.push(updated_at);
        }
        self.rows += 1;
    }

    /// Returns the index of what the order has besides its row.
    #[inline]
    fn extras(&mut self, extras: Extras) -> u32 {
        if extras == Extras::NONE {
            return 0;
        }
        self.extras.push(extras);
        self.extras.len() as u32 - 1
    }
}
