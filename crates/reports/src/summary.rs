//! The summary of a run as JSON for schedulers: `summary.json`, and stdout with `--json` (docs/outputs.md). Its members
//! are the fields here, in this order.

use super::funnel::model::KindFunnel;
use super::tally::{BalanceSum, Tally};
use serde::Serialize;
use std::collections::BTreeMap;

/// The summary of a run. The same inputs, program and as_of give the same summary, except `run_id`, `posted_at` and
/// `seconds`.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// The version of accrue.
    pub accrue: &'static str,
    /// The command, such as `run`.
    pub command: &'static str,
    /// The name of the run.
    pub run_id: String,
    /// The instant for which it computed.
    pub as_of: String,
    /// The same in the program's time zone.
    pub as_of_local: Option<String>,
    /// The clock when it was posted.
    pub posted_at: String,
    /// The program file.
    pub program: FileSummary,
    /// The pipeline file.
    pub pipeline: FileSummary,
    /// The files that were read.
    pub inputs: Vec<InputSummary>,
    /// Names of mappings that no row has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nowhere: Vec<NowhereSummary>,
    /// The book; `None` without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub book: Option<BookSummary>,
    /// The run before, where this run had to complete it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed: Option<CompletedSummary>,
    /// Where the rows went, for each kind of which there are any.
    pub funnel: Vec<KindFunnel>,
    /// The number of people with a posting.
    pub people: u64,
    /// The postings by currency, kind and method.
    pub postings: Vec<PostingSummary>,
    /// The balances by currency.
    pub balances: Vec<BalanceSummary>,
    /// Days of the next two weeks on which much credit expires.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub large_expiries: Vec<LargeExpiry>,
    /// The email jobs.
    pub emails: EmailSummary,
    /// The rejected rows by reason.
    pub rejects: Counts,
    /// How rejected values can be read, by column.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<HintSummary>,
    /// The exceptions by reason.
    pub exceptions: Counts,
    /// What is legal in the exports and probably not meant, as texts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// The names of guards that this run was told to ignore.
    pub overrides: Vec<&'static str>,
    /// The duration of each stage.
    pub seconds: Seconds,
}

/// A file of settings.
#[derive(Clone, Debug, Serialize)]
pub struct FileSummary {
    /// The name in the file; `None` for a pipeline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The path of the file.
    pub path: String,
    /// Its digest.
    pub sha256: String,
}

/// A file that was read.
#[derive(Clone, Debug, Serialize)]
pub struct InputSummary {
    /// The name of the kind of facts.
    pub kind: &'static str,
    /// The path of the file.
    pub path: String,
    /// The number of data rows.
    pub rows: u64,
    /// The number of rejected rows.
    pub rejected: u64,
    /// The number of facts that are new to this run.
    pub facts: u64,
    /// The number of rows that repeat what is known of a fact.
    pub repeated: u64,
    /// The number of rows that say something newer of a known fact.
    pub newer_versions: u64,
    /// The number of accepted rows that say that a fact does not exist.
    pub void: u64,
    /// The number of rows that a mapping adds to facts which begin in other files, and which count there.
    #[serde(skip_serializing_if = "is_zero")]
    pub rows_of_facts_in_other_files: u64,
    /// The size of the file in bytes.
    pub bytes: u64,
    /// Its digest.
    pub sha256: String,
    /// Whether the last line of a CSV file has no line end: the file may be cut off.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub last_line_unended: bool,
    /// What such a file is called, where the mapping of its platform was made without having seen one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unconfirmed: Option<String>,
    /// Whether each line of a CSV file is wrapped as one quoted value, and was unwrapped.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub lines_unwrapped: bool,
}

/// Names of an input's mapping that no row has.
#[derive(Clone, Debug, Serialize)]
pub struct NowhereSummary {
    /// The name of the kind of facts.
    pub kind: &'static str,
    /// The path of the file.
    pub path: String,
    /// The names.
    pub names: Vec<String>,
}

/// How the rejected values of a column can be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HintSummary {
    /// The name of the kind of facts.
    pub kind: &'static str,
    /// The column.
    pub column: String,
    /// The number of rejected rows that it is about.
    pub rows: u64,
    /// One of the values.
    pub example: String,
    /// What the input would have to say.
    pub remedy: String,
}

