//! Turns the record of a run into a line of the list of runs.

use crate::book::RunRecord;
use crate::kernel::currency::Currency;
use crate::kernel::moment::Moment;
use crate::kernel::money::WideAmount;
use crate::kernel::time::LocalCalendar;
use crate::pipeline::parse_program;
use crate::reports::runs::{KindSum, RunLine};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// The time zones of the programs that runs were computed under, each read once.
#[derive(Default)]
pub(crate) struct Zones(BTreeMap<String, Option<LocalCalendar>>);

impl Zones {
    /// Returns the instant that a run was computed for, in the zone of its program, unless this version refuses that.
    pub(crate) fn as_of(&mut self, run: &RunRecord) -> Moment {
        let zone = self.0.entry(run.program.sha256.clone()).or_insert_with(|| {
            let parsed = parse_program(run.program.text.clone(), Path::new(&run.program.path));
            parsed.ok().map(|file| file.program.zone)
        });
        zone.as_ref().map_or(Moment::in_utc(run.as_of), |zone| zone.moment(run.as_of))
    }
}

/// A run's record, with the local time of its as_of.
#[derive(Serialize)]
pub(crate) struct Told<'r> {
    #[serde(flatten)]
    record: &'r RunRecord,
    as_of_local: Option<String>,
}

pub(crate) fn told<'r>(record: &'r RunRecord, zones: &mut Zones) -> Told<'r> {
    Told { record, as_of_local: zones.as_of(record).local() }
}

/// Returns what people want to know of a run, given the one before it.
pub(crate) fn line(run: &RunRecord, before: Option<&RunRecord>, zones: &mut Zones) -> RunLine {
    let summary = &run.summary;
    RunLine {
        number: run.number,
        run_id: run.run_id.clone(),
        as_of: run.as_of.to_string(),
        as_of_local: zones.as_of(run).local(),
        posted_at: run.posted_at.to_string(),
        program: run.program.sha256.clone(),
        is_new_program: before.is_some_and(|before| before.program.sha256 != run.program.sha256),
        rows: run.inputs.iter().map(|input| input.rows).sum(),
        postings: postings(run),
        kinds: kinds(&summary["postings"]),
        emails: jobs(run),
        rejects: summary["rejects"]["count"].as_u64().unwrap_or(0),
        overrides: run.overrides.clone(),
    }
}

/// Returns how many postings a run says that it has made.
pub(crate) fn postings(run: &RunRecord) -> u64 {
    run.summary["postings"].as_array().into_iter().flatten().filter_map(|posting| posting["count"].as_u64()).sum()
}

/// Returns how many emails a run says that it has written.
pub(crate) fn jobs(run: &RunRecord) -> u64 {
    let by_kind = run.summary["emails"]["jobs"].as_object();
    by_kind.into_iter().flatten().filter_map(|(_, jobs)| jobs.as_u64()).sum()
}

/// Adds up the postings of a summary over methods; those of one kind follow each other.
fn kinds(postings: &Value) -> Vec<KindSum> {
    let text = |posting: &Value, key: &str| posting[key].as_str().unwrap_or_default().to_owned();
    let kind = |posting: &Value| (text(posting, "currency"), text(posting, "kind"));
    let postings = postings.as_array().map_or(&[][..], Vec::as_slice);
    let sum = |same: &[Value]| {
        let (currency, kind) = kind(&same[0]);
        let known = Currency::from_code(&currency)?;
        let sum: WideAmount =
            same.iter().filter_map(|posting| WideAmount::parse(&text(posting, "amount"), known)).sum();
        Some(KindSum { amount: sum.display(known).to_string(), currency, kind })
    };
    postings.chunk_by(|one, other| kind(one) == kind(other)).filter_map(sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn postings_are_added_up_by_kind() {
        let posting = |currency, kind, amount| json!({"currency": currency, "kind": kind, "amount": amount});
        let postings = json!([
            posting("JPY", "grant", "1200"),
            posting("USD", "grant", "4000000000.50"),
            posting("USD", "grant", "0.75"),
            posting("USD", "expire", "-2.00"),
        ]);
        let shown: Vec<String> =
            kinds(&postings).iter().map(|sum| format!("{} {} {}", sum.kind, sum.amount, sum.currency)).collect();
        assert_eq!(shown, ["grant 1200 JPY", "grant 4000000001.25 USD", "expire -2.00 USD"]);
    }
}
