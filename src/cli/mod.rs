//! The command line (SPEC 9): arguments in, words out. One short file per command; the table of exit codes in `exit`.
//!
//! The clock is read here, once, and nowhere else. Data goes to stdout, everything else to stderr.

mod apply;
mod arguments;
mod balance;
mod book;
mod check;
mod exit;
mod generate;
mod maintain;
mod moment;
mod output;
mod plan;
mod progress;
mod run;
mod runs;
mod say;
mod threads;
mod verify;

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
        Command::Runs(options) => runs::runs(options),
        Command::Output(options) => output::output(options),
        Command::Balance(options) => balance::balance(options),
        Command::Verify(options) => verify::verify(options),
        Command::Maintain(options) => maintain::maintain(options),
        Command::Generate(options) => generate::generate(options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
