//! Writes what `accrue inspect` found as text for a terminal.

use super::facts::{FactsOfFiles, written_as};
use super::found::{Export, Found, Near, Use};
use super::missing::Missing;
use super::values::first_facts;
use crate::facts::columns::{Need, columns};
use crate::facts::{Facts, FileIndex, FileRead, Reject};
use crate::pipeline::platform::{BuiltIn, description};
use crate::sources;
use crate::sources::error::FileFault;
use crate::text::{quoted, visible};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::io::ErrorKind;

/// So many facts and rejected rows of a file are shown.
const SHOWN: usize = 3;
/// No line is wider, but for words that are.
const WIDTH: usize = 100;
/// So many columns are named.
const NAMED: usize = 12;

/// Says what files are, what they give, and what is missing. `read` has one input for each use of each file, in order.
pub(crate) fn inspected(exports: &[Export], read: &FactsOfFiles, missing: &[Missing]) -> String {
    let mut text = String::new();
    for export in exports {
        write_export(&mut text, export, read);
        text.push('\n');
    }
    write_missing(&mut text, exports, missing);
    text.truncate(text.trim_end().len() + 1);
    text
}

fn write_export(text: &mut String, export: &Export, read: &FactsOfFiles) {
    let path = visible(&export.path.to_string_lossy()).into_owned();
    match &export.found {
        Found::Read { form, uses } => {
            let path = form.sheet.as_ref().map_or(path.clone(), |sheet| format!("{path} sheet `{}`", quoted(sheet)));
            let kinds: Vec<&str> = uses.iter().map(|found| found.kind.name()).collect();
            let of = uses.first().map_or_else(String::new, |found| platform_title(found.platform));
            let _ = writeln!(text, "{path}: {of}{}", kinds.join(" and "));
            for found in uses {
                write_use(text, export, found, read);
            }
        }
        Found::Unread { platform, name, why } => {
            let _ = writeln!(text, "{path}: {}{name}", platform_title(Some(*platform)));
            write_wrapped(text, "  ", &format!("not used: {why}"));
        }
        Found::Unknown { names, nearest } => {
            let _ = writeln!(text, "{path}: not recognised");
            match names.as_slice() {
                [only] => write_wrapped(text, "  ", &format!("it has one column only: `{}`", quoted(only))),
                names => write_wrapped(text, "  ", &format!("its columns: {}", listed(names))),
            }
            if let Some(Near { platform, name, lacks }) = nearest {
                let near = format!("nearest to {}{name}; it lacks {}", platform_title(*platform), listed(lacks));
                write_wrapped(text, "  ", &near);
            }
            write_wrapped(text, "  ", "to read it, write a mapping: docs/mappings.md");
        }
        Found::Unreadable(fault) => {
            let _ = writeln!(text, "{path}: cannot be read");
            let why = match fault {
                FileFault::Io(error) if error.kind() == ErrorKind::NotFound => "there is no such file".to_owned(),
                fault => fault.to_string(),
            };
            write_wrapped(text, "  ", why.strip_prefix("cannot be read: ").unwrap_or(&why));
        }
    }
}

fn platform_title(platform: Option<BuiltIn>) -> String {
    platform.map_or_else(String::new, |own| format!("{}, ", description(&own).title))
}

/// Says what a file is for one kind of facts, how sure that is, and the first facts.
fn write_use(text: &mut String, export: &Export, found: &Use, read: &FactsOfFiles) {
    let variant = &found.described.variant;
    let sure = match variant.is_unconfirmed {
        true => "probable, but nobody has confirmed that such files look so",
        false => "certain",
    };
    write_wrapped(text, "  ", &format!("{}: {sure}, by its columns {}", variant.name, listed(&variant.header)));
    let Some(file) = file_of(read, export, found) else {
        for unread in
            read.unread.iter().filter(|unread| unread.path.starts_with(&export.path) && unread.kind == found.kind)
        {
            write_wrapped(text, "  ", &format!("cannot be read as {}: {}", found.kind.name(), unread.why));
        }
        return;
    };
    let own = &read.facts.files[file.get()];
    let _ = writeln!(text, "  {}", counted(own, &read.facts, file));
    for (row, values) in first_facts(&read.facts, file, SHOWN) {
        let values: Vec<String> = values.iter().map(|(column, value)| format!("{column} {}", visible(value))).collect();
        write_wrapped(text, "    ", &format!("row {row}: {}", values.join(", ")));
    }
    write_rejects(text, &read.facts, file);
}

