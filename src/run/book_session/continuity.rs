//! Whether a book is the one that the last run has left: where it is missing or an older copy, a run would post and
//! mail again what is posted and mailed.
//!
//! What shows it: the head beside the book, and numbered folders in the output that the book does not know.

use super::super::continuity::{Broken, Continuity, Evidence};
use super::super::error::RunError;
use super::super::run_folder::RunMark;
use crate::book::{Book, BookError, Head};
use crate::kernel::time::Timestamp;
use crate::output::run_name::RunName;
use std::fs;
use std::path::{Path, PathBuf};

/// What is to be seen beside a book and in an output folder. To be looked at before the book is opened, so that a run
/// which is posted meanwhile is not taken for one that the book has lost.
pub(crate) struct Seen {
    head: Option<Head>,
    /// Of runs with numbers, newest first.
    folders: Vec<(PathBuf, RunName)>,
}

impl Seen {
    /// Looks around.
    pub(crate) fn look(book: &Path, output: &Path) -> Result<Seen, BookError> {
        let entries = fs::read_dir(output).into_iter().flatten().flatten();
        let folder = |entry: fs::DirEntry| {
            let run = RunName::parse(entry.file_name().to_str()?).filter(|run| run.number.is_some())?;
            entry.file_type().is_ok_and(|found| found.is_dir()).then(|| (entry.path(), run))
        };
        let mut folders: Vec<_> = entries.filter_map(folder).collect();
        folders.sort_by_key(|(path, run)| std::cmp::Reverse((run.number, run.at, path.clone())));
        Ok(Seen { head: Head::read(book)?, folders })
    }

    /// Checks that a book is what it was, or that the caller has said that it is not. Returns whether it had to be
    /// said.
    pub(crate) fn check(&self, book: &Book, folder: &Path, told: Continuity) -> Result<bool, RunError> {
        let (last, shown) = (book.last_run()?, folder.display().to_string());
        let number = last.as_ref().map_or(0, |last| last.number);
        match told {
            Continuity::Begin if number > 0 => return Err(Broken::Begun { book: shown, last: number }.into()),
            Continuity::Restored if number == 0 => return Err(Broken::NothingRestored { book: shown }.into()),
            _ => {}
        }
        let posted_at = last.map(|last| last.posted_at);
        let broken = self.another(book, folder, number).or_else(|| {
            let evidence = self.newer_head(folder, number).or_else(|| self.newer_folder(book, number, posted_at))?;
            Some(match number {
                0 => Broken::Missing { book: shown, evidence },
                last => Broken::Older { book: shown, last, evidence },
            })
        });
        match broken {
            Some(broken) if told == Continuity::Unbroken => Err(broken.into()),
            broken => Ok(broken.is_some()),
        }
    }

    /// Finds that another book is in the place of the one that was there.
    fn another(&self, book: &Book, folder: &Path, number: i64) -> Option<Broken> {
        let head = self.head.as_ref().filter(|head| number > 0 && head.book != book.id(Timestamp::NEVER))?;
        let path = Head::path(folder)?.display().to_string();
        Some(Broken::Another { book: folder.display().to_string(), run_id: head.run_id.clone(), head: path })
    }

    fn newer_head(&self, folder: &Path, number: i64) -> Option<Evidence> {
        let head = self.head.as_ref().filter(|head| head.run > number)?;
        Some(Evidence::Head { head: Head::path(folder)?.display().to_string(), run_id: head.run_id.clone() })
    }

    /// Finds the folder of a run that came after the last one of the book, and is not another book's. Where the book
    /// was restored before, folders of the runs that were lost then are older than its last run.
    fn newer_folder(&self, book: &Book, number: i64, posted_at: Option<Timestamp>) -> Option<Evidence> {
        let is_newer = |run: &RunName| run.number > Some(number) && posted_at.is_none_or(|last| run.at > last);
        let id = book.id(Timestamp::NEVER);
        // A folder that does not say whose it is may be this book's.
        let is_anothers = |mark: RunMark| mark.book_id().is_some_and(|named| named != id);
        let is_own = |folder: &Path| number == 0 || !RunMark::read(folder).is_some_and(is_anothers);
        let (folder, _) = self.folders.iter().find(|(folder, run)| is_newer(run) && is_own(folder))?;
        Some(Evidence::Folder { folder: folder.display().to_string() })
    }
}
