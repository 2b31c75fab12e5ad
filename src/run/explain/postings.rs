//! Reads the postings of one person, run by run, up to a given run.

use crate::book::{PersonPostings, RunRecord};
use crate::kernel::entry::Entry;
use crate::kernel::time::Timestamp;
use crate::reports::explain::PostingOfRun;
use std::collections::BTreeMap;

/// Returns the rows that a run knows, and that count at an instant; the oldest come first.
pub(super) fn known<'p>(
    postings: &'p PersonPostings,
    runs: &[&RunRecord],
    known_at: i64,
    as_of: Timestamp,
) -> Vec<PostingOfRun<'p>> {
    let numbers: BTreeMap<&str, i64> = runs.iter().map(|run| (run.run_id.as_str(), run.number)).collect();
    let posted = |(run_id, entry): (&str, Entry<'p>)| {
        let run = *numbers.get(run_id)?;
        let rule = entry.rule.map(|rule| postings.rules()[rule.index()].clone());
        Some(PostingOfRun { run, entry, rule })
    };
    let rows = postings.rows().into_iter().filter_map(posted);
    let mut known: Vec<_> =
        rows.filter(|posted| posted.run <= known_at && posted.entry.effective_at <= as_of).collect();
    known.sort_by(|one, other| one.run.cmp(&other.run).then_with(|| one.entry.ledger_order(&other.entry)));
    known
}