/// A run that died after it was posted, and that another command has completed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CompletedSummary {
    /// The number of that run.
    pub run: i64,
    /// The name of that run.
    pub run_id: String,
    /// The path of its folder.
    pub folder: String,
    /// The number of email jobs in the folder.
    pub emails: u64,
}

/// What a run says of its book.
#[derive(Clone, Debug, Serialize)]
pub struct BookSummary {
    /// The book's folder.
    pub path: String,
    /// The id of the book.
    pub id: String,
    /// The number of the run, from 1.
    pub run: i64,
    /// Files that were not read because the book has their rows already.
    pub skipped: Vec<SkippedSummary>,
    /// The number of facts that are new or changed, by kind.
    pub new_facts: BTreeMap<&'static str, u64>,
    /// Facts that return to a version that was replaced before.
    pub reverted: Reverted,
    /// The number of people that were computed: the affected people, or everybody.
    pub visited: u64,
    /// Why everybody was computed; `None` where only affected people were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub everyone: Option<&'static str>,
}

/// Facts that return to a version that was replaced before.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Reverted {
    /// Their number.
    pub count: u64,
    /// The ids of some of them.
    pub shown: Vec<String>,
}

/// A file that was not read because the book has its rows already.
#[derive(Clone, Debug, Serialize)]
pub struct SkippedSummary {
    /// The name of the kind of facts.
    pub kind: String,
    /// The path of the file.
    pub path: String,
    /// The number of its data rows.
    pub rows: u64,
    /// Its digest.
    pub sha256: String,
    /// The name of the run that has read it.
    pub run_id: String,
}

/// The postings of one currency, kind and method.
#[derive(Clone, Debug, Serialize)]
pub struct PostingSummary {
    /// The currency code.
    pub currency: &'static str,
    /// The name of the kind.
    pub kind: &'static str,
    /// The name of the method.
    pub method: &'static str,
    /// The number of postings.
    pub count: u64,
    /// The sum of their amounts.
    pub amount: String,
}

/// The balances in one currency.
#[derive(Clone, Debug, Serialize)]
pub struct BalanceSummary {
    /// The currency code.
    pub currency: &'static str,
    /// The number of people with any entry in it.
    pub people: u64,
    /// The sum of the balances before the run.
    pub before: String,
    /// The sum of the balances after the run.
    pub after: String,
}

/// Credit that can be spent for the last time on a day to come.
#[derive(Clone, Debug, Serialize)]
pub struct LargeExpiry {
    /// The currency code.
    pub currency: &'static str,
    /// The last day on which it can be spent, a local day.
    pub last_day: String,
    /// The number of days from the day of as_of to that day.
    pub in_days: u32,
    /// The number of people who have it.
    pub people: u64,
    /// The sum of the amounts.
    pub amount: String,
}

/// The email jobs of a run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EmailSummary {
    /// The number of jobs, by kind.
    pub jobs: BTreeMap<&'static str, u64>,
    /// The number of postings and jobs that sent nothing, by reason.
    pub not_sent: BTreeMap<&'static str, u64>,
}

/// Numbers of rows or facts, by reason.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Counts {
    /// The sum of all numbers.
    pub count: u64,
    /// The number for each reason.
    pub by_reason: BTreeMap<&'static str, u64>,
}

/// The duration of each stage, in seconds.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Seconds {
    /// Reading the inputs.
    pub read: f64,
    /// Sorting the facts by people.
    pub resolve: f64,
    /// Computing and encoding the entries.
    pub compute: f64,
    /// Completing the files and syncing them to the disk.
    pub write: f64,
    /// The whole run up to then.
    pub total: f64,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl InputSummary {
    /// Tells whether the file has rows, but no accepted row, and none that belongs to a fact of another file.
    pub(crate) fn yields_nothing(&self) -> bool {
        let facts = self.facts + self.repeated + self.newer_versions;
        self.rows > 0 && facts + self.rows_of_facts_in_other_files == 0
    }
}

impl Counts {
    /// Sums up numbers by reason.
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

/// Returns the sums of postings in the form of the summary.
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

/// Returns the sums of balances in the form of the summary.
pub fn balances(sums: Vec<BalanceSum>) -> Vec<BalanceSummary> {
    let balances = sums.into_iter().map(|balance| BalanceSummary {
        currency: balance.currency.code(),
        people: balance.people,
        before: balance.before.display(balance.currency).to_string(),
        after: balance.amount.display(balance.currency).to_string(),
    });
    balances.collect()
}
