//! The summary as text for people, on stderr. It is readable without colour, and its last line says in words what has
//! happened.

use super::digits::{Aligned, counted, grouped};
use super::funnel;
use super::summary::{CompletedSummary, Counts, InputSummary, Seconds, Summary};
use accrue_kernel::exception::Reason;
use accrue_kernel::moment::local_and_utc;
use accrue_text::{visible, visible_blanks};
use std::fmt::{self, Write};
use std::path::Path;

/// The number of seconds below which the duration of stages is not shown.
const PATIENCE: f64 = 2.0;

/// Returns the summary as text. `folder` is where the files of the run are, if there are any.
pub fn render(summary: &Summary, folder: Option<&Path>) -> String {
    let mut text = String::new();
    write_all(&mut text, summary, folder).expect("writing to a string");
    text
}

fn write_all(text: &mut String, summary: &Summary, folder: Option<&Path>) -> fmt::Result {
    write_idle_files(text, summary)?;
    let name = visible(summary.program.name.as_deref().unwrap_or_default());
    let as_of = local_and_utc(summary.as_of_local.as_deref(), &summary.as_of);
    writeln!(text, "{name} (program {}), as of {as_of}", short(&summary.program.sha256))?;
    write_inputs(text, summary)?;
    funnel::text::write(text, &summary.funnel)?;
    write_new_facts(text, summary)?;
    write_postings(text, summary)?;
    write_balances(text, summary)?;
    write_large_expiries(text, summary)?;
    write_emails(text, summary)?;
    write_reasons(text, "Rejected rows", &summary.rejects)?;
    write_hints(text, summary)?;
    write_exceptions(text, &summary.exceptions)?;
    write_warnings(text, summary)?;
    write_seconds(text, summary)?;
    writeln!(text)?;
    if let Some(completed) = &summary.completed {
        writeln!(text, "{}", completed_line(completed))?;
    }
    writeln!(text, "{}", last_line(summary, folder))
}

/// Returns the line about a run that was completed: its emails are to be sent now.
pub fn completed_line(completed: &CompletedSummary) -> String {
    format!(
        "Completed run {}, which was posted and then stopped: its files are in {}, with {} to send.",
        completed.run,
        visible(&completed.folder),
        counted(completed.emails, "email", "emails"),
    )
}

/// Writes how rejected values can be read.
fn write_hints(text: &mut String, summary: &Summary) -> fmt::Result {
    if summary.hints.is_empty() {
        return Ok(());
    }
    writeln!(text, "\nHow to read rejected values (docs/mappings.md)")?;
    for hint in &summary.hints {
        let (column, example) = (visible(&hint.column), visible_blanks(visible(&hint.example)));
        let rows = counted(hint.rows, "row", "rows");
        writeln!(text, "  {} `{column}`: {rows} such as `{example}` can be read with {}", hint.kind, hint.remedy)?;
    }
    Ok(())
}

/// Writes which files have rows but no accepted one.
fn write_idle_files(text: &mut String, summary: &Summary) -> fmt::Result {
    for input in summary.inputs.iter().filter(|input| input.yields_nothing()) {
        let (rows, path) = (grouped(input.rows), visible(&input.path));
        match (input.rejected, input.rows) {
            (0, _) => {
                let left_out = counted(input.rows, "row", "rows");
                writeln!(text, "{path} has no {}: their mapping leaves out all of its {left_out}.", input.kind)?;
            }
            (1, 1) => writeln!(text, "The only row of {path} is rejected.")?,
            (rejected, all) if rejected >= all => writeln!(text, "All {rows} rows of {path} are rejected.")?,
            (rejected, _) => {
                let (rejected, are) = (grouped(rejected), if rejected == 1 { "is" } else { "are" });
                writeln!(
                    text,
                    "{path} gives no {}: of {rows} rows {rejected} {are} rejected; the others belong to the same facts, or \
                     the mapping leaves them out.",
                    input.kind
                )?;
            }
        }
    }
    Ok(())
}

