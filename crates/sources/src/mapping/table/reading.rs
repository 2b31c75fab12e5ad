//! From the columns of files to those of a table: each batch is read by itself, then put together with the others.

use crate::mapping::column::Fault;
use crate::mapping::columns::{self, Reading};
use crate::mapping::compute::{ends_of, wide};
use crate::mapping::damaged::damaged_parts;
use crate::mapping::exact::expr_type::ExprType;
use crate::mapping::fault::MappingFault;
use crate::mapping::file_rows::{FileRows, column_of, type_of};
use crate::mapping::kind::Kind;
use crate::mapping::mapped::Mapped;
use crate::mapping::table::chunk::{Chunk, Columns, held};
use crate::raw::HeldBatch;
use accrue_facts::columns::Need;
use accrue_facts::seen::Expiries;
use arrow::array::{AsArray, Decimal128Array};
use arrow::datatypes::{DataType, Decimal128Type};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// The columns of files, read.
#[derive(Default)]
pub(super) struct ReadColumns {
    pub chunks: Vec<Chunk>,
    /// What each column holds.
    pub holds: BTreeMap<String, ExprType>,
    /// Values that do not fit, by column, in the order of the columns.
    pub faults: Vec<(String, Fault)>,
    pub expiries: Expiries,
}

/// A column that a mapping refers to.
struct Source<'m> {
    name: &'m String,
    /// Its type in the files.
    data_type: DataType,
    kind: Option<&'m Kind>,
    is_part_of_id: bool,
    is_expiry: bool,
}

/// What is known of a column of one batch.
struct Part {
    holds: ExprType,
    damaged: Vec<Fault>,
    faults: Vec<Fault>,
    expiries: Expiries,
}

/// Reads the columns that a mapping refers to, of all batches of files; `names` are all columns that the files have.
pub(super) fn read(
    mapped: &Mapped,
    files: Vec<FileRows>,
    (names, wanted): (&[String], &[(String, Need)]),
    reading: &Reading<'_>,
) -> Result<ReadColumns, MappingFault> {
    let is_there = |name: &&String| names.contains(name);
    let absent = wanted.iter().filter(|(name, need)| *need == Need::Optional && !is_there(&name)).map(|(name, _)| name);
    let (typed, unknown): (Vec<&String>, Vec<&String>) =
        absent.partition(|name| mapped.types.contains_key(name.as_str()));
    let spoken_of = names.iter().filter(|name| wanted.iter().any(|(wanted, _)| wanted == *name));
    let sources = sources(mapped, &files, spoken_of.chain(typed))?;
    let batches: Vec<HeldBatch> = files.into_iter().flat_map(|rows| rows.raw).collect();
    // What `1.000` is depends on all values of its column.
    let commas: Vec<Option<String>> = sources.iter().map(|source| source.comma(&batches, reading)).collect();
    let batches = all_batches(batches, (&sources, &commas), reading)?;
    let mut read = put_together(&sources, batches);
    // Null goes with everything, as the column might in a file that has it.
    read.holds.extend(unknown.into_iter().map(|name| (name.clone(), ExprType::Null)));
    Ok(read)
}

fn sources<'m>(
    mapped: &'m Mapped,
    files: &[FileRows],
    names: impl Iterator<Item = &'m String>,
) -> Result<Vec<Source<'m>>, MappingFault> {
    let (parts_of_ids, plain_ids, expiries) = (mapped.parts_of_ids(), mapped.plain_ids(), mapped.expiries());
    let source = |name: &'m String| {
        let data_type = type_of(files, name)?;
        let is_part_of_id = parts_of_ids.contains(name) || data_type.is_floating() && plain_ids.contains(name);
        let (kind, is_expiry) = (mapped.types.get(name), expiries.contains(name));
        Ok(Source { name, data_type, kind, is_part_of_id, is_expiry })
    };
    names.map(source).collect()
}

impl Source<'_> {
    /// Returns the first value that only a decimal comma makes readable, of decimals with a point.
    fn comma(&self, batches: &[HeldBatch], reading: &Reading<'_>) -> Option<String> {
        let kind = self.kind?;
        let with_commas = batches.par_iter().filter(|batch| batch.has_comma(self.name));
        let column = |batch: &HeldBatch| column_of(&batch.columns.columns(), self.name, &self.data_type);
        with_commas.map(|batch| columns::comma(&column(batch), kind, reading)).find_map_first(|comma| comma)
    }
}

