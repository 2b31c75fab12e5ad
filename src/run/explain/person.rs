//! Computes one person again while a trace of the kernel records every decision.

use super::origins::{Origins, Place};
use super::wanted::Wanted;
use crate::facts::Origin;
use crate::kernel::compiled_program::CompiledProgram;
use crate::kernel::compute_traced;
use crate::kernel::facts::{FactRef, Person};
use crate::kernel::outcome::PersonLedger;
use crate::kernel::state::PersonState;
use crate::kernel::time::Timestamp;
use crate::pipeline::ProgramFile;
use crate::reports::explain::{Decisions, Explanation, PostingOfRun, Subject, explain};
use crate::resolve::{Gathered, People, PersonFacts, Rank, Ranks};

/// What is the same whoever is explained.
pub(super) struct Background<'b> {
    pub program: &'b ProgramFile,
    pub as_of: Timestamp,
    /// The last run that is known; `None` without a book.
    pub known_at_run: Option<i64>,
    /// What runs have posted to the person.
    pub posted: &'b [PostingOfRun<'b>],
    /// Whether the ledger is to have what is computed.
    pub compares: bool,
    /// Names the place of a row as it was read.
    pub place: &'b dyn Fn(Origin) -> Place,
}

/// Explains a person.
pub(super) fn explanation(people: &People, rank: Rank, wanted: &Wanted, background: &Background<'_>) -> Explanation {
    let mut gathered = Gathered::new(people);
    gathered.gather(Ranks::one(rank));
    let mut facts = PersonFacts::default();
    gathered.fill(rank, &mut facts);
    let person = facts.person();
    let Background { program, as_of, known_at_run, posted, compares, place } = *background;
    let compiled = CompiledProgram::new(&program.program);
    let (mut state, mut ledger, mut decisions) =
        (PersonState::default(), PersonLedger::default(), Decisions::default());
    compute_traced(&person, &compiled, as_of, &mut state, &mut ledger, &mut decisions);
    let origins = Origins::of(people.facts(), program.program.currency, own_facts(&person), place);
    explain(&Subject {
        accrue: env!("CARGO_PKG_VERSION"),
        asked: wanted.asked(),
        person,
        program: &program.program,
        program_sha256: &program.digest,
        as_of,
        known_at_run,
        decisions: decisions.heard(),
        ledger: &ledger,
        posted,
        compares,
        fact: &|fact| Some(origins.told(fact)),
    })
}

/// Returns the facts of a person.
fn own_facts<'p>(person: &Person<'_, 'p>) -> impl Iterator<Item = FactRef> + use<'p> {
    let registration = person.registration.map(|own| own.fact).into_iter();
    let orders = person.orders.iter().map(|own| own.fact);
    let refunds = person.refunds.iter().map(|own| own.fact);
    let redemptions = person.redemptions.iter().map(|own| own.fact);
    let adjustments = person.adjustments.iter().map(|own| own.fact);
    registration.chain(orders).chain(refunds).chain(redemptions).chain(adjustments)
}
