//! A guard that stops the run: its message, the people or rows behind it, and the command that shows more.

use super::super::request::Request;
use super::name::GuardName;
use crate::text::visible;
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
    pub(super) fn new(name: GuardName, request: &Request<'_>, message: String, shown: Vec<String>) -> Tripped {
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
