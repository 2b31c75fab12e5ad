//! Email jobs (SPEC 7): which mails a run's postings cause.
//!
//! `jobs` is pure: one person's postings and what is left of their lots in, jobs out.
//!
//! This room sends nothing, knows no book and does not remember which jobs were emitted before: a job's id depends
//! on its cause alone, so that whoever keeps the jobs can drop those it has.
//!
//! **Invariants.** The same cause has the same `job_id` in every run. Jobs of one person come out by kind, source,
//! currency and expiry, whatever the order of the postings.

mod due;
mod job;
mod job_id;
pub mod settings;

pub use due::{Cause, Contact, Event, Outbox, Posting, Recipient, Said, jobs};
pub use job::{Job, JobKind, Line, Tally};
