//! The data that all workers of a run share; nothing in it changes while they work.

use super::book_session::BookSession;
use super::expiring::Days;
use crate::emails::Templates;
use crate::facts::PerKind;
use crate::kernel::compiled_program::CompiledProgram;
use crate::kernel::time::Timestamp;
use crate::output::ledger::RunStamp;
use crate::output::table::Encoder;
use crate::pipeline::ProgramFile;
use crate::resolve::People;

/// What all pieces share.
pub(crate) struct RunContext<'r> {
    pub people: &'r People,
    /// How many rows of each kind a book has kept: what becomes of them is not counted.
    pub kept: PerKind<u32>,
    pub program: &'r ProgramFile,
    pub terms: CompiledProgram<'r>,
    pub templates: &'r Templates,
    pub as_of: Timestamp,
    /// The days whose expiries are added up.
    pub days: Days,
    pub stamp: RunStamp,
    /// The ids of the program's rules.
    pub rules: Vec<String>,
    /// What is posted already; `None`: nothing.
    pub session: Option<&'r BookSession>,
    /// `None`: no tables are written.
    pub encoders: Option<Encoders>,
}

pub(crate) struct Encoders {
    pub ledger: Encoder,
    /// For the ledger in the requested format, where `ledger` is for a book and has another format.
    pub shown: Option<Encoder>,
    pub balances: Encoder,
}
