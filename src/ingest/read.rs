//! The road from files to facts: list, read, parse, gather.

use super::canonical::Reading;
use super::error::{FileFault, IngestError};
use super::facts::{Facts, FileRead};
use super::gather::{Gather, Rows};
use super::input::{Format, Input};
use super::readers::{self, Piece, Source, Wanted, WholeFile};
use crate::kernel::currency::Currency;
use crate::kernel::time::Zone;
use rayon::iter::{ParallelBridge, ParallelIterator};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// How far reading has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// All that there is to read, said once at the beginning.
    Listed { files: usize, bytes: u64 },
    /// So much more has been read.
    Read { bytes: u64, rows: u64 },
}

/// One file of an input.
struct File<'a> {
    /// Number of the input, from 0.
    number: u32,
    input: &'a Input,
    path: PathBuf,
    format: Format,
}

/// Reads all inputs: accepted rows and rejects in reading order, whatever the number of threads.
///
/// `currency` and `zone` are the program's.
///
/// # Errors
/// Where a file cannot be read or lacks a required column; faults of several files come together.
pub fn read(
    inputs: &[Input],
    currency: Currency,
    zone: &Zone,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Facts, IngestError> {
    let files = list(inputs)?;
    let bytes = files.iter().filter_map(|file| file.path.metadata().ok()).map(|metadata| metadata.len()).sum();
    progress(Progress::Listed { files: files.len(), bytes });
    let zones: Vec<Option<Zone>> = inputs.iter().map(|input| input.timezone.map(Zone::new)).collect();
    let zone_of = |input: &Input| {
        let at = inputs.iter().position(|other| std::ptr::eq(input, other));
        at.and_then(|at| zones[at].as_ref()).unwrap_or(zone)
    };
    let gather = Mutex::new(Gather::new(files.iter().map(File::unread).collect()));
    let each = |(number, file): (usize, &File)| {
        let reading = Reading { currency, zone: zone_of(file.input), decimal: file.decimal(), file: number as u32 };
        let fault = file.read(number, &reading, &gather, progress).err()?;
        Some((number, fault.in_file(&file.path)))
    };
    // In order, so that little has to wait for its turn; a thread that is free helps with the pieces of a large file.
    let mut faults: Vec<_> = files.iter().enumerate().par_bridge().filter_map(each).collect();
    if faults.is_empty() {
        return Ok(gather.into_inner().expect("no thread panics with it").into_facts());
    }
    faults.sort_by_key(|(number, _)| *number);
    Err(faults.into_iter().map(|(_, fault)| fault).collect::<Vec<_>>().into())
}

fn list(inputs: &[Input]) -> Result<Vec<File<'_>>, IngestError> {
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    for (number, input) in (0..).zip(inputs) {
        let found = readers::files(&input.path).map_err(|fault| fault.in_file(&input.path));
        for path in found.unwrap_or_else(|fault| {
            faults.push(fault);
            Vec::new()
        }) {
            match input.format.or_else(|| readers::format_of(&path)) {
                Some(format) => files.push(File { number, input, path, format }),
                None => faults.push(FileFault::UnknownFormat.in_file(path)),
            }
        }
    }
    if faults.is_empty() { Ok(files) } else { Err(faults.into()) }
}

impl File<'_> {
    fn unread(&self) -> FileRead {
        let (kind, path) = (self.input.kind, self.path.clone());
        FileRead { input: self.number, kind, path, digest: String::new(), bytes: 0, rows: 0, newest: None }
    }

    /// The decimal point of its amounts: only CSV files may have another.
    fn decimal(&self) -> u8 {
        if self.format == Format::Csv { self.input.csv.decimal } else { b'.' }
    }

    fn read(
        &self,
        number: usize,
        reading: &Reading,
        gather: &Mutex<Gather>,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<(), FileFault> {
        let Input { kind, csv, .. } = self.input;
        let source = Source { kind: *kind, path: &self.path, format: self.format, csv, file: reading.file };
        let rows = AtomicU64::new(0);
        let take = |piece: Piece| {
            rows.fetch_add(piece.rows(), Ordering::Relaxed);
            progress(Progress::Read { bytes: piece.bytes, rows: piece.rows() });
            let parsed = Rows::parse(*kind, piece.batch, reading)?;
            gather.lock().expect("no thread panics with it").put(number, piece.number, parsed, piece.rejects);
            Ok(())
        };
        let WholeFile { content, pieces } = readers::read_file(&source, &Wanted::canonical(*kind), &take)?;
        let (digest, bytes, rows) = (content.digest, content.bytes, rows.into_inner());
        let read = FileRead { digest, bytes, rows, ..self.unread() };
        gather.lock().expect("no thread panics with it").end(number, pieces, read);
        Ok(())
    }
}
