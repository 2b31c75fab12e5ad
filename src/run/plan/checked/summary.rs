//! The summary of a run that a plan would post. Later nights go on from its balances, and `runs` shows its sums.
//!
//! [`COMPARED`] and [`FOR_PEOPLE`] name every value that a summary may have: one that is in neither is refused.

use super::super::format::Posting;
use super::expected::{expect, is_end_of};
use crate::book::RunRecord;
use crate::kernel::currency::Currency;
use crate::kernel::money::WideAmount;
use crate::pipeline::ProgramFile;
use crate::reports::changes::Changes;
use crate::reports::plan::{LiabilityReport, PlanReport};
use crate::reports::tally::TotalBalance;
use crate::run::book_session::told_balances;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What is compared with the record, the report, the rows or the book. `*` stands for a place in a list, or for any
/// name.
const COMPARED: &[&str] = &[
    "accrue",
    "command",
    "run_id",
    "as_of",
    "as_of_local",
    "posted_at",
    "program/name",
    "program/path",
    "program/sha256",
    "pipeline/path",
    "inputs/*/kind",
    "inputs/*/path",
    "inputs/*/rows",
    "inputs/*/bytes",
    "inputs/*/sha256",
    "book/path",
    "book/run",
    "book/new_facts/*",
    "funnel/*/kind",
    "funnel/*/rows",
    "funnel/*/added",
    "funnel/*/skipped",
    "funnel/*/rejected",
    "funnel/*/no_owner",
    "funnel/*/left_out",
    "funnel/*/repeated",
    "funnel/*/superseded",
    "funnel/*/void",
    "funnel/*/not_used",
    "funnel/*/facts",
    "funnel/*/currencies/*/currency",
    "funnel/*/currencies/*/facts",
    "funnel/*/currencies/*/outcomes/*",
    "people",
    "postings/*/currency",
    "postings/*/kind",
    "postings/*/method",
    "postings/*/count",
    "postings/*/amount",
    "balances/*/currency",
    "balances/*/people",
    "balances/*/before",
    "balances/*/after",
    "emails/jobs/*",
    "rejects/count",
    "rejects/by_reason/*",
    "exceptions/count",
    "exceptions/by_reason/*",
    "overrides/*",
];

type IsType = fn(&Value) -> bool;

/// What is a plan's word alone, and of which type: no command reads it.
const FOR_PEOPLE: &[(&str, IsType)] = &[
    // The pipeline may have been changed since; what of it counts is read when the plan is applied.
    ("pipeline/sha256", Value::is_string),
    ("inputs/*/rejected", Value::is_u64),
    ("inputs/*/facts", Value::is_u64),
    ("inputs/*/repeated", Value::is_u64),
    ("inputs/*/newer_versions", Value::is_u64),
    ("inputs/*/void", Value::is_u64),
    ("inputs/*/rows_of_facts_in_other_files", Value::is_u64),
    ("inputs/*/last_line_unended", Value::is_boolean),
    ("inputs/*/unconfirmed", Value::is_string),
    ("inputs/*/lines_unwrapped", Value::is_boolean),
    ("nowhere/*/kind", Value::is_string),
    ("nowhere/*/path", Value::is_string),
    ("nowhere/*/names/*", Value::is_string),
    ("hints/*/kind", Value::is_string),
    ("hints/*/column", Value::is_string),
    ("hints/*/rows", Value::is_u64),
    ("hints/*/example", Value::is_string),
    ("hints/*/remedy", Value::is_string),
    // `apply` puts that of the book in its place.
    ("book/id", Value::is_string),
    ("book/skipped/*/kind", Value::is_string),
    ("book/skipped/*/path", Value::is_string),
    ("book/skipped/*/rows", Value::is_u64),
    ("book/skipped/*/sha256", Value::is_string),
    ("book/skipped/*/run_id", Value::is_string),
    ("book/reverted/count", Value::is_u64),
    ("book/reverted/shown/*", Value::is_string),
    ("book/visited", Value::is_u64),
    ("book/everyone", Value::is_string),
    ("large_expiries/*/currency", Value::is_string),
    ("large_expiries/*/last_day", Value::is_string),
    ("large_expiries/*/in_days", Value::is_u64),
    ("large_expiries/*/people", Value::is_u64),
    ("large_expiries/*/amount", Value::is_string),
    ("emails/not_sent/*", Value::is_u64),
    ("warnings/*", Value::is_string),
    ("seconds/*", Value::is_number),
];

