//! The plain entry for programs that compute a few people: one value, one call, no working memory to pass.

use super::compiled_program::CompiledProgram;
use super::facts::Person;
use super::outcome::PersonLedger;
use super::program::Program;
use super::state::PersonState;
use super::time::Timestamp;

/// Computes people under one program.
///
/// For many people [`compute`] is faster: it uses the same memory for all of them.
///
/// [`compute`]: super::compute
pub struct Calculator<'p> {
    compiled: CompiledProgram<'p>,
}

impl<'p> Calculator<'p> {
    /// Prepares a program that keeps the conditions stated at [`Program`]; they are not checked.
    pub fn new(program: &'p Program) -> Calculator<'p> {
        Calculator { compiled: CompiledProgram::new(program) }
    }

    /// Returns the entries, exceptions, remaining credit and balances of one person at as_of.
    ///
    /// # Panics
    ///
    /// Panics where [`compute`](super::compute) does.
    pub fn person<'a>(&self, person: &Person<'a, '_>, as_of: Timestamp) -> PersonLedger<'a> {
        let mut out = PersonLedger::default();
        super::compute(person, &self.compiled, as_of, &mut PersonState::default(), &mut out);
        out
    }
}
