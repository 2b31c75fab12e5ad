//! What people and schedulers read about a run (SPEC 8): the summary, as JSON and as a table; and
//! what a plan would change.
//!
//! Counts and sums come in ready; this room adds them up and puts them into words. It looks at no files.

pub mod changes;
pub mod plan;
pub mod plan_table;
pub mod summary;
pub mod table;
pub mod tally;
