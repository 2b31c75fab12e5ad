//! Email jobs (docs/spec.md 7, and `emails.ndjson` of docs/spec.md 8): which mails a run's postings cause, and what
//! those mails say.
//!
//! `jobs` is pure: one person's postings and what is left of their lots in, jobs out. `Templates` turns a job into a
//! subject, HTML and text; `write_ndjson` writes both as one line.
//!
//! This room sends nothing, knows no book and does not remember which jobs were emitted before: a job's id depends
//! on its cause alone, so that whoever keeps the jobs can drop those it has.
//!
//! **Invariants.** The same cause has the same `job_id` in every run. Jobs of one person come out by kind, source,
//! currency and expiry, whatever the order of the postings. No text of an export reaches HTML unescaped unless a
//! template asks for it, and none breaks a subject line. A job goes to one valid address, and no field of it has a
//! control character but line breaks in the bodies. A fault in a template is found when templates are loaded, before a
//! run computes anything.

mod address;
mod cause;
mod due;
mod fault;
mod files;
mod job;
mod job_id;
mod limits;
mod measured;
mod ndjson;
mod render;
mod sample;
pub mod settings;
mod values;
mod words;

pub(crate) use cause::{Cause, Event};
pub(crate) use due::{Contact, Outbox, Posting, Recipient, Said, jobs};
pub use fault::TemplateFault;
pub(crate) use job::{JobKind, Tally};
pub(crate) use ndjson::write_ndjson;
pub(crate) use render::Templates;
