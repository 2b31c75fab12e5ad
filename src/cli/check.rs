//! The command `accrue check`: does all steps of a run except posting, and shows what it finds.

use super::arguments::RunOptions;
use super::exit::Failure;
use super::run::go;
use super::say::say;
use crate::run::{self, Report};
use std::fmt::Display;

/// How many lines of each list are shown; `--out` writes them all.
const SHOWN: usize = 20;

pub(crate) fn check(options: &RunOptions) -> Result<(), Failure> {
    go(options, run::check, say_lists)
}

fn say_lists(report: &Report) {
    say_some("rejected", &report.rejects);
    say_some("exception", &report.exceptions);
}

fn say_some(what: &str, lines: &[impl Display]) {
    for line in lines.iter().take(SHOWN) {
        say(format_args!("{what}: {line}"));
    }
    if lines.len() > SHOWN {
        say(format_args!("{what}: and {} more, all of them with `--out DIR`", lines.len() - SHOWN));
    }
}
