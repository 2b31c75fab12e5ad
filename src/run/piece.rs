//! The work on one range of people, in one worker: compute, audit, compare with the ledger, and encode.
//!
//! Invariant: the result depends on the range's people alone, not on the worker or the order of ranges.

use super::above_total::AboveTotal;
use super::context::{Encoders, RunContext};
use super::deltas::{self, Cursor, Deltas};
use super::error::RunError;
use super::expiring::Expiring;
use super::guards::Corrected;
use super::list_rows;
use super::mail;
use super::outer_join::{Next, OuterJoin};
use crate::emails::{self, Outbox};
use crate::kernel::audit_entries::{self, LotSum};
use crate::kernel::exception::Reason;
use crate::kernel::facts::Person;
use crate::kernel::outcome::PersonLedger;
use crate::kernel::state::PersonState;
use crate::output::OutputError;
use crate::output::balances::BalanceRows;
use crate::output::ledger::{LedgerRows, RunStamp};
use crate::output::lists::ExceptionLine;
use crate::output::table::{Encoded, Scratch};
use crate::reports::funnel::counting::Counting;
use crate::reports::tally::Tally;
use crate::resolve::{Gathered, PersonFacts, Rank, Ranks};

/// The tables of some people.
pub(crate) struct Tables {
    pub ledger: Encoded,
    pub shown: Option<Encoded>,
    pub balances: Encoded,
}

/// The memory of one worker, reused from piece to piece.
pub(crate) struct Worker<'r> {
    gathered: Gathered<'r>,
    ledger: LedgerRows,
    balances: BalanceRows,
    scratch: Scratch,
}

/// Memory reused from person to person.
#[derive(Default)]
struct Memory<'g> {
    facts: PersonFacts<'g>,
    state: PersonState<'g>,
    out: PersonLedger<'g>,
    audited: Vec<LotSum<'g>>,
    deltas: Deltas<'g>,
}

/// The results of one range of people.
pub(crate) struct RangeResult {
    pub people: Ranks,
    pub tables: Option<Tables>,
    /// `emails.ndjson` of these people.
    pub emails: Vec<u8>,
    pub mailed: emails::Tally,
    pub exceptions: Vec<ExceptionLine>,
    pub above_total: AboveTotal,
    pub tally: Tally,
    pub corrected: Corrected,
    pub expiring: Expiring,
}

/// The rows of one range of people under construction.
struct TableRows<'w> {
    ledger: &'w mut LedgerRows,
    balances: &'w mut BalanceRows,
    /// The ids of the rules that entries name by their numbers.
    rules: &'w [String],
}

/// What adds up over one range of people.
#[derive(Default)]
struct Sums {
    outbox: Outbox,
    tally: Tally,
    exceptions: Vec<ExceptionLine>,
    above_total: AboveTotal,
    corrected: Corrected,
    expiring: Expiring,
}

impl<'r> Worker<'r> {
    pub(crate) fn new(shared: &RunContext<'r>) -> Worker<'r> {
        Worker {
            gathered: Gathered::new(shared.people),
            ledger: LedgerRows::default(),
            balances: BalanceRows::default(),
            scratch: Scratch::default(),
        }
    }
}

/// Computes a range of people, and the people between them who are in the ledger and have no facts.
pub(crate) fn compute<'a>(
    shared: &RunContext<'a>,
    worker: &mut Worker<'a>,
    people: Ranks,
) -> Result<RangeResult, RunError> {
    let Worker { gathered, ledger, balances, scratch } = worker;
    ledger.clear();
    balances.clear();
    let posted = deltas::posted(shared.session, shared.people, &people, &shared.rules)?;
    let mut cursor = Cursor::new(&posted);
    let mut sums = Sums::default();
    let mut rows = TableRows { ledger, balances, rules: posted.rules() };
    let join = OuterJoin::new(shared.people, &people);
    for mut group in Gathered::groups(people.clone()) {
        gathered.gather(group.clone());
        let mut memory = Memory::default();
        while let Some(next) = join.next(&mut group, &cursor) {
            let rank = match next {
                Next::Person(rank) => rank,
                Next::Gone(id) => {
                    take_back(shared, id, &mut cursor, &mut rows, &mut sums);
                    continue;
                }
            };
            let id = shared.people.id(rank);
            let (person, out, deltas) = compute_one(shared, gathered, rank, &mut memory, &mut cursor, &mut sums)?;
            sums.exceptions.extend(list_rows::exceptions(shared.people, id, &out.exceptions));
            if let Some(line) = list_rows::many_addresses(shared.people, rank, shared.program.program.currency) {
                sums.exceptions.push(line);
                sums.tally.add_exception(Reason::ManyAddresses);
            }
            mail::collect(shared, rank, &person, out, deltas.mailed(&out.entries), &mut sums.outbox);
            sums.tally.add(deltas.entries(&out.entries), deltas.before(), &out.balances, &out.exceptions);
            correct(shared, id, deltas, out, &mut sums);
            sums.expiring.add(&shared.days, deltas.posted().iter().chain(deltas.entries(&out.entries)));
            if shared.encoders.is_some() {
                rows.push(id, deltas, out);
            }
        }
    }
    let tables = shared.encoders.as_ref().map(|encoders| rows.encode(encoders, &shared.stamp, scratch)).transpose()?;
    let Sums { mut outbox, tally, exceptions, above_total, corrected, expiring } = sums;
    if let Some(session) = shared.session {
        outbox.keep_new(|job_id| session.emitted.contains(job_id));
    }
    let emails = mail::render(shared.templates, &outbox)?;
    let mailed = outbox.tally;
    Ok(RangeResult { people, tables, emails, mailed, exceptions, above_total, tally, corrected, expiring })
}

