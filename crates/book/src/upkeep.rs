//! Housekeeping: compaction of small files, checkpoints, and vacuum of files that nobody needs any more.
//!
//! No row changes, and every run stays in the log of the ledger, which is never cleared. Facts keep their order and the
//! times when they were first seen; the ledger's rows are sorted by person again. Where a run or another housekeeping
//! commits first, this one ends with `Locked`; what it has done until then stays done.

use super::error::{unreadable, unwritable};
use super::fact_files::{SEEN_TAG, SINCE_TAG, in_order_of_rows, seen_at, since};
use super::head::Head;
use super::kept_folder::RUNS;
use super::marker::{self, MARKER};
use super::{Book, BookError, TableName};
use accrue_delta::{DataFile, DeltaError, Snapshot, Use, Vacuumed};
use accrue_kernel::time::Timestamp;
use accrue_output::folder_of;
use accrue_output::own::{self, was_touched_before};
use accrue_output::run_name::RunName;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The size in bytes below which files are compacted.
const SMALL: u64 = 16 << 20;
/// The number of small files that a table may have.
const FEW: usize = 7;
/// The number of commits after the newest checkpoint at which another checkpoint is written.
const COMMITS: u64 = 10;

/// What was done to a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableUpkeep {
    /// The table.
    pub table: TableName,
    /// The number of its data files before.
    pub files_before: usize,
    /// The number of its data files after.
    pub files_after: usize,
    /// Whether a checkpoint was written.
    pub has_new_checkpoint: bool,
    /// The number of files that were removed from the disk.
    pub removed: usize,
}

/// What was removed beside the tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleared {
    /// The number of kept folders that were removed.
    pub folders: usize,
    /// The paths in the book's folder that are not the book's, sorted.
    pub left: Vec<PathBuf>,
}

impl Book {
    /// Keeps the tables of the book small: compacts, writes checkpoints, and removes files that left a table before an
    /// instant or never came into it. Paths that are not the book's stay, and are added to `left`.
    ///
    /// The instant must be earlier than the start of any reader or run that is still at work. Tables that are left when
    /// `is_stopped` becomes true stay as they are.
    ///
    /// # Errors
    /// `Locked` where a run or another housekeeping commits first, and where a file cannot be read or written.
    pub fn maintain(
        &mut self,
        at: Timestamp,
        before: Timestamp,
        left: &mut Vec<PathBuf>,
        is_stopped: &dyn Fn() -> bool,
    ) -> Result<Vec<TableUpkeep>, BookError> {
        self.begin(at)?;
        let mut done = Vec::new();
        for table in TableName::ALL.into_iter().take_while(|_| !is_stopped()) {
            let count = |book: &Book| book.table(table).map(|snapshot| snapshot.files().len());
            let Some(files_before) = count(self) else { continue };
            self.make_few(table, at)?;
            let has_new_checkpoint = self.checkpoint(table)?;
            let vacuumed = self.vacuum(table, before)?;
            let files_after = count(self).expect("it is there");
            left.extend(vacuumed.left);
            let removed = vacuumed.gone.len();
            done.push(TableUpkeep { table, files_before, files_after, has_new_checkpoint, removed });
        }
        Ok(done)
    }

    fn vacuum(&self, name: TableName, before: Timestamp) -> Result<Vacuumed, BookError> {
        let table = self.table(name).expect("it is there").table();
        Ok(table.vacuum(before, |file| self.use_of(file))?)
    }

    /// Tells whether runs or housekeeping give a data file this name, and may still add it to the table. A run that is
    /// not in the log yet may still be posted; so may the jobs of the last one.
    fn use_of(&self, file: &str) -> Use {
        let Some(name) = file.strip_suffix(".parquet") else { return Use::NotOurs };
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_made_of_others = name.split_once('-').is_some_and(|(version, at)| is_number(version) && is_number(at));
        match RunName::parse(name) {
            _ if is_made_of_others => Use::Done,
            Some(run) if self.is_done(&run) => Use::Done,
            Some(_) => Use::ToCome,
            None => Use::NotOurs,
        }
    }

    /// Tells whether a run is complete, or can never be posted any more.
    pub fn is_done(&self, run: &RunName) -> bool {
        let done = self.last_number() - i64::from(!self.has_emitted());
        run.number.is_none_or(|number| number <= done)
    }

