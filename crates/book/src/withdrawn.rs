//! Facts of runs that were never posted: they count only if an export has them again.
//!
//! Facts are committed before their run. A run that dies in between, or is overtaken by another, leaves them in the
//! tables. The next run that is posted names their files in its record; from then on they do not count, and they leave
//! the tables.

use super::record::RunRecord;
use super::{Book, BookError, TableName, since};
use accrue_delta::DataFile;
use accrue_facts::FactKind;
use std::collections::BTreeMap;

/// The names of withdrawn files, by table.
pub type Withdrawn = BTreeMap<String, Vec<String>>;

impl Book {
    /// Tells whether the facts of a file belong to a posted run.
    pub(super) fn is_posted(&self, name: TableName, file: &DataFile) -> bool {
        let is_withdrawn = self.withdrawn.get(name.name()).is_some_and(|files| files.contains(&file.name));
        since(file) <= self.posted_over.version(name) && !is_withdrawn
    }

    /// Returns the files of facts that belong to no posted run, without the file `own`.
    pub(super) fn unposted(&self, own: &str) -> Withdrawn {
        let files = |name: TableName| {
            let files = self.table(name).into_iter().flat_map(|table| table.files());
            let unposted = files.filter(|file| file.name != own && !self.is_posted(name, file));
            let names: Vec<String> = unposted.map(|file| file.name.clone()).collect();
            (!names.is_empty()).then(|| (name.name().to_owned(), names))
        };
        FactKind::ALL.map(TableName::Facts).into_iter().filter_map(files).collect()
    }

    /// Commits that the files withdrawn by a posted run leave the tables.
    ///
    /// # Errors
    /// `Locked` where another run has committed in the meantime, and where a commit cannot be written.
    pub fn withdraw(&mut self, run: &RunRecord) -> Result<(), BookError> {
        for name in FactKind::ALL.map(TableName::Facts) {
            let Some(names) = run.withdrawn.get(name.name()) else { continue };
            let gone: Vec<String> = names.iter().filter(|file| self.has_file(name, file)).cloned().collect();
            if !gone.is_empty() {
                let table = self.tables[name.index()].take().expect("it has a file");
                let left = table.withdraw(gone, run.posted_at).map_err(|error| self.locked(error))?;
                self.tables[name.index()] = Some(left);
            }
        }
        Ok(())
    }
}