fn write_inputs(text: &mut String, summary: &Summary) -> fmt::Result {
    writeln!(text, "\n{:<15} {:>12} {:>10}  {:<12}  file", "Read", "rows", "rejected", "sha256")?;
    for input in &summary.inputs {
        let (rows, rejected) = (grouped(input.rows), grouped(input.rejected));
        let digest = short(&input.sha256);
        writeln!(text, "  {:<13} {rows:>12} {rejected:>10}  {digest}  {}", input.kind, visible(&input.path))?;
        write_repeats(text, input)?;
        if input.last_line_unended {
            writeln!(text, "  {:<51} its last line has no line end: was the file cut off?", "")?;
        }
        if let Some(name) = &input.unconfirmed {
            writeln!(
                text,
                "  {:<51} read as {name}, which is unconfirmed: the mapping was made from documentation. Look at what came \
                 of it.",
                ""
            )?;
        }
        if input.lines_unwrapped {
            writeln!(text, "  {:<51} each of its lines is one quoted value: they were unwrapped", "")?;
        }
    }
    for input in &summary.nowhere {
        let names: Vec<String> = input.names.iter().map(|name| format!("`{name}`")).collect();
        writeln!(text, "  no row of {} has {}, which its mapping refers to", input.path, names.join(", "))?;
    }
    let Some(book) = &summary.book else { return Ok(()) };
    for file in &book.skipped {
        let (digest, path) = (short(&file.sha256), visible(&file.path));
        writeln!(text, "  {:<13} {:>12} {:>10}  {digest}  {path}", file.kind, "skipped", "")?;
        writeln!(text, "  {:<51} taken in by {}", "", file.run_id)?;
    }
    Ok(())
}

/// Writes how many rows of a file repeat a fact or say something newer of it, if any do.
fn write_repeats(text: &mut String, input: &InputSummary) -> fmt::Result {
    let counts = [(input.repeated, "repeated"), (input.newer_versions, "newer versions"), (input.void, "void")];
    let counts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", grouped(*count)))
        .collect();
    if !counts.is_empty() {
        writeln!(text, "  {:<51} {}, {}", "", counted(input.facts, "fact", "facts"), counts.join(", "))?;
    }
    match input.rows_of_facts_in_other_files {
        0 => Ok(()),
        1 => writeln!(text, "  {:<51} 1 row is of a fact that begins in another file", ""),
        rows => writeln!(text, "  {:<51} {} rows are of facts that begin in other files", "", grouped(rows)),
    }
}

fn write_new_facts(text: &mut String, summary: &Summary) -> fmt::Result {
    let Some(book) = &summary.book else { return Ok(()) };
    writeln!(text, "\n{:<15} {:>12}", "New or changed", "facts")?;
    for (kind, &count) in &book.new_facts {
        writeln!(text, "  {kind:<13} {:>12}", grouped(count))?;
    }
    if book.reverted.count > 0 {
        let (count, shown) = (counted(book.reverted.count, "fact", "facts"), book.reverted.shown.join(", "));
        writeln!(text, "  {count} of them return to a state that was replaced: {shown}")?;
    }
    let who = match book.everyone {
        Some(reason) => format!("everyone: {reason}"),
        None => "only affected people (new facts, or credit that expires)".to_owned(),
    };
    writeln!(text, "\n{:<15} {:>12}  {who}", "Visited people", grouped(book.visited))
}

/// Returns the beginning of a digest, which is enough for people to compare.
pub(super) fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}

fn write_postings(text: &mut String, summary: &Summary) -> fmt::Result {
    if summary.postings.is_empty() {
        return Ok(());
    }
    writeln!(text, "\n{:<28} {:>12} {:>20}", "Postings", "number", "amount")?;
    let aligned = Aligned::of_codes(summary.postings.iter().map(|posting| posting.currency));
    for posting in &summary.postings {
        let amount = format!("{} {}", aligned.show(&posting.amount), posting.currency);
        let count = grouped(posting.count);
        writeln!(text, "  {:<9} {:<16} {count:>12} {amount:>20}", posting.kind, posting.method)?;
    }
    Ok(())
}

fn write_balances(text: &mut String, summary: &Summary) -> fmt::Result {
    if summary.balances.is_empty() {
        return Ok(());
    }
    writeln!(text, "\n{:<12} {:>12} {:>20} {:>20}", "Balances", "people", "before", "after")?;
    let aligned = Aligned::of_codes(summary.balances.iter().map(|balance| balance.currency));
    for balance in &summary.balances {
        let (before, after) = (aligned.show(&balance.before), aligned.show(&balance.after));
        writeln!(text, "  {:<10} {:>12} {before:>20} {after:>20}", balance.currency, grouped(balance.people))?;
    }
    Ok(())
}

