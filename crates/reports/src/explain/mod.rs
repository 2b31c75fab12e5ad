//! Why a balance is what it is (docs/spec.md 11): the figures of an explanation, made from the trace of the kernel, and
//! how they are shown.
//!
//! [`explain`] turns the decisions that [`Decisions`] has heard into [`Explanation`], the model, which is also the
//! JSON: `walk` goes through them, one after the other. [`text`](Explanation::text) and
//! [`markdown`](Explanation::markdown) render the model: both show the rows of `rows`, in the words of `words`.
//!
//! **Invariant.** No amount is computed here but sums of changes; all others come from the kernel.

mod account;
mod asked;
mod build;
mod entries;
mod event;
mod exact;
mod figures;
mod grants;
mod markdown;
pub mod model;
mod only_posted;
pub mod program;
mod refunds;
mod rows;
mod steps;
mod subject;
mod text;
mod walk;
mod words;

pub use build::explain;
pub use model::{Asked, EntryAsked, Explanation};
pub use only_posted::{OnlyPosted, only_posted};
pub use rows::Depth;
pub use subject::{LaterRegistration, PostingOfRun, Subject};

use accrue_kernel::trace::{Decision, Trace};

/// A trace that keeps every decision.
#[derive(Default)]
pub struct Decisions<'a>(Vec<Decision<'a>>);

impl<'a> Decisions<'a> {
    /// Returns the decisions, in the order in which they were made.
    pub fn heard(&self) -> &[Decision<'a>] {
        &self.0
    }
}

impl<'a> Trace<'a> for Decisions<'a> {
    fn hear(&mut self, decision: Decision<'a>) {
        self.0.push(decision);
    }
}
