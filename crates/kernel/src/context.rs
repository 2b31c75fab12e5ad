//! The context of an event: what every step of its effect may read and change.

use super::journal::Journal;
use super::lots::Cause;
use super::state::State;
use super::terms::Terms;

/// The program, the event that happens, the person so far, and what is written.
pub(crate) struct Context<'c, 'j, 'a, T> {
    pub(crate) terms: &'c Terms<'c>,
    pub(crate) cause: Cause<'a>,
    pub(crate) state: &'c mut State<'a>,
    pub(crate) journal: &'c mut Journal<'j, 'a, T>,
}
