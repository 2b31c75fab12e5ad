//! Canonical columns to accepted rows (docs/spec.md 2), whatever file they come from: texts as CSV and NDJSON have
//! them, the typed columns of Parquet, or what a mapping made.
//!
//! A value is judged by what it says, not by how it is stored: the same table gives the same rows, rejects and
//! messages from every format. Versions, identity and what facts mean to each other are not known here.
//!
//! Invariants: a row is either accepted or has one reject, for its first fault in the order of the file's columns;
//! texts are copied only where that makes them shorter.

mod all_faults;
mod amounts;
mod beside;
mod cells;
mod columns;
mod fault;
mod flags;
mod kinds;
mod order;
mod reading;
mod row;
mod texts;
mod times;

pub use reading::Keep;
pub(crate) use reading::{Doubts, Reading};
pub(crate) use row::Canonical;

use crate::error::FileFault;
use crate::raw::RawBatch;
use accrue_facts::filled::Filled;
use accrue_facts::seen::Seen;
use accrue_facts::short_text::ShortText;
use accrue_facts::table::Batch;
use accrue_facts::{FactKind, Reject};
use all_faults::AllFaults;
use arrow::array::{AsArray, BooleanArray, StringArray};
use arrow::compute::filter;
use beside::Beside;
use cells::Cells;
use fault::Fault;
use row::Columns;
use std::collections::BTreeSet;
use texts::Texts;

/// The rows of a batch.
pub(crate) struct Parsed<R> {
    pub batch: Batch,
    pub rows: Vec<R>,
    pub rejects: Vec<Reject>,
    pub filled: Filled,
    pub seen: Seen,
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
                let is_known = R::KIND == FactKind::Orders && texts.has(0, at);
                let order_id = is_known.then(|| texts.value(0, at).to_owned());
                rejects.push(fault.into_reject(R::KIND, reading.file, line, order_id));
                rejected.push(at);
            }
        }
    }
    filled.accepted = rows.len() as u64;
    filled.void = rows.iter().filter(|row| row.is_void()).count() as u64;
    let (expiries, decimal_ids) = (R::expiries(&columns), texts.decimal_ids().collect());
    let seen = Seen { expiries, decimal_ids, decimal_commas, ..Seen::default() };
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

/// Leaves rows out of the columns that are beside them.
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
