//! Computes all people in ranges, on every core. Results come in the order of customer ids.

use super::above_total::AboveTotal;
use super::context::RunContext;
use super::error::RunError;
use super::expiring::Expiring;
use super::guards::Corrected;
use super::in_order::in_order;
use super::piece::{self, RangeResult, Tables, Worker};
use super::progress::{Progress, Stage};
use crate::emails;
use crate::output::OutputError;
use crate::output::draft::Draft;
use crate::output::lists::ExceptionLine;
use crate::output::table::TableFile;
use crate::reports::tally::Tally;
use crate::resolve::Ranks;

/// Facts per piece: large enough that a row group of Parquet compresses well, small enough that a few pieces per core
/// fit into memory. It decides the row groups of the output, so it is the same on every machine.
const EVENTS_PER_PIECE: usize = 100_000;

/// Where what a run posts goes.
pub(crate) struct Files {
    pub ledger: TableFile,
    /// The ledger in the format asked for, where `ledger` is for a book and has another.
    pub shown: Option<TableFile>,
    pub balances: TableFile,
    pub emails: Draft,
}

impl Files {
    fn append(&mut self, tables: Tables, emails: &[u8]) -> Result<(), OutputError> {
        self.ledger.append(tables.ledger)?;
        if let (Some(shown), Some(ledger)) = (&mut self.shown, tables.shown) {
            shown.append(ledger)?;
        }
        self.balances.append(tables.balances)?;
        self.emails.append(emails)
    }

    /// Completes the files and hands them to the disk.
    pub(crate) fn finish(self) -> Result<(), OutputError> {
        self.ledger.finish()?;
        self.shown.map(TableFile::finish).transpose()?;
        self.balances.finish()?;
        self.emails.finish()
    }
}

/// What all people come to.
#[derive(Default)]
pub(crate) struct Totals {
    pub tally: Tally,
    pub mailed: emails::Tally,
    pub exceptions: Vec<ExceptionLine>,
    pub above_total: AboveTotal,
    /// What corrections do, where there is a book.
    pub corrected: Corrected,
    /// What is to expire within two weeks.
    pub expiring: Expiring,
}

/// Computes everybody; appends what they are posted to the files, where there are any.
pub(crate) fn fan_out(
    shared: &RunContext<'_>,
    mut files: Option<&mut Files>,
    progress: &dyn Progress,
) -> Result<Totals, RunError> {
    let mut ranges = shared.people.ranges(EVENTS_PER_PIECE);
    if ranges.is_empty() && shared.session.is_some() {
        // Of whom the ledger knows, something may have to be taken back.
        ranges.push(Ranks::default());
    }
    progress.stage(Stage::Computing, shared.people.len() as u64)?;
    let order_rows = shared.people.facts().orders.rows.len();
    let mut totals = Totals::default();
    let mut last_id = None;
    in_order(
        ranges.len(),
        || Worker::new(shared),
        |worker, index| piece::compute(shared, worker, ranges[index].clone()),
        |piece: RangeResult| {
            progress.go_on()?;
            progress.advance(piece.people.len() as u64);
            for rank in piece.people.clone() {
                // The ledger is sorted by customer id, and nobody may come in two pieces.
                let id = shared.people.id(rank);
                assert!(last_id.replace(id).is_none_or(|last| last < id), "people come by rising id");
            }
            if let (Some(files), Some(tables)) = (files.as_mut(), piece.tables) {
                files.append(tables, &piece.emails)?;
            }
            totals.tally.merge(piece.tally);
            totals.mailed += piece.mailed;
            totals.exceptions.extend(piece.exceptions);
            totals.above_total.merge(piece.above_total, order_rows);
            totals.corrected.merge(piece.corrected);
            totals.expiring.merge(&piece.expiring);
            Ok(())
        },
    )?;
    Ok(totals)
}
