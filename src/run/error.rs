//! What stops a run.

use super::guards::Tripped;
use crate::emails::TemplateFaults;
use crate::ingest::IngestError;
use crate::kernel::audit::Violation;
use crate::output::OutputError;

/// A fault that stops a run before anything is posted.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Ingest(#[from] IngestError),
    #[error(transparent)]
    Templates(#[from] TemplateFaults),
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Guards(Vec<Tripped>),
    #[error(transparent)]
    Output(#[from] OutputError),
    #[error("the audit of {customer_id:?} failed, which is a fault of this program, not of your data: {violation}")]
    Audit { customer_id: String, violation: Violation },
}
