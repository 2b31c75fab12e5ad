//! The figures of an explanation. What `accrue explain --format json` prints is this, field by field; docs/explain.md
//! describes it.
//!
//! Amounts are plain decimals in major units of the currency that they are listed under, instants RFC 3339 in UTC,
//! dates local days of the program's time zone.

pub use super::figures::{Counted, CountedSince, Figures, WorkedOut};
use super::program::ProgramTold;
pub use super::steps::{Exact, Formula, Lowered, Move, NotGrantedFigures, Reclaimed, SpendTierTold, Step, Uncovered};
use serde::Serialize;

/// The name and version of the shape of the JSON: it changes when a field is removed or gets another meaning.
pub const SCHEMA: &str = "explain/1";

/// Why a person's balance is what it is.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// The version of accrue that explains.
    pub accrue: String,
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The person's id.
    pub person: String,
    /// What was asked for.
    pub asked: Asked,
    /// The instant for which everything is computed.
    pub as_of: String,
    /// The same in the program's time zone.
    pub as_of_local: String,
    /// The number of the last run whose facts and postings are known; `None` without a book.
    pub known_at_run: Option<i64>,
    /// Whether the posted sum equals the computed sum; `None` without a book, and where as_of is before that of the
    /// run.
    pub agrees_with_ledger: Option<bool>,
    /// Why nothing is explained and only postings are shown; `None` where it is explained.
    pub refused: Option<String>,
    /// The version of the calculation.
    pub calculation: u32,
    /// The program.
    pub program: ProgramTold,
    /// What the registration says of the time before the exports begin.
    pub before: Before,
    /// A part for each currency in which something happened.
    pub currencies: Vec<CurrencyTold>,
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
#[expect(missing_docs, reason = "ids as the exports and the ledger have them")]
pub enum Asked {
    /// All that happened to a person.
    Person { id: String },
    /// What an order has earned, and what became of it.
    Order { id: String },
    /// What a refund has done.
    Refund { id: String },
    /// One entry of the ledger, or all entries of a source.
    Entry(EntryAsked),
}

/// An entry, by the columns of the ledger; `None` stands for any value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "as in the ledger")]
pub struct EntryAsked {
    pub source_id: String,
    pub currency: Option<String>,
    pub kind: Option<String>,
    pub method: Option<String>,
    pub origin_id: Option<String>,
}

/// The history from before the exports begin.
#[derive(Clone, Debug, Serialize)]
pub struct Before {
    /// The number of orders.
    pub orders: u64,
    /// What they cost, in the program's currency.
    pub spend: String,
}

/// Everything in one currency.
#[derive(Clone, Debug, Serialize)]
pub struct CurrencyTold {
    /// Its code.
    pub currency: &'static str,
    /// How many decimals its amounts have.
    pub decimals: u32,
    /// What the lots hold, less what is owed.
    pub balance: String,
    /// What is owed.
    pub owed: String,
    /// What the balance is made of.
    pub sums: Sums,
    /// The sums of what was asked for alone; `None` where a person was.
    pub asked_sums: Option<Sums>,
    /// What lapses next.
    pub next_to_lapse: Option<Lapse>,
    /// All lots, in the order in which they were made.
    pub lots: Vec<LotTold>,
    /// All events and all facts that make none, in order.
    pub events: Vec<EventTold>,
    /// What is still open: taken, or to be reclaimed, without credit to cover it.
    pub open_items: Vec<OpenItem>,
    /// The entries of the ledger that all of this comes to.
    pub entries: Vec<EntryTold>,
}

/// `granted - redeemed + restored - reclaimed - expired - adjusted` is the balance, or the change of it.
///
/// What was settled leaves a lot and lowers a debt, so that the balance does not change by it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sums {
    /// Granted by rules, by refunds with store credit, and by adjustments above zero.
    pub granted: String,
    /// Spent.
    pub redeemed: String,
    /// Given back after it was spent.
    pub restored: String,
    /// Taken back after refunds and cancellations.
    pub reclaimed: String,
    /// Expired.
    pub expired: String,
    /// Taken from lots to repay debt.
    pub settled: String,
    /// Taken by adjustments.
    pub adjusted: String,
    /// What these come to.
    pub total: String,
}

/// Credit that ends on one day.
#[derive(Clone, Debug, Serialize)]
pub struct Lapse {
    /// How much is left of it.
    pub amount: String,
    /// The last local day on which it is valid.
    pub last_day: String,
    /// The first instant at which it is not.
    pub expires_at: String,
}

/// One lot.
#[derive(Clone, Debug, Serialize)]
pub struct LotTold {
    /// Its number among the lots of the currency, from 1; steps name lots by it.
    pub lot: u32,
    /// What made it.
    pub method: &'static str,
    /// The event that made it.
    pub origin_id: String,
    /// The id of the rule that gave it.
    pub rule: Option<String>,
    /// When it was made.
    pub made_at: String,
    /// What it held then.
    pub granted: String,
    /// What it holds.
    pub remaining: String,
    /// The first instant at which it is no longer valid; `None`: it never ends.
    pub expires_at: Option<String>,
    /// The last local day on which it is valid.
    pub last_day: Option<String>,
}

