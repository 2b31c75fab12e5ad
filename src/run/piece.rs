//! One range of people: computed, audited, and encoded by a worker.

use super::error::RunError;
use super::lines;
use super::mail;
use crate::emails::{self, Outbox, Templates};
use crate::ingest::resolve::{Gathered, People, PersonFacts};
use crate::kernel::audit::{self, LotSum};
use crate::kernel::facts::Person;
use crate::kernel::outcome::Outcome;
use crate::kernel::time::Instant;
use crate::kernel::walk::{State, Terms};
use crate::output::balances::BalanceRows;
use crate::output::ledger::{LedgerRows, RunStamp};
use crate::output::lists::ExceptionLine;
use crate::output::table::{Encoded, Encoder};
use crate::pipeline::ProgramFile;
use crate::reports::tally::Tally;
use std::ops::Range;

/// People whose facts are gathered at a time: so many that the processor waits for their rows all at once, and so few that
/// their facts are still at hand when they are computed.
const GATHERED: usize = 128;

/// What all pieces share.
pub struct Shared<'r> {
    pub people: &'r People,
    pub program: &'r ProgramFile,
    pub terms: Terms<'r>,
    pub templates: &'r Templates,
    pub as_of: Instant,
    pub stamp: RunStamp,
    /// `None`: nothing is posted.
    pub encoders: Option<Encoders>,
}

pub struct Encoders {
    pub ledger: Encoder,
    pub balances: Encoder,
}

/// Memory reused from person to person.
#[derive(Default)]
struct Memory<'g> {
    facts: PersonFacts<'g>,
    state: State<'g>,
    out: Outcome<'g>,
    audited: Vec<LotSum<'g>>,
}

/// What one range of people comes to.
pub struct Piece {
    pub people: Range<usize>,
    pub tables: Option<(Encoded, Encoded)>,
    /// `emails.ndjson` of these people.
    pub emails: Vec<u8>,
    pub mailed: emails::Tally,
    pub exceptions: Vec<ExceptionLine>,
    pub tally: Tally,
}

/// Computes a range of people; `gathered` is memory to reuse from piece to piece.
pub fn compute<'a>(shared: &Shared<'a>, gathered: &mut Gathered<'a>, people: Range<usize>) -> Result<Piece, RunError> {
    let mut ledger = LedgerRows::new(&shared.program.program.rules);
    let mut balances = BalanceRows::default();
    let (mut outbox, mut tally, mut exceptions) = (Outbox::default(), Tally::default(), Vec::new());
    for first in people.clone().step_by(GATHERED) {
        let group = first..people.end.min(first + GATHERED);
        gathered.gather(group.clone());
        let mut memory = Memory::default();
        for rank in group {
            let (person, out) = compute_one(shared, gathered, rank, &mut memory)?;
            tally.add(out);
            exceptions.extend(lines::exceptions(shared.people, person.id, &out.exceptions));
            mail::collect(shared, rank, &person, out, &mut outbox);
            if shared.encoders.is_some() {
                out.entries.iter().for_each(|entry| ledger.push(person.id, entry));
                out.balances.iter().for_each(|balance| balances.push(person.id, balance));
            }
        }
    }
    let tables = match &shared.encoders {
        Some(encoders) => {
            let ledger = encoders.ledger.encode(&ledger.finish(&shared.stamp))?;
            Some((ledger, encoders.balances.encode(&balances.finish())?))
        }
        None => None,
    };
    let emails = mail::render(shared.templates, &outbox)?;
    Ok(Piece { people, tables, emails, mailed: outbox.tally, exceptions, tally })
}

/// Lets the kernel compute one person, and audits what it says.
fn compute_one<'g, 'm>(
    shared: &Shared<'_>,
    gathered: &'g Gathered<'_>,
    rank: usize,
    memory: &'m mut Memory<'g>,
) -> Result<(Person<'g, 'm>, &'m Outcome<'g>), RunError> {
    let Memory { facts, state, out, audited } = memory;
    gathered.fill(rank, facts);
    let person = facts.person();
    crate::kernel::compute(&person, &shared.terms, shared.as_of, state, out);
    let audit = audit::check(out, audited);
    audit.map_err(|violation| RunError::Audit { customer_id: person.id.to_owned(), violation })?;
    Ok((person, out))
}
