//! The input of an explanation: a person's facts, the program, the result of the kernel, its trace, and the postings.

use super::model::{Asked, FactTold, MailTold, TakenBack};
use accrue_kernel::entry::Entry;
use accrue_kernel::facts::{FactRef, Person};
use accrue_kernel::money::Amount;
use accrue_kernel::outcome::PersonLedger;
use accrue_kernel::program::Program;
use accrue_kernel::time::Timestamp;
use accrue_kernel::trace::Decision;

/// What is to be explained.
pub struct Subject<'s, 'a> {
    /// The version of accrue that explains.
    pub accrue: &'s str,
    /// What was asked for.
    pub asked: Asked,
    /// The person's facts.
    pub person: Person<'a, 's>,
    /// The program.
    pub program: &'s Program,
    /// The digest of its file.
    pub program_sha256: &'s str,
    /// The instant for which everything was computed.
    pub as_of: Timestamp,
    /// The last run that is known; `None` without a book.
    pub known_at_run: Option<i64>,
    /// What a trace has heard.
    pub decisions: &'s [Decision<'a>],
    /// What was computed.
    pub ledger: &'s PersonLedger<'a>,
    /// What runs have posted to the person, the oldest first.
    pub posted: &'s [PostingOfRun<'s>],
    /// Whether the ledger is to have what was computed.
    pub compares: bool,
    /// The emails about what is posted.
    pub mails: &'s [MailTold],
    /// A registration that is later than as_of.
    pub later_registration: Option<LaterRegistration>,
    /// Why a run took an entry back whole.
    pub cause: &'s dyn Fn(&Entry<'_>, i64) -> Option<TakenBack>,
    /// Where facts come from.
    pub fact: &'s dyn Fn(FactRef) -> Option<FactTold>,
}

/// A registration that is later than as_of: it owns nothing yet and earns nothing.
#[derive(Clone, Copy, Debug)]
pub struct LaterRegistration {
    /// Its fact.
    pub fact: FactRef,
    /// When the person registers.
    pub registered_at: Timestamp,
    /// The number of orders from before the exports begin.
    pub orders_before: u64,
    /// What they cost, in the program's currency.
    pub spend_before: Amount,
}

/// What a run has posted.
#[derive(Clone, Debug)]
pub struct PostingOfRun<'p> {
    /// The number of the run.
    pub run: i64,
    /// The row of the ledger.
    pub entry: Entry<'p>,
    /// The id of the rule.
    pub rule: Option<String>,
}
