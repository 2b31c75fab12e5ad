//! The paths in a plan: absolute, and UTF-8 because a plan is JSON.

use super::super::Request;
use super::super::error::RunError;
use super::PlanFault;
use crate::output::OutputError;
use std::path::Path;

/// What a plan is applied to and by, as absolute paths.
pub(crate) struct Places {
    pub book: String,
    pub pipeline: String,
    /// The folder to write.
    pub place: String,
}

impl Places {
    /// Returns what a request with a book names, and the folder that is to be written.
    ///
    /// # Errors
    /// `NotUtf8`: a plan is JSON, where another path would be an altered one.
    pub(crate) fn of(request: &Request<'_>, place: &Path) -> Result<Option<Places>, RunError> {
        let Some(book) = &request.book else { return Ok(None) };
        let named = |what: &'static str, path: &Path| {
            let absolute = std::path::absolute(path);
            let absolute = absolute.map_err(|source| OutputError::Write { path: path.to_path_buf(), source })?;
            let text = absolute.into_os_string().into_string();
            text.map_err(|path| RunError::from(PlanFault::NotUtf8 { what, path: path.into() }))
        };
        let pipeline = named("pipeline", &request.pipeline.path)?;
        Ok(Some(Places { pipeline, book: named("book", book)?, place: named("folder to write", place)? }))
    }
}
