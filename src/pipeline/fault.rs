//! A fault in a program or pipeline file, with file, line, column and remedy; and the list that collects faults.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// Something wrong with a program or pipeline file, or (as a warning) probably not meant.
///
/// Ordered by file and place, as faults are listed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The path of the file, as its reader was given it.
    pub file: PathBuf,
    /// `None` where the file as a whole is at fault: it cannot be read.
    pub at: Option<Position>,
    /// What is wrong, for people.
    pub what: String,
    /// What to write or do instead; `None` where there is no more to say.
    pub remedy: Option<String>,
}

/// A place in a text, both from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The number of the line.
    pub line: u32,
    /// The number of the character in its line.
    pub column: u32,
}

/// A program or pipeline is refused: every fault of it, by file and place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", lines(.faults))]
#[expect(missing_docs, reason = "the messages say it")]
pub struct Refused {
    pub faults: Vec<Fault>,
}

/// The faults found so far in one text.
pub(super) struct Faults<'d> {
    file: &'d Path,
    text: &'d str,
    /// What `${name}` stands for in the expressions of the file.
    options: BTreeMap<String, String>,
    found: RefCell<Vec<Fault>>,
}

impl Refused {
    pub(super) fn new(mut faults: Vec<Fault>) -> Refused {
        faults.sort();
        Refused { faults }
    }
}

impl<'d> Faults<'d> {
    pub(super) fn new(file: &'d Path, text: &'d str) -> Faults<'d> {
        Faults { file, text, options: BTreeMap::new(), found: RefCell::default() }
    }

    /// Says what `${name}` stands for in the expressions of the file.
    pub(super) fn with_options(self, options: BTreeMap<String, String>) -> Faults<'d> {
        Faults { options, ..self }
    }

    pub(super) fn options(&self) -> &BTreeMap<String, String> {
        &self.options
    }

    /// Takes the faults of another file that this one names.
    pub(super) fn adopt(&self, faults: Vec<Fault>) {
        self.found.borrow_mut().extend(faults);
    }

    pub(super) fn text(&self) -> &'d str {
        self.text
    }

    /// Records a fault at a byte of the text.
    pub(super) fn add(&self, at: usize, what: impl Into<String>) {
        self.record(at, what.into(), None);
    }

    /// Records a fault at a byte of the text, and what to do about it.
    pub(super) fn add_with(&self, at: usize, what: impl Into<String>, remedy: impl Into<String>) {
        self.record(at, what.into(), Some(remedy.into()));
    }

    /// Returns how many have been found so far.
    pub(super) fn count(&self) -> usize {
        self.found.borrow().len()
    }

    pub(super) fn into_sorted(self) -> Vec<Fault> {
        let mut found = self.found.into_inner();
        found.sort();
        found.dedup();
        found
    }

    fn record(&self, at: usize, what: String, remedy: Option<String>) {
        let at = Some(position(self.text, at));
        self.found.borrow_mut().push(Fault { file: self.file.to_path_buf(), at, what, remedy });
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file.display())?;
        if let Some(Position { line, column }) = self.at {
            write!(f, "{line}:{column}:")?;
        }
        write!(f, " {}", self.what)?;
        match &self.remedy {
            Some(remedy) => write!(f, "\n  help: {remedy}"),
            None => Ok(()),
        }
    }
}

fn lines(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
}

fn position(text: &str, at: usize) -> Position {
    let before = (0..=at.min(text.len())).rev().find_map(|end| text.get(..end)).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.matches('\n').count() + 1;
    let column = before[line_start..].chars().count() + 1;
    let capped = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Position { line: capped(line), column: capped(column) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_counts_lines_and_characters_from_one() {
        let text = "a = 1\nb = \"käse\" # x\n";
        let at = |byte| {
            let Position { line, column } = position(text, byte);
            (line, column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(6), (2, 1));
        assert_eq!(at(text.find('#').unwrap()), (2, 12));
        assert_eq!(at(text.len() + 5), (3, 1));
    }

    #[test]
    fn faults_are_listed_by_place_whatever_the_order_they_were_found_in() {
        let faults = Faults::new(Path::new("p.toml"), "one\ntwo\n");
        faults.add_with(4, "second", "do so");
        faults.add(0, "first");
        let refused = Refused::new(faults.into_sorted());
        assert_eq!(refused.to_string(), "p.toml:1:1: first\np.toml:2:1: second\n  help: do so");
    }
}