/// Checks what the summary says besides the rows, and the report with it.
pub(crate) fn check(
    posting: &Posting,
    report: &PlanReport,
    last: Option<&RunRecord>,
    program: &ProgramFile,
) -> Result<(), String> {
    said_again(posting, report, program)?;
    reported(posting, report, last)?;
    let mut other = None;
    each_value("", &posting.record.summary, &mut |path, value| {
        if !is_known(path, value) {
            other.get_or_insert_with(|| path.to_owned());
        }
    });
    other.map_or(Ok(()), |path| Err(format!("no summary has such a value as its {path:?}")))
}

/// Checks values that are in the record too, or follow from it.
fn said_again(posting: &Posting, report: &PlanReport, program: &ProgramFile) -> Result<(), String> {
    let RunRecord { accrue, run_id, as_of, posted_at, number, overrides, summary, .. } = &posting.record;
    let book = report.book.as_ref().ok_or("its report knows no book")?;
    // Versions before had none.
    let has_none = report.funnel.is_empty() && summary.get("funnel").is_none();
    let funnel = if has_none { Value::Null } else { json!(report.funnel) };
    let values = [
        ("/run_id", json!(run_id)),
        ("/accrue", json!(accrue)),
        ("/command", json!("apply")),
        ("/as_of", json!(as_of.to_string())),
        ("/as_of_local", json!(program.program.zone.moment(*as_of).local())),
        ("/posted_at", json!(posted_at.to_string())),
        ("/program/name", json!(program.program.name)),
        ("/program/path", json!(posting.record.program.path)),
        ("/program/sha256", json!(program.digest)),
        ("/book/path", json!(book.path)),
        ("/book/run", json!(number)),
        ("/book/new_facts", json!(report.new_facts)),
        ("/funnel", funnel),
        ("/people", json!(report.people)),
        ("/rejects/count", json!(report.rejects)),
        ("/exceptions/count", json!(report.exceptions)),
        ("/overrides", json!(overrides)),
    ];
    for (place, wanted) in &values {
        let found = summary.pointer(place).unwrap_or(&Value::Null);
        if found != wanted {
            return Err(format!("`{}` of the summary is {found} and should be {wanted}", &place[1..]));
        }
    }
    for (whole, stated) in
        [(&posting.pipeline, &summary["pipeline"]["path"]), (&posting.book, &summary["book"]["path"])]
    {
        let stated = stated.as_str().unwrap_or_default();
        if !is_end_of(whole, stated) {
            return Err(format!("{stated:?} of the summary is not {whole:?}"));
        }
    }
    Ok(())
}

/// Checks what the report says of the run and of all balances.
fn reported(posting: &Posting, report: &PlanReport, last: Option<&RunRecord>) -> Result<(), String> {
    let RunRecord { run_id, number, summary, .. } = &posting.record;
    let text = |key: &str| summary[key].as_str();
    expect("the run of the report", &report.run_id, run_id)?;
    expect("as_of of the report", Some(report.as_of.as_str()), text("as_of"))?;
    expect("as_of of the report", report.as_of_local.as_deref(), text("as_of_local"))?;
    expect("the moment of planning in the report", Some(report.planned_at.as_str()), text("posted_at"))?;
    if let Some(own) = report.funnel.iter().find(|own| !own.adds_up()) {
        return Err(format!("the counts of {} in its funnel do not add up", own.kind));
    }
    let book = report.book.as_ref().ok_or("its report knows no book")?;
    expect("the number of the report", book.run, *number)?;
    let posted_until = last.map(|last| last.as_of.to_string());
    expect("the last as_of of the report", &book.posted_until, &posted_until)?;
    let of_report = |own: &LiabilityReport| [&own.currency, &own.before, &own.after].map(Clone::clone);
    let reported: Vec<[String; 3]> = report.liability.iter().map(of_report).collect();
    let text = |own: &Value, key: &str| own[key].as_str().unwrap_or_default().to_owned();
    let stated = summary["balances"].as_array().into_iter().flatten();
    let stated: Vec<[String; 3]> =
        stated.map(|own| ["currency", "before", "after"].map(|key| text(own, key))).collect();
    expect("the balances of the summary", stated, reported)
}

