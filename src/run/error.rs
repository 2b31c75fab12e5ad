//! What stops a run.

use super::guards::Tripped;
use crate::emails::TemplateFault;
use crate::ingest::error::IngestError;
use crate::kernel::audit::Violation;
use crate::output::OutputError;

/// A fault that stops a run before anything is posted.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Ingest(#[from] IngestError),
    #[error("{}", lines(.0))]
    Templates(Vec<TemplateFault>),
    #[error("{}", lines(.0))]
    Guards(Vec<Tripped>),
    #[error(transparent)]
    Output(#[from] OutputError),
    #[error("the audit of {customer_id:?} failed, which is a fault of this program, not of your data: {violation}")]
    Audit { customer_id: String, violation: Violation },
}

fn lines(faults: &[impl ToString]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
