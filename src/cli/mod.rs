//! The command line (SPEC 9): arguments in, words out. One short file per command; the table of exit codes in `exit`.
//!
//! The clock is read here, once, and nowhere else. Data goes to stdout, everything else to stderr.

mod apply;
mod arguments;
mod check;
mod exit;
mod generate;
mod moment;
mod plan;
mod progress;
mod run;
mod say;

use arguments::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

/// Runs the command that was typed.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return exit::usage(&error),
    };
    let done = match &arguments.command {
        Command::Run(options) => run::run(options),
        Command::Check(options) => check::check(options),
        Command::Plan(options) => plan::plan(options),
        Command::Apply(options) => apply::apply(options),
        Command::Generate(options) => generate::generate(options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