/// Writes the days of the next two weeks on which much credit expires.
fn write_large_expiries(text: &mut String, summary: &Summary) -> fmt::Result {
    if summary.large_expiries.is_empty() {
        return Ok(());
    }
    writeln!(text, "\n{:<28} {:>12} {:>20}", "Large expiries, last day", "people", "amount")?;
    let aligned = Aligned::of_codes(summary.large_expiries.iter().map(|expiry| expiry.currency));
    for expiry in &summary.large_expiries {
        let day = format!("{}, in {}", expiry.last_day, counted(expiry.in_days.into(), "day", "days"));
        let amount = format!("{} {}", aligned.show(&expiry.amount), expiry.currency);
        writeln!(text, "  {day:<26} {:>12} {amount:>20}", grouped(expiry.people))?;
    }
    Ok(())
}

fn write_emails(text: &mut String, summary: &Summary) -> fmt::Result {
    if summary.emails.jobs.values().all(|&count| count == 0) {
        return Ok(());
    }
    writeln!(text, "\n{:<28} {:>12}", "Emails", "to send")?;
    for (kind, &count) in &summary.emails.jobs {
        writeln!(text, "  {kind:<26} {:>12}", grouped(count))?;
    }
    Ok(())
}

/// Writes the duration of the stages, if the run was long enough.
fn write_seconds(text: &mut String, summary: &Summary) -> fmt::Result {
    let Seconds { read, resolve, compute, write, total } = summary.seconds;
    if total < PATIENCE {
        return Ok(());
    }
    let stages = format!("reading {read:.1}, sorting out {resolve:.1}, computing {compute:.1}, writing {write:.1}");
    writeln!(text, "\nTook {total:.1} s: {stages}")
}

fn write_reasons(text: &mut String, title: &str, counts: &Counts) -> fmt::Result {
    if counts.count == 0 {
        return Ok(());
    }
    writeln!(text, "\n{title}")?;
    for (reason, count) in &counts.by_reason {
        writeln!(text, "  {reason:<26} {:>12}", grouped(*count))?;
    }
    Ok(())
}

/// Writes how many odd facts there are, and what is odd about them.
fn write_exceptions(text: &mut String, counts: &Counts) -> fmt::Result {
    if counts.count == 0 {
        return Ok(());
    }
    writeln!(text, "\nExceptions")?;
    for (name, count) in &counts.by_reason {
        let words = Reason::ALL.iter().find(|reason| reason.name() == *name).map_or("", |reason| reason.words());
        writeln!(text, "  {name:<26} {:>12}  {words}", grouped(*count))?;
    }
    Ok(())
}

fn write_warnings(text: &mut String, summary: &Summary) -> fmt::Result {
    if summary.warnings.is_empty() {
        return Ok(());
    }
    writeln!(text, "\nWarnings")?;
    summary.warnings.iter().try_for_each(|warning| writeln!(text, "  {warning}"))
}

fn last_line(summary: &Summary, folder: Option<&Path>) -> String {
    let posted: u64 = summary.postings.iter().map(|posting| posting.count).sum();
    let mailed: u64 = summary.emails.jobs.values().sum();
    let not_sent: Vec<String> = summary
        .emails
        .not_sent
        .iter()
        .filter(|(_, count)| **count > 0)
        .map(|(why, count)| format!("{} {}", grouped(*count), why.replace('_', " ")))
        .collect();
    let posting = if summary.command == "run" { "Posted" } else { "Would post" };
    let why = if posted == 0 { format!(", as {}", funnel::text::why_nothing(&summary.funnel)) } else { String::new() };
    let mut line = format!(
        "{posting} {} for {}{why}; {} rejected, {}; {} to send",
        counted(posted, "entry", "entries"),
        counted(summary.people, "person", "people"),
        counted(summary.rejects.count, "row", "rows"),
        counted(summary.exceptions.count, "exception", "exceptions"),
        counted(mailed, "email", "emails"),
    );
    if !not_sent.is_empty() {
        line += &format!(" (not mailed: {})", not_sent.join(", "));
    }
    if let Some(book) = &summary.book {
        line += &format!(". Run {} of book `{}`", book.run, visible(&book.path));
    }
    if let Some(folder) = folder {
        line += &format!(". Files: {}", visible(&folder.to_string_lossy()));
    }
    line
}
