//! Reports what `accrue verify` found in a book, as text or JSON: violations and notes.

use super::digits::{counted, grouped};
use accrue_text::visible;
use serde::Serialize;
use std::fmt::{self, Display, Formatter};

/// The number of violations that are listed; more are only counted.
const TOLD: usize = 1_000;

/// What was checked, and what is wrong with it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Verified {
    /// The number of runs.
    pub runs: u64,
    /// The number of postings.
    pub postings: u64,
    /// The number of people.
    pub people: u64,
    /// The number of email jobs.
    pub jobs: u64,
    /// What could not be checked and why, and what is still to be done.
    pub notes: Vec<String>,
    /// The number of all violations.
    pub violation_count: u64,
    /// The first 1000 of them.
    pub violations: Vec<Violation>,
}

/// A contradiction or damage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The person whom it concerns; `None` where it concerns the book.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// What is wrong.
    pub message: String,
}

impl Verified {
    /// Adds a violation that concerns no single person.
    pub fn add(&mut self, message: impl Display) {
        self.add_all([Violation { customer_id: None, message: message.to_string() }]);
    }

    /// Adds violations.
    pub fn add_all(&mut self, violations: impl IntoIterator<Item = Violation>) {
        for violation in violations {
            self.violation_count += 1;
            if self.violations.len() < TOLD {
                self.violations.push(violation);
            }
        }
    }

    /// Adds a note about files without a digest, of which less can be checked; nothing for 0.
    pub fn note_without_digest(&mut self, files: usize) {
        if files > 0 {
            let files = counted(files as u64, "file", "files");
            let what = "which an older version has written: only sizes and rows were checked";
            self.notes.push(format!("there is no digest of {files}, {what}"));
        }
    }

    /// Tells whether there is no violation.
    pub fn is_sound(&self) -> bool {
        self.violation_count == 0
    }

    /// Returns the JSON text, ending in a newline.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("plain data") + "\n"
    }
}

impl Display for Violation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.customer_id {
            Some(customer_id) => write!(f, "{}: {}", visible(customer_id), self.message),
            None => write!(f, "{}", self.message),
        }
    }
}

impl Display for Verified {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.violations.iter().try_for_each(|violation| writeln!(f, "{violation}"))?;
        let untold = self.violation_count - self.violations.len() as u64;
        if untold > 0 {
            writeln!(f, "and {} more", grouped(untold))?;
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "note: {note}"))?;
        let found = match self.violation_count {
            0 => "nothing is wrong".to_owned(),
            count => counted(count, "violation", "violations"),
        };
        writeln!(
            f,
            "Looked at {}, {}, {} and {}: {found}",
            counted(self.runs, "run", "runs"),
            counted(self.postings, "posting", "postings"),
            counted(self.people, "person", "people"),
            counted(self.jobs, "email", "emails"),
        )
    }
}