/// Returns the number of a file among those that were read, for one of its uses.
fn file_of(read: &FactsOfFiles, export: &Export, found: &Use) -> Option<FileIndex> {
    let is_own = |file: &FileRead| export.is_of(file, read) && file.kind == found.kind;
    read.facts.files.iter().position(is_own).map(FileIndex::new)
}

fn counted(file: &FileRead, facts: &Facts, number: FileIndex) -> String {
    let rejected = facts.rejects.iter().filter(|reject| reject.file == number).count();
    let rows = match file.rows {
        1 => "1 row".to_owned(),
        rows => format!("{rows} rows"),
    };
    let kind = file.kind.name();
    let rejected = match rejected {
        0 => String::new(),
        1 => "; 1 is rejected".to_owned(),
        count => format!("; {count} are rejected"),
    };
    let kind = if file.filled.accepted == 1 { kind.trim_end_matches('s') } else { kind };
    format!("{} {kind} in {rows}{rejected}", file.filled.accepted)
}

fn write_rejects(text: &mut String, facts: &Facts, file: FileIndex) {
    let rejects: Vec<&Reject> = facts.rejects.iter().filter(|reject| reject.file == file).collect();
    for reject in rejects.iter().take(SHOWN) {
        let column = if reject.column.is_empty() { String::new() } else { format!("{}: ", quoted(&reject.column)) };
        write_wrapped(text, "    ", &format!("row {} rejected: {column}{}", reject.place, visible(&reject.message)));
    }
    if rejects.len() > SHOWN {
        let _ = writeln!(text, "    and {} more", rejects.len() - SHOWN);
    }
    let own: Vec<Reject> = rejects.into_iter().cloned().collect();
    for hint in sources::hints(&own, |file| written_as(facts, file)) {
        let hint = format!("`{}` such as `{}` can be read with {}", hint.column, visible(&hint.example), hint.remedy);
        write_wrapped(text, "    ", &hint);
    }
}

fn write_missing(text: &mut String, exports: &[Export], missing: &[Missing]) {
    if missing.is_empty() || exports.iter().all(|export| export.uses().is_empty()) {
        return;
    }
    text.push_str("Missing for a full run\n");
    for Missing { kind, without, exports } in missing {
        write_wrapped(text, "  ", &format!("{}: {without}", kind.name()));
        match exports.as_slice() {
            [] => {
                let needed = columns(*kind).iter().filter(|column| column.need == Need::Required);
                let needed: Vec<String> = needed.map(|column| column.name.to_owned()).collect();
                let file = format!("any file with the columns {}, or with a mapping: docs/columns.md", listed(&needed));
                write_wrapped(text, "    ", &file);
            }
            exports => exports.iter().for_each(|export| write_wrapped(text, "    ", &format!("from {export}"))),
        }
    }
    if missing.iter().any(|missing| !missing.exports.is_empty()) {
        let platforms: BTreeSet<&str> = exports.iter().filter_map(Export::platform).map(|own| own.name).collect();
        let pages: Vec<String> = platforms.iter().map(|name| format!("docs/platforms/{name}.md")).collect();
        let says = if pages.len() == 1 { "says" } else { "say" };
        write_wrapped(text, "  ", &format!("{} {says} more of each file, and of how to make it", pages.join(" and ")));
    }
    text.push('\n');
}

/// Names the first of some columns.
fn listed(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(NAMED).map(|name| format!("`{}`", quoted(name))).collect();
    match names.len().saturating_sub(NAMED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Writes a sentence in lines of the width; those after the first are indented further, and what is between
/// backticks stays together.
fn write_wrapped(text: &mut String, indent: &str, sentence: &str) {
    let mut line = indent.to_owned();
    for word in words(sentence) {
        let is_first = line.trim().is_empty();
        if !is_first && line.chars().count() + 1 + word.chars().count() > WIDTH {
            let _ = writeln!(text, "{line}");
            line = format!("{indent}  {word}");
            continue;
        }
        let blank = if is_first { "" } else { " " };
        line = format!("{line}{blank}{word}");
    }
    let _ = writeln!(text, "{line}");
}

/// Splits a sentence at blanks that are not between backticks.
fn words(sentence: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let is_open = |word: &String| word.matches('`').count() % 2 == 1;
    for part in sentence.split_whitespace() {
        match words.last_mut().filter(|word| is_open(word)) {
            Some(word) => *word = format!("{word} {part}"),
            None => words.push(part.to_owned()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_before_the_width_and_names_stay_together() {
        let mut text = String::new();
        let long = "x".repeat(70);
        write_wrapped(&mut text, "  ", &format!("has {long} and `Lineitem price of it` beside"));
        assert_eq!(text, format!("  has {long} and\n    `Lineitem price of it` beside\n"));
    }
}
