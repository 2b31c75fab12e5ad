//! Shows progress on a terminal, for whatever takes longer than two seconds.

use super::{fault, signals};
use crate::run::{Progress, Stage, Step};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Nothing is shown before this long.
const PATIENCE: Duration = Duration::from_secs(2);

/// A line on stderr that says which stage a run is in and how far it is.
pub(crate) struct Line {
    started: Instant,
    bar: Mutex<ProgressBar>,
}

impl Line {
    #[expect(clippy::disallowed_methods, reason = "how long the user has waited, not a time of the data")]
    pub(crate) fn new() -> Line {
        Line { started: Instant::now(), bar: Mutex::new(ProgressBar::hidden()) }
    }

    fn is_due(&self) -> bool {
        self.started.elapsed() >= PATIENCE
    }

    /// Shows the line once the user has waited long enough.
    fn show(&self, bar: &ProgressBar) {
        if bar.is_hidden() && self.is_due() {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

impl Progress for Line {
    fn begin(&self, stage: Stage, total: u64) {
        let mut bar = self.bar.lock().expect("nobody panics while holding the line");
        bar.finish_and_clear();
        *bar = match total {
            0 => ProgressBar::no_length().with_style(style("{spinner} {msg} {elapsed}")),
            _ => ProgressBar::new(total).with_style(style("{msg} [{bar:30}] {percent}% {elapsed}")),
        };
        bar.set_draw_target(ProgressDrawTarget::hidden());
        bar.set_message(stage.name());
        if std::io::stderr().is_terminal() {
            self.show(&bar);
        }
    }

    fn step(&self, step: Step) {
        if step == Step::Posting {
            fault::posting_begins();
        }
    }

    fn is_stopped(&self) -> bool {
        signals::is_stopped()
    }

    fn advance(&self, by: u64) {
        let bar = self.bar.lock().expect("nobody panics while holding the line");
        bar.inc(by);
        if std::io::stderr().is_terminal() {
            self.show(&bar);
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Ok(bar) = self.bar.lock() {
            bar.finish_and_clear();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("a template of ours")
}
