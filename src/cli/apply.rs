//! The command `accrue apply`: posts a saved plan.

use super::arguments::ApplyOptions;
use super::exit::Failure;
use super::moment;
use super::progress::Line;
use super::run::print_json;
use super::say::say;
use super::threads;
use crate::reports::plan_table::{self, PlanOutcome};
use crate::reports::table::completed_line;
use crate::run::plan::{self, Apply};

pub(crate) fn apply(options: &ApplyOptions) -> Result<(), Failure> {
    threads::begin(None)?;
    let progress = Line::new();
    let applied = plan::apply(&Apply {
        plan: &options.plan,
        out: options.out.clone(),
        overrides: options.overrides.iter().map(|guard| guard.0).collect(),
        now: moment::now(),
        progress: &progress,
    });
    drop(progress);
    let applied = applied?;
    if let Some(completed) = &applied.completed {
        say(completed_line(completed));
    }
    say(plan_table::last_line(&applied.report, &PlanOutcome::Posted(&applied.folder)));
    if options.json {
        print_json(&applied.summary, "apply")?;
    }
    Ok(())
}
