//! Verifies the runs of a book: their numbers and instants follow each other, and the rows of its tables are theirs.

use crate::book::RunRecord;
use crate::run::inspect::runs::{self, Zones};
use std::collections::BTreeMap;

/// Lists what is wrong with the order of runs, given newest first.
pub(crate) fn order(records: &[RunRecord]) -> Vec<String> {
    let (mut faults, mut zones) = (Vec::new(), Zones::default());
    for (record, expected) in records.iter().zip((1..=records.len() as i64).rev()) {
        if record.number != expected {
            faults.push(format!("{} is run {} where {expected} comes", record.run_id, record.number));
        }
    }
    for (later, earlier) in records.iter().zip(records.iter().skip(1)) {
        if later.as_of < earlier.as_of {
            let (as_of, before) = (zones.as_of(later), zones.as_of(earlier));
            faults.push(format!("{} is as of {as_of}, before {before} of {}", later.run_id, earlier.run_id));
        }
    }
    faults
}

/// Lists the runs whose rows in the ledger are not as many as they have posted.
pub(crate) fn postings(records: &[RunRecord], found: &BTreeMap<String, u64>) -> Vec<String> {
    let mut faults = strangers("ledger", records, found);
    for record in records {
        let (recorded, found) = (runs::postings(record), found.get(&record.run_id).copied().unwrap_or(0));
        if recorded != found {
            faults.push(format!("{} has posted {recorded} rows, and the ledger has {found} of it", record.run_id));
        }
    }
    faults
}

/// Lists the runs whose emails in their table are not as many as they have written; those of the last run may be
/// missing.
pub(crate) fn jobs(records: &[RunRecord], found: &BTreeMap<String, u64>, has_emitted: bool) -> Vec<String> {
    let mut faults = strangers("emails", records, found);
    for record in records.iter().skip(usize::from(!has_emitted)) {
        let (recorded, found) = (runs::jobs(record), found.get(&record.run_id).copied().unwrap_or(0));
        if recorded != found {
            faults.push(format!("{} has written {recorded} emails, and their table has {found} of it", record.run_id));
        }
    }
    faults
}

fn strangers(table: &str, records: &[RunRecord], found: &BTreeMap<String, u64>) -> Vec<String> {
    let is_strange = |run_id: &str| records.iter().all(|record| record.run_id != run_id);
    let strange = found.iter().filter(|(run_id, _)| is_strange(run_id));
    strange
        .map(|(run_id, rows)| format!("{table} has rows of {run_id:?}, which is no run of the book: {rows}"))
        .collect()
}
