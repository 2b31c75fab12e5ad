//! accrue computes store credit ledgers: `entries = f(events, program, as_of)`, and the postings `entries - posted`.
//!
//! # For embedders
//!
//! The stable part is [`kernel`]: `kernel::compute`, `kernel::program::Program`, the other types of its arguments and
//! results, and the audits. It is a pure function without files, threads or a clock; its own page says which changes
//! its items may have, and has an example. Everything else here serves the command line and may change in any version:
//! the modules are public so that the binary, tests and benchmarks can reach them.
//!
//! # The rooms, from the outside in
//!
//! - [`cli`] reads arguments and prints.
//! - [`run`] is the one way from exports to a ledger: it calls all others.
//! - [`pipeline`] turns TOML files into values.
//! - `exports` looks at files that no pipeline names yet.
//! - [`sources`] turns exports into [`facts`], and [`resolve`] turns facts into people.
//! - [`emails`] turns postings into emails.
//! - [`output`] writes rows to files, and [`reports`] puts sums into words.
//! - [`book`] keeps facts, postings and jobs in tables, and [`delta`] reads and writes the files of such tables.
//! - [`text`] shows texts of other people's files, and [`files`] opens these.
//! - [`generate`] makes up shops.
//! - [`kernel`] is the function itself and knows none of the others.
//!
//! ARCHITECTURE.md has the map of the code and its invariants.

#![forbid(unsafe_code)]
#![deny(missing_docs, unreachable_pub)]

pub use accrue_book as book;
pub use accrue_delta as delta;
pub use accrue_facts as facts;
pub use accrue_files as files;
pub use accrue_kernel as kernel;
pub use accrue_output as output;
pub use accrue_reports as reports;
pub use accrue_resolve as resolve;
pub use accrue_sources as sources;
pub use accrue_text as text;

pub mod cli;
pub mod emails;
mod exports;
pub mod generate;
pub mod pipeline;
pub mod run;
