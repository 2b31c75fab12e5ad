//! All people, range by range, on every core; results come back in the order of customer ids.

use super::error::RunError;
use super::in_order::in_order;
use super::piece::{self, Piece, Shared, Worker};
use super::progress::Progress;
use crate::emails;
use crate::output::folder::Draft;
use crate::output::lists::ExceptionLine;
use crate::output::table::TableFile;
use crate::reports::tally::Tally;

/// Facts per piece: large enough that a row group of Parquet compresses well, small enough that a few pieces per core fit
/// into memory. It decides the row groups of the output, so it is the same on every machine.
const EVENTS_PER_PIECE: usize = 100_000;

/// Where what a run posts goes.
pub struct Files {
    pub ledger: TableFile,
    pub balances: TableFile,
    pub emails: Draft,
}

/// What all people come to.
#[derive(Default)]
pub struct Totals {
    pub tally: Tally,
    pub mailed: emails::Tally,
    pub exceptions: Vec<ExceptionLine>,
}

/// Computes everybody; appends what they are posted to the files, where there are any.
pub fn fan_out(
    shared: &Shared<'_>,
    mut files: Option<&mut Files>,
    progress: &dyn Progress,
) -> Result<Totals, RunError> {
    let ranges = shared.people.ranges(EVENTS_PER_PIECE);
    progress.begin("computing", shared.people.len() as u64);
    let mut totals = Totals::default();
    let mut last_id = None;
    in_order(
        ranges.len(),
        || Worker::new(shared),
        |worker, index| piece::compute(shared, worker, ranges[index].clone()),
        |piece: Piece| {
            progress.advance(piece.people.len() as u64);
            for rank in piece.people.clone() {
                // The ledger is sorted by customer id, and nobody may come in two pieces.
                let id = shared.people.id(rank);
                assert!(last_id.replace(id).is_none_or(|last| last < id), "people come by rising id");
            }
            if let (Some(files), Some((ledger, balances))) = (files.as_mut(), piece.tables) {
                files.ledger.append(ledger)?;
                files.balances.append(balances)?;
                files.emails.append(&piece.emails)?;
            }
            totals.tally.merge(piece.tally);
            totals.mailed += piece.mailed;
            totals.exceptions.extend(piece.exceptions);
            Ok(())
        },
    )?;
    Ok(totals)
}
