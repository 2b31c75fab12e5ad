//! Reads JSON documents: records one after the other, in lists, or in lists within objects. Records count from 1.

use crate::error::FileFault;
use crate::input::JsonOptions;
use crate::readers::json::rows::{NoRecord, Plan, Rows};
use crate::readers::json::seen::Seen;
use crate::readers::json::split::{Broken, Splitter, Why};
use crate::readers::near::Members;
use crate::readers::open::Opened;
use crate::readers::pieces::RECORD_LIMIT;
use crate::readers::text::Text;
use crate::readers::wanted::Wanted;
use crate::readers::{Source, TakePiece, WholeFile};
use accrue_delta::damage::of_json;
use encoding_rs::Encoding;
use memchr::memchr_iter;
use rayon::iter::{ParallelBridge, ParallelIterator};
use std::ops::Range;
use std::sync::Mutex;

/// Bytes asked for at a time.
const PIECE: usize = 1 << 20;

/// Some records of a file.
struct RecordPiece {
    number: usize,
    bytes: Vec<u8>,
    records: Vec<Range<usize>>,
    /// The number of the first record in the file, from 1.
    first: u64,
    /// The line of the first byte, from 1.
    line: u64,
    read: u64,
}

/// Cuts a file into pieces of whole records.
struct RecordPieces {
    text: Text,
    splitter: Splitter,
    carry: Vec<u8>,
    number: usize,
    first: u64,
    line: u64,
    read: u64,
    ended: bool,
    /// What ends the file before its time, behind the records that have been found.
    fault: Option<FileFault>,
}

/// The first record of a file that is no JSON, and the fault of it.
type Damaged = Option<(u64, FileFault)>;

/// Reads a file of JSON documents.
pub(super) fn read(
    source: &Source,
    encoding: &'static Encoding,
    wanted: &Wanted,
    take: TakePiece,
) -> Result<(WholeFile, Members), FileFault> {
    let columns = wanted.columns.iter().map(|(name, _)| name.as_str()).collect();
    let text = Text::new(Opened::new(source.path)?, encoding)?;
    let encoding = text.encoding();
    let plan =
        Plan::new((source, encoding), columns, ("", source.json.unnest.as_deref()), &[]).with_hashes(wanted.hashes);
    let mut pieces = RecordPieces::new(text, source.json);
    let seen = Mutex::new(Seen::default());
    let damaged = Mutex::new(Damaged::None);
    let each = |piece: Result<RecordPiece, FileFault>| {
        let piece = piece?;
        let mut rows = plan.rows(piece.bytes.len(), piece.records.len());
        if let Some(found) = read_records(&mut rows, &piece)? {
            // Of several faults, the first in the file is reported, whichever thread was first.
            let mut first = damaged.lock().expect("no thread panics with it");
            if first.as_ref().is_none_or(|(record, _)| found.0 < *record) {
                *first = Some(found);
            }
            return Err(FileFault::Stopped);
        }
        let (made, members) = rows.finish((piece.number, piece.read))?;
        seen.lock().expect("no thread panics with it").add(members);
        take(made)
    };
    let read = (&mut pieces).par_bridge().try_for_each(each);
    if let Some((_, fault)) = damaged.into_inner().expect("no thread panics with it") {
        return Err(fault);
    }
    read?;
    let Seen { pieces: count, members } = seen.into_inner().expect("no thread panics with it");
    Ok((WholeFile::new(pieces.text.finish()?, count), members))
}

/// Reads the records of a piece up to one that is no JSON.
fn read_records<'l>(rows: &mut Rows<'_, 'l>, piece: &'l RecordPiece) -> Result<Damaged, FileFault> {
    for (record, range) in (piece.first..).zip(&piece.records) {
        let bytes = &piece.bytes[range.clone()];
        match rows.walk(bytes) {
            Ok(()) => drop(rows.settle(record, bytes)?),
            Err(NoRecord::NoObject(error)) if !error.is_data() => {
                let line = piece.line_of(range.start) + error.line() as u64 - 1;
                let what = format!("record {record}: {}", of_json(&error, bytes));
                return Ok(Some((record, FileFault::Json { line, what })));
            }
            Err(why) => rows.refuse(record, bytes, &why, "record"),
        }
    }
    Ok(None)
}

impl RecordPiece {
    fn line_of(&self, at: usize) -> u64 {
        self.line + line_ends(&self.bytes[..at])
    }
}

impl RecordPieces {
    fn new(text: Text, json: &JsonOptions) -> RecordPieces {
        let splitter = Splitter::new(json.records.as_deref(), json.records_optional);
        let (carry, fault) = (Vec::new(), None);
        RecordPieces { text, splitter, carry, number: 0, first: 1, line: 1, read: 0, ended: false, fault }
    }

    fn next_piece(&mut self) -> Result<Option<RecordPiece>, FileFault> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        if self.ended {
            return Ok(None);
        }
        let (mut bytes, mut records) = (std::mem::take(&mut self.carry), Vec::new());
        while records.is_empty() && !self.ended {
            if bytes.len() > RECORD_LIMIT {
                let what = format!(
                    "a record has more than {} MB: if the records are in a list within it, set `records` to its path",
                    RECORD_LIMIT >> 20
                );
                return Err(FileFault::NoRecords { line: self.line, what });
            }
            let from = bytes.len();
            self.ended = self.text.fill(&mut bytes, PIECE.max(from))?;
            let split = self.splitter.go(&bytes, from, &mut records);
            let split = split.and_then(|()| if self.ended { self.splitter.end(&bytes, &mut records) } else { Ok(()) });
            if let Err(Broken { at, why }) = split {
                let line = self.line + line_ends(&bytes[..at]);
                self.fault = Some(match why {
                    Why::Damaged(what) => FileFault::Json { line, what },
                    Why::NoRecords(what) => FileFault::NoRecords { line, what },
                });
                self.ended = true;
            } else if records.is_empty() {
                let done = self.splitter.held().unwrap_or(bytes.len());
                self.line += line_ends(&bytes[..done]);
                self.splitter.forget(done);
                bytes.drain(..done);
            }
        }
        let done = self.splitter.held().unwrap_or(bytes.len());
        self.splitter.forget(done);
        self.carry = bytes.split_off(done);
        Ok(Some(self.hand_over(bytes, records)))
    }

    fn hand_over(&mut self, bytes: Vec<u8>, records: Vec<Range<usize>>) -> RecordPiece {
        let (number, first, line) = (self.number, self.first, self.line);
        self.number += 1;
        self.first += records.len() as u64;
        self.line += line_ends(&bytes);
        let read = self.text.bytes_read() - std::mem::replace(&mut self.read, self.text.bytes_read());
        RecordPiece { number, bytes, records, first, line, read }
    }
}

impl Iterator for &mut RecordPieces {
    type Item = Result<RecordPiece, FileFault>;

    fn next(&mut self) -> Option<Self::Item> {
        let piece = self.next_piece().transpose();
        // After an error there is nothing more.
        self.ended |= matches!(piece, Some(Err(_)));
        piece
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}
