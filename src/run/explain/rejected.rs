//! Rejected rows that name a fact: lists of rejects have no ids, so that the lines of the exports are looked at.

use crate::book::{Book, BookError, RunRecord};
use crate::facts::{FactKind, Facts};
use crate::files;
use crate::text::visible;
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::io::{BufRead, BufReader};
use std::path::Path;

/// So many rejects are looked at: more are no exceptions any more.
const LOOKED_AT: usize = 10_000;

/// A rejected row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rejected {
    file: String,
    row: u64,
    run: Option<i64>,
    message: String,
}

impl Display for Rejected {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let run = self.run.map(|run| format!(" of run {run}")).unwrap_or_default();
        write!(f, "{}:{}{run} is rejected: {}", visible(&self.file), self.row, visible(&self.message))
    }
}

/// Finds the rejected row of a kind that names an id, among the rejects of exports that were just read.
pub(super) fn in_facts(facts: &Facts, kind: FactKind, id: &str) -> Option<Rejected> {
    let rejects = facts.rejects.iter().filter(|reject| reject.kind == kind).take(LOOKED_AT);
    let lines = rejects.map(|reject| {
        let file = facts.files[reject.file.get()].path.display().to_string();
        let message = message(&reject.column, &reject.message);
        (Rejected { file, row: reject.place, run: None, message }, reject.value.clone())
    });
    named(lines.collect(), id)
}

/// Finds it among the rejects of the runs of a book, the newest first.
pub(super) fn in_book(
    book: &Book,
    runs: &[&RunRecord],
    kind: FactKind,
    id: &str,
) -> Result<Option<Rejected>, BookError> {
    for run in runs {
        let list = book.kept_text(run, "rejects.csv")?;
        let mut rows = csv::Reader::from_reader(list.as_bytes());
        let lines = rows.records().filter_map(Result::ok).take(LOOKED_AT).filter_map(|row| {
            let text = |at: usize| row.get(at).map(str::to_owned);
            let message = message(row.get(3)?, row.get(6)?);
            let rejected = Rejected { file: text(1)?, row: row.get(2)?.parse().ok()?, run: Some(run.number), message };
            (row.get(0)? == kind.name()).then_some((rejected, text(4)?))
        });
        if let Some(found) = named(lines.collect(), id) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn message(column: &str, message: &str) -> String {
    if column.is_empty() { message.to_owned() } else { format!("column `{column}`: {message}") }
}

/// Returns the first reject with the id: in its value, or in the line of its file.
fn named(rejects: Vec<(Rejected, String)>, id: &str) -> Option<Rejected> {
    if let Some((found, _)) = rejects.iter().find(|(_, value)| value == id) {
        return Some(found.clone());
    }
    let mut by_file: BTreeMap<&str, BTreeMap<u64, (&Rejected, &str)>> = BTreeMap::new();
    for (reject, value) in &rejects {
        by_file.entry(&reject.file).or_default().insert(reject.row, (reject, value));
    }
    by_file.iter().find_map(|(file, rows)| in_file(Path::new(file), rows, id)).cloned()
}

/// Looks at the lines of a file, where it is still there. The line must have the rejected value too: the file may be
/// another one by now.
fn in_file<'r>(path: &Path, rows: &BTreeMap<u64, (&'r Rejected, &str)>, id: &str) -> Option<&'r Rejected> {
    let lines = BufReader::new(files::open(path).ok()?).lines();
    for (number, line) in (1..).zip(lines) {
        let line = line.ok()?;
        match rows.get(&number) {
            Some((reject, value)) if has_word(&line, id) && line.contains(value) => return Some(reject),
            _ if rows.range(number + 1..).next().is_none() => return None,
            _ => {}
        }
    }
    None
}

/// Tells whether a line has an id that is not a part of a longer one.
fn has_word(line: &str, id: &str) -> bool {
    let is_part = |char: char| char.is_alphanumeric() || "-_:#/.".contains(char);
    line.match_indices(id).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + id.len()..]);
        !before.chars().next_back().is_some_and(is_part) && !after.chars().next().is_some_and(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_whole_word_of_its_line() {
        assert!(has_word("O-1,eva,19.999", "O-1"));
        assert!(has_word("{\"order_id\":\"O-1\"}", "O-1"));
        assert!(!has_word("O-10,eva,19.999", "O-1"));
        assert!(!has_word("FO-1,eva", "O-1"));
    }

    #[test]
    fn the_line_of_a_reject_tells_its_id_unless_the_file_is_another_one_now() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders.csv");
        let reject = |row| {
            let (file, message) = (path.display().to_string(), "too precise".to_owned());
            (Rejected { file, row, run: None, message }, "19.999".to_owned())
        };
        std::fs::write(&path, "order_id,items_amount\nO-1,5.00\nO-2,19.999\n").unwrap();
        assert_eq!(named(vec![reject(3)], "O-2"), Some(reject(3).0));
        assert_eq!(named(vec![reject(3)], "O-1"), None);
        assert_eq!(named(vec![reject(3)], "19.999"), Some(reject(3).0));
        std::fs::write(&path, "order_id,items_amount\nO-1,5.00\nO-2,7.00\n").unwrap();
        assert_eq!(named(vec![reject(3)], "O-2"), None);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(named(vec![reject(3)], "O-2"), None);
    }
}
