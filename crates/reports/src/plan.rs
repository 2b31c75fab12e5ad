//! What a plan says about itself: what would change, for whom, and why. In the plan file, and stdout with `--json`.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything that somebody who is to approve a plan wants to know. Amounts are plain decimals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanReport {
    pub run_id: String,
    pub as_of: String,
    /// In the program's time zone.
    #[serde(default)]
    pub as_of_local: Option<String>,
    pub planned_at: String,
    /// Whether the past may change, from the facts of the book alone.
    pub backfill: bool,
    pub program: ProgramReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub book: Option<BookReport>,
    /// What of the program differs for instants that are posted.
    pub program_changes: Vec<String>,
    /// Those that stop the plan from being applied, and those that were told not to.
    pub guards: Vec<GuardReport>,
    /// Facts that are new or changed, by kind.
    pub new_facts: BTreeMap<String, u64>,
    /// Those who would be posted to.
    pub people: u64,
    pub postings: Vec<ChangeReport>,
    /// What all people have, touched by the plan or not.
    pub liability: Vec<LiabilityReport>,
    pub rules: Vec<RuleReport>,
    /// In each currency those whose balance changes most.
    pub largest: Vec<PersonReport>,
    pub emails: u64,
    pub rejects: u64,
    pub exceptions: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProgramReport {
    pub name: String,
    pub path: String,
    pub sha256: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BookReport {
    pub path: String,
    /// The number that the run would have.
    pub run: i64,
    /// The as_of of the last run, before which everything is posted; none where there was no run.
    pub posted_until: Option<String>,
    #[serde(default)]
    pub posted_until_local: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GuardReport {
    pub name: String,
    pub message: String,
    /// The people or rows that it is about, some of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shown: Vec<String>,
    /// The command that shows more.
    #[serde(default)]
    pub look: String,
    pub overridden: bool,
    /// Whether it is reported and stops nothing.
    #[serde(default, skip_serializing_if = "is_false")]
    pub only_reported: bool,
}

/// Postings of one currency, kind and method.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangeReport {
    pub currency: String,
    pub kind: String,
    pub method: String,
    pub count: u64,
    pub people: u64,
    pub up: String,
    pub down: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LiabilityReport {
    pub currency: String,
    pub before: String,
    pub change: String,
    pub after: String,
}

/// Grants that one version of a rule gives more or less.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleReport {
    pub currency: String,
    pub rule: String,
    /// What it gives now; none where it is not in the program any more.
    pub gives: Option<String>,
    pub count: u64,
    pub people: u64,
    pub up: String,
    pub down: String,
}

/// One person's balance of one currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonReport {
    pub customer_id: String,
    pub currency: String,
    pub before: String,
    pub change: String,
    pub after: String,
    /// How many of them there are.
    pub posting_count: u64,
    /// The largest of them.
    pub postings: Vec<PostingReport>,
    pub fact_count: u64,
    /// Facts that are new to the book: those of the person, and those that the postings name.
    pub facts: Vec<FactReport>,
}

/// An entry, as the ledger has it and as it would have it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PostingReport {
    pub kind: String,
    pub method: String,
    pub source_id: String,
    pub origin_id: String,
    pub effective_at: String,
    pub expires_at: Option<String>,
    pub before: String,
    pub change: String,
    pub after: String,
    /// Of a grant, the rule that gives it.
    pub rule: Option<String>,
    /// The rule under which it is posted, where that was another.
    pub rule_before: Option<String>,
    /// Whether it happened after everything that is posted.
    pub is_due: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FactReport {
    pub kind: String,
    pub id: String,
    /// Whether the book has an earlier version of it.
    pub is_changed: bool,
    pub is_void: bool,
}

impl PlanReport {
    /// Returns the JSON text, ending in a newline.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a report is plain data") + "\n"
    }

    /// Returns the guards that stop it, unless these are told not to as well.
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
