//! A look at everything that a book has on the disk: what is missing, cut, or not as its log says.

use super::{Book, BookError, RunRecord, TableName, checked, scan};
use crate::delta::{DeltaError, Table};
use std::collections::BTreeMap;
use std::path::Path;

/// Looks at every file of every table; returns all that is wrong.
///
/// # Errors
/// Where a table is of a newer version, so that nothing can be said of it.
pub fn survey(folder: &Path) -> Result<Vec<BookError>, BookError> {
    let mut faults = Vec::new();
    for name in TableName::ALL {
        match survey_table(folder, name) {
            Ok(found) => faults.extend(found),
            Err(error) if error.is_of_others() => return Err(error),
            Err(error) => faults.push(error),
        }
    }
    Ok(faults)
}

fn survey_table(folder: &Path, name: TableName) -> Result<Vec<BookError>, BookError> {
    match Table::at(folder.join(name.name())).survey() {
        Err(DeltaError::NoTable(_)) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
        Ok((snapshot, faults)) => {
            checked(snapshot, name)?;
            Ok(faults.into_iter().map(BookError::from).collect())
        }
    }
}

impl Book {
    /// Reads what is kept of the folders of some runs; returns all that is wrong.
    pub fn survey_kept(&self, runs: &[RunRecord]) -> Vec<BookError> {
        let mut buffer = vec![0; 1 << 18];
        let mut faults = Vec::new();
        for kept in runs.iter().map(|run| &run.folder.kept) {
            for file in &kept.files {
                faults.extend(self.read_kept(&kept.name, file, &mut buffer, |_| Ok(())).err());
            }
        }
        faults
    }

    /// Counts the rows of a table by the run that has written them.
    pub fn rows_by_run(&self, name: TableName) -> Result<BTreeMap<String, u64>, BookError> {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        self.each_text(name, "run_id", |run_id| match counts.get_mut(run_id) {
            Some(count) => *count += 1,
            None => drop(counts.insert(run_id.to_owned(), 1)),
        })?;
        Ok(counts)
    }

    /// Returns the ids of jobs that the table of emails has more than once.
    pub fn jobs_twice(&self) -> Result<Vec<String>, BookError> {
        let mut ids = Vec::new();
        self.each_text(TableName::Emails, "job_id", |id| ids.push(id.to_owned()))?;
        ids.sort_unstable();
        let twice = ids.chunk_by(|one, other| one == other).filter(|same| same.len() > 1);
        Ok(twice.map(|same| same[0].clone()).collect())
    }

    fn each_text(&self, name: TableName, column: &str, mut take: impl FnMut(&str)) -> Result<(), BookError> {
        let Some(table) = self.table(name) else { return Ok(()) };
        table.files().try_for_each(|file| scan::texts(&table.place(file), column, &mut take))
    }
}
