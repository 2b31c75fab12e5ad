//! What was done to complete a run that had died after its commit.

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
    /// Returns it in the form of summaries.
    pub fn summary(&self) -> CompletedSummary {
        let (run_id, folder) = (self.run_id.clone(), self.folder.display().to_string());
        CompletedSummary { run: self.run, run_id, folder, emails: self.emails }
    }
}
