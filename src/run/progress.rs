//! The interface by which a command reports its progress, and is asked to stop.

/// What a command is doing, as the progress line shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The contents of a plan file are checked.
    CheckingPlan,
    /// The exports are read; counted in bytes.
    Reading,
    /// Facts of the book are read; counted in bytes.
    ReadingBook,
    /// Affected people are found.
    FindingAffected,
    /// Versions of facts are compared, and each fact is given to its person.
    Resolving,
    /// The credit of each person is computed; counted in people.
    Computing,
    /// The report of a plan is made.
    Explaining,
    /// A plan is written to its file.
    Saving,
    /// The email jobs of a run are written to their table, which does not show them yet.
    KeepingEmails,
    /// New facts are added to the tables of the book.
    KeepingFacts,
    /// The run is committed to the ledger: from here on it is finished.
    Posting,
    /// The run's folder appears.
    Publishing,
    /// The email jobs are committed to their table.
    CommittingEmails,
    /// Small files are joined, and those that nothing needs are removed.
    TidyingUp,
    /// The files of a book are compared with what its tables say of them.
    CheckingFiles,
    /// The records of the runs are compared with each other and with the rows of the tables.
    CheckingRuns,
    /// The facts of the posted runs are read.
    ReadingFacts,
    /// Postings are added up; counted in ranges of people.
    AddingUp,
}

impl Stage {
    /// Returns it as people read it on a terminal.
    pub fn name(self) -> &'static str {
        match self {
            Stage::CheckingPlan => "checking the plan",
            Stage::Reading => "reading",
            Stage::ReadingBook => "reading the book",
            Stage::FindingAffected => "finding whom to visit",
            Stage::Resolving => "sorting out versions and people",
            Stage::Computing => "computing",
            Stage::Explaining => "explaining",
            Stage::Saving => "saving",
            Stage::KeepingEmails => "keeping emails",
            Stage::KeepingFacts => "keeping facts",
            Stage::Posting => "posting",
            Stage::Publishing => "publishing",
            Stage::CommittingEmails => "committing emails",
            Stage::TidyingUp => "tidying up",
            Stage::CheckingFiles => "looking at files",
            Stage::CheckingRuns => "looking at runs",
            Stage::ReadingFacts => "reading facts",
            Stage::AddingUp => "adding up",
        }
    }
}

/// A step at which what a run has written so far differs: where it dies there, or another run or housekeeping comes in
/// between, the book must be sound. Tests do both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The book is open, and the exports are about to be read. Nothing is written.
    Reading,
    /// New facts of one kind are about to enter their table.
    KeepingFacts,
    /// The email jobs are about to be written to a file that no table names.
    KeepingEmails,
    /// The folder is kept, and the run is about to be committed: after that it is posted.
    Posting,
    /// The run's folder is about to appear.
    Publishing,
    /// The email jobs are about to be committed to their table.
    CommittingEmails,
}

impl Step {
    /// The steps in which a run adds to its book, in order.
    pub const OF_COMMIT: [Step; 5] =
        [Step::KeepingFacts, Step::KeepingEmails, Step::Posting, Step::Publishing, Step::CommittingEmails];
}

/// Hears how far a command is, from several threads.
pub trait Progress: Sync {
    /// A stage begins; `total` is how much there is to do in it, zero where that is not known.
    fn begin(&self, stage: Stage, total: u64);
    /// So much more of the stage is done.
    fn advance(&self, by: u64);
    /// A run has come to a step.
    fn step(&self, _: Step) {}
    /// Tells whether the command is to stop, unless what it does is posted already.
    fn is_stopped(&self) -> bool {
        false
    }
}

impl dyn Progress + '_ {
    /// Begins a stage.
    ///
    /// # Errors
    /// `Stopped` where the command is to stop.
    pub fn stage(&self, stage: Stage, total: u64) -> Result<(), Stopped> {
        self.go_on()?;
        self.begin(stage, total);
        Ok(())
    }

    /// Lets work between two of its pieces go on.
    ///
    /// # Errors
    /// `Stopped` where the command is to stop.
    pub fn go_on(&self) -> Result<(), Stopped> {
        if self.is_stopped() { Err(Stopped) } else { Ok(()) }
    }
}

/// The command is to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped;

/// Tells nobody, and is never stopped.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: Stage, _: u64) {}
    fn advance(&self, _: u64) {}
}
