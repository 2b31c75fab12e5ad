//! Tells whether a book is still in the state that a plan was made from.

use super::BookError;
use super::base::{Base, TableBase};
use super::book::Book;
use super::layout::TableName;
use accrue_delta::Snapshot;

impl Book {
    /// Returns the state of the book now.
    pub fn base(&self) -> Base {
        let base = |name: TableName| {
            let table = self.table(name)?;
            Some((name.name().to_owned(), TableBase { id: table.id().to_owned(), version: table.version() }))
        };
        Base { run: self.last_number(), tables: TableName::ALL.into_iter().filter_map(base).collect() }
    }

    /// Returns what has happened to the book since then, as a text for people; `None` where a run that was made against
    /// that state can still be posted.
    ///
    /// # Errors
    /// Where the record of the last run cannot be read.
    pub fn moved_since(&self, base: &Base) -> Result<Option<String>, BookError> {
        let is_another = |name: TableName| {
            let then = base.tables.get(name.name()).map(|table| &table.id);
            then.is_some_and(|then| self.table(name).map(Snapshot::id) != Some(then))
        };
        if self.last_number() < base.run || TableName::ALL.into_iter().any(is_another) {
            return Ok(Some("it is another book, or an older copy of it".to_owned()));
        }
        if self.last_number() > base.run {
            let last = self.last_run()?.map(|last| last.run_id).unwrap_or_default();
            return Ok(Some(format!("its last run was number {}, and {last} has been posted since", base.run)));
        }
        Ok(None)
    }
}
