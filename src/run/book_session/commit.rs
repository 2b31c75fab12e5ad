//! Builds what a run adds to its book: new facts, jobs, and the record. `posting` commits it.

use super::super::Request;
use super::super::error::RunError;
use super::super::progress::{Stage, Step};
use super::super::run_folder;
use super::fact_writer::FactWriter;
use super::posting::{file_name, post};
use super::{BookSession, shops};
use crate::book::{Base, EMAILS, FolderRecord, JobLines, ProgramRecord, Remembered, RunRecord, TableName, Withdrawn};
use crate::delta::NewFile;
use crate::facts::FactKind;
use crate::facts::Facts;
use crate::kernel::CALCULATION;
use crate::output::folder::Folder;
use crate::output::table::Encoder;
use crate::reports::summary::Summary;
use crate::resolve::exported;
use std::path::PathBuf;

impl BookSession {
    /// Adds the run to the book and lets its folder appear, which holds everything already, the ledger in Parquet.
    /// Returns where it is.
    ///
    /// # Errors
    /// `Posted` where the run is in the book and only what follows has failed; all others mean that nothing was posted.
    pub(crate) fn post(
        mut self,
        request: &Request<'_>,
        facts: &Facts,
        folder: Folder,
        summary: &Summary,
        remembered: Remembered,
    ) -> Result<PathBuf, RunError> {
        let file = file_name(&summary.run_id);
        self.keep(request, facts, &file)?;
        request.progress.stage(Stage::KeepingEmails, 0)?;
        request.progress.step(Step::KeepingEmails);
        let lines = JobLines::open(&folder.path().join(EMAILS))?;
        self.book.write_jobs(lines, &file, &summary.run_id, request.as_of, request.now)?;
        let record = self.record(request, summary, remembered);
        post(request.progress, &mut self.book, folder, record)
    }

    /// Keeps the facts that are new, which are those of the exports that are left, a commit for each kind.
    fn keep(&mut self, request: &Request<'_>, facts: &Facts, file: &str) -> Result<(), RunError> {
        let new = exported(facts);
        let writer = FactWriter::of(facts, self.number, request.program.program.currency);
        for kind in FactKind::ALL.into_iter().filter(|&kind| !new.get(kind).is_empty()) {
            request.progress.stage(Stage::KeepingFacts, 0)?;
            request.progress.step(Step::KeepingFacts);
            let write = |encoder: &Encoder, to: &mut NewFile| {
                writer.encode(kind, &new, encoder, &mut |piece| Ok(to.append(piece)?))
            };
            let written = self.book.write(TableName::Facts(kind), file, request.now, write)?;
            self.book.add_facts(TableName::Facts(kind), written, request.as_of, request.now)?;
        }
        Ok(())
    }

    /// Returns the record of the run; its folder has no place yet.
    pub(crate) fn record(&self, request: &Request<'_>, summary: &Summary, remembered: Remembered) -> RunRecord {
        let program = request.program;
        RunRecord {
            accrue: env!("CARGO_PKG_VERSION").to_owned(),
            number: self.number,
            run_id: summary.run_id.clone(),
            as_of: request.as_of,
            posted_at: request.now,
            planned: None,
            pipeline: shops::pipeline_name(&request.pipeline.path),
            program: ProgramRecord {
                path: program.path.display().to_string(),
                sha256: program.digest.clone(),
                text: program.text.clone(),
            },
            calculation: CALCULATION,
            time_zones: chrono_tz::IANA_TZDB_VERSION.to_owned(),
            inputs: self.taken.read.clone(),
            overrides: self.overrides(request).map(str::to_owned).collect(),
            emails: file_name(&summary.run_id),
            folder: FolderRecord { mode: run_folder::mode(request.pipeline), ..FolderRecord::default() },
            base: Base::default(),
            remembered: Some(remembered),
            withdrawn: Withdrawn::new(),
            summary: serde_json::to_value(summary).expect("a summary is plain data"),
        }
    }
}
