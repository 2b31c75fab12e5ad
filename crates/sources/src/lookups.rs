//! Reads the rows that look-ups go through: files as they are, or facts of this run and of the book.

use crate::canonical::Doubts;
use crate::error::{FileFault, SourceError};
use crate::input::{Input, LookupFrom};
use crate::long_texts;
use crate::mapping::{FileRows, Found, LookupTable, Reading, WholeMapping};
use crate::null_texts;
use crate::raw::RawBatch;
use crate::read::Asked;
use crate::readers::{self, Listed, Piece, Source, Wanted};
use crate::variants::SettledInput;
use accrue_facts::FactKind;
use accrue_facts::columns::Need;
use accrue_kernel::time::LocalCalendar;
use arrow::array::{RecordBatch, RecordBatchOptions, new_null_array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema};
use std::sync::{Arc, Mutex};

/// Where the rows of look-ups are.
#[derive(Clone, Copy)]
pub(crate) struct Everything<'a> {
    /// The inputs of this run.
    pub inputs: &'a [SettledInput],
    pub asked: &'a Asked<'a>,
}

impl Everything<'_> {
    /// Reads what the look-ups of an input's mapping go through, in their order.
    ///
    /// # Errors
    /// Where a file cannot be read, or lacks a column.
    pub(crate) fn found(&self, input: &Input, mapping: &WholeMapping) -> Result<Vec<Found>, SourceError> {
        mapping.lookups().iter().map(|table| self.table(input, table)).collect()
    }

    fn table(&self, own: &Input, table: &LookupTable) -> Result<Found, SourceError> {
        match &table.lookup.from {
            LookupFrom::Own => self.of_files(own, table),
            LookupFrom::Files(other) => self.of_files(other, table),
            LookupFrom::Facts(kind) => self.of_facts(own, *kind, table),
        }
    }

    /// Takes the rows of all files of an input, whether earlier runs have taken them in or not.
    fn of_files(&self, input: &Input, table: &LookupTable) -> Result<Found, SourceError> {
        let wanted = table.wanted();
        let mut raw: Vec<FileRows> = Vec::new();
        for listed in list(input)? {
            let of_file = || -> Result<FileRows, FileFault> {
                Ok(table.prepare(raw.len() as u32, rows(input, &listed, &wanted, self.asked)?)?)
            };
            raw.push(of_file().map_err(|fault| fault.in_file_of(input, &listed.path))?);
        }
        let zone = self.asked.zone_of(input);
        let made = table.found_in_rows(&raw, &reading(input, &zone, &[]));
        made.map_err(|fault| FileFault::from(fault).in_file_of(input, &input.path))
    }

    /// Takes the facts of the book, then those of this run's inputs, so that the row that is read last counts.
    fn of_facts(&self, own: &Input, kind: FactKind, table: &LookupTable) -> Result<Found, SourceError> {
        let mut facts = Vec::new();
        for input in self
            .asked
            .kept
            .iter()
            .chain(self.inputs.iter().map(|settled| &settled.input))
            .filter(|input| input.kind == kind)
        {
            facts.extend(self.facts_of(input, table)?);
        }
        let zone = self.asked.zone_of(own);
        let made = table.found(&facts, &reading(own, &zone, &[]));
        made.map_err(|fault| FileFault::from(fault).in_file_of(own, &own.path))
    }

    fn facts_of(&self, input: &Input, table: &LookupTable) -> Result<Vec<RecordBatch>, SourceError> {
        let in_file = |fault: FileFault| fault.in_file_of(input, &input.path);
        let mapping = input.mapping.as_ref().map(|mapping| WholeMapping::new(mapping, input.kind)).transpose();
        let mapping = mapping.map_err(|fault| in_file(fault.into()))?;
        let found = mapping.as_ref().map_or(Ok(Vec::new()), |mapping| self.found(input, mapping))?;
        let zone = self.asked.zone_of(input);
        let mut facts = Vec::new();
        for listed in list(input)?.into_iter().filter(|listed| !input.passed_over.contains(&listed.path)) {
            let of_file = || -> Result<Vec<RecordBatch>, FileFault> {
                let Some(mapping) = &mapping else {
                    let canonical = Wanted::canonical(input.kind).columns;
                    let wanted: Vec<_> =
                        canonical.into_iter().filter(|(name, _)| table.of_facts().any(|own| own == name)).collect();
                    return rows(input, &listed, &wanted, self.asked)?
                        .iter()
                        .map(|batch| texts(batch, table))
                        .collect();
                };
                let raw = rows(input, &listed, &mapping.wanted(), self.asked)?;
                let prepared = [mapping.prepare(0, raw, Vec::new())?];
                let made = mapping.map(&prepared, &reading(input, &zone, &found))?;
                let batches = made.facts.iter().flat_map(|(_, made)| &made.batches);
                batches.map(|(_, batch)| texts(batch, table)).collect()
            };
            facts.extend(of_file().map_err(|fault| fault.in_file_of(input, &listed.path))?);
        }
        Ok(facts)
    }
}

fn list(input: &Input) -> Result<Vec<Listed>, SourceError> {
    readers::list(input).map_err(|fault| fault.in_file_of(input, &input.path))
}

fn reading<'a>(input: &Input, zone: &'a LocalCalendar, found: &'a [Found]) -> Reading<'a> {
    Reading { zone, decimal: input.csv.decimal, ids: Doubts::of(input).ids, found }
}

/// Reads some columns of a file. Rows that cannot be read are left out: whoever reads the file as an input rejects them.
fn rows(
    input: &Input,
    listed: &Listed,
    wanted: &[(String, Need)],
    asked: &Asked<'_>,
) -> Result<Vec<RawBatch>, FileFault> {
    let format = listed.format.ok_or_else(|| readers::without_format(&listed.path))?;
    let source = Source::of(input, listed, format);
    let pieces = Mutex::new(Vec::new());
    let take = |piece: Piece| {
        if (asked.is_stopped)() {
            return Err(FileFault::Stopped);
        }
        let piece = long_texts::without(piece, &source);
        let batch = null_texts::without(piece.batch, &input.values.nulls);
        pieces.lock().expect("no thread panics with it").push((piece.number, batch));
        Ok(())
    };
    readers::read_file(&source, &Wanted::of_file(wanted.to_vec(), format), &take)?;
    let mut pieces = pieces.into_inner().expect("no thread panics with it");
    pieces.sort_by_key(|(number, _)| *number);
    Ok(pieces.into_iter().map(|(_, batch)| batch).collect())
}

/// Returns the columns of facts that a look-up takes, as texts; those that a file lacks are nulls.
fn texts(batch: &RawBatch, table: &LookupTable) -> Result<RecordBatch, FileFault> {
    let rows = batch.places.len();
    let (mut fields, mut arrays) = (Vec::new(), Vec::new());
    for name in table.of_facts() {
        arrays.push(match batch.columns.column_by_name(name) {
            Some(array) => cast(array, &DataType::Utf8)?,
            None => new_null_array(&DataType::Utf8, rows),
        });
        fields.push(Field::new(name, DataType::Utf8, true));
    }
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    Ok(RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)?)
}
