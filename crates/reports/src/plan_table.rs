//! The report of a plan as text, on stderr and in the plan file. It is readable without colour, and its last line says
//! in words what has happened to the plan. Hidden characters of ids, names and paths are escapes.

use super::digits::{Aligned, counted, grouped};
use super::funnel;
use super::plan::{PersonReport, PlanReport, PostingReport};
use super::table::short;
use accrue_kernel::moment::local_and_utc;
use accrue_text::visible;
use std::borrow::Cow;
use std::fmt::{self, Write};
use std::path::Path;

/// The width of the first column of a table of rules or people.
const NAME: usize = 26;

/// What has happened to a plan.
pub enum PlanOutcome<'a> {
    /// It was saved to this file.
    Saved(&'a Path),
    /// It was posted, and its folder is here.
    Posted(&'a Path),
}

/// Returns the report as text, without the last line.
pub fn render(report: &PlanReport) -> String {
    let mut text = String::new();
    write_all(&mut text, report).expect("writing to a string");
    text
}

fn write_all(text: &mut String, report: &PlanReport) -> fmt::Result {
    let program = &report.program;
    let as_of = local_and_utc(report.as_of_local.as_deref(), &report.as_of);
    writeln!(text, "{} (program {}), as of {as_of}", visible(&program.name), short(&program.sha256))?;
    match &report.book {
        Some(book) => {
            let until =
                book.posted_until.as_ref().map(|until| local_and_utc(book.posted_until_local.as_deref(), until));
            let base = until
                .map_or("nothing is posted yet".to_owned(), |until| format!("everything before {until} is posted"));
            writeln!(text, "Run {} of book `{}`: {base}", book.run, visible(&book.path))?;
        }
        None => writeln!(text, "Without a book: as if nothing were posted")?,
    }
    write_program_changes(text, report)?;
    funnel::text::write(text, &report.funnel)?;
    write_facts(text, report)?;
    write_postings(text, report)?;
    write_liability(text, report)?;
    write_rules(text, report)?;
    write_largest(text, report)?;
    write_guards(text, report)
}

fn write_program_changes(text: &mut String, report: &PlanReport) -> fmt::Result {
    if !report.backfill {
        return Ok(());
    }
    writeln!(text, "\nWhat changes for the past")?;
    if report.program_changes.is_empty() {
        writeln!(text, "  nothing: the program gives the same as the one that is posted")?;
    }
    report.program_changes.iter().try_for_each(|change| writeln!(text, "  {}", visible(change)))
}

fn write_facts(text: &mut String, report: &PlanReport) -> fmt::Result {
    if report.new_facts.is_empty() || report.backfill {
        return Ok(());
    }
    writeln!(text, "\n{:<15} {:>12}", "New or changed", "facts")?;
    report.new_facts.iter().try_for_each(|(kind, &count)| writeln!(text, "  {kind:<13} {:>12}", grouped(count)))
}

fn write_postings(text: &mut String, report: &PlanReport) -> fmt::Result {
    if report.postings.is_empty() {
        return Ok(());
    }
    writeln!(text, "\n{:<28} {:>10} {:>10} {:>18} {:>18}", "Postings", "number", "people", "up", "down")?;
    let aligned = Aligned::of_codes(report.postings.iter().map(|own| own.currency.as_str()));
    for own in &report.postings {
        let (count, people) = (grouped(own.count), grouped(own.people));
        let (up, down) = (aligned.show(&own.up), aligned.show(&own.down));
        let what = format!("{:<9} {:<16}", own.kind, own.method);
        writeln!(text, "  {what} {count:>10} {people:>10} {up:>18} {down:>18} {}", own.currency)?;
    }
    Ok(())
}

fn write_liability(text: &mut String, report: &PlanReport) -> fmt::Result {
    if report.liability.is_empty() {
        return Ok(());
    }
    writeln!(text, "\n{:<28} {:>20} {:>18} {:>20}", "What all people have", "before", "change", "after")?;
    let aligned = Aligned::of_codes(report.liability.iter().map(|own| own.currency.as_str()));
    for own in &report.liability {
        let [before, change, after] = [&own.before, &own.change, &own.after].map(|amount| aligned.show(amount));
        writeln!(text, "  {:<26} {before:>20} {change:>18} {after:>20}", own.currency)?;
    }
    Ok(())
}

fn write_rules(text: &mut String, report: &PlanReport) -> fmt::Result {
    if report.rules.is_empty() {
        return Ok(());
    }
    writeln!(text, "\n{:<28} {:>10} {:>10} {:>18} {:>18}", "Grants by rule", "number", "people", "up", "down")?;
    let aligned = Aligned::of_codes(report.rules.iter().map(|own| own.currency.as_str()));
    for own in &report.rules {
        let (count, people) = (grouped(own.count), grouped(own.people));
        let (up, down) = (aligned.show(&own.up), aligned.show(&own.down));
        let rule = name(text, visible(&own.rule))?;
        writeln!(text, "  {rule:<26} {count:>10} {people:>10} {up:>18} {down:>18} {}", own.currency)?;
        let gives = own.gives.as_deref().unwrap_or("is not in the program any more");
        writeln!(text, "      {}", visible(gives))?;
    }
    Ok(())
}

fn write_largest(text: &mut String, report: &PlanReport) -> fmt::Result {
    if report.largest.is_empty() {
        return Ok(());
    }
    writeln!(text, "\n{:<28} {:>20} {:>18} {:>20}", "Largest changes", "before", "change", "after")?;
    let aligned = Aligned::of_codes(report.largest.iter().map(|own| own.currency.as_str()));
    report.largest.iter().try_for_each(|person| write_person(text, person, aligned))
}

/// Returns an id for the first column of a table. One that is too long is written as a line of its own: then nothing is
/// left for the column.
fn name<'n>(text: &mut String, id: Cow<'n, str>) -> Result<Cow<'n, str>, fmt::Error> {
    if id.chars().count() <= NAME {
        return Ok(id);
    }
    writeln!(text, "  {id}")?;
    Ok(Cow::Borrowed(""))
}

