//! Computes one person again while a trace of the kernel records every decision.

use super::causes::{Causes, fact_ids};
use super::mails::Mailed;
use super::origins::{Origins, Place};
use super::wanted::Wanted;
use crate::book::{BookError, Emitted, RunRecord};
use crate::emails::settings::Settings;
use crate::facts::text_columns::refund;
use crate::facts::{FactKind, Origin, kind_and_row};
use crate::kernel::compiled_program::CompiledProgram;
use crate::kernel::compute_traced;
use crate::kernel::facts::{FactRef, Person};
use crate::kernel::outcome::PersonLedger;
use crate::kernel::state::PersonState;
use crate::kernel::time::Timestamp;
use crate::pipeline::ProgramFile;
use crate::reports::explain::{Decisions, Explanation, LaterRegistration, PostingOfRun, Subject, explain};
use crate::resolve::{Gathered, People, PersonFacts, Rank, Ranks};

/// What is the same whoever is explained.
pub(super) struct Background<'b> {
    pub program: &'b ProgramFile,
    pub as_of: Timestamp,
    /// The last run that is known; `None` without a book.
    pub known_at_run: Option<i64>,
    /// The runs of the book, newest first.
    pub runs: &'b [&'b RunRecord],
    /// The settings of emails of the runs that have posted to the person.
    pub settings: &'b [(&'b RunRecord, Settings)],
    /// Reads which email jobs there are.
    pub emitted: &'b dyn Fn() -> Result<Emitted, BookError>,
    /// What runs have posted to the person.
    pub posted: &'b [PostingOfRun<'b>],
    /// Whether the ledger is to have what is computed.
    pub compares: bool,
    /// Names the place of a row as it was read.
    pub place: &'b dyn Fn(Origin) -> Place,
}

/// Explains a person, by rank; or somebody who has no facts any more, by the id alone.
pub(super) fn explanation(
    people: &People,
    whose: Result<Rank, &str>,
    wanted: &Wanted,
    background: &Background<'_>,
) -> Result<Explanation, BookError> {
    let mut gathered = Gathered::new(people);
    let mut facts = PersonFacts::default();
    let person = match whose {
        Ok(rank) => {
            gathered.gather(Ranks::one(rank));
            gathered.fill(rank, &mut facts);
            facts.person()
        }
        Err(id) => Person { id, registration: None, orders: &[], refunds: &[], redemptions: &[], adjustments: &[] },
    };
    let Background { program, as_of, known_at_run, runs, settings, emitted, posted, compares, place } = *background;
    let compiled = CompiledProgram::new(&program.program);
    let (mut state, mut ledger, mut decisions) =
        (PersonState::default(), PersonLedger::default(), Decisions::default());
    compute_traced(&person, &compiled, as_of, &mut state, &mut ledger, &mut decisions);
    let own: Vec<FactRef> = own_facts(&person).collect();
    let origins = Origins::of(
        people.facts(),
        program.program.currency,
        told_ids(people, person.id, &own, posted).into_iter(),
        place,
    );
    let causes = Causes { people, rank: whose.ok(), own: &own, origins: &origins, runs };
    let mails = Mailed { people, rank: whose.ok(), person: &person, posted }.told(settings, emitted)?;
    Ok(explain(&Subject {
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
        mails: &mails,
        later_registration: later_registration(people, &origins, person.id, as_of),
        cause: &|entry, run| causes.of(entry, run),
        fact: &|fact| Some(origins.told(fact)),
    }))
}

/// Returns the registration of a person that stands and is later than as_of.
fn later_registration(people: &People, origins: &Origins<'_>, id: &str, as_of: Timestamp) -> Option<LaterRegistration> {
    let fact = origins.newest(FactKind::Registrations, id)?;
    let (_, row) = kind_and_row(fact);
    let own = &people.facts().registrations.rows[row.get()];
    let registered_at = own.registered_at.get().filter(|&at| !own.void && at > as_of)?;
    Some(LaterRegistration { fact, registered_at, orders_before: own.orders_before, spend_before: own.spend_before })
}

/// Returns the facts of which the places may be told: the person's own, those that postings come from, the orders that
/// these name, and the registrations.
fn told_ids(people: &People, id: &str, own: &[FactRef], posted: &[PostingOfRun<'_>]) -> Vec<(FactKind, String)> {
    let facts = people.facts();
    let of_own = own.iter().map(|&fact| {
        let (kind, row) = kind_and_row(fact);
        (kind, facts.id(kind, row).to_owned())
    });
    let of_posted = posted.iter().flat_map(|posted| fact_ids(&posted.entry));
    let refunds = &facts.refunds;
    let of_refunds = (0..refunds.rows.len()).filter_map(|row| {
        let order = refunds.text(row, refund::ORDER)?;
        Some((FactKind::Orders, order.to_owned()))
    });
    let registrations = &facts.registrations;
    let registered =
        (0..registrations.rows.len()).map(|row| (FactKind::Registrations, registrations.id(row).to_owned()));
    // Without postings nothing was taken back.
    let beside = of_refunds.chain(registered).filter(|_| !posted.is_empty());
    of_own.chain(of_posted).chain(beside).chain([(FactKind::Registrations, id.to_owned())]).collect()
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
