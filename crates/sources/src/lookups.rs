//! Finds the rows that look-ups search: rows of files as they are, or facts of this run and of the book.

use crate::asked::Asked;
use crate::canonical::Doubts;
use crate::error::{FileFault, SourceError};
use crate::input::{Input, LookupFrom};
use crate::long_texts;
use crate::mapping::{FileRows, Found, LookupTable, Reading, WholeMapping};
use crate::null_texts;
use crate::raw::RawBatch;
use crate::readers::{self, Listed, Piece, Wanted};
use crate::variants::SettledInput;
use accrue_facts::columns::Need;
use accrue_facts::{FactKind, Facts, FileIndex};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// The facts that look-ups search, by kind: those of the book, then those of this run.
pub(crate) type KnownFacts = BTreeMap<FactKind, Facts>;

/// Returns the kinds of facts that look-ups of the inputs search, in a topological order: each kind comes after those
/// that its own look-ups search.
///
/// Kinds whose look-ups lead back to themselves are left out; a pipeline refuses them.
pub(crate) fn looked_up_kinds(inputs: &[SettledInput]) -> Vec<FactKind> {
    let of_input = |input: &Input| -> Vec<FactKind> {
        let lookups = input.mapping.iter().flat_map(|mapping| &mapping.lookups);
        let kind = |from: &LookupFrom| if let LookupFrom::Facts(kind) = from { Some(*kind) } else { None };
        lookups.filter_map(|lookup| kind(&lookup.from)).collect()
    };
    let mut open: BTreeSet<FactKind> = inputs.iter().flat_map(|settled| of_input(&settled.input)).collect();
    let mut order = Vec::new();
    let is_ready = |kind: FactKind, order: &[FactKind]| {
        let own = inputs.iter().filter(|settled| settled.input.kind == kind);
        own.flat_map(|settled| of_input(&settled.input)).all(|other| order.contains(&other))
    };
    while let Some(kind) = open.iter().copied().find(|kind| is_ready(*kind, &order)) {
        open.remove(&kind);
        order.push(kind);
    }
    order
}

/// Finds the rows that the look-ups of an input's mapping search, in the order of the look-ups.
///
/// # Errors
/// Where a file cannot be read, or lacks a column.
pub(crate) fn found(
    input: &Input,
    mapping: &WholeMapping,
    known: &KnownFacts,
    asked: &Asked<'_>,
) -> Result<Vec<Found>, SourceError> {
    let table = |table: &LookupTable| match &table.lookup.from {
        LookupFrom::Own => of_files(input, table, asked),
        LookupFrom::Files(other) => of_files(other, table, asked),
        LookupFrom::Facts(kind) => Ok(table.found_in_facts(*kind, known.get(kind).unwrap_or(&Facts::default()))),
    };
    mapping.lookups().iter().map(table).collect()
}

/// Takes the rows of all files of an input, whether earlier runs have taken them in or not.
fn of_files(input: &Input, table: &LookupTable, asked: &Asked<'_>) -> Result<Found, SourceError> {
    let wanted = table.wanted();
    let mut raw: Vec<FileRows> = Vec::new();
    let in_input = |fault: FileFault| fault.in_file_of(input, &input.path);
    let listed = readers::list(input).map_err(in_input)?;
    let format = listed.first().and_then(|file| file.format);
    if listed.iter().any(|file| file.format != format) {
        return Err(in_input(FileFault::MixedFormats));
    }
    for listed in listed {
        let of_file = || -> Result<FileRows, FileFault> {
            let rows = rows(input, &listed, &wanted, asked)?.into_iter().map(|batch| batch.held(false));
            Ok(table.prepare(FileIndex::new(raw.len()), rows.collect())?)
        };
        raw.push(of_file().map_err(|fault| fault.in_file_of(input, &listed.path))?);
    }
    let zone = asked.zone_of(input);
    let decimal = input.decimal_of(format);
    let reading = Reading { zone: &zone, decimal, ids: Doubts::of(input).ids, found: &[] };
    table.found_in_rows(&raw, &reading).map_err(|fault| in_input(fault.into()))
}

/// Reads some columns of a file. Rows that cannot be read are left out: whoever reads the file as an input rejects
/// them.
fn rows(
    input: &Input,
    listed: &Listed,
    wanted: &[(String, Need)],
    asked: &Asked<'_>,
) -> Result<Vec<RawBatch>, FileFault> {
    let format = listed.known_format()?;
    let source = listed.source(input, format);
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
