//! What a look at a whole book has found.

use super::table::{counted, grouped};
use accrue_text::visible;
use serde::Serialize;
use std::fmt::{self, Display, Formatter};

/// So many violations are told; the others are counted.
const TOLD: usize = 1_000;

/// What was looked at, and what is wrong with it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Verified {
    pub runs: u64,
    pub postings: u64,
    pub people: u64,
    pub jobs: u64,
    /// What could not be looked at, and why; what is to be done still.
    pub notes: Vec<String>,
    pub violation_count: u64,
    /// The first of them.
    pub violations: Vec<Violation>,
}

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    pub message: String,
}

impl Verified {
    /// Adds something that concerns no person by himself.
    pub fn add(&mut self, message: impl Display) {
        self.add_all([Violation { customer_id: None, message: message.to_string() }]);
    }

    pub fn add_all(&mut self, violations: impl IntoIterator<Item = Violation>) {
        for violation in violations {
            self.violation_count += 1;
            if self.violations.len() < TOLD {
                self.violations.push(violation);
            }
        }
    }

    /// Names the files of which less can be said than of others, if there are any.
    pub fn note_without_digest(&mut self, files: usize) {
        if files > 0 {
            let files = counted(files as u64, "file", "files");
            let what = "which an older version has written: only sizes and rows were checked";
            self.notes.push(format!("there is no digest of {files}, {what}"));
        }
    }

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