/// Takes back whatever is posted to a person who has no facts any more.
fn take_back<'p>(
    shared: &RunContext<'_>,
    id: &'p str,
    cursor: &mut Cursor<'p>,
    rows: &mut TableRows<'_>,
    sums: &mut Sums,
) {
    let (mut deltas, out) = (Deltas::default(), PersonLedger::default());
    deltas.take(id, cursor);
    deltas.find(&out.entries, &out.balances);
    find_before(shared, &mut deltas);
    mail::about_nobody(shared, id, deltas.mailed(&out.entries), &mut sums.outbox);
    sums.tally.add(deltas.entries(&out.entries), deltas.before(), &out.balances, &out.exceptions);
    correct(shared, id, &deltas, &out, sums);
    if shared.encoders.is_some() {
        rows.push(id, &deltas, &out);
    }
}

/// Adds what corrections of a book's postings do to a person.
fn correct(shared: &RunContext<'_>, id: &str, deltas: &Deltas<'_>, out: &PersonLedger<'_>, sums: &mut Sums) {
    let Some(session) = shared.session else { return };
    let last = session.last.as_ref().map(|last| last.as_of);
    sums.corrected.add(id, deltas, &out.entries, deltas.balances(&out.balances), (last, shared.as_of));
}

impl TableRows<'_> {
    /// Adds the postings of a person, and the person's balances if there is any posting.
    fn push(&mut self, id: &str, deltas: &Deltas<'_>, out: &PersonLedger<'_>) {
        let entries = deltas.entries(&out.entries);
        self.ledger.push(id, entries, self.rules);
        if !entries.is_empty() {
            self.balances.push(id, deltas.balances(&out.balances));
        }
    }

    fn encode(&self, encoders: &Encoders, stamp: &RunStamp, scratch: &mut Scratch) -> Result<Tables, OutputError> {
        let ledger = self.ledger.rows(stamp);
        Ok(Tables {
            ledger: encoders.ledger.encode(&ledger, scratch)?,
            shown: encoders.shown.as_ref().map(|shown| shown.encode(&ledger, scratch)).transpose()?,
            balances: encoders.balances.encode(&self.balances.rows(), scratch)?,
        })
    }
}

/// Lets the kernel compute one person, audits the result, finds what contradicts itself, and the difference from what
/// is posted.
fn compute_one<'g, 'm, 'p: 'g>(
    shared: &RunContext<'_>,
    gathered: &'g Gathered<'_>,
    rank: Rank,
    memory: &'m mut Memory<'g>,
    cursor: &mut Cursor<'p>,
    sums: &mut Sums,
) -> Result<(Person<'g, 'm>, &'m PersonLedger<'g>, &'m Deltas<'g>), RunError> {
    let Memory { facts, state, out, audited, deltas } = memory;
    gathered.fill(rank, facts);
    let person = facts.person();
    let mut counting = Counting::new(&person, shared.program.program.currency, &shared.kept, &mut sums.tally.outcomes);
    crate::kernel::compute_traced(&person, &shared.terms, shared.as_of, state, out, &mut counting);
    counting.end();
    let audit = audit_entries::check(out, audited);
    audit.map_err(|violation| RunError::Audit { customer_id: person.id.to_owned(), violation })?;
    gathered.contradictions(rank, &person, &shared.program.program, shared.as_of, &mut out.exceptions);
    sums.above_total.take(rank, &person, shared.as_of, &mut out.exceptions);
    deltas.take(person.id, cursor);
    deltas.find(&out.entries, &out.balances);
    find_before(shared, deltas);
    Ok((person, out, deltas))
}

/// Finds the balances before, if the run visits few people: the sums of all people follow from the changes of these
/// few.
fn find_before(shared: &RunContext<'_>, deltas: &mut Deltas<'_>) {
    if shared.session.is_some_and(|session| session.everyone.is_none()) {
        deltas.find_before();
    }
}
