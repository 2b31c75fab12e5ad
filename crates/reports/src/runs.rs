//! Lists the runs of a book as text, newest first.

use super::digits::{counted, grouped, grouped_amount};
use super::table::short;
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
    let columns = ["rows read", "postings", "emails", "rejected"];
    let [rows, postings, emails, rejected] = columns;
    let (run, local, as_of, posted_at, program) = ("run", "as of", "(UTC)", "posted at (UTC)", "program");
    let width = runs.iter().filter_map(|run| run.as_of_local.as_ref()).map(String::len).max().unwrap_or_default();
    let width = width.max(local.len());
    writeln!(
        text,
        "{run:>5}  {local:<width$}  {as_of:<20} {posted_at:<20} {program:<14} {rows:>10} {postings:>10} {emails:>8} \
         {rejected:>8}  run id"
    )?;
    runs.iter().try_for_each(|run| write_run(text, run, width))?;
    let changes = runs.iter().filter(|run| run.is_new_program).count() as u64;
    write!(text, "\n{}", counted(runs.len() as u64, "run", "runs"))?;
    match changes {
        0 => writeln!(text, ", all with one program"),
        _ => writeln!(text, "; * a program other than that of the run before"),
    }
}

fn write_run(text: &mut String, run: &RunLine, width: usize) -> std::fmt::Result {
    let mark = if run.is_new_program { "*" } else { " " };
    let local = run.as_of_local.as_deref().unwrap_or_default();
    let (as_of, posted_at) = (to_the_second(&run.as_of), to_the_second(&run.posted_at));
    let (rows, postings) = (grouped(run.rows), grouped(run.postings));
    let (emails, rejects) = (grouped(run.emails), grouped(run.rejects));
    writeln!(
        text,
        "{:>5}  {local:<width$}  {as_of:<20} {posted_at:<20} {}{mark} {rows:>10} {postings:>10} {emails:>8} {rejects:>8}  {}",
        run.number,
        short(&run.program),
        run.run_id
    )?;
    if !run.kinds.is_empty() {
        let kind = |sum: &KindSum| format!("{} {} {}", sum.kind, grouped_amount(&sum.amount), sum.currency);
        writeln!(text, "       {}", run.kinds.iter().map(kind).collect::<Vec<_>>().join(", "))?;
    }
    if !run.overrides.is_empty() {
        writeln!(text, "       let pass by {}", run.overrides.join(", "))?;
    }
    Ok(())
}

/// Returns an instant as `2024-05-01 12:00:00`.
fn to_the_second(instant: &str) -> String {
    instant.get(..19).unwrap_or(instant).replace('T', " ")
}
