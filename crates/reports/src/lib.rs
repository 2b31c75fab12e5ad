//! What people and schedulers read about a run (docs/spec.md 8), a plan and a book: as JSON, and as text for a
//! terminal.
//!
//! The main entries are [`summary::Summary`] of a run, [`plan::PlanReport`] of a plan, and [`balance`], [`runs`],
//! [`verified`] and [`upkeep`] of a book. Amounts in reports are plain decimals such as `-12.50`, instants are RFC 3339
//! in UTC, digests are SHA-256 in hex, unless it is said otherwise.
//!
//! Not here: reading files, computing credit, and printing. Postings, balances and counts come from the caller; this
//! crate sums them up and puts them into words.

#![forbid(unsafe_code)]
#![deny(missing_docs, unreachable_pub)]

pub mod balance;
pub mod changes;
mod digits;
pub mod explain;
pub mod funnel;
pub mod liability;
pub mod lots;
pub mod page;
pub mod plan;
pub mod plan_table;
pub mod runs;
pub mod summary;
pub mod table;
pub mod tally;
pub mod until;
pub mod upkeep;
pub mod verified;
