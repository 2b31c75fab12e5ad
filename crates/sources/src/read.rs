//! From files to facts, step by step: list, read, map where there is a mapping, parse, gather.

use crate::asked::Asked;
use crate::canonical::{Doubts, Keep, Reading};
use crate::error::{FileFault, SourceError};
use crate::gather::{Gather, Rows};
use crate::input::{Format, Input, Versions};
use crate::long_texts;
use crate::lookups::{self, KnownFacts, looked_up_kinds};
use crate::mapped_files::{self, MappedFile};
use crate::mapping::{Found, WholeMapping, WrittenAs, advise, with_shared};
use crate::null_texts;
use crate::readers::{self, Content, Listed, Piece, Source, Wanted, WholeFile};
use crate::variants::{Settled, SettledInput, settle};
use crate::versions;
use accrue_facts::filled::Filled;
use accrue_facts::seen::{Seen, UnusableRows};
use accrue_facts::{Facts, FileIndex, FileRead, InputIndex, Time};
use accrue_kernel::time::LocalCalendar;
use rayon::iter::{ParallelBridge, ParallelIterator};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// How far reading has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// All that there is to read, said once at the beginning.
    Listed {
        /// The number of files.
        files: usize,
        /// Their sizes on disk, added up.
        bytes: u64,
    },
    /// So much more has been read.
    Read {
        /// The number of bytes, as they are on disk.
        bytes: u64,
        /// The number of rows, rejected ones included.
        rows: u64,
    },
}

/// Reads all inputs: accepted rows and rejects in reading order, whatever the number of threads.
///
/// # Errors
/// Where a file cannot be read or lacks a required column; faults of several files come together.
pub fn read(inputs: &[Input], asked: &Asked, progress: &(dyn Fn(Progress) + Sync)) -> Result<Facts, SourceError> {
    let mut facts = read_knowing(inputs, asked, &Commas::new(), progress)?;
    let commas = commas_of(&facts);
    if !commas.is_empty() {
        // What `1.000` is depends on all rows of its column: they are read again, now that a comma is known.
        drop(facts);
        facts = read_knowing(inputs, asked, &commas, &|_| ())?;
    }
    let files = &facts.files;
    advise(&mut facts.rejects, |file| WrittenAs::of(&files[file.get()], inputs));
    Ok(facts)
}

/// By file: the columns that also have decimal commas.
type Commas = BTreeMap<PathBuf, BTreeSet<&'static str>>;

/// The columns of a file that has none with a decimal comma.
static NO_COMMAS: BTreeSet<&'static str> = BTreeSet::new();

fn commas_of(facts: &Facts) -> Commas {
    let has_rows = |file: &&FileRead| file.filled.accepted > 0;
    let of_file = |(number, seen): (&FileIndex, &Seen)| {
        let file = facts.files.get(number.get()).filter(has_rows)?;
        (!seen.decimal_commas.is_empty()).then(|| (file.path.clone(), seen.decimal_commas.clone()))
    };
    facts.seen.iter().filter_map(of_file).collect()
}

