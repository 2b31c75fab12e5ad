//! The guards on rejected rows (docs/spec.md 10): `max_rejects` for an input, `no_usable_rows` for a file.

use super::super::Request;
use super::super::list_rows;
use super::{GuardName, SHOWN, Tripped};
use crate::facts::{Facts, FileIndex, FileRead, InputIndex, Reject, RejectReason};
use crate::pipeline::{CountOrShare, Limit};
use crate::sources::input::Input;
use std::ops::Range;

/// Rejected rows of an input that no share stops.
const FEW_REJECTS: u64 = 10;
/// One of so many rows may be rejected.
const REJECTED_OF: u64 = 20;
/// Rows of a file of which not all may be rejected.
const USABLE_FROM: u64 = 10;

/// Some rows, and those of them that are rejected for another reason than `no_owner`; rows without an owner apart.
struct Counted<'f> {
    rows: u64,
    rejects: Vec<&'f Reject>,
}

/// Checks the rejected rows of the exports.
pub(crate) fn of_rows(request: &Request<'_>, inputs: &[Input], facts: &Facts) -> Vec<Tripped> {
    let mut tripped = max_rejects(request, inputs, facts);
    let exports = exports(facts).filter_map(|(number, file)| no_usable_rows(request, facts, number, file));
    tripped.extend(exports);
    tripped
}

/// Returns the files that are exports, with their numbers.
pub(super) fn exports(facts: &Facts) -> impl Iterator<Item = (FileIndex, &FileRead)> {
    (0..).map(FileIndex::new).zip(&facts.files).filter(|(_, file)| file.kept_since.is_none())
}

/// Returns the rejects of a file: they are sorted by file.
pub(super) fn rejects_of(facts: &Facts, file: FileIndex) -> &[Reject] {
    let range: Range<usize> = facts.rejects.partition_point(|reject| reject.file < file)
        ..facts.rejects.partition_point(|reject| reject.file <= file);
    &facts.rejects[range]
}

/// Describes rejected rows, some of them.
pub(super) fn shown<'f>(facts: &Facts, rejects: impl IntoIterator<Item = &'f Reject>) -> Vec<String> {
    rejects.into_iter().take(SHOWN).map(|reject| list_rows::reject(facts, reject).to_string()).collect()
}

impl<'f> Counted<'f> {
    fn of(facts: &'f Facts, files: impl Iterator<Item = (FileIndex, &'f FileRead)>) -> Counted<'f> {
        let mut counted = Counted { rows: 0, rejects: Vec::new() };
        for (number, file) in files {
            let (unowned, rejects): (Vec<_>, Vec<_>) =
                rejects_of(facts, number).iter().partition(|reject| reject.reason == RejectReason::NoOwner);
            counted.rows += file.rows.saturating_sub(unowned.len() as u64);
            counted.rejects.extend(rejects);
        }
        counted
    }

    fn count(&self) -> u64 {
        self.rejects.len() as u64
    }
}

/// Checks every input by the standard limit, or all exports together by the limit that the pipeline sets.
fn max_rejects(request: &Request<'_>, inputs: &[Input], facts: &Facts) -> Vec<Tripped> {
    match request.pipeline.guard.max_rejects {
        Limit::Off => Vec::new(),
        Limit::Set(most) => of_all(request, facts, most).into_iter().collect(),
        Limit::Standard => {
            let of = |(at, input)| of_input(request, facts, InputIndex::new(at), input);
            inputs.iter().enumerate().filter_map(of).collect()
        }
    }
}

fn of_all(request: &Request<'_>, facts: &Facts, most: CountOrShare) -> Option<Tripped> {
    let counted = Counted::of(facts, exports(facts));
    let (count, rows) = (counted.count(), counted.rows);
    let message = format!("{count} of {rows} rows are rejected, more than {most}");
    let tripped = || Tripped::new(GuardName::MaxRejects, request, message, shown(facts, counted.rejects));
    (!most.allows(count, rows)).then(tripped)
}

fn of_input(request: &Request<'_>, facts: &Facts, index: InputIndex, input: &Input) -> Option<Tripped> {
    let counted = Counted::of(facts, exports(facts).filter(|(_, file)| file.input == index));
    let (count, rows) = (counted.count(), counted.rows);
    let message = format!(
        "{count} of {rows} rows of {} are rejected, more than {FEW_REJECTS} rows and {}%",
        input.path.display(),
        100 / REJECTED_OF
    );
    let is_exceeded = count > FEW_REJECTS && REJECTED_OF * count > rows;
    is_exceeded.then(|| Tripped::new(GuardName::MaxRejects, request, message, shown(facts, counted.rejects)))
}

fn no_usable_rows(request: &Request<'_>, facts: &Facts, number: FileIndex, file: &FileRead) -> Option<Tripped> {
    let from = request.pipeline.guard.no_usable_rows.or(USABLE_FROM)?;
    let counted = Counted::of(facts, std::iter::once((number, file)));
    if counted.rows < from || counted.count() < counted.rows {
        return None;
    }
    let message = format!("all {} rows of {} are rejected", counted.rows, file.path.display());
    Some(Tripped::new(GuardName::NoUsableRows, request, message, shown(facts, counted.rejects)))
}
