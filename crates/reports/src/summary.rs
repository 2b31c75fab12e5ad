//! The summary of a run as JSON for schedulers: `summary.json`, and stdout with `--json`.

use super::tally::{BalanceSum, Tally};
use serde::Serialize;
use std::collections::BTreeMap;

/// Everything a run says about itself. The same inputs, program and as_of give the same summary, but for `run_id`,
/// `posted_at` and `seconds`.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    pub accrue: &'static str,
    pub command: &'static str,
    pub run_id: String,
    pub as_of: String,
    /// In the program's time zone.
    pub as_of_local: Option<String>,
    pub posted_at: String,
    pub program: FileSummary,
    pub pipeline: FileSummary,
    pub inputs: Vec<InputSummary>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nowhere: Vec<NowhereSummary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub book: Option<BookSummary>,
    /// The run before, where this one had to complete it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed: Option<CompletedSummary>,
    pub people: u64,
    pub postings: Vec<PostingSummary>,
    pub balances: Vec<BalanceSummary>,
    /// What is to expire within two weeks, where it is much.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub large_expiries: Vec<LargeExpiry>,
    pub emails: EmailSummary,
    pub rejects: Counts,
    pub exceptions: Counts,
    /// What is legal in the exports and probably not meant, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Guards that were told to let this run pass.
    pub overrides: Vec<&'static str>,
    pub seconds: Seconds,
}

#[derive(Clone, Debug, Serialize)]
pub struct FileSummary {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub path: String,
    pub sha256: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct InputSummary {
    pub kind: &'static str,
    pub path: String,
    pub rows: u64,
    pub rejected: u64,
    /// Facts that are new to this run, rows that repeat what is known of a fact, and rows that say something newer of it.
    pub facts: u64,
    pub repeated: u64,
    pub newer_versions: u64,
    /// Accepted rows that say that a fact does not exist.
    pub void: u64,
    pub bytes: u64,
    pub sha256: String,
    /// The last line of a CSV file has no line end: the file may be cut off.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub last_line_unended: bool,
}

/// Names of an input's mapping that no row has.
#[derive(Clone, Debug, Serialize)]
pub struct NowhereSummary {
    pub kind: &'static str,
    pub path: String,
    pub names: Vec<String>,
}

/// A run that has died after it was posted, and was completed by another command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CompletedSummary {
    /// Its number.
    pub run: i64,
    pub run_id: String,
    pub folder: String,
    /// How many email jobs the folder holds.
    pub emails: u64,
}

/// What a run with a book says of it.
#[derive(Clone, Debug, Serialize)]
pub struct BookSummary {
    pub path: String,
    /// An id that no other book has.
    pub id: String,
    /// The number of the run, from 1.
    pub run: i64,
    /// Files that were not read, because the book has taken them in.
    pub skipped: Vec<SkippedSummary>,
    /// Facts that are new or changed, by kind.
    pub new_facts: BTreeMap<&'static str, u64>,
    /// Facts that return to a state that was replaced: how many, and some of them.
    pub reverted: Reverted,
    /// How many people were computed: those of whom something is new or due, or everybody.
    pub visited: u64,
    /// Why everybody was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub everyone: Option<&'static str>,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Reverted {
    pub count: u64,
    pub shown: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct SkippedSummary {
    pub kind: String,
    pub path: String,
    pub rows: u64,
    pub sha256: String,
    /// The run that has taken it in.
    pub run_id: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct PostingSummary {
    pub currency: &'static str,
    pub kind: &'static str,
    pub method: &'static str,
    pub count: u64,
    pub amount: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct BalanceSummary {
    pub currency: &'static str,
    pub people: u64,
    pub before: String,
    pub after: String,
}

/// Credit that is valid for the last time on a day to come, unless it is redeemed until then.
#[derive(Clone, Debug, Serialize)]
pub struct LargeExpiry {
    pub currency: &'static str,
    /// A local day.
    pub last_day: String,
    /// From the day of as_of.
    pub in_days: u32,
    pub people: u64,
    pub amount: String,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct EmailSummary {
    pub jobs: BTreeMap<&'static str, u64>,
    /// Postings and jobs that sent nothing, by reason.
    pub not_sent: BTreeMap<&'static str, u64>,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Counts {
    pub count: u64,
    pub by_reason: BTreeMap<&'static str, u64>,
}

/// Time spent on each stage.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Seconds {
    pub read: f64,
    pub resolve: f64,
    pub compute: f64,
    pub write: f64,
    pub total: f64,
}

impl InputSummary {
    /// Tells whether the file has rows and none of them says anything of a fact.
    pub fn yields_nothing(&self) -> bool {
        self.rows > 0 && self.facts + self.repeated + self.newer_versions == 0
    }
}

impl Counts {
    /// Counts reasons.
    pub fn of(reasons: impl IntoIterator<Item = (&'static str, u64)>) -> Counts {
        let mut counts = Counts::default();
        for (reason, count) in reasons {
            counts.count += count;
            *counts.by_reason.entry(reason).or_default() += count;
        }
        counts
    }
}

impl Summary {
    /// Returns the JSON text, ending in a newline.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a summary is plain data") + "\n"
    }
}

/// Puts the sums of postings into the summary's form.
pub fn postings(tally: &Tally) -> Vec<PostingSummary> {
    let postings = tally.postings().into_iter().map(|posting| PostingSummary {
        currency: posting.currency.code(),
        kind: posting.kind.name(),
        method: posting.method.name(),
        count: posting.sum.count,
        amount: posting.sum.amount.display(posting.currency).to_string(),
    });
    postings.collect()
}

/// Puts the sums of balances into the summary's form.
pub fn balances(sums: Vec<BalanceSum>) -> Vec<BalanceSummary> {
    let balances = sums.into_iter().map(|balance| BalanceSummary {
        currency: balance.currency.code(),
        people: balance.people,
        before: balance.before.display(balance.currency).to_string(),
        after: balance.amount.display(balance.currency).to_string(),
    });
    balances.collect()
}
