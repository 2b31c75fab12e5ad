//! Finds the rows that look-ups search: rows of files as they are, or facts of this run and of the book.

use crate::asked::Asked;
use crate::canonical::Doubts;
use crate::error::{FileFault, SourceError};
use crate::input::{Input, LookupFrom};
use crate::long_texts;
use crate::mapping::{FileRows, Found, LookedThrough, LookupTable, Reading, WholeMapping};
use crate::null_texts;
use crate::raw::RawBatch;
use crate::readers::{self, Listed, Piece, Source, Wanted};
use crate::variants::SettledInput;
use accrue_facts::columns::Need;
use accrue_facts::seen::UnusableRows;
use accrue_facts::{FactKind, Facts, FileIndex, Reject};
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
) -> Result<(Vec<Found>, Vec<UnusableRows>), SourceError> {
    let (mut all, mut unusable) = (Vec::new(), Vec::new());
    for table in mapping.lookups() {
        match &table.lookup.from {
            LookupFrom::Facts(kind) => {
                all.push(table.found_in_facts(*kind, known.get(kind).unwrap_or(&Facts::default())));
            }
            // The rows that cannot be used are rejected by the input itself.
            LookupFrom::Own => all.push(of_files(input, table, asked)?.0),
            LookupFrom::Files(other) => {
                let (found, rows) = of_files(other, table, asked)?;
                all.push(found);
                unusable.extend(rows);
            }
        }
    }
    Ok((all, unusable))
}

/// Takes the rows of all files of an input, whether earlier runs have taken them in or not.
fn of_files(
    input: &Input,
    table: &LookupTable,
    asked: &Asked<'_>,
) -> Result<(Found, Option<UnusableRows>), SourceError> {
    let wanted = table.wanted();
    let mut through = LookedThrough { files: Vec::new(), paths: Vec::new(), rejects: Vec::new() };
    let in_input = |fault: FileFault| fault.in_file_of(input, &input.path);
    let listed = readers::list(input).map_err(in_input)?;
    let format = listed.first().and_then(|file| file.format);
    if listed.iter().any(|file| file.format != format) {
        return Err(in_input(FileFault::MixedFormats));
    }
    for listed in listed {
        let file = FileIndex::new(through.files.len());
        let mut of_file = || -> Result<FileRows, FileFault> {
            let (raw, rejects) = rows(input, (file, &listed), &wanted, asked)?;
            let mut unread: Vec<u64> = rejects.iter().map(|reject| reject.place).collect();
            unread.sort_unstable();
            through.rejects.extend(rejects);
            Ok(table.prepare(file, raw.into_iter().map(|batch| batch.held(false)).collect(), unread)?)
        };
        let rows = of_file().map_err(|fault| fault.in_file_of(input, &listed.path))?;
        through.files.push(rows);
        through.paths.push(listed.path);
    }
    let zone = asked.zone_of(input);
    let decimal = input.decimal_of(format);
    let reading = Reading { zone: &zone, decimal, ids: Doubts::of(input).ids, found: &[] };
    table.found_in_rows(through, &reading).map_err(|fault| in_input(fault.into()))
}

/// Reads some columns of a file. Second are the lines that could not be read as rows.
fn rows(
    input: &Input,
    (file, listed): (FileIndex, &Listed),
    wanted: &[(String, Need)],
    asked: &Asked<'_>,
) -> Result<(Vec<RawBatch>, Vec<Reject>), FileFault> {
    let format = listed.known_format()?;
    let source = Source { file, ..listed.source(input, format) };
    let pieces = Mutex::new(Vec::new());
    let take = |piece: Piece| {
        if (asked.is_stopped)() {
            return Err(FileFault::Stopped);
        }
        let piece = long_texts::without(piece, &source);
        let batch = null_texts::without(piece.batch, &input.values.nulls);
        pieces.lock().expect("no thread panics with it").push((piece.number, batch, piece.rejects));
        Ok(())
    };
    readers::read_file(&source, &Wanted::of_file(wanted.to_vec(), format), &take)?;
    let mut pieces = pieces.into_inner().expect("no thread panics with it");
    pieces.sort_by_key(|(number, ..)| *number);
    let (raw, rejects): (Vec<_>, Vec<_>) = pieces.into_iter().map(|(_, batch, rejects)| (batch, rejects)).unzip();
    Ok((raw, rejects.into_iter().flatten().collect()))
}
