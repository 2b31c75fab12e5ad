//! What a plan is about to post, read before it is posted: whether it is what a run writes, and what the plan says of
//! it.
//!
//! The digests of a plan show that nobody has changed a file without changing the digests. These checks show that the
//! book can go on with what it is given. Each fault is said in words.

mod expected;
mod folder;
mod record;
mod shown;
mod summary;
mod unpacked;

pub(crate) use record::{check as record, expect_own_version, expect_same_shop};
pub(crate) use unpacked::Unpacked;

use super::explain::{by_kind, collect};
use super::format::Posting;
use crate::book::{self, Book, EMAILS, JobLines, Posted, TableName};
use crate::delta::damage::of_json;
use crate::facts::FactKind;
use crate::files;
use crate::kernel::currency::Currency;
use crate::kernel::entry::Entry;
use crate::kernel::money::WideAmount;
use crate::kernel::time::Timestamp;
use crate::reports::changes::Changes;
use crate::reports::plan::{ChangeReport, PlanReport};
use crate::run::book_session::file_name;
use expected::expect;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Checks everything that is to be posted to a book.
pub(crate) fn contents(
    posting: &Posting,
    report: &PlanReport,
    unpacked: &Unpacked<'_>,
    book: &Book,
) -> Result<(), String> {
    let format = folder::members(&unpacked.members, report)?;
    let postings = Posted::of_file(&unpacked.ledger()).map_err(|error| error.to_string())?;
    let changes = ledger(posting, report, unpacked, &postings)?;
    let last = book.last_run().map_err(|error| error.to_string())?;
    shown::ledger(unpacked, format)?;
    let rows = shown::balances(posting, unpacked, format, &postings, book)?;
    summary::balances(posting, last.as_ref(), &changes, &rows)?;
    emails(posting, report, unpacked)?;
    facts(posting, report, unpacked)?;
    let text = files::read(&unpacked.folder.join("summary.json")).map_err(|error| format!("summary.json: {error}"))?;
    let written = serde_json::from_slice(&text);
    let written: Value = written.map_err(|error| format!("summary.json: {}", of_json(&error, &text)))?;
    if written != posting.record.summary {
        return Err("summary.json is not what plan.json says".to_owned());
    }
    folder::lists(&written, unpacked)
}

fn ledger(
    posting: &Posting,
    report: &PlanReport,
    unpacked: &Unpacked<'_>,
    postings: &Posted,
) -> Result<Changes, String> {
    let path = unpacked.ledger();
    book::expect_table(&path, TableName::Ledger).map_err(|error| error.to_string())?;
    expect_one(&path, TableName::Ledger, "run_id", &posting.record.run_id)?;
    expect_order(postings, posting.record.as_of)?;
    let changes = collect(postings, &[]).map_err(|error| error.to_string())?;
    expect("the people of the ledger", changes.people, report.people)?;
    let sums = by_kind(&changes);
    expect("the postings of the ledger", &sums, &report.postings)?;
    expect("the postings of the ledger", told(&sums)?, summed(&posting.record.summary)?)?;
    Ok(changes)
}

/// By currency, kind and method: how many postings, and their sum.
type Sums = BTreeMap<(String, String, String), (u64, String)>;

fn told(sums: &[ChangeReport]) -> Result<Sums, String> {
    let stated = |sum: &ChangeReport| {
        let key = (sum.currency.clone(), sum.kind.clone(), sum.method.clone());
        let currency = Currency::from_code(&sum.currency).ok_or_else(|| format!("there is no {}", sum.currency))?;
        let amounts = [&sum.up, &sum.down].map(|amount| WideAmount::parse(amount, currency));
        let amounts = amounts.into_iter().collect::<Option<Vec<WideAmount>>>().ok_or("an amount is none")?;
        let amount: WideAmount = amounts.into_iter().sum();
        Ok((key, (sum.count, amount.display(currency).to_string())))
    };
    sums.iter().map(stated).collect()
}

fn summed(summary: &Value) -> Result<Sums, String> {
    let text = |posting: &Value, key: &str| posting[key].as_str().unwrap_or_default().to_owned();
    let postings = summary["postings"].as_array().ok_or("the summary has no postings")?;
    let sum = |posting: &Value| {
        let key = (text(posting, "currency"), text(posting, "kind"), text(posting, "method"));
        (key, (posting["count"].as_u64().unwrap_or_default(), text(posting, "amount")))
    };
    Ok(postings.iter().map(sum).collect())
}

