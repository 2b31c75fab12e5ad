//! Where the rows of a run went (docs/spec.md 10, Funnel): for every kind of facts, how many rows told nothing new, and
//! what became of the facts that the others tell.
//!
//! [`counting`] hears of each computed person what becomes of the facts, [`outcome`] names it, [`model`] is the JSON,
//! and `text` puts it into words. Only facts that the exports of the run tell are counted; of a book, whatever was
//! kept before is not.

pub mod counting;
pub mod model;
pub mod outcome;
pub(crate) mod text;
