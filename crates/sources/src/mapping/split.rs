//! Rows whose cell packs several things in one text: each part becomes a row of its own, with the other cells repeated.
//!
//! Nothing of a cell is lost: it is in a part, is a separator or blank, or the cell does not fit.

use crate::input::Split;
use crate::mapping::column::Fault;
use crate::mapping::columns::texts;
use crate::mapping::fault::MappingFault;
use crate::mapping::kind::Kind;
use crate::mapping::regular_expression;
use crate::mapping::value::{Misfit, misfit};
use crate::raw::{HeldBatch, RawBatch};
use crate::values::held;
use accrue_facts::RejectReason;
use arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, StringArray, UInt32Array};
use arrow::compute::take_record_batch;
use arrow::datatypes::{DataType, Field, Schema};
use arrow::error::ArrowError;
use regex::Regex;
use std::sync::Arc;

/// A cell with more parts does not fit: each repeats the rest of the row.
const MOST_PARTS: usize = 1000;
/// Rows of a batch, so that their repeated texts, of at most 1 MiB each, fit an array of texts.
const BATCH: usize = 1024;

/// How cells are split, its pattern compiled.
#[derive(Clone, Debug)]
pub(super) struct Splitter {
    pub(super) column: String,
    /// The name of the column that gets the numbers of the parts.
    pub(super) number: Option<String>,
    by: Option<String>,
    each: Option<Regex>,
}

/// Rows of a file after the splitting, and the cells that do not fit, each on a row without a part.
pub(super) struct SplitRows {
    pub(super) raw: Vec<HeldBatch>,
    /// By the name of the column.
    pub(super) faults: Vec<(String, Fault)>,
}

/// Rows that come of some rows of a batch: the row that each is of, its part and the part's number.
#[derive(Default)]
struct Parts {
    rows: Vec<u32>,
    texts: Vec<Option<String>>,
    numbers: Vec<Option<i64>>,
}

impl Splitter {
    /// Compiles the pattern.
    pub(super) fn new(split: &Split) -> Result<Splitter, MappingFault> {
        let Split { column, by, each, number } = split.clone();
        let each = each.map(|each| regular_expression::read(&each)).transpose();
        let each = each.map_err(MappingFault::SplitPattern)?;
        Ok(Splitter { column, number, by, each })
    }

    /// Makes one row of each part.
    pub(super) fn applied(&self, raw: Vec<HeldBatch>) -> Result<SplitRows, MappingFault> {
        let mut split = SplitRows { raw: Vec::with_capacity(raw.len()), faults: Vec::new() };
        let mut height = 0;
        for batch in raw {
            let (batch, is_packed) = batch.taken();
            let cells = self.cells(&batch)?;
            let mut parts = Parts::default();
            for (row, cell) in (0..).zip(&cells) {
                let Some(cell) = cell else { continue };
                match self.parts(cell) {
                    Ok(own) => parts.add(row, &own),
                    Err(misfit) => {
                        let row_of_parts = height + parts.rows.len();
                        split.faults.extend(self.faults(row_of_parts, cell, &misfit));
                        parts.add_unfit(row);
                    }
                }
            }
            height += parts.rows.len();
            let made = self.batches(&batch, &parts).map_err(|_| MappingFault::unreadable(&self.column))?;
            split.raw.extend(made.into_iter().map(|made| made.held(is_packed)));
        }
        Ok(split)
    }

    /// Returns the cells of a batch as texts.
    fn cells(&self, batch: &RawBatch) -> Result<StringArray, MappingFault> {
        // Objects without such a member have null there.
        let has_values = |array: &ArrayRef| array.logical_null_count() < array.len();
        let is_taken = |number: &&String| batch.columns.column_by_name(number).is_some_and(has_values);
        if let Some(number) = self.number.as_ref().filter(is_taken) {
            return Err(MappingFault::SplitNumber(number.clone()));
        }
        let Some(column) = batch.columns.column_by_name(&self.column) else {
            let (key, column) = ("split".to_owned(), self.column.clone());
            return Err(MappingFault::UnknownColumn { key, column, nearest: None });
        };
        let is_text = Kind::native(column.data_type()) == Some(Kind::Text);
        texts(column)
            .filter(|_| is_text)
            .ok_or_else(|| MappingFault::SplitNoText { column: self.column.clone(), holds: held(column.data_type()) })
    }

