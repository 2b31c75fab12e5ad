//! Housekeeping: small files made one, checkpoints, and files cleared away that nobody can need any more.
//!
//! No row changes, and every run stays in the log of the ledger, which is never cleared. Facts keep the order in which
//! they came and when they were first seen; the ledger's rows are sorted by person again. Where a run or another
//! housekeeping commits first, this one ends with `Locked`, and has at most tidied less.

use super::kept::RUNS;
use super::{Book, BookError, SEEN_TAG, SINCE_TAG, TableName, in_order_of_rows, seen_at, since};
use crate::delta::{DataFile, DeltaError, Snapshot};
use crate::kernel::time::Instant;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;

/// Files of fewer bytes are made one.
const SMALL: u64 = 16 << 20;
/// A table may have so many small files.
const FEW: usize = 7;
/// A reader may have to read so many commits one by one.
const COMMITS: u64 = 10;

/// What was done to a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableUpkeep {
    pub table: TableName,
    pub files_before: usize,
    pub files_after: usize,
    pub has_new_checkpoint: bool,
    /// Files that were removed.
    pub removed: usize,
}

impl Book {
    /// Keeps the book small. Files that left it before an instant are removed, and such as never came into it.
    ///
    /// The instant must be further back than any reader reads or any run lasts. Where `is_stopped` says so, the tables that
    /// are left stay as they are.
    pub fn maintain(
        &mut self,
        at: Instant,
        before: Instant,
        is_stopped: &dyn Fn() -> bool,
    ) -> Result<Vec<TableUpkeep>, BookError> {
        let mut done = Vec::new();
        for table in TableName::ALL.into_iter().take_while(|_| !is_stopped()) {
            let count = |book: &Book| book.table(table).map(|snapshot| snapshot.files().len());
            let Some(files_before) = count(self) else { continue };
            self.make_few(table, at)?;
            let has_new_checkpoint = self.checkpoint(table)?;
            let removed = self.table(table).expect("it is there").table().vacuum(before)?.len();
            let files_after = count(self).expect("it is there");
            done.push(TableUpkeep { table, files_before, files_after, has_new_checkpoint, removed });
        }
        Ok(done)
    }

    /// Removes what was kept of the folders of runs that were never posted; returns how many.
    pub fn forget_folders(&self, before: Instant) -> Result<usize, BookError> {
        let runs = self.folder.join(RUNS);
        let posted = self.runs().map(|run| Ok(run?.folder.kept.name)).collect::<Result<Vec<String>, BookError>>()?;
        let unreadable = |error: io::Error| BookError::Unreadable { path: runs.clone(), what: error.to_string() };
        let entries = match fs::read_dir(&runs) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            entries => entries.and_then(|entries| entries.collect::<io::Result<Vec<_>>>()).map_err(unreadable)?,
        };
        let mut gone = 0;
        for entry in entries.iter().filter(|entry| !posted.iter().any(|name| entry.file_name() == name.as_str())) {
            let touched = entry.metadata().map_err(unreadable)?.ctime().saturating_mul(1_000_000);
            if touched < before.micros() {
                fs::remove_dir_all(entry.path()).map_err(unreadable)?;
                gone += 1;
            }
        }
        Ok(gone)
    }

    fn make_few(&mut self, name: TableName, at: Instant) -> Result<(), BookError> {
        // What a run that has died has added stays by itself: the next run looks at all of it.
        let posted = if TableName::FACTS.contains(&name) { self.posted_over.version(name) } else { Some(u64::MAX) };
        let batches = self.table(name).map_or_else(Vec::new, |table| batches(&in_order_of_rows(table), posted));
        for batch in batches {
            let table = self.tables[name as usize].take().expect("it has files");
            let names: Vec<String> = batch.iter().map(|file| file.name.clone()).collect();
            let file = format!("{}-{}.parquet", table.version() + 1, at.micros());
            let whole = match name {
                TableName::Ledger => table.merge(&names, "customer_id", &file)?,
                TableName::Emails => table.concatenate(&names, &file)?,
                _ => with_tags(table.concatenate(&names, &file)?, &batch, &table)?,
            };
            self.tables[name as usize] = Some(table.replace(&names, whole, at).map_err(|error| self.locked(error))?);
        }
        Ok(())
    }

    fn checkpoint(&mut self, name: TableName) -> Result<bool, DeltaError> {
        let table = self.tables[name as usize].as_mut().filter(|table| table.commits_since_checkpoint() >= COMMITS);
        table.map(Snapshot::write_checkpoint).transpose().map(|written| written.is_some())
    }
}

