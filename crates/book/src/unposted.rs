//! Finds the facts of runs that were never posted, and removes them from the tables.

use super::BookError;
use super::book::Book;
use super::layout::TableName;
use super::record::RunRecord;
use super::withdrawn::Withdrawn;
use accrue_facts::FactKind;

impl Book {
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
