//! Guards (docs/spec.md 9, 10): limits that stop a run before anything is posted.
//!
//! `inputs` looks at how much was read, `step` at how far as_of is from all that is known, `rows` at what the rows are like, also beside what the book has seen before
//! (`seen`), `posted` at what would be posted, and `corrected` at what corrections of earlier postings would take away.
//! Every guard that trips says what was compared with what, shows up to ten people or rows, and names the command that
//! shows more.

mod corrected;
mod inputs;
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

use super::Request;
use crate::text::visible;
use std::fmt;

/// People or rows that a message shows.
pub(crate) const SHOWN: usize = 10;

/// The names of guards, as the pipeline and `--override` have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GuardName {
    /// An input holds fewer rows than its `min_rows`.
    MinRows,
    /// An input holds nothing as new as its `max_age` asks.
    MaxAge,
    /// as_of is many days after that of the last run and after the newest fact.
    MaxStep,
    /// Many rows are rejected.
    MaxRejects,
    /// All rows of a file are rejected.
    NoUsableRows,
    /// The share of rows without an owner has risen.
    MaxUnowned,
    /// A column has lost its values.
    LostColumns,
    /// Many facts return to a state that a later export had replaced.
    MaxReverted,
    /// Corrections of earlier postings take much credit away.
    MaxCorrected,
    /// The run would add more to balances than the pipeline allows.
    MaxGranted,
    /// The run would take away more than the pipeline allows.
    MaxReclaimed,
    /// The run would post to more people than the pipeline allows.
    MaxPeople,
    /// The run would write more email jobs than the pipeline allows.
    MaxEmails,
}

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
    /// All guards, in the order of the variants.
    pub const ALL: [GuardName; 13] = [
        GuardName::MinRows,
        GuardName::MaxAge,
        GuardName::MaxStep,
        GuardName::MaxRejects,
        GuardName::NoUsableRows,
        GuardName::MaxUnowned,
        GuardName::LostColumns,
        GuardName::MaxReverted,
        GuardName::MaxCorrected,
        GuardName::MaxGranted,
        GuardName::MaxReclaimed,
        GuardName::MaxPeople,
        GuardName::MaxEmails,
    ];

    /// Returns the name in pipelines and after `--override`, such as `max_rejects`.
    pub fn name(self) -> &'static str {
        match self {
            GuardName::MinRows => "min_rows",
            GuardName::MaxAge => "max_age",
            GuardName::MaxStep => "max_step",
            GuardName::MaxRejects => "max_rejects",
            GuardName::NoUsableRows => "no_usable_rows",
            GuardName::MaxUnowned => "max_unowned",
            GuardName::LostColumns => "lost_columns",
            GuardName::MaxReverted => "max_reverted",
            GuardName::MaxCorrected => "max_corrected",
            GuardName::MaxGranted => "max_granted",
            GuardName::MaxReclaimed => "max_reclaimed",
            GuardName::MaxPeople => "max_people",
            GuardName::MaxEmails => "max_emails",
        }
    }

    /// Returns what a run does that passes the guard.
    fn passing(self) -> &'static str {
        match self {
            GuardName::MinRows | GuardName::MaxAge => "the run goes on with the rows that there are",
            GuardName::MaxStep => "all that expires until then expires, and no later run can be as of an earlier time",
            GuardName::MaxRejects | GuardName::NoUsableRows => "the rejected rows stay out, and all others are posted",
            GuardName::MaxUnowned => "orders without an owner stay out, and this share becomes the usual one",
            GuardName::LostColumns => "the empty values count as they are, and this becomes the usual state",
            GuardName::MaxReverted => "the older values count, and credit is changed accordingly",
            GuardName::MaxCorrected => "the credit is taken away",
            GuardName::MaxGranted => "the credit is granted",
            GuardName::MaxReclaimed => "the credit is reclaimed",
            GuardName::MaxPeople => "all of them are posted to",
            GuardName::MaxEmails => "all emails are handed to the sender",
        }
    }

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
