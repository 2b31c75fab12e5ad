//! A run that has died after its commit, and what completing it has done.

use crate::reports::summary::CompletedSummary;
use std::path::PathBuf;

/// A run that was completed by another command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completed {
    /// The number of the run.
    pub run: i64,
    /// The name of the run.
    pub run_id: String,
    /// Its folder, which holds all its files now.
    pub folder: PathBuf,
    /// How many email jobs its folder holds.
    pub emails: u64,
}

impl Completed {
    /// Returns it as summaries tell it.
    pub fn summary(&self) -> CompletedSummary {
        let (run_id, folder) = (self.run_id.clone(), self.folder.display().to_string());
        CompletedSummary { run: self.run, run_id, folder, emails: self.emails }
    }
}