fn write_person(text: &mut String, person: &PersonReport, aligned: Aligned) -> fmt::Result {
    let [before, change, after] = [&person.before, &person.change, &person.after].map(|amount| aligned.show(amount));
    let (id, currency) = (name(text, visible(&person.customer_id))?, &person.currency);
    writeln!(text, "  {id:<26} {before:>20} {change:>18} {after:>20} {currency}")?;
    person.postings.iter().try_for_each(|posting| write_posting(text, posting))?;
    write_more(text, person.posting_count, person.postings.len(), "posting", "postings")?;
    for fact in &person.facts {
        let state = match (fact.is_void, fact.is_changed) {
            (true, _) => "void",
            (false, true) => "changed",
            (false, false) => "new",
        };
        writeln!(text, "      fact: {} {} is {state}", fact.kind, visible(&fact.id))?;
    }
    write_more(text, person.fact_count, person.facts.len(), "fact", "facts")
}

fn write_posting(text: &mut String, posting: &PostingReport) -> fmt::Result {
    let PostingReport { kind, method, before, after, .. } = posting;
    let source_id = visible(&posting.source_id);
    let [rule, rule_before] = [&posting.rule, &posting.rule_before].map(|rule| rule.as_deref().map(visible));
    write!(text, "      {kind} {method} {source_id}: {before} becomes {after}")?;
    match (rule_before, rule) {
        (Some(then), Some(now)) => write!(text, ", rule {now} in place of {then}")?,
        (None, Some(rule)) => write!(text, ", rule {rule}")?,
        (Some(then), None) => write!(text, ", given by rule {then}")?,
        (None, None) => {}
    }
    writeln!(text, "{}", if posting.is_due { ", due since the last run" } else { "" })
}

fn write_more(text: &mut String, all: u64, shown: usize, one: &str, many: &str) -> fmt::Result {
    match all.saturating_sub(shown as u64) {
        0 => Ok(()),
        more => writeln!(text, "      and {} more", counted(more, one, many)),
    }
}

fn write_guards(text: &mut String, report: &PlanReport) -> fmt::Result {
    if report.guards.is_empty() {
        return Ok(());
    }
    writeln!(text, "\nGuards")?;
    for guard in &report.guards {
        let fate = match (guard.only_reported, guard.overridden) {
            (true, _) => "does not stop a backfill",
            (_, true) => "overridden",
            _ => "stops `apply`",
        };
        writeln!(text, "  {:<14} {fate}: {}", guard.name, visible(&guard.message))?;
        guard.shown.iter().try_for_each(|line| writeln!(text, "      {}", visible(line)))?;
    }
    Ok(())
}

/// Returns the last line, which says what has happened to the plan.
pub fn last_line(report: &PlanReport, fate: &PlanOutcome<'_>) -> String {
    let posted: u64 = report.postings.iter().map(|own| own.count).sum();
    let why = match (posted, report.backfill) {
        (0, true) => ", as nothing changes for the past".to_owned(),
        (0, false) => format!(", as {}", funnel::text::why_nothing(&report.funnel)),
        _ => String::new(),
    };
    let what = format!(
        "{} for {}{why}; {} rejected, {}; {} to send",
        counted(posted, "entry", "entries"),
        counted(report.people, "person", "people"),
        counted(report.rejects, "row", "rows"),
        counted(report.exceptions, "exception", "exceptions"),
        counted(report.emails, "email", "emails"),
    );
    let run = report.book.as_ref().map(|book| format!("Run {} of book `{}`", book.run, visible(&book.path)));
    let shown = |path: &Path| visible(&path.to_string_lossy()).into_owned();
    match (fate, run) {
        (PlanOutcome::Saved(file), Some(_)) => {
            let overrides: String = report.stopping(&[]).map(|guard| format!(" --override {}", guard.name)).collect();
            format!("Would post {what}. To post it: accrue apply {}{overrides}", shown(file))
        }
        (PlanOutcome::Saved(file), None) => {
            format!("Would post {what}. Made without a book, {} is there to be looked at", shown(file))
        }
        (PlanOutcome::Posted(folder), run) => {
            format!("Posted {what}. {}. Files: {}", run.unwrap_or_default(), shown(folder))
        }
    }
}
