//! How a command ends: the table of exit codes (SPEC 9), and what is said when it fails.

use crate::pipeline::Refused;
use crate::run::RunError;
use std::process::ExitCode;

/// Exit codes are an interface: schedulers act on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    Unexpected = 1,
    Usage = 2,
    Input = 3,
    Refused = 4,
    Guard = 5,
    Audit = 9,
}

/// Why a command has failed.
#[derive(Debug)]
pub struct Failure {
    pub code: Code,
    pub message: String,
}

impl Failure {
    pub fn usage(message: impl Into<String>) -> Failure {
        Failure { code: Code::Usage, message: message.into() }
    }

    /// Says what is wrong on stderr, a line each, and that nothing was posted.
    pub fn report(&self) -> ExitCode {
        for line in self.message.lines() {
            eprintln!("error: {line}");
        }
        if self.code != Code::Usage {
            eprintln!("nothing was posted");
        }
        ExitCode::from(self.code as u8)
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Failure {
        Failure { code: Code::Refused, message: refused.to_string() }
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Failure {
        let code = match &error {
            RunError::Ingest(_) => Code::Input,
            RunError::Templates(_) => Code::Refused,
            RunError::Guards(_) => Code::Guard,
            RunError::Audit { .. } => Code::Audit,
            RunError::Output(error) if error.is_usage() => Code::Usage,
            RunError::Output(_) => Code::Unexpected,
        };
        Failure { code, message: error.to_string() }
    }
}

/// Prints help or what is wrong with the arguments, as clap says it.
pub fn usage(error: &clap::Error) -> ExitCode {
    // A closed pipe is no reason to complain about help.
    let _ = error.print();
    ExitCode::from(if error.use_stderr() { Code::Usage as u8 } else { 0 })
}
