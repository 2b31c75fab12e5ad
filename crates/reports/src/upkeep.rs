//! Reports what `accrue maintain` did to a book, as text or JSON.

use super::digits::counted;
use super::summary::CompletedSummary;
use super::table::completed_line;
use accrue_text::visible;
use serde::Serialize;
use std::fmt::{self, Display, Formatter};

/// What was done to keep a book small.
#[derive(Clone, Debug, Serialize)]
pub struct Upkeep {
    /// What was done to each table.
    pub tables: Vec<TableLine>,
    /// The number of kept folders of runs that were never posted.
    pub folders_removed: u64,
    /// The number of unfinished folders in the output folder that were removed.
    pub drafts_removed: u64,
    /// Paths in the book's folder, or in a folder that was to be removed, that are not accrue's.
    pub left: Vec<String>,
    /// The last run, if it had to be completed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed: Option<CompletedSummary>,
    /// The number of days for which files that nothing names are kept.
    pub keep_days: u32,
}

/// What was done to one table.
#[derive(Clone, Debug, Serialize)]
pub struct TableLine {
    /// The name of the table.
    pub table: &'static str,
    /// The number of its data files before.
    pub files_before: u64,
    /// The number of its data files after.
    pub files_after: u64,
    /// Whether a checkpoint was written.
    pub checkpoint: bool,
    /// The number of files that were removed from the disk.
    pub files_removed: u64,
}

impl Upkeep {
    /// Returns the JSON text, ending in a newline.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("plain data") + "\n"
    }
}

impl Display for Upkeep {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for table in &self.tables {
            let mut done = Vec::new();
            if table.files_after < table.files_before {
                done.push(format!("compacted {} files into {}", table.files_before, table.files_after));
            }
            if table.checkpoint {
                done.push("new checkpoint".to_owned());
            }
            if table.files_removed > 0 {
                done.push(format!("{} removed", counted(table.files_removed, "file", "files")));
            }
            let done = if done.is_empty() { "nothing to do".to_owned() } else { done.join(", ") };
            writeln!(f, "{:<14} {done}", table.table)?;
        }
        let sum = |of: fn(&TableLine) -> u64| self.tables.iter().map(of).sum::<u64>();
        let removed = sum(|table| table.files_removed);
        write!(
            f,
            "The book has {} now; {} removed that nothing has named for {}",
            counted(sum(|table| table.files_after), "file", "files"),
            counted(removed, "file", "files"),
            counted(self.keep_days.into(), "day", "days"),
        )?;
        match self.folders_removed {
            0 => writeln!(f)?,
            count => writeln!(f, ", and {} of runs that were never posted", counted(count, "folder", "folders"))?,
        }
        if self.drafts_removed > 0 {
            let drafts = counted(self.drafts_removed, "unfinished folder", "unfinished folders");
            writeln!(f, "{drafts} of runs that had stopped removed from the output folder")?;
        }
        if let Some(completed) = &self.completed {
            writeln!(f, "{}", completed_line(completed))?;
        }
        self.left
            .iter()
            .try_for_each(|path| writeln!(f, "left alone, since accrue does not write it: {}", visible(path)))
    }
}
