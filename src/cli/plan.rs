//! The command `accrue plan`: shows what a run or a backfill would post, and saves it in a file.

use super::arguments::PlanOptions;
use super::exit::Failure;
use super::run::{print_json, with_request};
use super::say::say;
use crate::pipeline::Pipeline;
use crate::reports::plan_table::{self, PlanOutcome};
use crate::run::plan;

pub(crate) fn plan(options: &PlanOptions) -> Result<(), Failure> {
    let last = |pipeline: &Pipeline| match (&pipeline.book, options.backfill) {
        (Some(book), true) => plan::posted_until(book),
        _ => Ok(None),
    };
    let report = with_request(&options.run, last, |request| match options.backfill {
        true => plan::backfill(request, options.emails, &options.save),
        false => plan::plan(request, &options.save),
    })?;
    say(plan_table::render(&report));
    say(plan_table::last_line(&report, &PlanOutcome::Saved(&options.save)));
    if options.run.json {
        print_json(&report.to_json(), "plan")?;
    }
    Ok(())
}