/// Checks that rows are sorted as a ledger's are, and that nothing happens after as_of.
fn expect_order(postings: &Posted, as_of: Timestamp) -> Result<(), String> {
    let mut before: Option<String> = None;
    for number in 0..postings.group_count() {
        let group = postings.group(number, &[]).map_err(|error| error.to_string())?;
        let (mut at, mut entries) = (0, Vec::new());
        while let Some(customer_id) = group.id_at(at) {
            at = group.fill(at, &mut entries);
            let order = |one: &Entry<'_>, other: &Entry<'_>| one.ledger_order(other).is_le();
            if before.as_deref().is_some_and(|before| before >= customer_id) || !entries.is_sorted_by(order) {
                return Err(format!("the postings of {customer_id:?} are not where a ledger has them"));
            }
            if let Some(late) = entries.iter().find(|entry| entry.effective_at > as_of) {
                return Err(format!("a posting of {customer_id:?} is of {}, after as_of", late.effective_at));
            }
            before = Some(customer_id.to_owned());
        }
    }
    Ok(())
}

fn emails(posting: &Posting, report: &PlanReport, unpacked: &Unpacked<'_>) -> Result<(), String> {
    let path = unpacked.tables.join(file_name(TableName::Emails.name()));
    book::expect_table(&path, TableName::Emails).map_err(|error| error.to_string())?;
    expect_one(&path, TableName::Emails, "run_id", &posting.record.run_id)?;
    let mut rows: Vec<String> = Vec::new();
    book::texts(&path, TableName::Emails.fields(), "job", |job| rows.push(job.to_owned()))
        .map_err(|error| error.to_string())?;
    let mut ids: Vec<String> = Vec::new();
    book::texts(&path, TableName::Emails.fields(), "job_id", |id| ids.push(id.to_owned()))
        .map_err(|error| error.to_string())?;
    let lines = JobLines::open(&unpacked.folder.join(EMAILS)).and_then(JobLines::all);
    let lines = lines.map_err(|error| error.to_string())?;
    expect("the number of emails", report.emails, lines.len() as u64)?;
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    book::texts(&path, TableName::Emails.fields(), "kind", |kind| *kinds.entry(kind.to_owned()).or_default() += 1)
        .map_err(|error| error.to_string())?;
    let jobs = posting.record.summary["emails"]["jobs"].as_object().into_iter().flatten();
    let jobs = jobs.map(|(kind, count)| (kind.clone(), count.as_u64().unwrap_or_default()));
    expect("the number of emails in the summary", jobs.filter(|(_, count)| *count > 0).collect(), kinds)?;
    let is_row = |((line, job), id): ((&(String, String), &String), &String)| line == &(id.clone(), job.clone());
    match lines.len() == rows.len() && lines.iter().zip(&rows).zip(&ids).all(is_row) {
        true => Ok(()),
        false => Err(format!("{EMAILS} and the rows for the table of emails are not the same")),
    }
}

fn facts(posting: &Posting, report: &PlanReport, unpacked: &Unpacked<'_>) -> Result<(), String> {
    for kind in FactKind::ALL {
        let path = unpacked.tables.join(file_name(TableName::Facts(kind).name()));
        let stated = report.new_facts.get(kind.name()).copied().unwrap_or(0);
        let found = if path.exists() { fact_rows(posting, kind, &path)? } else { 0 };
        expect(&format!("the number of new {}", kind.name()), stated, found)?;
    }
    Ok(())
}

fn fact_rows(posting: &Posting, kind: FactKind, path: &Path) -> Result<u64, String> {
    book::expect_table(path, TableName::Facts(kind)).map_err(|error| error.to_string())?;
    let mut rows = 0;
    let mut others = 0;
    let count = |run: i64| {
        rows += 1;
        others += u64::from(run != posting.record.number);
    };
    book::numbers(path, TableName::Facts(kind).fields(), "run", count).map_err(|error| error.to_string())?;
    expect(&format!("rows of {} that are of another run", kind.name()), others, 0)?;
    Ok(rows)
}

/// Checks that a column of a file has one text alone.
fn expect_one(path: &Path, table: TableName, column: &str, wanted: &str) -> Result<(), String> {
    let mut other = None;
    let found = book::texts(path, table.fields(), column, |text| {
        if text != wanted {
            other.get_or_insert_with(|| text.to_owned());
        }
    });
    found.map_err(|error| error.to_string())?;
    match other {
        None => Ok(()),
        Some(other) => Err(format!("a row of {} has {column} {other:?}, and not {wanted:?}", path.display())),
    }
}
