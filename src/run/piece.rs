//! One range of people: computed, audited, and encoded by a worker.

use super::error::RunError;
use super::lines;
use super::mail;
use crate::emails::{self, Outbox, Templates};
use crate::ingest::resolve::{People, PersonFacts};
use crate::kernel::audit::{self, LotSum};
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

/// The memory of one worker, reused from person to person.
#[derive(Default)]
pub struct Worker<'a> {
    facts: PersonFacts<'a>,
    state: State<'a>,
    out: Outcome<'a>,
    audited: Vec<LotSum<'a>>,
    ledger: LedgerRows,
    balances: BalanceRows,
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

/// Computes a range of people.
pub fn compute<'a>(shared: &Shared<'a>, worker: &mut Worker<'a>, people: Range<usize>) -> Result<Piece, RunError> {
    worker.ledger.clear();
    worker.balances.clear();
    let (mut outbox, mut tally, mut exceptions) = (Outbox::default(), Tally::default(), Vec::new());
    for rank in people.clone() {
        let id = shared.people.id(rank);
        compute_one(shared, worker, rank)?;
        let out = &worker.out;
        tally.add(out);
        exceptions.extend(lines::exceptions(shared.people, id, &out.exceptions));
        mail::collect(shared, rank, &worker.facts, out, &mut outbox);
        if shared.encoders.is_some() {
            worker.ledger.push(id, &out.entries, &shared.program.program.rules);
            worker.balances.push(id, &out.balances);
        }
    }
    let tables = match &shared.encoders {
        Some(encoders) => {
            let ledger = encoders.ledger.encode(&worker.ledger.rows(&shared.stamp))?;
            Some((ledger, encoders.balances.encode(&worker.balances.rows())?))
        }
        None => None,
    };
    let emails = mail::render(shared.templates, &outbox)?;
    Ok(Piece { people, tables, emails, mailed: outbox.tally, exceptions, tally })
}

/// Lets the kernel compute one person, and audits what it says.
fn compute_one<'a>(shared: &Shared<'a>, worker: &mut Worker<'a>, rank: usize) -> Result<(), RunError> {
    let Worker { facts, state, out, audited, .. } = worker;
    shared.people.fill(rank, facts);
    crate::kernel::compute(&facts.person(), &shared.terms, shared.as_of, state, out);
    audit::check(out, audited).map_err(|violation| {
        let customer_id = shared.people.id(rank).to_owned();
        RunError::Audit { customer_id, violation }
    })
}