fn read_knowing(
    inputs: &[Input],
    asked: &Asked,
    commas: &Commas,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Facts, SourceError> {
    let settled = settle(inputs)?;
    let mut known = KnownFacts::new();
    for kind in looked_up_kinds(&settled.inputs) {
        // What a book keeps comes first, then this run's exports.
        let kept = asked.kept.iter().enumerate().map(|(at, input)| {
            let index = InputIndex::new(at);
            SettledInput { index, input: input.clone(), unconfirmed: None }
        });
        let exports = settled.inputs.iter().map(|own| {
            let index = InputIndex::new(asked.kept.len() + own.index.get());
            SettledInput { index, ..own.clone() }
        });
        let inputs = kept.chain(exports).filter(|settled| settled.input.kind == kind).collect();
        let settled = Settled { inputs, order: settled.order.clone() };
        let asked = Asked { keep: Keep::Everything, ..*asked };
        let prepared = Prepared::all_of(&settled.inputs, &known, &asked, commas)?;
        let facts = read_prepared(&prepared, &settled.order, &|_| ())?;
        known.insert(kind, facts);
    }
    let prepared = Prepared::all_of(&settled.inputs, &known, asked, commas)?;
    drop(known);
    read_prepared(&prepared, &settled.order, progress)
}

/// Reads the files of inputs; `order` is that of files whose inputs have variants.
fn read_prepared(
    prepared: &[Prepared<'_>],
    order: &BTreeMap<PathBuf, usize>,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Facts, SourceError> {
    let mut files: Vec<File> = all(prepared.iter().map(Prepared::files))?.into_iter().flatten().collect();
    if !order.is_empty() {
        files.sort_by_key(|file| (file.prepared.index, order.get(file.path())));
    }
    let bytes = files.iter().filter_map(|file| file.path().metadata().ok()).map(|metadata| metadata.len()).sum();
    progress(Progress::Listed { files: files.len(), bytes });
    let mut gather = Gather::new(files.iter().map(File::unread).collect());
    for input in prepared.iter().filter(|input| !input.unusable.is_empty()) {
        if let Some(first) = files.iter().position(|file| file.prepared.at == input.at) {
            gather.note(first, Seen { unusable: input.unusable.clone(), ..Seen::default() });
        }
    }
    let gather = Mutex::new(gather);
    // By input: files whose rows are put together once all have been read.
    let waiting: Vec<Waiting> = prepared.iter().map(|_| Waiting::default()).collect();
    // In order, so that little has to wait for its turn; a thread that is free helps with the pieces of a large file.
    let read = files.iter().enumerate().par_bridge().filter_map(|(number, file)| {
        let waiting = &waiting[file.prepared.at];
        let fault = file.read(number, &gather, waiting, progress).err()?;
        Some((number, fault.in_file_of(file.prepared.input, file.path())))
    });
    let mut faults: Vec<_> = read.collect();
    if faults.is_empty() {
        all(prepared.iter().zip(waiting).map(|(input, waiting)| input.map_together(waiting, &gather)))?;
        return Ok(gather.into_inner().expect("no thread panics with it").into_facts());
    }
    faults.sort_by_key(|(number, _)| *number);
    Err(faults.into_iter().map(|(_, fault)| fault).collect::<Vec<_>>().into())
}

/// An input, and what all of its files have in common.
struct Prepared<'a> {
    /// Its place among all that are prepared.
    at: usize,
    index: InputIndex,
    input: &'a Input,
    /// What its files are called where nobody has seen one.
    unconfirmed: Option<&'a String>,
    asked: &'a Asked<'a>,
    commas: &'a Commas,
    /// Of its times without an offset.
    zone: LocalCalendar,
    mapped: Option<WholeMapping>,
    /// What the look-ups of the mapping go through.
    found: Vec<Found>,
    /// Rows there that cannot be used.
    unusable: Vec<UnusableRows>,
}

/// Returns the definition that every mapping may refer to: the currency of the program.
fn program_currency(asked: &Asked<'_>) -> (String, String) {
    ("program_currency".to_owned(), format!("'{}'", asked.currency.code()))
}

/// Files of an input that have been read and wait for the others.
type Waiting<'a> = Mutex<Vec<MappedFile<'a>>>;

/// One file of an input.
struct File<'a> {
    prepared: &'a Prepared<'a>,
    listed: Listed,
    format: Format,
    /// Of its rows that have no `updated_at`.
    updated_at: Time,
}

impl<'a> Prepared<'a> {
    fn all_of(
        inputs: &'a [SettledInput],
        known: &KnownFacts,
        asked: &'a Asked<'a>,
        commas: &'a Commas,
    ) -> Result<Vec<Prepared<'a>>, SourceError> {
        all(inputs.iter().enumerate().map(|(at, input)| Prepared::new(at, input, known, (asked, commas))))
    }

    fn new(
        at: usize,
        settled: &'a SettledInput,
        known: &KnownFacts,
        (asked, commas): (&'a Asked<'a>, &'a Commas),
    ) -> Result<Prepared<'a>, SourceError> {
        let SettledInput { index, input, unconfirmed } = settled;
        let (index, unconfirmed) = (*index, unconfirmed.as_ref());
        let zone = asked.zone_of(input);
        let mapping = input.mapping.clone().map(|mapping| with_shared(mapping, &[program_currency(asked)]));
        let mapped = mapping.map(|mapping| WholeMapping::new(&mapping, input.kind)).transpose();
        let mapped = mapped.map_err(|fault| FileFault::from(fault).in_file_of(input, &input.path))?;
        let (found, unusable) = mapped
            .as_ref()
            .map_or(Ok((Vec::new(), Vec::new())), |mapped| lookups::found(input, mapped, known, asked))?;
        Ok(Prepared { at, index, input, unconfirmed, asked, commas, zone, mapped, found, unusable })
    }

    fn files(&'a self) -> Result<Vec<File<'a>>, SourceError> {
        let listed = readers::list(self.input).map_err(|fault| fault.in_file_of(self.input, &self.input.path))?;
        let wanted: Vec<Listed> =
            listed.into_iter().filter(|listed| !self.input.passed_over.contains(&listed.path)).collect();
        if self.is_together() && wanted.iter().any(|listed| listed.format != wanted[0].format) {
            return Err(FileFault::MixedFormats.in_file_of(self.input, &self.input.path));
        }
        all(wanted.into_iter().map(|listed| {
            let path = listed.path.clone();
            self.file(listed).map_err(|fault| fault.in_file_of(self.input, &path))
        }))
    }

    /// Tells whether a fact may be made of rows of several files.
    fn is_together(&self) -> bool {
        self.input.mapping.as_ref().is_some_and(|mapping| mapping.across_files && !mapping.group_by.is_empty())
    }

    /// Makes facts of the rows of all files together, where any wait.
    fn map_together(&self, waiting: Waiting<'_>, gather: &Mutex<Gather>) -> Result<(), SourceError> {
        let mut files = waiting.into_inner().expect("no thread panics with it");
        let Some(mapped) = self.mapped.as_ref().filter(|_| !files.is_empty()) else { return Ok(()) };
        files.sort_by_key(MappedFile::file);
        mapped_files::map(self.input.kind, (mapped, &self.found), files, gather)
            .map_err(|fault| fault.in_file_of(self.input, &self.input.path))
    }

    fn file(&'a self, listed: Listed) -> Result<File<'a>, FileFault> {
        let format = listed.known_format()?;
        if let Some(key) = self.input.json.misplaced(format) {
            return Err(FileFault::Misplaced { key, format });
        }
        let updated_at = self.dated(&listed.path)?;
        Ok(File { prepared: self, listed, format, updated_at })
    }

    /// Returns what dates the rows of a file that have no `updated_at`.
    fn dated(&self, path: &Path) -> Result<Time, FileFault> {
        let versions = self.input.versions.as_ref();
        let updated_at = versions.map(|versions| versions::dated(path, versions, &self.zone)).transpose()?;
        Ok(updated_at.map_or(Time::NULL, Time::from))
    }
}

impl<'a> File<'a> {
    fn path(&self) -> &Path {
        &self.listed.path
    }

    fn unread(&self) -> FileRead {
        let Prepared { index, input, unconfirmed, .. } = *self.prepared;
        let (kind, path, kept_since) = (input.kind, self.path().to_path_buf(), input.kept_since.clone());
        let (digest, filled, nowhere) = (String::new(), Filled::default(), Vec::new());
        let told_by_place = self.listed.told_by_place();
        let (bytes, rows, repeated, newer) = (0, 0, 0, 0);
        let (last_line_unended, lines_unwrapped) = (false, false);
        FileRead {
            input: index,
            kind,
            path,
            digest,
            bytes,
            rows,
            filled,
            nowhere,
            repeated,
            newer,
            decimal: (self.format == Format::Csv).then_some(input.csv.decimal),
            last_line_unended,
            unconfirmed: unconfirmed.cloned(),
            lines_unwrapped,
            kept_since,
            told_by_place,
        }
    }

    fn read(
        &self,
        number: usize,
        gather: &Mutex<Gather>,
        waiting: &Waiting<'a>,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<(), FileFault> {
        let Prepared { input, asked, zone, mapped, found, .. } = self.prepared;
        let decimal = input.decimal_of(Some(self.format));
        let file = FileIndex::new(number);
        let (updated_at, doubts) = (self.updated_at, Doubts::of(input));
        let (currency, keep) = (asked.currency, asked.keep);
        let commas = self.prepared.commas.get(self.path()).unwrap_or(&NO_COMMAS);
        let reading = Reading { currency, zone, decimal, keep, commas, updated_at, doubts, file };
        let rows = input.rows.as_deref();
        let source = Source { file, rows, ..self.listed.source(input, self.format) };
        let rows = AtomicU64::new(0);
        let take = |piece: Piece| {
            if (asked.is_stopped)() {
                return Err(FileFault::Stopped);
            }
            rows.fetch_add(piece.rows(), Ordering::Relaxed);
            progress(Progress::Read { bytes: piece.bytes, rows: piece.rows() });
            let piece = long_texts::without(piece, &source);
            Ok(Piece { batch: null_texts::without(piece.batch, &input.values.nulls), ..piece })
        };
        let (whole, nowhere) = match mapped {
            None => (read_canonical(&source, &reading, gather, &take)?, Vec::new()),
            Some(mapped) => {
                let (whole, read) = MappedFile::read(&source, &reading, mapped, &take)?;
                let nowhere = read.nowhere.clone();
                match self.prepared.is_together() {
                    true => waiting.lock().expect("no thread panics with it").push(read),
                    false => mapped_files::map(input.kind, (mapped, found), vec![read], gather)?,
                }
                (whole, nowhere)
            }
        };
        // The time of the file dates its rows: it must be that of the bytes that were read.
        if input.versions == Some(Versions::Modified) && self.prepared.dated(self.path())? != self.updated_at {
            return Err(FileFault::Changed);
        }
        let Content { digest, bytes } = whole.content;
        let (last_line_unended, lines_unwrapped) = (whole.last_line_unended, whole.lines_unwrapped);
        let (rows, unread) = (rows.into_inner(), self.unread());
        let read = FileRead { digest, bytes, rows, nowhere, last_line_unended, lines_unwrapped, ..unread };
        gather.lock().expect("no thread panics with it").end(number, whole.pieces, read);
        Ok(())
    }
}

/// Reads a file of canonical columns, each piece at once.
fn read_canonical(
    source: &Source,
    reading: &Reading,
    gather: &Mutex<Gather>,
    count: &(dyn Fn(Piece) -> Result<Piece, FileFault> + Sync),
) -> Result<WholeFile, FileFault> {
    let take = |piece: Piece| {
        let piece = count(piece)?;
        let rows = Rows::parse(source.kind, piece.batch, reading)?;
        let mut gather = gather.lock().expect("no thread panics with it");
        gather.put(source.file.get(), piece.number, vec![rows], piece.rejects);
        Ok(())
    };
    Ok(readers::read_file(source, &Wanted::canonical(source.kind), &take)?.0)
}

/// Gathers what went well, or all that did not.
fn all<T>(results: impl Iterator<Item = Result<T, SourceError>>) -> Result<Vec<T>, SourceError> {
    let (mut good, mut faults) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(value) => good.push(value),
            Err(SourceError::Several(more)) => faults.extend(more),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(good) } else { Err(faults.into()) }
}
