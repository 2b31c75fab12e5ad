//! Everything that is known of a plan before it is saved.

use super::super::Request;
use super::super::book_session::BookSession;
use super::super::guards::Tripped;
use super::super::retroactive::Change;
use super::super::stages::Prepared;
use super::places::Places;
use crate::resolve::Unseen;

/// What is known of a plan before it is saved.
pub(crate) struct PlanDraft<'m> {
    pub request: &'m Request<'m>,
    /// `None` without a book.
    pub places: Option<Places>,
    pub session: Option<&'m BookSession>,
    pub prepared: &'m Prepared,
    /// The facts that the book does not have, where there is one.
    pub new: Option<Unseen>,
    pub tripped: Vec<Tripped>,
    /// What of the program differs for instants that are posted.
    pub changes: Vec<Change>,
    pub backfill: bool,
}
