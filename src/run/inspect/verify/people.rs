//! Verifies the postings of people: they must be possible, and must equal what the facts give.

use super::super::BookView;
use crate::book::Posted;
use crate::book::posted::PostedRange;
use crate::kernel::audit_entries::{self, LotSum};
use crate::kernel::compiled_program::CompiledProgram;
use crate::kernel::delta::{Posting, delta};
use crate::kernel::entry::Entry;
use crate::kernel::outcome::PersonLedger;
use crate::kernel::state::PersonState;
use crate::kernel::time::Timestamp;
use crate::kernel::{self, audit_postings};
use crate::pipeline::ProgramFile;
use crate::reports::verified::{Verified, Violation};
use crate::resolve::{self, Gathered, People, PersonFacts, Rank, Ranks};
use crate::run::book_session;
use crate::run::deltas::{self, Cursor};
use crate::run::in_order::in_order;
use crate::run::outer_join::{Next, OuterJoin};
use crate::run::{Progress, RunError, Stage};
use crate::sources::{self, Asked, Keep};

/// Facts, or rows of the ledger, that are looked at at a time.
const AT_A_TIME: usize = 100_000;

/// What is found about a range of people.
#[derive(Default)]
struct Looked {
    people: u64,
    violations: Vec<Violation>,
}

/// Everything to look at.
struct Whole<'w> {
    people: &'w People,
    posted: &'w Posted,
    terms: CompiledProgram<'w>,
    as_of: Timestamp,
}

/// Memory reused from person to person.
#[derive(Default)]
struct Memory<'g> {
    facts: PersonFacts<'g>,
    state: PersonState<'g>,
    out: PersonLedger<'g>,
    audited: Vec<LotSum<'g>>,
    posted: Vec<Entry<'g>>,
    missing: Vec<Posting<'g>>,
}

/// Checks the postings of everybody, and computes everybody from the facts that were posted.
pub(crate) fn against_facts(
    past: &BookView,
    program: &ProgramFile,
    progress: &dyn Progress,
    found: &mut Verified,
) -> Result<(), RunError> {
    progress.stage(Stage::ReadingFacts, 0)?;
    let ProgramFile { program, .. } = program;
    let is_stopped = || progress.is_stopped();
    let asked = Asked { is_stopped: &is_stopped, ..Asked::of(program, Keep::NoContacts) };
    let facts = sources::read(&book_session::posted_inputs(&past.book)?, &asked, &|_| ())?;
    let people = resolve::resolve(facts, program, past.as_of());
    let posted = past.book.posted()?;
    let whole = Whole { people: &people, posted: &posted, terms: CompiledProgram::new(program), as_of: past.as_of() };
    let mut ranges = people.ranges(AT_A_TIME);
    if ranges.is_empty() {
        // Postings may be there all the same.
        ranges.push(Ranks::default());
    }
    progress.stage(Stage::Computing, people.len() as u64)?;
    in_order(
        ranges.len(),
        || Gathered::new(&people),
        |gathered, number| look(&whole, gathered, ranges[number].clone()),
        |looked| {
            progress.go_on()?;
            progress.advance(looked.people);
            take(looked, found);
            Ok(())
        },
    )
}

/// Checks the postings of everybody for what must be true of them whatever the facts.
pub(crate) fn by_themselves(past: &BookView, progress: &dyn Progress, found: &mut Verified) -> Result<(), RunError> {
    let posted = past.book.posted()?;
    let bounds = posted.bounds(AT_A_TIME);
    progress.stage(Stage::AddingUp, bounds.len() as u64 + 1)?;
    in_order(
        bounds.len() + 1,
        || (),
        |(), number| {
            let after = number.checked_sub(1).map(|before| bounds[before]);
            Ok::<_, RunError>(look_at_postings(&posted.range(after, bounds.get(number).copied(), &[])?))
        },
        |looked| {
            progress.go_on()?;
            progress.advance(1);
            take(looked, found);
            Ok(())
        },
    )
}

fn take(looked: Looked, found: &mut Verified) {
    found.people += looked.people;
    found.add_all(looked.violations);
}

fn look_at_postings(range: &PostedRange) -> Looked {
    let (mut entries, mut at, mut looked) = (Vec::new(), 0, Looked::default());
    while let Some(id) = range.id_at(at) {
        at = range.fill(at, &mut entries);
        looked.people += 1;
        looked.violations.extend(audit_postings::violations(&entries).iter().map(|what| of(id, what)));
    }
    looked
}

/// Looks at a range of people, and at those among them of whom only the ledger knows.
fn look<'a>(whole: &Whole<'a>, gathered: &mut Gathered<'a>, range: Ranks) -> Result<Looked, RunError> {
    let people = whole.people;
    let posted = deltas::posted_range(whole.posted, people, &range, &[])?;
    let mut cursor = Cursor::new(&posted);
    let mut looked = Looked::default();
    let join = OuterJoin::new(people, &range);
    for mut group in Gathered::groups(range) {
        gathered.gather(group.clone());
        let mut memory = Memory::default();
        while let Some(next) = join.next(&mut group, &cursor) {
            let id = match next {
                Next::Person(rank) => {
                    compute(whole, gathered, rank, &mut memory, &mut looked);
                    people.id(rank)
                }
                Next::Gone(id) => {
                    memory.out.clear();
                    id
                }
            };
            look_at_person(id, &mut cursor, &mut memory, &mut looked);
        }
    }
    Ok(looked)
}

/// Computes one person from the facts.
fn compute<'g>(
    whole: &Whole<'_>,
    gathered: &'g Gathered<'_>,
    rank: Rank,
    memory: &mut Memory<'g>,
    looked: &mut Looked,
) {
    let Memory { facts, state, out, audited, .. } = memory;
    gathered.fill(rank, facts);
    let person = facts.person();
    kernel::compute(&person, &whole.terms, whole.as_of, state, out);
    looked.violations.extend(audit_entries::check(out, audited).err().map(|what| of(person.id, what)));
}

/// Looks at what is posted to the person who comes next in the ledger, if that is this one.
fn look_at_person<'p: 'g, 'g>(id: &str, cursor: &mut Cursor<'p>, memory: &mut Memory<'g>, looked: &mut Looked) {
    let Memory { out, posted, missing, .. } = memory;
    cursor.take(id, posted);
    looked.people += u64::from(!posted.is_empty());
    looked.violations.extend(audit_postings::violations(posted).iter().map(|what| of(id, what)));
    delta(&out.entries, posted, missing);
    looked.violations.extend(missing.iter().map(|posting| of(id, difference(&posting.entry))));
}

/// Tells what is missing of an entry, or posted too much.
fn difference(missing: &Entry<'_>) -> String {
    let Entry { currency, kind, source_id, method, origin_id, amount, .. } = missing;
    format!(
        "the {} of {:?} on lot {} of {:?} should sum to {} {currency} more than is posted",
        kind.name(),
        source_id.0.to_string(),
        method.name(),
        origin_id.0.to_string(),
        amount.display(*currency)
    )
}

fn of(customer_id: &str, what: impl ToString) -> Violation {
    Violation { customer_id: Some(customer_id.to_owned()), message: what.to_string() }
}
