//! Files of other columns: a mapping may need all rows of a file to make a fact, or those of all files of an input, so
//! they are read whole, mapped and parsed.

use crate::canonical::Reading;
use crate::error::FileFault;
use crate::gather::{Gather, Rows};
use crate::mapping::{FileRows, Found, Reading as MappedReading, WholeMapping, WholeRows};
use crate::nowhere;
use crate::raw::{HeldBatch, RawBatch};
use crate::readers::{self, Piece, Source, WholeFile};
use accrue_facts::seen::Seen;
use accrue_facts::{FactKind, FileIndex, Reject};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// A file that has been read and not been mapped yet.
pub(crate) struct MappedFile<'a> {
    reading: Reading<'a>,
    rows: FileRows,
    /// What could not be read as a row.
    rejects: Vec<Reject>,
    /// The names of the mapping that no row of a JSON file has.
    pub(crate) nowhere: Vec<String>,
}

impl<'a> MappedFile<'a> {
    /// Returns the file.
    pub(crate) fn file(&self) -> FileIndex {
        self.rows.file
    }

    /// Reads a file; its rows become one piece.
    pub(crate) fn read(
        source: &Source,
        reading: &Reading<'a>,
        mapped: &WholeMapping,
        count: &(dyn Fn(Piece) -> Result<Piece, FileFault> + Sync),
    ) -> Result<(WholeFile, MappedFile<'a>), FileFault> {
        let pieces = Mutex::new(Vec::new());
        let take = |piece: Piece| {
            let Piece { number, batch, rejects, .. } = count(piece)?;
            let batch = batch.held(source.format.is_json());
            pieces.lock().expect("no thread panics with it").push((number, batch, rejects));
            Ok(())
        };
        let (whole, members) = readers::read_file(source, &mapped.wanted_of_file(source.format), &take)?;
        let nowhere = nowhere::check(mapped, &mapped.members(members), source.json)?;
        let mut pieces = pieces.into_inner().expect("no thread panics with it");
        pieces.sort_by_key(|(number, ..)| *number);
        let (raw, rejects): (Vec<HeldBatch>, Vec<_>) =
            pieces.into_iter().map(|(_, batch, rejects)| (batch, rejects)).unzip();
        let mut rejects: Vec<Reject> = rejects.into_iter().flatten().collect();
        rejects.sort_by_key(|reject| reject.place);
        // Where lines are joined, the reader has left out what may belong to a line that cannot be read.
        let unread = match source.json.joined() {
            Some(_) => Vec::new(),
            None => rejects.iter().map(|reject| reject.place).collect(),
        };
        let rows = mapped.prepare(source.file, raw, unread)?;
        Ok((WholeFile { pieces: 1, ..whole }, MappedFile { reading: *reading, rows, rejects, nowhere }))
    }
}

/// Makes facts of the rows of one file, or of several whose rows are put together, and hands them to `gather`.
///
/// `found` is what the look-ups of the mapping go through. The files are in the order of their numbers, at least one,
/// and read with the same decimal mark.
///
/// # Errors
/// Where a file lacks a column, or its rows cannot be computed or parsed.
pub(crate) fn map(
    kind: FactKind,
    (mapped, found): (&WholeMapping, &[Found]),
    files: Vec<MappedFile<'_>>,
    gather: &Mutex<Gather>,
) -> Result<(), FileFault> {
    let (mut readings, mut rows, mut rejects, mut nowhere) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for file in files {
        readings.push(file.reading);
        rows.push(file.rows);
        rejects.extend(file.rejects);
        nowhere.push(file.nowhere);
    }
    let Reading { zone, decimal, doubts, .. } = readings[0];
    let WholeRows { facts, rejects: misfits } =
        mapped.map(rows, &MappedReading { zone, decimal, ids: doubts.ids, found })?;
    rejects.extend(misfits);
    if rejects.is_empty() && facts.iter().all(|(_, made)| made.batches.is_empty()) {
        nowhere.iter().try_for_each(|nowhere| nowhere::check_filter(mapped, nowhere))?;
    }
    let (mut parsed, mut expiries) = (Vec::new(), Vec::new());
    let (mut repeated, mut in_others) = (BTreeMap::new(), BTreeMap::new());
    for (fact, made) in facts {
        let order = fact.order_of_sources();
        let parse = |(file, batch): (FileIndex, HeldBatch)| {
            let (RawBatch { columns, places }, _) = batch.taken();
            let reading = readings.iter().find(|reading| reading.file == file).expect("a file that was read");
            let batch = RawBatch { columns: columns.project(&order)?, places };
            let mut rows = Rows::parse(kind, batch, reading)?;
            rows.each_reject(|reject| fact.name_sources(reject));
            Ok((file, rows))
        };
        parsed.extend(made.batches.into_par_iter().map(parse).collect::<Result<Vec<_>, FileFault>>()?);
        expiries.push(made.expiries);
        // Several facts of a row are made of the same rows.
        if repeated.is_empty() {
            repeated = made.repeated;
        }
        for (file, rows) in made.in_others {
            let most: &mut u64 = in_others.entry(file).or_default();
            *most = rows.max(*most);
        }
    }
    // A row of which several facts are rejected has one reject.
    let mut rejected: BTreeSet<_> = rejects.iter().map(|reject| (reject.file, reject.place)).collect();
    let own = parsed.iter_mut().flat_map(|(_, rows)| rows.take_rejects());
    rejects.extend(own.filter(|reject| rejected.insert((reject.file, reject.place))));
    let mut gather = gather.lock().expect("no thread panics with it");
    for expiries in expiries {
        gather.note(readings[0].file.get(), Seen { expiries, ..Seen::default() });
    }
    for (file, repeated) in repeated {
        gather.note(file.get(), Seen { repeated: Some(repeated), ..Seen::default() });
    }
    for (file, rows) in in_others {
        gather.note_in_others(file.get(), rows);
    }
    for Reading { file, .. } in readings {
        let rows = parsed.extract_if(.., |(own, _)| *own == file).map(|(_, rows)| rows).collect();
        let rejects = rejects.extract_if(.., |reject| reject.file == file).collect();
        gather.put(file.get(), 0, rows, rejects);
    }
    Ok(())
}
