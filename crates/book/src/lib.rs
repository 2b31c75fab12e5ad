//! The book: the facts, postings and email jobs of all runs of a shop (docs/spec.md 6), kept in tables that other
//! programs can read too.
//!
//! A book is a folder with one Delta table for each kind of facts, one for the ledger and one for email jobs;
//! [`layout`] has their columns, `accrue-delta` the format on the disk. The main entry is [`Book::open`]. Facts are
//! only added: a changed fact is a further row. A run is one commit of the ledger, which has the run's record
//! ([`RunRecord`]); [`posted`] reads the ledger person by person.
//!
//! Not here: what facts and postings mean, which facts are new, and programs. The clock is never looked at.
//!
//! **Invariants.** Only this crate writes below the book's folder. A run is one commit of the ledger, on the very
//! snapshot that was read when the run began (optimistic concurrency): before it nothing has happened, and of two runs
//! with one number one gets `Locked`. The facts of a run are committed before it (write-ahead), and do not count if the
//! run is never posted ([`Withdrawn`]). Its folder and then its jobs come after it; the next run completes what a crash
//! has left out, from what the book has kept. Reading changes nothing, and a table that nothing was written to does not
//! exist.

#![forbid(unsafe_code)]
#![deny(missing_docs, unreachable_pub)]

mod base;
mod beginning;
mod book;
mod error;
mod fact_files;
mod head;
mod jobs;
mod kept;
mod kept_folder;
pub mod layout;
mod marker;
mod moved;
mod opening;
mod origins;
pub mod posted;
mod record;
mod remembered;
mod rows;
mod scan;
mod survey;
mod unposted;
mod upkeep;
mod withdrawn;
mod writing;

pub use base::Base;
pub use book::Book;
pub use error::BookError;
pub use fact_files::FactFile;
pub use head::Head;
pub use jobs::{Emitted, JobLines, encode_jobs};
pub use kept::{EMAILS, Kept, KeptFile};
pub use layout::TableName;
pub use origins::{KeptOrigin, origins};
pub use posted::Posted;
pub use posted::keys::{Ending, PostedGroup, PostedKeys, PostedRows};
pub use posted::person::PersonPostings;
pub use record::{FolderRecord, PlannedRecord, ProgramRecord, RunRecord, TakenIn};
pub use remembered::{Remembered, SeenBalance, SeenCredit, SeenInput};
pub use rows::{Cell, TableRows};
pub use scan::{batches, expect_columns, expect_table, numbers, texts};
pub use survey::{Surveyed, survey};
pub use upkeep::{Cleared, TableUpkeep};
pub use withdrawn::Withdrawn;
