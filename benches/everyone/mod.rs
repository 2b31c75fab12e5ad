//! People of a generated shop computed one after the other, as a thread of a run does it.

use accrue::kernel;
use accrue::kernel::compiled_program::CompiledProgram;
use accrue::kernel::outcome::PersonLedger;
use accrue::kernel::program::Program;
use accrue::kernel::state::PersonState;
use accrue::kernel::time::Timestamp;
use accrue::resolve::{Gathered, People, PersonFacts, Rank, Ranks};

/// 2025-01-01, the end of every generated shop.
pub const AS_OF: Timestamp = Timestamp::from_micros(1_735_689_600_000_000);

/// Computes some people, whose facts are gathered from where they lie.
pub fn for_each(people: &People, ranks: Ranks, program: &Program, mut each: impl FnMut(Rank, &PersonLedger<'_>)) {
    let terms = CompiledProgram::new(program);
    let mut gathered = Gathered::new(people);
    for group in Gathered::groups(ranks) {
        gathered.gather(group.clone());
        let (mut facts, mut state, mut out) = (PersonFacts::default(), PersonState::default(), PersonLedger::default());
        for rank in group {
            gathered.fill(rank, &mut facts);
            kernel::compute(&facts.person(), &terms, AS_OF, &mut state, &mut out);
            each(rank, &out);
        }
    }
}