/// What happened at one instant: an event, credit that expires, or a fact that makes no event.
#[derive(Clone, Debug, Serialize)]
pub struct EventTold {
    /// The instant.
    pub at: String,
    /// The local day.
    pub on: String,
    /// The local day and time.
    pub local: String,
    /// What it is.
    pub event: EventKind,
    /// Its id in the ledger; empty for credit that expires.
    pub id: String,
    /// The order that it is, or is about.
    pub order: Option<String>,
    /// Whether it has to do with what was asked for.
    pub asked_for: bool,
    /// Where the fact comes from.
    pub fact: Option<FactTold>,
    /// Why it does nothing, where it does nothing: `unpaid`, `cancelled_before_payment`, `after_as_of`, `other_source`.
    pub not_counted: Option<&'static str>,
    /// Its figures.
    pub figures: Figures,
    /// What was decided, in order.
    pub steps: Vec<Step>,
    /// The balance afterwards.
    pub balance_after: String,
    /// What runs have sent about it, and why not; nothing without a book.
    pub mails: Vec<MailTold>,
}

/// An email that a run has sent about an event, or has not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MailTold {
    /// `received`, `redeemed` or `refunded`.
    pub kind: &'static str,
    /// The number of the run.
    pub run: i64,
    /// Why it was not sent, one of the list in docs/explain.md; `None` where it was.
    pub reason: Option<&'static str>,
    /// The id of the event.
    #[serde(skip)]
    pub source_id: String,
    /// The event.
    #[serde(skip)]
    pub event: EventKind,
}

/// What an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum EventKind {
    Registration,
    Order,
    Refund,
    Cancellation,
    Redemption,
    Adjustment,
    Expiry,
    /// A posting that is not explained.
    Posting,
}

/// Where a fact comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FactTold {
    /// The export.
    pub file: String,
    /// The line or row in it, from 1.
    pub row: u64,
    /// SHA-256 of the file; `None` where it is not known.
    pub sha256: Option<String>,
    /// The number of the run that took it in; `None` without a book.
    pub run: Option<i64>,
    /// Earlier versions of the fact, the oldest first.
    pub superseded: Vec<VersionTold>,
}

/// An earlier version of a fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VersionTold {
    /// The export.
    pub file: String,
    /// The line or row in it, from 1.
    pub row: u64,
    /// The number of the run that took it in; `None` without a book.
    pub run: Option<i64>,
    /// The columns in which it said something else, and what it said.
    pub said: Vec<Said>,
}

/// What an earlier version says in a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Said {
    /// The name of the canonical column.
    pub column: String,
    /// What was there; empty for nothing.
    pub then: String,
    /// What is there now.
    pub now: String,
}

/// What is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpenItem {
    /// `unbacked` or `uncollected`.
    pub reason: &'static str,
    /// The event that left it open.
    pub source_id: String,
    /// How much of it is open.
    pub amount: String,
    /// Whether it has to do with what was asked for.
    pub asked_for: bool,
}

/// An entry of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntryTold {
    /// What it does.
    pub kind: &'static str,
    /// The event that causes it.
    pub source_id: String,
    /// What made its lot.
    pub method: &'static str,
    /// The event that made its lot.
    pub origin_id: String,
    /// Its amount.
    pub amount: String,
    /// When it counts.
    pub effective_at: String,
    /// The local day.
    pub on: String,
    /// The expiry of its lot.
    pub expires_at: Option<String>,
    /// The rule of a grant.
    pub rule: Option<String>,
    /// What runs have posted of it, the oldest first.
    pub postings: Vec<PostingTold>,
    /// Whether it has to do with what was asked for.
    pub asked_for: bool,
    /// Why it was taken back whole; `None` where it was not, and where nothing tells.
    pub taken_back: Option<TakenBack>,
}

/// Why an entry was taken back whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TakenBack {
    /// The number of the run that took it back.
    pub run: i64,
    /// One of the list in docs/explain.md: `void`, `owner_changed`, `changed_fact`, `program`, `other_fact`.
    pub reason: &'static str,
    /// Who has its fact now, where that has changed.
    pub owner: Option<String>,
    /// The facts that the run took in and that made it so: for `other_fact` all of the person.
    pub facts: Vec<FactTold>,
}

/// What a run has posted of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PostingTold {
    /// The number of the run.
    pub run: i64,
    /// The amount: the entry's, or a correction to it.
    pub amount: String,
    /// The expiry of the lot as it was posted.
    pub expires_at: Option<String>,
    /// The rule as it was posted.
    pub rule: Option<String>,
}

impl Explanation {
    /// Returns the currencies in which there is something of what was asked for; all where there is in none.
    pub(super) fn shown(&self) -> Vec<&CurrencyTold> {
        let has_asked = |currency: &&CurrencyTold| {
            let is_gone = |entry: &EntryTold| entry.asked_for && !entry.postings.is_empty();
            currency.events.iter().any(|event| event.asked_for) || currency.entries.iter().any(is_gone)
        };
        let shown: Vec<&CurrencyTold> = self.currencies.iter().filter(has_asked).collect();
        if shown.is_empty() { self.currencies.iter().collect() } else { shown }
    }

    /// Tells whether an entry that was asked for with all its columns is one that there is or was.
    pub fn has_entry(&self) -> bool {
        self.currencies.iter().flat_map(|currency| &currency.entries).any(|entry| entry.asked_for)
    }

    /// Returns the JSON text, ending in a newline.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("plain data") + "\n"
    }
}

impl EntryTold {
    /// Tells whether what runs have posted of it comes to its amount.
    pub(super) fn is_posted(&self) -> bool {
        let digits = |text: &str| text.replace('.', "").parse::<i128>().unwrap_or(0);
        let sum: i128 = self.postings.iter().map(|own| digits(&own.amount)).sum();
        sum == digits(&self.amount)
    }
}
