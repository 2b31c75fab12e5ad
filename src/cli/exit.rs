//! How a command ends: the table of exit codes (docs/spec.md 9), and what is said when it fails.

use super::say::say;
use crate::output::archive::ArchiveError;
use crate::pipeline::Refused;
use crate::reports::table::completed_line;
use crate::run::inspect::InspectFault;
use crate::run::plan::PlanFault;
use crate::run::{Forward, RunError};
use crate::text::visible_lines;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::borrow::Cow;
use std::process::ExitCode;

/// Exit codes are an interface: schedulers act on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    Unexpected = 1,
    Usage = 2,
    Input = 3,
    Refused = 4,
    Guard = 5,
    Retroactive = 6,
    Stale = 7,
    Book = 8,
    Audit = 9,
    Stopped = 10,
}

/// Why a command has failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub code: Code,
    pub message: String,
    /// Whether it came before a run had posted anything, and is to say so.
    nothing_posted: bool,
    /// What was done all the same.
    done: Option<String>,
}

impl Failure {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Failure {
        Failure { code, message: message.into(), nothing_posted: false, done: None }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Failure {
        Failure::new(Code::Usage, message)
    }

    /// A fault that has stopped a run before anything was posted.
    pub(crate) fn before_posting(code: Code, message: impl Into<String>) -> Failure {
        Failure { nothing_posted: true, ..Failure::new(code, message) }
    }

    /// A fault of a command that posts nothing anyway.
    pub(crate) fn of_looking(error: impl Into<Failure>) -> Failure {
        Failure { nothing_posted: false, ..error.into() }
    }

    /// Adds what a command leaves behind that was stopped.
    pub(crate) fn with_rest(self, rest: &str) -> Failure {
        match self.code {
            Code::Stopped if !rest.is_empty() => Failure { message: format!("{}: {rest}", self.message), ..self },
            _ => self,
        }
    }

    #[cfg(test)]
    pub(crate) fn says_nothing_was_posted(&self) -> bool {
        self.nothing_posted
    }

    /// Says on stderr what is wrong, a line each, and whether nothing was posted.
    pub(crate) fn report(&self) -> ExitCode {
        for line in self.message.lines() {
            // What is indented belongs to the line above.
            let label = if line.starts_with(' ') { "" } else { "error: " };
            say(format_args!("{label}{line}"));
        }
        if self.nothing_posted {
            say("nothing was posted");
        }
        if let Some(done) = &self.done {
            say(done);
        }
        ExitCode::from(self.code as u8)
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Failure {
        Failure::before_posting(Code::Refused, refused.to_string())
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Failure {
        match error {
            RunError::AfterCompleting { completed, error } => {
                Failure { done: Some(completed_line(&completed.summary())), ..Failure::from(*error) }
            }
            RunError::Posted { .. } => Failure::new(code_of(&error), error.to_string()),
            RunError::Output(error) if error.is_usage() => Failure::usage(error.to_string()),
            error => Failure::before_posting(code_of(&error), error.to_string()),
        }
    }
}

fn code_of(error: &RunError) -> Code {
    match error {
        RunError::Source(error) if error.is_of_kept() => Code::Unexpected,
        RunError::Stopped => Code::Stopped,
        RunError::Source(error) if error.is_of_mapping() => Code::Refused,
        RunError::Source(_) => Code::Input,
        RunError::Templates(_) => Code::Refused,
        RunError::Guards(_) => Code::Guard,
        RunError::Audit { .. } => Code::Audit,
        RunError::Output(error) if error.is_usage() => Code::Usage,
        RunError::Output(_) => Code::Unexpected,
        RunError::Forward(Forward::Retroactive { .. }) => Code::Retroactive,
        RunError::Forward(Forward::Before { .. } | Forward::Ahead { .. }) => Code::Usage,
        RunError::Book(error) if error.is_of_others() => Code::Book,
        RunError::Book(_) => Code::Unexpected,
        RunError::Archive(ArchiveError::Taken(_)) => Code::Usage,
        RunError::Archive(ArchiveError::Read { .. } | ArchiveError::Damaged { .. }) => Code::Input,
        RunError::Archive(ArchiveError::Output(error)) if error.is_usage() => Code::Usage,
        RunError::Archive(ArchiveError::Write { .. } | ArchiveError::Output(_)) => Code::Unexpected,
        RunError::Plan(
            PlanFault::NothingPosted(_) | PlanFault::WithoutBook | PlanFault::Place { .. } | PlanFault::NotUtf8 { .. },
        ) => Code::Usage,
        RunError::Plan(PlanFault::Stale { .. } | PlanFault::Applied { .. }) => Code::Stale,
        RunError::Plan(PlanFault::TooNew { .. }) => Code::Book,
        RunError::Inspect(InspectFault::Program { .. }) => Code::Refused,
        RunError::Inspect(_) => Code::Usage,
        RunError::Broken(broken) if broken.is_usage() => Code::Usage,
        RunError::Broken(_) => Code::Book,
        RunError::OtherShop(_) => Code::Refused,
        RunError::Overlap(overlap) if overlap.is_usage() => Code::Usage,
        RunError::Overlap(_) => Code::Refused,
        RunError::Incomplete { .. } => Code::Unexpected,
        RunError::Posted { .. } => Code::Unexpected,
        RunError::AfterCompleting { error, .. } => code_of(error),
    }
}

/// Says how an option gets a value that begins with a dash: clap's own tip is for values without an option.
fn tell_of_dashes(error: &mut clap::Error) {
    let Some(ContextValue::String(unknown)) = error.get(ContextKind::InvalidArg) else { return };
    let typed: Vec<String> = std::env::args().collect();
    let is_meant = |pair: &&[String]| {
        let (option, value) = (&pair[0], &pair[1]);
        option.starts_with("--") && !option.contains('=') && value.starts_with(unknown.as_str())
    };
    let Some([option, value]) = typed.windows(2).find(is_meant) else { return };
    if error.kind() == ErrorKind::UnknownArgument && !value.starts_with("--") {
        let tip = format!("to pass '{value}' as a value, use '{option}={value}'");
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
}

/// Prints help or what is wrong with the arguments, as clap says it: with colours, unless an argument has hidden
/// characters.
pub(crate) fn usage(mut error: clap::Error) -> ExitCode {
    tell_of_dashes(&mut error);
    let plain = error.to_string();
    match visible_lines(&plain) {
        // A closed pipe is no reason to complain about help.
        Cow::Borrowed(_) => _ = error.print(),
        Cow::Owned(shown) => say(shown.trim_end()),
    }
    ExitCode::from(if error.use_stderr() { Code::Usage as u8 } else { 0 })
}