    /// Removes kept folders of runs that were never posted, and temporary files of the head and the marker, if the disk
    /// has last touched them before an instant.
    ///
    /// # Errors
    /// Where a folder cannot be read or a file cannot be removed.
    pub fn forget_folders(&self, before: Timestamp) -> Result<Cleared, BookError> {
        own::remove_temporary(&self.folder, MARKER, before).map_err(unwritable(&self.folder))?;
        if let Some(head) = Head::path(&self.folder) {
            let (beside, name) = (folder_of(&head), head.file_name().unwrap_or_default().to_string_lossy());
            // No run depends on the head, so an error is ignored.
            let _ = own::remove_temporary(beside, &name, before);
        }
        let runs = self.folder.join(RUNS);
        let posted = self.runs().map(|run| Ok(run?.folder.kept.name)).collect::<Result<Vec<String>, BookError>>()?;
        let unreadable = unreadable(&runs);
        let mut cleared = Cleared { folders: 0, left: self.strays()? };
        if !is_folder(&runs) {
            return Ok(cleared);
        }
        let entries = fs::read_dir(&runs).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
        for entry in entries.map_err(&unreadable)? {
            let name = entry.file_name().to_string_lossy().into_owned();
            if posted.contains(&name) {
                cleared.left.extend(own::strangers(&entry.path()).map_err(&unreadable)?);
                continue;
            }
            let found = entry.metadata().map_err(&unreadable)?;
            match RunName::parse(&name).filter(|run| run.number.is_some() && found.is_dir()) {
                None => cleared.left.push(entry.path()),
                Some(run) if !self.is_done(&run) || !was_touched_before(&found, before) => {}
                Some(_) => match own::remove_folder(&entry.path()).map_err(&unreadable)? {
                    true => cleared.folders += 1,
                    false => cleared.left.push(entry.path()),
                },
            }
        }
        cleared.left.sort();
        Ok(cleared)
    }

    /// Returns the paths in the book's folder, beside the tables, that are not the book's.
    fn strays(&self) -> Result<Vec<PathBuf>, BookError> {
        let entries = fs::read_dir(&self.folder).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
        let is_own = |path: &Path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_table = TableName::ALL.into_iter().any(|table| table.name() == name);
            // The vacuum of a table reports that the table is a link.
            is_table || (name == RUNS && is_folder(path)) || marker::may_stay(&name) || name == MARKER
        };
        let paths = entries.map_err(unreadable(&self.folder))?.into_iter().map(|entry| entry.path());
        Ok(paths.filter(|path| !is_own(path)).collect())
    }

    fn make_few(&mut self, name: TableName, at: Timestamp) -> Result<(), BookError> {
        // Files of runs that were never posted are not compacted: the next run withdraws them.
        let is_posted = |file: &DataFile| !matches!(name, TableName::Facts(_)) || self.is_posted(name, file);
        let batches = self.table(name).map_or_else(Vec::new, |table| batches(&in_order_of_rows(table), is_posted));
        for batch in batches {
            let table = self.tables[name.index()].take().expect("it has files");
            let names: Vec<String> = batch.iter().map(|file| file.name.clone()).collect();
            let file = format!("{}-{}.parquet", table.version() + 1, at.micros());
            let whole = match name {
                TableName::Ledger => table.merge(&names, "customer_id", &file)?,
                TableName::Emails => table.concatenate(&names, &file)?,
                _ => with_tags(table.concatenate(&names, &file)?, &batch, &table)?,
            };
            self.tables[name.index()] = Some(table.replace(&names, whole, at).map_err(|error| self.locked(error))?);
        }
        Ok(())
    }

    fn checkpoint(&mut self, name: TableName) -> Result<bool, DeltaError> {
        let table = self.tables[name.index()].as_mut().filter(|table| table.commits_since_checkpoint() >= COMMITS);
        table.map(Snapshot::write_checkpoint).transpose().map(|written| written.is_some())
    }
}

/// Tells whether a path is a folder, and no link to one.
fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_dir())
}

/// Returns the groups of files to compact: small ones that follow one another. Files that are not posted stay alone.
fn batches(files: &[&DataFile], is_posted: impl Fn(&DataFile) -> bool) -> Vec<Vec<DataFile>> {
    let is_small = |file: &DataFile| file.bytes < SMALL && is_posted(file);
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

/// Gives a compacted file of facts tags that combine those of the old files.
fn with_tags(mut whole: DataFile, batch: &[DataFile], table: &Snapshot) -> Result<DataFile, BookError> {
    let mut seen: Vec<(u64, Timestamp)> = Vec::new();
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
        let batches = batches(&files.iter().collect::<Vec<_>>(), |file| since(file) <= Some(posted));
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
