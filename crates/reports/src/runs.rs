//! Lists the runs of a book as text, newest first.

use super::digits::{counted, grouped, grouped_amount};
use super::table::short;
use accrue_text::folded;
use std::collections::BTreeSet;
use std::fmt::Write;

/// One run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunLine {
    /// The number of the run, from 1.
    pub number: i64,
    /// The name of the run.
    pub run_id: String,
    /// The instant for which it computed.
    pub as_of: String,
    /// The same in the time zone of its program, if that is known.
    pub as_of_local: Option<String>,
    /// The clock when it was posted.
    pub posted_at: String,
    /// The digest of its program.
    pub program: String,
    /// Whether the run before had another program.
    pub is_new_program: bool,
    /// The number of rows that it read.
    pub rows: u64,
    /// The number of postings.
    pub postings: u64,
    /// The sums of its postings.
    pub kinds: Vec<KindSum>,
    /// The number of email jobs.
    pub emails: u64,
    /// The number of rejected rows.
    pub rejects: u64,
    /// The names of guards that were overridden.
    pub overrides: Vec<String>,
}

/// The sum of a run's postings of one currency and kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindSum {
    /// The currency code.
    pub currency: String,
    /// The name of the kind.
    pub kind: String,
    /// The sum.
    pub amount: String,
}

/// Returns the table, with a legend for its marks below.
pub fn render(runs: &[RunLine]) -> String {
    if runs.is_empty() {
        return "no run was posted yet\n".to_owned();
    }
    let mut text = String::new();
    write_all(&mut text, runs).expect("writing to a string");
    text
}

fn write_all(text: &mut String, runs: &[RunLine]) -> std::fmt::Result {
    let zones: BTreeSet<Option<&str>> = runs.iter().map(|run| local_and_zone(run).1).collect();
    let only = zones.iter().next().copied().flatten().filter(|_| zones.len() == 1);
    let width = runs.iter().map(|run| local_and_zone(run).0.len()).max().unwrap_or_default();
    let (run, as_of, posted_at) = ("run", "as of", "posted at (UTC)");
    let [rows, postings, emails, rejected] = ["rows read", "postings", "emails", "rejected"];
    writeln!(
        text,
        "{run:>5}  {as_of:<width$}  {posted_at:<19}  {rows:>12} {postings:>12} {emails:>12} {rejected:>12}"
    )?;
    runs.iter().try_for_each(|run| write_run(text, run, width, only.is_some()))?;
    let changes = runs.iter().filter(|run| run.is_new_program).count() as u64;
    write!(text, "\n{}", counted(runs.len() as u64, "run", "runs"))?;
    if let Some(zone) = only {
        write!(text, "; as of is in {zone}")?;
    }
    match changes {
        0 => writeln!(text, "; all with one program"),
        _ => writeln!(text, "; * a program other than that of the run before"),
    }
}

fn write_run(text: &mut String, run: &RunLine, width: usize, has_one_zone: bool) -> std::fmt::Result {
    let (as_of, zone) = local_and_zone(run);
    let posted_at = to_the_second(&run.posted_at);
    let [rows, postings, emails, rejects] = [run.rows, run.postings, run.emails, run.rejects].map(grouped);
    writeln!(
        text,
        "{:>5}  {as_of:<width$}  {posted_at:<19}  {rows:>12} {postings:>12} {emails:>12} {rejects:>12}",
        run.number
    )?;
    let mark = if run.is_new_program { "*" } else { "" };
    write!(text, "       {}, program {}{mark}", run.run_id, short(&run.program))?;
    match zone.filter(|_| !has_one_zone) {
        Some(zone) => writeln!(text, ", as of in {zone}")?,
        None => writeln!(text)?,
    }
    if !run.kinds.is_empty() {
        let kind = |sum: &KindSum| format!("{} {} {}", sum.kind, grouped_amount(&sum.amount), sum.currency);
        let kinds = run.kinds.iter().map(kind).collect::<Vec<_>>().join(", ");
        writeln!(text, "{}", folded(&format!("       {kinds}")))?;
    }
    if !run.overrides.is_empty() {
        writeln!(text, "{}", folded(&format!("       let pass by {}", run.overrides.join(", "))))?;
    }
    Ok(())
}

/// Returns the instant for which a run computed without its zone, and the zone; in UTC where its program has none.
fn local_and_zone(run: &RunLine) -> (String, Option<&str>) {
    match run.as_of_local.as_deref().and_then(|local| local.rsplit_once(' ')) {
        Some((local, zone)) => (local.to_owned(), Some(zone)),
        None => (format!("{} UTC", to_the_second(&run.as_of)), None),
    }
}

/// Returns an instant as `2024-05-01 12:00:00`.
fn to_the_second(instant: &str) -> String {
    instant.get(..19).unwrap_or(instant).replace('T', " ")
}