/// Finds the files that are to become one: small ones that follow each other. Facts that no run has posted yet stay by
/// themselves.
fn batches(files: &[&DataFile], posted: Option<u64>) -> Vec<Vec<DataFile>> {
    let is_small = |file: &DataFile| file.bytes < SMALL && since(file) <= posted;
    if files.iter().filter(|file| is_small(file)).count() <= FEW {
        return Vec::new();
    }
    let mut batches = vec![Vec::new()];
    let mut bytes = 0;
    for &file in files {
        if !is_small(file) || bytes >= SMALL {
            batches.push(Vec::new());
            bytes = 0;
        }
        if is_small(file) {
            bytes += file.bytes;
            batches.last_mut().expect("there is one").push(file.clone());
        }
    }
    batches.retain(|batch| batch.len() > 1);
    batches
}

/// Lets a file of facts tell what those in whose place it stands have told.
fn with_tags(mut whole: DataFile, batch: &[DataFile], table: &Snapshot) -> Result<DataFile, BookError> {
    let mut seen: Vec<(u64, Instant)> = Vec::new();
    let mut rows = 0;
    for file in batch {
        let own = file.tags.get(SEEN_TAG).and_then(|seen| seen_at(seen)).zip(file.rows());
        let what = "its tag `seen_at` or its number of rows is missing".to_owned();
        let (own, count) = own.ok_or_else(|| BookError::Unreadable { path: table.place(file), what })?;
        for (row, at) in own {
            if seen.last().is_none_or(|&(_, before)| before != at) {
                seen.push((rows + row, at));
            }
        }
        rows += count;
    }
    let seen: Vec<String> = seen.iter().map(|(row, at)| format!("{row}:{}", at.micros())).collect();
    whole.tags.insert(SEEN_TAG.to_owned(), seen.join(" "));
    if let Some(version) = since(&batch[0]) {
        whole.tags.insert(SINCE_TAG.to_owned(), version.to_string());
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, bytes: u64, version: u64) -> DataFile {
        let mut file = DataFile::of(name, bytes);
        file.version = Some(version);
        file
    }

    fn found(files: &[DataFile], posted: u64) -> Vec<Vec<String>> {
        let batches = batches(&files.iter().collect::<Vec<_>>(), Some(posted));
        batches.iter().map(|batch| batch.iter().map(|file| file.name.clone()).collect()).collect()
    }

    #[test]
    fn a_few_small_files_are_left_alone() {
        let files: Vec<DataFile> = (1..=7).map(|version| file("a", 10, version)).collect();
        assert_eq!(found(&files, 7), Vec::<Vec<String>>::new());
    }

    #[test]
    fn small_files_become_one_with_their_neighbours_alone() {
        let mut files: Vec<DataFile> = (1..=4).map(|version| file(&format!("{version}"), 10, version)).collect();
        files.push(file("big", SMALL, 5));
        files.extend((6..=9).map(|version| file(&format!("{version}"), 10, version)));
        // Of a run that has died.
        files.push(file("10", 10, 10));
        assert_eq!(found(&files, 9), [["1", "2", "3", "4"], ["6", "7", "8", "9"]]);
    }

    #[test]
    fn what_becomes_one_does_not_grow_without_end() {
        let files: Vec<DataFile> = (1..=9).map(|version| file(&format!("{version}"), SMALL / 4, version)).collect();
        assert_eq!(found(&files, 9), [vec!["1", "2", "3", "4"], vec!["5", "6", "7", "8"]]);
    }
}