/// Checks the sums of all balances: they go on from those of the last run by what is posted. `rows` is how many people
/// have a row of a currency in `balances`.
pub(crate) fn balances(
    posting: &Posting,
    last: Option<&RunRecord>,
    changes: &Changes,
    rows: &BTreeMap<Currency, u64>,
) -> Result<(), String> {
    let stated = told_balances(&posting.record).ok_or("it does not remember all balances")?;
    expect_told(&posting.record.summary, &stated)?;
    // After a version that recorded no balances, a run visits everybody and adds them up.
    let before = match last {
        None => Some(BTreeMap::new()),
        Some(last) => told_balances(last),
    };
    let Some(before) = before else { return Ok(()) };
    let posted = changes.kinds.keys().map(|(currency, ..)| currency);
    for currency in stated.keys().chain(before.keys()).chain(posted) {
        let [now, then] = [&stated, &before].map(|of| of.get(currency).copied().unwrap_or_default());
        let after = then.balance + changes.liability(*currency);
        let of = |what: &str| format!("{what} in {}", currency.code());
        expect(&of("what all people have"), shown(now.balance, *currency), shown(after, *currency))?;
        let moved = rows.get(currency).copied().unwrap_or(0);
        expect_people(&of("the number of people"), now, then, moved)?;
    }
    expect_before(&posting.record.summary, &before)
}

fn shown(total: WideAmount, currency: Currency) -> String {
    total.display(currency).to_string()
}

/// Checks that the number of people changes by no more than those who are posted to.
fn expect_people(what: &str, now: TotalBalance, then: TotalBalance, moved: u64) -> Result<(), String> {
    match now.people <= then.people.saturating_add(moved) && then.people <= now.people.saturating_add(moved) {
        true => Ok(()),
        false => Err(format!("{what} is {} and was {}, and {moved} are posted to", now.people, then.people)),
    }
}

/// Checks that the summary and the record have the same balances.
fn expect_told(summary: &Value, stated: &BTreeMap<Currency, TotalBalance>) -> Result<(), String> {
    let own = summary["balances"].as_array().into_iter().flatten();
    let own: Vec<_> =
        own.map(|own| (own["currency"].as_str(), own["people"].as_u64(), own["after"].as_str())).collect();
    let shown: Vec<_> =
        stated.iter().map(|(&currency, of)| (currency, of.people, shown(of.balance, currency))).collect();
    let stated =
        shown.iter().map(|(currency, people, balance)| (Some(currency.code()), Some(*people), Some(balance.as_str())));
    expect("the balances of the summary", own, stated.collect())
}

fn expect_before(summary: &Value, before: &BTreeMap<Currency, TotalBalance>) -> Result<(), String> {
    for own in summary["balances"].as_array().into_iter().flatten() {
        let Some(currency) = own["currency"].as_str().and_then(Currency::from_code) else { continue };
        let then = before.get(&currency).copied().unwrap_or_default().balance;
        expect("what all people had", own["before"].as_str(), Some(shown(then, currency).as_str()))?;
    }
    Ok(())
}

/// Hands out every value that holds no others, with its path.
fn each_value(path: &str, value: &Value, take: &mut impl FnMut(&str, &Value)) {
    let inner = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
    match value {
        Value::Object(map) if !map.is_empty() => {
            map.iter().for_each(|(name, value)| each_value(&inner(name), value, take));
        }
        Value::Array(list) if !list.is_empty() => {
            list.iter().zip(0..).for_each(|(value, at)| each_value(&inner(&at.to_string()), value, take));
        }
        value => take(path, value),
    }
}

fn is_known(path: &str, value: &Value) -> bool {
    let holds_others = value.is_object() || value.is_array();
    let names: Vec<&str> = path.split('/').collect();
    let fits = |pattern: &str| {
        let pattern: Vec<&str> = pattern.split('/').collect();
        let is_long_enough = if holds_others { pattern.len() > names.len() } else { pattern.len() == names.len() };
        is_long_enough && pattern.iter().zip(&names).all(|(own, name)| *own == "*" || own == name)
    };
    COMPARED.iter().any(|pattern| fits(pattern))
        || FOR_PEOPLE.iter().any(|(pattern, is_type)| fits(pattern) && (holds_others || is_type(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_has_the_values_that_it_may_have() {
        for (path, value) in [
            ("people", json!(7)),
            ("as_of_local", Value::Null),
            ("inputs", json!([])),
            ("rejects/by_reason", json!({})),
            ("rejects/by_reason/malformed", json!(1)),
            ("seconds/read", json!(0.5)),
            ("nowhere/0/names/1", json!("total")),
        ] {
            assert!(is_known(path, &value), "{path}");
        }
        for (path, value) in [
            ("evil", json!(1)),
            ("people/0", json!(1)),
            ("seconds/read", json!("1")),
            ("people", json!([])),
            ("completed", json!({})),
            ("inputs/0", json!("x")),
        ] {
            assert!(!is_known(path, &value), "{path}");
        }
    }
}
