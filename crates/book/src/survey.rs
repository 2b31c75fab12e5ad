//! Checks all files of a book on the disk: each must be there, be whole, and hold what the log says.

use super::opening::checked;
use super::{Book, BookError, RunRecord, TableName, marker, scan};
use accrue_delta::{DeltaError, Survey, Table};
use std::collections::BTreeMap;
use std::path::Path;

/// The result of checking files of a book.
#[derive(Default)]
pub struct Surveyed {
    /// All faults that were found.
    pub faults: Vec<BookError>,
    /// The number of files and commits without a digest, of which less can be checked.
    pub without_digest: usize,
}

/// Checks every file of every table and of its log.
///
/// # Errors
/// Where the book is in a newer format or the folder is no book, so that it cannot be checked; all other faults are in
/// the result.
pub fn survey(folder: &Path) -> Result<Surveyed, BookError> {
    let mut surveyed = Surveyed::default();
    match marker::read(folder) {
        Err(error) if error.is_of_others() => return Err(error),
        read => surveyed.faults.extend(read.err()),
    }
    for name in TableName::ALL {
        match surveyed.add_table(folder, name) {
            Err(error) if error.is_of_others() => return Err(error),
            Err(error) => surveyed.faults.push(error),
            Ok(()) => {}
        }
    }
    Ok(surveyed)
}

impl Surveyed {
    fn add_table(&mut self, folder: &Path, name: TableName) -> Result<(), BookError> {
        let Survey { snapshot, faults, without_digest } = match Table::at(folder.join(name.name())).survey() {
            Err(DeltaError::NoTable(_)) => return Ok(()),
            survey => survey?,
        };
        self.without_digest += without_digest;
        self.faults.extend(faults.into_iter().map(BookError::from));
        checked(snapshot, name).map(drop)
    }
}

impl Book {
    /// Checks the kept folders of some runs.
    pub fn survey_kept(&self, runs: &[RunRecord]) -> Surveyed {
        let mut buffer = vec![0; 1 << 18];
        let mut surveyed = Surveyed::default();
        for kept in runs.iter().map(|run| &run.folder.kept) {
            for file in &kept.files {
                surveyed.without_digest += usize::from(file.digest.is_none());
                surveyed.faults.extend(self.read_kept(&kept.name, file, &mut buffer, |_| Ok(())).err());
            }
        }
        surveyed
    }

    /// Returns the number of rows of the ledger or the emails by the name of the run that has written them.
    ///
    /// # Errors
    /// Where a file of the table cannot be read.
    pub fn rows_by_run(&self, name: TableName) -> Result<BTreeMap<String, u64>, BookError> {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        self.each_text(name, "run_id", |run_id| match counts.get_mut(run_id) {
            Some(count) => *count += 1,
            None => drop(counts.insert(run_id.to_owned(), 1)),
        })?;
        Ok(counts)
    }

    /// Returns the ids of jobs that are in the table of emails more than once.
    ///
    /// # Errors
    /// Where a file of the table cannot be read.
    pub fn jobs_twice(&self) -> Result<Vec<String>, BookError> {
        let mut ids = Vec::new();
        self.each_text(TableName::Emails, "job_id", |id| ids.push(id.to_owned()))?;
        ids.sort_unstable();
        let twice = ids.chunk_by(|one, other| one == other).filter(|same| same.len() > 1);
        Ok(twice.map(|same| same[0].clone()).collect())
    }

    fn each_text(&self, name: TableName, column: &str, mut take: impl FnMut(&str)) -> Result<(), BookError> {
        let Some(table) = self.table(name) else { return Ok(()) };
        table.files().try_for_each(|file| scan::texts(&table.place(file), name.fields(), column, &mut take))
    }
}
