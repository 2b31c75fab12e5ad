//! The context of an event: what every step of its effect may read and change.

use super::compiled_program::CompiledProgram;
use super::journal::Journal;
use super::lots::EntrySource;
use super::state::PersonState;

/// The program, the event that happens, the person so far, and what is written.
pub(crate) struct Context<'c, 'j, 'a, T> {
    pub(crate) compiled: &'c CompiledProgram<'c>,
    pub(crate) source: EntrySource<'a>,
    pub(crate) state: &'c mut PersonState<'a>,
    pub(crate) journal: &'c mut Journal<'j, 'a, T>,
}