/// Reads all batches, and lets each go when it has been read.
fn all_batches(
    held: Vec<HeldBatch>,
    (sources, commas): (&[Source<'_>], &[Option<String>]),
    reading: &Reading<'_>,
) -> Result<Vec<(Chunk, Vec<Part>)>, MappingFault> {
    let mut first = 0;
    let mut batches: Vec<(HeldBatch, Range<u32>)> = Vec::with_capacity(held.len());
    for batch in held {
        let end = first + batch.places.len() as u32;
        batches.push((batch, first..end));
        first = end;
    }
    let read = batches.into_par_iter().map(|(batch, rows)| one_batch(batch, rows, (sources, commas), reading));
    let read: Vec<Result<_, MappingFault>> = read.collect();
    // The first fault counts, whichever thread was first.
    read.into_iter().collect()
}

fn one_batch(
    batch: HeldBatch,
    rows: Range<u32>,
    (sources, commas): (&[Source<'_>], &[Option<String>]),
    reading: &Reading<'_>,
) -> Result<(Chunk, Vec<Part>), MappingFault> {
    let raw = batch.columns.columns();
    let (mut columns, mut parts) = (Columns::new(), Vec::with_capacity(sources.len()));
    for (at, source) in sources.iter().enumerate() {
        let array = column_of(&raw, source.name, &source.data_type);
        let damaged = if source.is_part_of_id { damaged_parts(&array, reading.ids) } else { Vec::new() };
        let comma = commas[at].as_deref();
        let column = columns::read(source.name, &array, (source.kind, comma), reading)?;
        let mut expiries = Expiries::default();
        if let Some(ends) = column.ends.filter(|_| source.is_expiry) {
            expiries = columns::expiries(&column.values, &ends, reading.zone);
            columns.insert(ends_of(source.name), ends);
        }
        columns.insert(source.name.clone(), held(column.values));
        let (holds, faults) = (column.holds, column.faults);
        parts.push(Part { holds, damaged, faults, expiries });
    }
    Ok((Chunk::new(rows, columns, batch.columns.is_packed()), parts))
}

/// Gives the numbers of a column the same decimals in all batches, and puts together what else is known of it.
fn put_together(sources: &[Source<'_>], batches: Vec<(Chunk, Vec<Part>)>) -> ReadColumns {
    let (mut chunks, mut parts): (Vec<Chunk>, Vec<Vec<Part>>) = batches.into_iter().unzip();
    let mut read = ReadColumns::default();
    let mut scales = Vec::new();
    for (at, source) in sources.iter().enumerate() {
        let mut add = |of: fn(&mut Part) -> &mut Vec<Fault>| {
            for (chunk, parts) in chunks.iter().zip(&mut parts) {
                let first = chunk.rows.first().map_or(0, |first| *first as usize);
                let faults = std::mem::take(of(&mut parts[at])).into_iter();
                let fault = |fault: Fault| (source.name.clone(), Fault { row: first + fault.row, ..fault });
                read.faults.extend(faults.map(fault));
            }
        };
        add(|part| &mut part.damaged);
        add(|part| &mut part.faults);
        let mut expiries = Expiries::default();
        for own in parts.iter().map(|parts| parts[at].expiries) {
            expiries.midnights += own.midnights;
            expiries.has_others |= own.has_others;
        }
        // Of several columns that an expiry is chosen from, each counts by itself.
        read.expiries.midnights += if expiries.has_others { 0 } else { expiries.midnights };
        let scale = parts.iter().filter_map(|parts| parts[at].scale()).max();
        let holds = scale.map(ExprType::Decimal).or_else(|| Some(parts.first()?[at].holds));
        scales.extend(scale.map(|scale| (at, scale)));
        read.holds.insert(source.name.clone(), holds.unwrap_or(ExprType::Text));
    }
    chunks.par_iter_mut().zip(&parts).for_each(|(chunk, parts)| {
        let more = |(at, scale): &(usize, u8)| Some((sources[*at].name, scale - parts[*at].scale()?));
        let narrow: Vec<(&String, u8)> = scales.iter().filter_map(more).filter(|(_, more)| *more > 0).collect();
        if !narrow.is_empty() {
            chunk.change(|_, columns| narrow.iter().for_each(|(name, more)| widen(columns, name, *more)));
        }
    });
    read.chunks = chunks;
    read
}

impl Part {
    fn scale(&self) -> Option<u8> {
        match self.holds {
            ExprType::Decimal(scale) => Some(scale),
            _ => None,
        }
    }
}

/// Gives the numbers of a column more decimals: they have at most 18, and as many digits before the point.
fn widen(columns: &mut Columns, name: &str, more: u8) {
    let factor = 10_i128.pow(u32::from(more));
    let numbers = columns.get_mut(name).expect("a column that was read");
    let widened: Decimal128Array = wide(numbers).as_primitive::<Decimal128Type>().unary(|mantissa| mantissa * factor);
    *numbers = held(Arc::new(widened));
}
