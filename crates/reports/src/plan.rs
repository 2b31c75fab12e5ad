//! The report of a plan: what would change, for whom, and why. It is in the plan file, and on stdout with `--json`.

use super::funnel::model::KindFunnel;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything that somebody who approves a plan needs to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanReport {
    /// The name of the run that the plan would post.
    pub run_id: String,
    /// The instant for which it was computed.
    pub as_of: String,
    /// The same in the program's time zone.
    #[serde(default)]
    pub as_of_local: Option<String>,
    /// The clock when the plan was made.
    pub planned_at: String,
    /// Whether the plan may change the past; then it uses the facts of the book alone.
    pub backfill: bool,
    /// The program.
    pub program: ProgramReport,
    /// The book that the plan was made against; `None` without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub book: Option<BookReport>,
    /// What differs in the program for instants that are posted already, as texts.
    pub program_changes: Vec<String>,
    /// Guards that stop the plan from being applied, and guards that were overridden.
    pub guards: Vec<GuardReport>,
    /// The number of facts that are new or changed, by kind.
    pub new_facts: BTreeMap<String, u64>,
    /// Where the rows went, for each kind of which there are any.
    #[serde(default)]
    pub funnel: Vec<KindFunnel>,
    /// The number of people with a posting.
    pub people: u64,
    /// The postings by currency, kind and method.
    pub postings: Vec<ChangeReport>,
    /// The sum of all balances in each currency, of people without a posting too.
    pub liability: Vec<LiabilityReport>,
    /// The grants by rule.
    pub rules: Vec<RuleReport>,
    /// The people whose balance changes most, in each currency.
    pub largest: Vec<PersonReport>,
    /// The number of email jobs.
    pub emails: u64,
    /// The number of rejected rows.
    pub rejects: u64,
    /// The number of exceptions.
    pub exceptions: u64,
}

/// The program of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProgramReport {
    /// Its name.
    pub name: String,
    /// The path of its file.
    pub path: String,
    /// The digest of its file.
    pub sha256: String,
}

/// The book that a plan was made against.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BookReport {
    /// The book's folder.
    pub path: String,
    /// The number that the run would have.
    pub run: i64,
    /// The as_of of the last run, up to which everything is posted; `None` where there was no run.
    pub posted_until: Option<String>,
    /// The same in the program's time zone.
    #[serde(default)]
    pub posted_until_local: Option<String>,
}

/// A guard that the plan has triggered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GuardReport {
    /// The guard's name, by which it is overridden.
    pub name: String,
    /// What it has found.
    pub message: String,
    /// Some of the people or rows that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shown: Vec<String>,
    /// The command that shows more.
    #[serde(default)]
    pub look: String,
    /// Whether it was overridden.
    pub overridden: bool,
    /// Whether it is reported only and stops nothing.
    #[serde(default, skip_serializing_if = "is_false")]
    pub only_reported: bool,
}

/// The postings of one currency, kind and method.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangeReport {
    /// The currency code.
    pub currency: String,
    /// The name of the kind.
    pub kind: String,
    /// The name of the method.
    pub method: String,
    /// The number of postings.
    pub count: u64,
    /// The number of people with one.
    pub people: u64,
    /// The sum of the amounts above zero.
    pub up: String,
    /// The sum of the amounts below zero.
    pub down: String,
}

/// The sum of all balances in one currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LiabilityReport {
    /// The currency code.
    pub currency: String,
    /// The sum before the plan.
    pub before: String,
    /// The sum of the plan's postings.
    pub change: String,
    /// The sum after the plan.
    pub after: String,
}

/// The changes of the grants of one version of a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleReport {
    /// The currency code.
    pub currency: String,
    /// The id of the rule.
    pub rule: String,
    /// What the rule gives now, as text; `None` where the program does not have it any more.
    pub gives: Option<String>,
    /// The number of postings.
    pub count: u64,
    /// The number of people with one.
    pub people: u64,
    /// The sum of the amounts above zero.
    pub up: String,
    /// The sum of the amounts below zero.
    pub down: String,
}

/// The change of one person's balance in one currency, with its reasons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonReport {
    /// The person's id.
    pub customer_id: String,
    /// The currency code.
    pub currency: String,
    /// The balance before the plan.
    pub before: String,
    /// The sum of the plan's postings.
    pub change: String,
    /// The balance after the plan.
    pub after: String,
    /// The number of the person's postings.
    pub posting_count: u64,
    /// The largest of these postings.
    pub postings: Vec<PostingReport>,
    /// The number of facts that are new to the book.
    pub fact_count: u64,
    /// Some of these facts: those of the person, and those that the postings name.
    pub facts: Vec<FactReport>,
}

/// An entry before and after the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PostingReport {
    /// The name of the kind.
    pub kind: String,
    /// The name of the method.
    pub method: String,
    /// The event that caused the entry.
    pub source_id: String,
    /// The event that made the lot.
    pub origin_id: String,
    /// The instant at which it counts.
    pub effective_at: String,
    /// When the lot expires; `None`: never.
    pub expires_at: Option<String>,
    /// The amount that is posted.
    pub before: String,
    /// The amount that the plan would post.
    pub change: String,
    /// The amount after the plan.
    pub after: String,
    /// The rule of a grant.
    pub rule: Option<String>,
    /// The rule under which the grant is posted, if it is another one.
    pub rule_before: Option<String>,
    /// Whether it counts after everything that is posted, so that the past does not change by it.
    pub is_due: bool,
}

/// A fact that is new to the book.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FactReport {
    /// The name of the kind.
    pub kind: String,
    /// The fact's id.
    pub id: String,
    /// Whether the book has an earlier version of it.
    pub is_changed: bool,
    /// Whether it says that the fact does not exist.
    pub is_void: bool,
}

impl PlanReport {
    /// Returns the JSON text, ending in a newline.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a report is plain data") + "\n"
    }

    /// Returns the guards that stop the plan, without those that were overridden when it was made or are overridden
    /// now.
    pub fn stopping<'r>(&'r self, overrides: &'r [&str]) -> impl Iterator<Item = &'r GuardReport> {
        let is_passed = move |guard: &GuardReport| guard.overridden || overrides.contains(&guard.name.as_str());
        let stops = move |guard: &&GuardReport| !guard.only_reported && !is_passed(guard);
        self.guards.iter().filter(stops)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}
