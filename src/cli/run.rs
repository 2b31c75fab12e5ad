//! `accrue run` and what it has in common with `check`.

use super::arguments::RunOptions;
use super::exit::{Code, Failure};
use super::moment;
use super::progress::Line;
use super::say::{print, say};
use crate::pipeline;
use crate::reports::table;
use crate::run::{self, Report, Request, RunError};

pub fn run(options: &RunOptions) -> Result<(), Failure> {
    go(options, run::run, |_| ())
}

/// Gathers what a command needs, goes its road and says what came of it: details first, then the table.
pub(super) fn go(
    options: &RunOptions,
    road: impl FnOnce(&Request<'_>) -> Result<Report, RunError>,
    say_details: impl FnOnce(&Report),
) -> Result<(), Failure> {
    let now = moment::now();
    let (pipeline, program) = pipeline::read(&options.pipeline, options.program.as_deref())?;
    if let Some(threads) = options.threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.into());
        pool.build_global().map_err(|error| Failure::before_posting(Code::Unexpected, error.to_string()))?;
    }
    let as_of = match &options.as_of {
        Some(text) => moment::as_of(text, &program.program.zone)?,
        None => now,
    };
    for warning in &program.warnings {
        say(format_args!("warning: {warning}"));
    }
    let progress = Line::new();
    let report = road(&Request {
        pipeline: &pipeline,
        program: &program,
        as_of,
        now,
        out: options.out.clone(),
        format: options.format.into(),
        book: pipeline.book.clone().filter(|_| !options.no_book),
        reread: options.reread,
        overrides: options.overrides.iter().map(|guard| guard.0).collect(),
        progress: &progress,
    })?;
    drop(progress);
    say_details(&report);
    say(table::render(&report.summary, report.folder.as_deref()).trim_end());
    if options.json {
        print_json(&report)?;
    }
    Ok(())
}

fn print_json(report: &Report) -> Result<(), Failure> {
    print(report.summary.to_json(), &format!("the {} is done, but its summary", report.summary.command))
}
