//! One range of people: computed, audited, and encoded by a worker.

use super::error::RunError;
use super::lines;
use super::mail;
use crate::emails::{self, Outbox, Templates};
use crate::ingest::resolve::{Gathered, People, PersonFacts};
use crate::kernel::audit::{self, LotSum};
use crate::kernel::facts::Person;
use crate::kernel::outcome::Outcome;
use crate::kernel::terms::Terms;
use crate::kernel::time::Instant;
use crate::kernel::walk::State;
use crate::output::balances::BalanceRows;
use crate::output::ledger::{LedgerRows, RunStamp};
use crate::output::lists::ExceptionLine;
use crate::output::table::{Encoded, Encoder, Scratch};
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

/// The memory of one worker, reused from piece to piece.
pub struct Worker<'r> {
    gathered: Gathered<'r>,
    ledger: LedgerRows,
    balances: BalanceRows,
    scratch: Scratch,
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

impl<'r> Worker<'r> {
    pub fn new(shared: &Shared<'r>) -> Worker<'r> {
        Worker {
            gathered: Gathered::new(shared.people),
            ledger: LedgerRows::default(),
            balances: BalanceRows::default(),
            scratch: Scratch::default(),
        }
    }
}

/// Computes a range of people.
pub fn compute<'a>(shared: &Shared<'a>, worker: &mut Worker<'a>, people: Range<usize>) -> Result<Piece, RunError> {
    let Worker { gathered, ledger, balances, scratch } = worker;
    ledger.clear();
    balances.clear();
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
                ledger.push(person.id, &out.entries, &shared.program.program.rules);
                balances.push(person.id, &out.balances);
            }
        }
    }
    let tables = match &shared.encoders {
        Some(encoders) => {
            let ledger = encoders.ledger.encode(&ledger.rows(&shared.stamp), scratch)?;
            Some((ledger, encoders.balances.encode(&balances.rows(), scratch)?))
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
