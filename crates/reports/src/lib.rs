//! What people and schedulers read about a run (docs/spec.md 8), a plan and a book: as JSON and as a table.
//!
//! Counts and sums come in ready; this room adds them up and puts them into words. It looks at no files.

#![forbid(unsafe_code)]
#![warn(missing_docs, unreachable_pub)]

pub mod balance;
pub mod changes;
pub mod lots;
pub mod plan;
pub mod plan_table;
pub mod runs;
pub mod summary;
pub mod table;
pub mod tally;
pub mod until;
pub mod upkeep;
pub mod verified;
