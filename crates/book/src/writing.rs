//! Adds to a book: facts first, then the run itself, then its jobs.
//!
//! The run is posted by one commit, that of the ledger. Facts of a run that dies before it do not count; jobs of a run
//! that dies after it are added by the next run, from the kept folder.

use super::book::APPLICATION;
use super::fact_files::SEEN_TAG;
use super::layout::{FORMAT, FORMAT_SETTING};
use super::record::RunRecord;
use super::{Book, BookError, TableName};
use accrue_delta::{APPEND_ONLY, Commit, DataFile, DeltaError, NewFile, NewTable, Snapshot, Table, Txn};
use accrue_kernel::time::Timestamp;
use accrue_output::table::Encoder;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// The operation of a commit that adds rows.
pub(super) const ADDING: &str = "WRITE";

impl Book {
    /// Commits a file of facts that were first seen by a run as of `seen_at`. `at` is the time of the commit.
    ///
    /// # Errors
    /// `Locked` where another run has committed in the meantime, and where the commit cannot be written.
    ///
    /// # Panics
    /// Where the table does not exist yet: [`Book::write`] or [`Book::adopt`] creates it.
    pub fn add_facts(
        &mut self,
        name: TableName,
        mut file: DataFile,
        seen_at: Timestamp,
        at: Timestamp,
    ) -> Result<(), BookError> {
        file.tags.insert(SEEN_TAG.to_owned(), format!("1:{}", seen_at.micros()));
        self.commit(name, Commit { add: vec![file], ..commit(ADDING, at) })
    }

    /// Writes a file of a table, which is created where it does not exist. The file is not committed yet.
    ///
    /// # Errors
    /// `NotABook`, `Begun` or `Locked` where the book cannot begin here, where the file cannot be written, and what
    /// `write` gives.
    pub fn write(
        &mut self,
        name: TableName,
        file: &str,
        at: Timestamp,
        write: impl FnOnce(&Encoder, &mut NewFile) -> Result<(), BookError>,
    ) -> Result<DataFile, BookError> {
        let (encoder, mut new) = self.begun(name, at)?.begin_file(file, name.fields())?;
        write(&encoder, &mut new)?;
        Ok(new.finish()?)
    }

    /// Brings a file that is written already into the folder of a table, which is created where it does not exist. The
    /// file is not committed yet.
    ///
    /// # Errors
    /// As [`Book::write`].
    pub fn adopt(&mut self, name: TableName, from: &Path, file: &str, at: Timestamp) -> Result<DataFile, BookError> {
        Ok(self.begun(name, at)?.adopt(from, file, None)?)
    }

    /// Posts a run: one commit adds its ledger, a Parquet file, and its record. Returns the record that was committed.
    ///
    /// # Errors
    /// `Locked` where another run was posted first; then nothing is posted. Also where the ledger cannot be read, or
    /// the commit cannot be written.
    pub fn post(&mut self, run: &RunRecord, ledger: &Path) -> Result<RunRecord, BookError> {
        let RunRecord { number, posted_at, run_id, folder, .. } = run;
        let file = format!("{run_id}.parquet");
        let digest = folder.kept.digest("ledger.parquet");
        let ledger = self.begun(TableName::Ledger, *posted_at)?.adopt(ledger, &file, digest)?;
        let run = RunRecord { base: self.base(), withdrawn: self.unposted(&file), ..run.clone() };
        let record = serde_json::to_value(&run).expect("a record is plain data");
        let txn = Some(Txn::new(APPLICATION, *number));
        self.commit(TableName::Ledger, Commit { add: vec![ledger], txn, record, ..commit(ADDING, *posted_at) })?;
        Ok(run)
    }

    /// Commits the jobs of a posted run. Where their file is missing, it is written again from the kept folder.
    ///
    /// # Errors
    /// `Locked` where another run has emitted them, and where a file cannot be read or written.
    pub fn emit(&mut self, run: &RunRecord) -> Result<(), BookError> {
        let table = self.begun(TableName::Emails, run.posted_at)?;
        if !table.folder().join(&run.emails).exists() {
            let lines = self.kept_jobs(run)?;
            self.write_jobs(lines, &run.emails, &run.run_id, run.as_of, run.posted_at)?;
        }
        let jobs = table.file(&run.emails)?;
        let txn = Some(Txn::new(APPLICATION, run.number));
        self.commit(TableName::Emails, Commit { add: vec![jobs], txn, ..commit(ADDING, run.posted_at) })
    }

    /// Returns a table, which is created where it does not exist.
    fn begun(&mut self, name: TableName, at: Timestamp) -> Result<Table, BookError> {
        self.begin(at)?;
        if self.tables[name.index()].is_none() {
            let new = NewTable {
                name: name.name(),
                fields: name.fields(),
                configuration: configuration(name),
                created_at: at,
                record: Value::Null,
            };
            let table = Table::at(self.folder.join(name.name()));
            self.tables[name.index()] = Some(table.create(&new).map_err(|error| self.locked(error))?);
        }
        let snapshot: &Snapshot = self.tables[name.index()].as_ref().expect("begun above");
        Ok(snapshot.table().clone())
    }

    fn commit(&mut self, name: TableName, commit: Commit<'_>) -> Result<(), BookError> {
        let snapshot = self.tables[name.index()].take().expect("a file was begun in it");
        self.tables[name.index()] = Some(snapshot.commit(commit).map_err(|error| self.locked(error))?);
        Ok(())
    }

    pub(super) fn locked(&self, error: DeltaError) -> BookError {
        match error {
            DeltaError::Conflict(_) | DeltaError::Repeated { .. } => {
                BookError::Locked { path: self.folder.clone(), source: error }
            }
            error => error.into(),
        }
    }
}

/// Returns the settings of a table. Postings and jobs are never removed; facts of runs that were never posted are.
fn configuration(name: TableName) -> BTreeMap<String, String> {
    let format = (FORMAT_SETTING.to_owned(), FORMAT.to_string());
    let append_only = (APPEND_ONLY.to_owned(), "true".to_owned());
    match matches!(name, TableName::Facts(_)) {
        true => [format].into(),
        false => [format, append_only].into(),
    }
}

fn commit(operation: &str, at: Timestamp) -> Commit<'_> {
    Commit { operation, at, add: Vec::new(), remove: Vec::new(), changes_data: true, txn: None, record: Value::Null }
}
