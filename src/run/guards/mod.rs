//! Guards (docs/spec.md 9, 10): limits that stop a run before anything is posted.
//!
//! `inputs` looks at how much was read, `step` at how far as_of is from all that is known, `rows` at what the rows are
//! like, also beside what the book has seen before (`seen`), `posted` at what would be posted, and `corrected` at what
//! corrections of earlier postings would take away. Every guard that trips says what was compared with what, shows up
//! to ten people or rows, and names the command that shows more.

mod corrected;
mod display;
mod inputs;
pub(crate) mod name;
mod posted;
mod reverted;
mod rows;
mod seen;
mod step;

pub(crate) use corrected::{Corrected, CreditBefore};
pub(crate) use inputs::of_inputs;
pub(crate) use posted::{WouldPost, of_totals};
pub(crate) use reverted::{described, of_reverted};
pub(crate) use rows::of_rows;
pub(crate) use seen::of_seen;
pub(crate) use step::of_step;

use super::request::Request;
use crate::text::visible;
pub use name::GuardName;
use std::fmt;

/// People or rows that a message shows.
pub(crate) const SHOWN: usize = 10;

/// A guard that stops the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tripped {
    pub name: GuardName,
    /// What was compared with what.
    pub message: String,
    /// The people or rows that it is about, the worst first; at most [`SHOWN`].
    pub shown: Vec<String>,
    /// The command that shows more.
    pub look: String,
}

impl GuardName {
    /// Returns the command that shows more of what the guard is about, as of the same instant.
    fn look(self, request: &Request<'_>) -> String {
        let (name, as_of) = (self.name(), request.as_of);
        let pipeline = request.pipeline.path.display().to_string();
        let pipeline = if pipeline.contains(char::is_whitespace) { format!("'{pipeline}'") } else { pipeline };
        match self {
            GuardName::MaxStep
            | GuardName::MaxReverted
            | GuardName::MaxCorrected
            | GuardName::MaxGranted
            | GuardName::MaxReclaimed
            | GuardName::MaxPeople
            | GuardName::MaxEmails => format!("accrue plan {pipeline} --as-of {as_of} --save look.plan"),
            // Where one of the two trips the other often does.
            GuardName::MaxRejects | GuardName::NoUsableRows => {
                let (one, other) = (GuardName::MaxRejects.name(), GuardName::NoUsableRows.name());
                format!("accrue check {pipeline} --as-of {as_of} --override {one} --override {other}")
            }
            _ => format!("accrue check {pipeline} --as-of {as_of} --override {name}"),
        }
    }
}

impl Tripped {
    fn new(name: GuardName, request: &Request<'_>, message: String, shown: Vec<String>) -> Tripped {
        Tripped { name, message, shown, look: name.look(request) }
    }
}

impl fmt::Display for Tripped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.name();
        write!(f, "guard `{name}`: {}", visible(&self.message))?;
        for line in &self.shown {
            write!(f, "\n    {}", visible(line))?;
        }
        write!(f, "\n  to look closer: {}", self.look)?;
        write!(f, "\n  to pass it once: `--override {name}`; then {}", self.name.passing())
    }
}
