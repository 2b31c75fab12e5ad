//! The context of an event: what every step of its effect may read and change.

use super::lots::Cause;
use super::outcome::Outcome;
use super::state::State;
use super::terms::Terms;

/// The program, the event that happens, the person so far, and what is written.
pub(crate) struct Context<'c, 'a> {
    pub(crate) terms: &'c Terms<'c>,
    pub(crate) cause: Cause<'a>,
    pub(crate) state: &'c mut State<'a>,
    pub(crate) out: &'c mut Outcome<'a>,
}
