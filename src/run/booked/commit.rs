//! The order in which a run is added to a book (see `book`): at whichever step it dies, nothing is lost or repeated.

use super::super::Request;
use super::super::error::RunError;
use super::kept_rows::Keeping;
use super::{Booked, table_of};
use crate::book::delta::{DeltaError, NewFile};
use crate::book::{Book, BookError, FolderRecord, ProgramRecord, RunRecord};
use crate::ingest::facts::Facts;
use crate::ingest::input::FactKind;
use crate::ingest::resolve::Unseen;
use crate::kernel::CALCULATION;
use crate::output::folder::{Folder, Staged};
use crate::output::table::Encoder;
use crate::reports::summary::Summary;

impl Booked {
    /// Adds the run to the book and lets its folder appear. The folder holds everything already, the ledger in Parquet.
    ///
    /// # Errors
    /// `Posted` where the run is in the book and only what follows has failed; all others mean that nothing was posted.
    pub fn post(
        mut self,
        request: &Request<'_>,
        facts: &Facts,
        unseen: &Unseen,
        folder: Folder,
        summary: &Summary,
    ) -> Result<(), RunError> {
        let file = format!("{}.parquet", summary.run_id);
        self.keep(request, facts, unseen, &file)?;
        request.progress.begin("keeping emails", 0);
        let lines = folder.path().join("emails.ndjson");
        self.book.write_jobs(&lines, &file, &summary.run_id, request.as_of, request.now)?;
        let kept = self.book.keep_folder(&summary.run_id, folder.path())?;
        let staged = folder.stage()?;
        let record = self.record(request, facts, FolderRecord::of(&staged, kept), &file, summary);
        request.progress.begin("posting", 0);
        let ledger = staged.draft.join("ledger.parquet");
        match self.book.post(&record, &ledger) {
            Err(error) if !is_committed(&error) => {
                staged.discard();
                return Err(error.into());
            }
            Err(error) => return Err(RunError::posted(&record.run_id, error.into())),
            Ok(()) => {}
        }
        let followed = follow(request, &mut self.book, &record, &staged);
        followed.map_err(|error| RunError::posted(&record.run_id, error))
    }

    /// Keeps the facts that are new, a commit for each kind.
    fn keep(&mut self, request: &Request<'_>, facts: &Facts, unseen: &Unseen, file: &str) -> Result<(), RunError> {
        let keeping = Keeping::of(facts, self.number, request.program.program.currency);
        for kind in FactKind::ALL {
            let rows = match kind {
                FactKind::Orders => &unseen.orders,
                FactKind::Registrations => &unseen.registrations,
                FactKind::Refunds => &unseen.refunds,
                FactKind::Redemptions => &unseen.redemptions,
                FactKind::Adjustments => &unseen.adjustments,
            };
            if rows.is_empty() {
                continue;
            }
            request.progress.begin("keeping facts", 0);
            let write = |encoder: &Encoder, new: &mut NewFile| match kind {
                FactKind::Orders => keeping.orders(rows, encoder, new),
                FactKind::Registrations => keeping.registrations(rows, encoder, new),
                FactKind::Refunds => keeping.refunds(rows, encoder, new),
                FactKind::Redemptions => keeping.redemptions(rows, encoder, new),
                FactKind::Adjustments => keeping.adjustments(rows, encoder, new),
            };
            self.book.add_facts(table_of(kind), file, request.as_of, request.now, write)?;
        }
        Ok(())
    }

    fn record(
        &self,
        request: &Request<'_>,
        facts: &Facts,
        folder: FolderRecord,
        emails: &str,
        summary: &Summary,
    ) -> RunRecord {
        let program = request.program;
        RunRecord {
            accrue: env!("CARGO_PKG_VERSION").to_owned(),
            number: self.number,
            run_id: summary.run_id.clone(),
            as_of: request.as_of,
            posted_at: request.now,
            program: ProgramRecord {
                path: program.path.display().to_string(),
                sha256: program.digest.clone(),
                text: program.text.clone(),
            },
            calculation: CALCULATION,
            time_zones: chrono_tz::IANA_TZDB_VERSION.to_owned(),
            inputs: self.taken.read(facts, request.as_of),
            overrides: request.overrides.iter().map(|guard| guard.name().to_owned()).collect(),
            emails: emails.to_owned(),
            folder,
            summary: serde_json::to_value(summary).expect("a summary is plain data"),
        }
    }
}

/// What comes after the run itself: its jobs and its folder.
fn follow(request: &Request<'_>, book: &mut Book, record: &RunRecord, staged: &Staged) -> Result<(), RunError> {
    request.progress.begin("committing emails", 0);
    match book.emit(record) {
        // Another run has begun, and completes this one.
        Err(error) if error.is_of_others() => {}
        emitted => emitted?,
    }
    request.progress.begin("publishing", 0);
    Ok(staged.publish_if_there()?)
}

/// Tells whether the run is in the book although the disk has not confirmed it.
fn is_committed(error: &BookError) -> bool {
    matches!(error, BookError::Table(DeltaError::Unconfirmed { .. }))
}
