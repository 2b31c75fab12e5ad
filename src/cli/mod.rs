//! The command line (docs/spec.md 9): arguments in, words out. One short file per command; the table of exit codes in
//! `exit`.
//!
//! The clock is read here, once, and nowhere else; so are signals. Data goes to stdout, everything else to stderr.

mod apply;
mod arguments;
mod ask;
mod balance;
mod book;
mod check;
mod exit;
mod explain;
mod fault;
mod generate;
mod init;
mod inspect;
mod maintain;
mod moment;
mod output;
mod plan;
mod platforms;
mod print;
mod progress;
mod report;
mod report_arguments;
mod run;
mod runs;
mod say;
mod signals;
mod threads;
mod verify;

use arguments::{Arguments, Command};
use clap::Parser;
use exit::Failure;
use std::process::ExitCode;

/// Runs the command that was typed.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return exit::usage(error),
    };
    fault::tell_of_panics();
    // A question is waited for: the first signal is to end it.
    if !matches!(arguments.command, Command::Init(_)) {
        signals::listen();
    }
    let posts = matches!(arguments.command, Command::Run(_) | Command::Apply(_));
    match fault::caught(posts, || go(&arguments.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.with_rest(rest(&arguments.command)).report(),
    }
}

fn go(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Run(options) => run::run(options),
        Command::Check(options) => check::check(options),
        Command::Plan(options) => plan::plan(options),
        Command::Apply(options) => apply::apply(options),
        Command::Runs(options) => runs::runs(options),
        Command::Output(options) => output::output(options),
        Command::Balance(options) => balance::balance(options),
        Command::Explain(options) => explain::explain(options),
        Command::Report(options) => report::report(options),
        Command::Verify(options) => verify::verify(options),
        Command::Maintain(options) => maintain::maintain(options),
        Command::Platforms(options) => platforms::platforms(options),
        Command::Inspect(options) => inspect::inspect(options),
        Command::Init(options) => init::init(options),
        Command::Generate(options) => generate::generate(options),
    }
}

/// Returns what is left behind by a command that was stopped, where it is not that nothing was posted.
fn rest(command: &Command) -> &'static str {
    match command {
        Command::Run(_)
        | Command::Apply(_)
        | Command::Runs(_)
        | Command::Explain(_)
        | Command::Platforms(_)
        | Command::Inspect(_)
        | Command::Init(_) => "",
        Command::Check(_) | Command::Output(_) => "no folder was written",
        Command::Plan(_) => "no plan was saved",
        Command::Balance(_) => "no balances were told or written",
        Command::Report(_) => "nothing was reported or written",
        Command::Verify(_) => "the book was not looked at to its end",
        Command::Maintain(_) => "what was tidied up until then stays so; run it again for the rest",
        Command::Generate(_) => "what it had written is removed",
    }
}