    /// Cuts a cell into its parts, trimmed; empty ones are left out.
    fn parts<'t>(&self, cell: &'t str) -> Result<Vec<&'t str>, Misfit> {
        let parts = match (&self.each, &self.by) {
            (Some(each), _) => self.matches(each, cell)?,
            (None, Some(by)) => cell.split(by.as_str()).collect(),
            (None, None) => vec![cell],
        };
        let parts: Vec<&str> = parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect();
        match parts.len() > MOST_PARTS {
            true => Err(malformed(format!("has {} parts, and a cell may have {MOST_PARTS}", parts.len()))),
            false => Ok(parts),
        }
    }

    fn matches<'t>(&self, each: &Regex, cell: &'t str) -> Result<Vec<&'t str>, Misfit> {
        let (mut parts, mut end) = (Vec::new(), 0);
        for part in each.find_iter(cell) {
            self.check_between(&cell[end..part.start()])?;
            parts.push(part.as_str());
            end = part.end();
        }
        self.check_between(&cell[end..])?;
        Ok(parts)
    }

    /// Refuses a text between two parts that would be lost.
    fn check_between(&self, between: &str) -> Result<(), Misfit> {
        let left = match &self.by {
            Some(by) => between.replace(by.as_str(), ""),
            None => between.to_owned(),
        };
        match left.trim() {
            "" => Ok(()),
            left => Err(malformed(format!(
                "has `{left}` outside of its parts, which would be lost: change `each` of `split` so that it matches every \
                 part whole"
            ))),
        }
    }

    /// Says that a cell does not fit, and that for want of its parts nobody knows their numbers either.
    fn faults(&self, row: usize, cell: &str, misfit: &Misfit) -> impl Iterator<Item = (String, Fault)> {
        let fault = || Fault { row, value: cell.to_owned(), misfit: misfit.clone() };
        let columns = [Some(&self.column), self.number.as_ref()].into_iter().flatten();
        columns.map(|column| (column.clone(), fault())).collect::<Vec<_>>().into_iter()
    }

    /// Returns the rows of a batch's parts, at least one batch, so that the names of the columns stay known.
    fn batches(&self, batch: &RawBatch, parts: &Parts) -> Result<Vec<RawBatch>, ArrowError> {
        let starts = (0..parts.rows.len().max(1)).step_by(BATCH);
        starts.map(|start| self.batch(batch, parts, start..(start + BATCH).min(parts.rows.len()))).collect()
    }

    fn batch(&self, batch: &RawBatch, parts: &Parts, own: std::ops::Range<usize>) -> Result<RawBatch, ArrowError> {
        let rows = &parts.rows[own.clone()];
        let repeated = take_record_batch(&batch.columns, &UInt32Array::from(rows.to_vec()))?;
        let texts: ArrayRef = Arc::new(StringArray::from(parts.texts[own.clone()].to_vec()));
        let (mut fields, mut arrays) = (Vec::new(), Vec::new());
        let is_number = |field: &Field| self.number.as_ref() == Some(field.name());
        for (field, array) in repeated.schema_ref().fields().iter().zip(repeated.columns()) {
            if is_number(field) {
                continue;
            }
            let is_split = *field.name() == self.column;
            fields.push(if is_split { Field::new(&self.column, DataType::Utf8, true) } else { field.as_ref().clone() });
            arrays.push(if is_split { texts.clone() } else { array.clone() });
        }
        if let Some(number) = &self.number {
            fields.push(Field::new(number, DataType::Int64, true));
            arrays.push(Arc::new(Int64Array::from(parts.numbers[own].to_vec())));
        }
        let columns = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?;
        Ok(RawBatch { columns, places: rows.iter().map(|row| batch.places[*row as usize]).collect() })
    }
}

impl Parts {
    fn add(&mut self, row: u32, texts: &[&str]) {
        for (number, text) in (1..).zip(texts) {
            self.rows.push(row);
            self.texts.push(Some((*text).to_owned()));
            self.numbers.push(Some(number));
        }
    }

    /// Adds a row whose cell does not fit. It stays until it is rejected: it may be left out by `where`, and belongs to
    /// a group.
    fn add_unfit(&mut self, row: u32) {
        self.rows.push(row);
        self.texts.push(None);
        self.numbers.push(None);
    }
}

fn malformed(message: String) -> Misfit {
    misfit(RejectReason::Malformed, &message)
}
