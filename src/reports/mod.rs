//! What people and schedulers read about a run (SPEC 8): the summary, as JSON and as a table.
//!
//! Counts and sums come in ready; this room adds them up and puts them into words. It looks at no files.

pub mod summary;
pub mod table;
pub mod tally;
