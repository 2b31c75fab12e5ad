//! The command `accrue run`, and the steps that it shares with `check` and `plan`.

use super::arguments::RunOptions;
use super::exit::Failure;
use super::moment;
use super::print;
use super::progress::Line;
use super::say::say;
use super::threads;
use crate::kernel::time::Timestamp;
use crate::pipeline::{self, Pipeline};
use crate::reports::table;
use crate::run::{self, Continuity, Report, Request, RunError};

pub(crate) fn run(options: &RunOptions) -> Result<(), Failure> {
    go(options, run::run, |_| ())
}

/// Gathers what a command needs, does it and says what came of it: details first, then the table.
pub(super) fn go(
    options: &RunOptions,
    command: impl FnOnce(&Request<'_>) -> Result<Report, RunError>,
    say_details: impl FnOnce(&Report),
) -> Result<(), Failure> {
    let report = with_request(options, |_| Ok(None), command)?;
    say_details(&report);
    say(table::render(&report.summary, report.folder.as_deref()).trim_end());
    if options.json {
        print_json(&report.summary.to_json(), report.summary.command)?;
    }
    Ok(())
}

/// Gathers what a command needs, and does it. Without `--as-of`, as_of is what `by_default` says, else now.
pub(super) fn with_request<T>(
    options: &RunOptions,
    by_default: impl FnOnce(&Pipeline) -> Result<Option<Timestamp>, RunError>,
    command: impl FnOnce(&Request<'_>) -> Result<T, RunError>,
) -> Result<T, Failure> {
    let now = moment::now();
    let (pipeline, program) = pipeline::read(&options.pipeline, options.program.as_deref())?;
    threads::begin(options.threads)?;
    let as_of = match &options.as_of {
        Some(text) => moment::as_of("--as-of", text, &program.program.zone)?,
        None => by_default(&pipeline)?.unwrap_or(now),
    };
    for warning in pipeline.warnings.iter().chain(&program.warnings) {
        say(format_args!("warning: {warning}"));
    }
    let progress = Line::new();
    let done = command(&Request {
        pipeline: &pipeline,
        program: &program,
        as_of,
        now,
        out: options.out.clone(),
        format: options.format.into(),
        book: pipeline.book.clone().filter(|_| !options.no_book),
        continuity: match (options.begin, options.restored) {
            (true, _) => Continuity::Begin,
            (false, true) => Continuity::Restored,
            (false, false) => Continuity::Unbroken,
        },
        reread: options.reread,
        everyone: options.everyone,
        overrides: options.overrides.iter().map(|guard| guard.0).collect(),
        progress: &progress,
    });
    drop(progress);
    Ok(done?)
}

/// Prints what a command that is done says of itself.
pub(super) fn print_json(json: &str, command: &str) -> Result<(), Failure> {
    print::print_json(json, &format!("the {command} is done, but its summary"))
}
