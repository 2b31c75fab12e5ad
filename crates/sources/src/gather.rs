//! Puts the pieces of files, which threads read in any order, back into reading order.
//!
//! Invariant: the rows and rejects are the same for any number of threads.

use crate::canonical::{Canonical, Parsed, Reading, parse};
use crate::error::FileFault;
use crate::raw::RawBatch;
use accrue_facts::FactKind;
use accrue_facts::seen::Seen;
use accrue_facts::table::Table;
use accrue_facts::{
    AdjustmentRow, Facts, FileIndex, FileRead, OrderRow, RedemptionRow, RefundRow, RegistrationRow, Reject,
};
use std::collections::BTreeMap;

/// The accepted rows of one piece.
pub(crate) enum Rows {
    Orders(Parsed<OrderRow>),
    Registrations(Parsed<RegistrationRow>),
    Refunds(Parsed<RefundRow>),
    Redemptions(Parsed<RedemptionRow>),
    Adjustments(Parsed<AdjustmentRow>),
}

/// Facts as they come in. What cannot be put in its place yet waits.
pub(crate) struct Gather {
    facts: Facts,
    /// The file and piece whose turn it is.
    next: (usize, usize),
    waiting: BTreeMap<(usize, usize), (Vec<Rows>, Vec<Reject>)>,
    /// The number of pieces of each file that has been read to its end.
    pieces: Vec<Option<usize>>,
}

impl Rows {
    /// Returns the file, and what its rows have shown.
    fn seen(&self) -> (FileIndex, &Seen) {
        match self {
            Rows::Orders(Parsed { batch, seen, .. }) => (batch.file, seen),
            Rows::Registrations(Parsed { batch, seen, .. }) => (batch.file, seen),
            Rows::Refunds(Parsed { batch, seen, .. }) => (batch.file, seen),
            Rows::Redemptions(Parsed { batch, seen, .. }) => (batch.file, seen),
            Rows::Adjustments(Parsed { batch, seen, .. }) => (batch.file, seen),
        }
    }

    /// Changes the rejects that name a column.
    pub(crate) fn each_reject(&mut self, change: impl Fn(&mut Reject)) {
        self.rejects_mut().iter_mut().filter(|reject| !reject.column.is_empty()).for_each(change);
    }

    /// Takes the rejected rows out.
    pub(crate) fn take_rejects(&mut self) -> Vec<Reject> {
        std::mem::take(self.rejects_mut())
    }

    fn rejects_mut(&mut self) -> &mut Vec<Reject> {
        match self {
            Rows::Orders(parsed) => &mut parsed.rejects,
            Rows::Registrations(parsed) => &mut parsed.rejects,
            Rows::Refunds(parsed) => &mut parsed.rejects,
            Rows::Redemptions(parsed) => &mut parsed.rejects,
            Rows::Adjustments(parsed) => &mut parsed.rejects,
        }
    }

    /// Reads a batch of canonical columns.
    pub(crate) fn parse(kind: FactKind, raw: RawBatch, reading: &Reading) -> Result<Rows, FileFault> {
        Ok(match kind {
            FactKind::Orders => Rows::Orders(parse(raw, reading)?),
            FactKind::Registrations => Rows::Registrations(parse(raw, reading)?),
            FactKind::Refunds => Rows::Refunds(parse(raw, reading)?),
            FactKind::Redemptions => Rows::Redemptions(parse(raw, reading)?),
            FactKind::Adjustments => Rows::Adjustments(parse(raw, reading)?),
        })
    }
}

impl Gather {
    /// Begins with the files to be read, of which only kind and path are known.
    pub(crate) fn new(files: Vec<FileRead>) -> Gather {
        let pieces = vec![None; files.len()];
        let facts = Facts { files, ..Facts::default() };
        Gather { facts, next: (0, 0), waiting: BTreeMap::new(), pieces }
    }

    /// Takes a piece of a file, and rows of it that were rejected before they were parsed.
    pub(crate) fn put(&mut self, file: usize, piece: usize, rows: Vec<Rows>, rejects: Vec<Reject>) {
        self.waiting.insert((file, piece), (rows, rejects));
        self.proceed();
    }

    /// Takes note of what has been seen in a file beside its canonical rows.
    pub(crate) fn note(&mut self, file: usize, seen: Seen) {
        if seen != Seen::default() {
            self.facts.seen.entry(FileIndex::new(file)).or_default().add(seen);
        }
    }

    /// Takes note of how many rows of a file are of facts that stand in another file.
    pub(crate) fn note_in_others(&mut self, file: usize, rows: u64) {
        self.facts.files[file].filled.in_others += rows;
    }

    /// Takes note that a file has been read to its end, and of what it held.
    pub(crate) fn end(&mut self, file: usize, pieces: usize, read: FileRead) {
        let filled = std::mem::take(&mut self.facts.files[file].filled);
        self.facts.files[file] = FileRead { filled, ..read };
        self.pieces[file] = Some(pieces);
        self.proceed();
    }

    pub(crate) fn into_facts(self) -> Facts {
        debug_assert!(self.waiting.is_empty(), "every file has been read to its end");
        self.facts
    }

    fn proceed(&mut self) {
        let (file, piece) = &mut self.next;
        while *file < self.pieces.len() {
            if let Some((rows, rejects)) = self.waiting.remove(&(*file, *piece)) {
                append(&mut self.facts, rows, rejects);
                *piece += 1;
            } else if self.pieces[*file] == Some(*piece) {
                (*file, *piece) = (*file + 1, 0);
            } else {
                return;
            }
        }
    }
}

fn append(facts: &mut Facts, rows: Vec<Rows>, rejects: Vec<Reject>) {
    let from = facts.rejects.len();
    facts.rejects.extend(rejects);
    for rows in rows {
        let (file, seen) = rows.seen();
        if *seen != Seen::default() {
            facts.seen.entry(file).or_default().add(seen.clone());
        }
        let files = &mut facts.files;
        let rejects = match rows {
            Rows::Orders(parsed) => append_to(&mut facts.orders, files, parsed),
            Rows::Registrations(parsed) => append_to(&mut facts.registrations, files, parsed),
            Rows::Refunds(parsed) => append_to(&mut facts.refunds, files, parsed),
            Rows::Redemptions(parsed) => append_to(&mut facts.redemptions, files, parsed),
            Rows::Adjustments(parsed) => append_to(&mut facts.adjustments, files, parsed),
        };
        facts.rejects.extend(rejects);
    }
    facts.rejects[from..].iter_mut().for_each(name_header);
    facts.rejects[from..].sort_by_key(|reject| reject.place);
}

/// Says of a row with the name of a column as its value that it is a header, as where files were put together.
fn name_header(reject: &mut Reject) {
    let value = reject.value.trim_start_matches('\u{feff}').trim();
    if !value.is_empty() && value == reject.column {
        reject.message = "the row repeats the header, as where files were put together: take it out".to_owned();
    }
}

fn append_to<R: Canonical>(table: &mut Table<R>, files: &mut [FileRead], parsed: Parsed<R>) -> Vec<Reject> {
    files[parsed.batch.file.get()].filled.add(&parsed.filled);
    table.push(parsed.rows, parsed.batch);
    parsed.rejects
}
