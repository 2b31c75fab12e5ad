//! The errors that stop a run.

use super::book_session::{Forward, OtherShop};
use super::completed::Completed;
use super::continuity::Broken;
use super::guards::Tripped;
use super::inspect::InspectFault;
use super::places::Overlap;
use super::plan::fault::PlanFault;
use super::progress::Stopped;
use crate::book::BookError;
use crate::emails::TemplateFault;
use crate::kernel::audit_entries::Violation;
use crate::output::OutputError;
use crate::output::archive::ArchiveError;
use crate::sources::error::SourceError;

/// A fault that stops a run: before anything is posted, but for `Posted`.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum RunError {
    #[error("stopped by a signal")]
    Stopped,
    #[error(transparent)]
    Source(SourceError),
    #[error("{}", lines(.0))]
    Templates(Vec<TemplateFault>),
    #[error("{}", lines(.0))]
    Guards(Vec<Tripped>),
    #[error(transparent)]
    Output(#[from] OutputError),
    #[error(transparent)]
    Book(#[from] BookError),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    Plan(#[from] PlanFault),
    #[error("{0}")]
    Forward(Forward),
    #[error(transparent)]
    Broken(#[from] Broken),
    #[error(transparent)]
    OtherShop(#[from] OtherShop),
    #[error(transparent)]
    Overlap(#[from] Overlap),
    #[error(transparent)]
    Inspect(#[from] InspectFault),
    /// Not before, but after the run was posted.
    #[error("{run_id} is posted, but not all of it is in its place yet: {error}; the next run completes it")]
    Posted { run_id: String, error: Box<RunError> },
    /// The run before had died, and was completed before this one was stopped: there are emails to send.
    #[error("{error}")]
    AfterCompleting { completed: Completed, error: Box<RunError> },
    /// Of the run before, which has died.
    #[error("the run before, {run_id}, is posted but cannot be completed: {error}")]
    Incomplete { run_id: String, error: Box<RunError> },
    #[error("the audit of {customer_id:?} failed, which is a fault of accrue, not of your data: {violation}")]
    Audit { customer_id: String, violation: Violation },
}

impl RunError {
    pub(crate) fn posted(run_id: &str, error: RunError) -> RunError {
        RunError::Posted { run_id: run_id.to_owned(), error: Box::new(error) }
    }

    /// Adds the run that was completed before the error, if one was.
    pub fn after(self, completed: Option<&Completed>) -> RunError {
        match completed {
            Some(completed) => RunError::AfterCompleting { completed: completed.clone(), error: Box::new(self) },
            None => self,
        }
    }
}

impl From<SourceError> for RunError {
    fn from(error: SourceError) -> RunError {
        if error.is_stopped() { RunError::Stopped } else { RunError::Source(error) }
    }
}

impl From<Stopped> for RunError {
    fn from(Stopped: Stopped) -> RunError {
        RunError::Stopped
    }
}

impl From<Forward> for RunError {
    fn from(forward: Forward) -> RunError {
        RunError::Forward(forward)
    }
}

fn lines(faults: &[impl ToString]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
