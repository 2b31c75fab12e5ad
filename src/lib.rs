//! accrue works out store credit: `entries = f(events, program, as_of)` and `deltas = entries - posted`.
//!
//! The rooms, from the outside in: [`cli`] reads arguments and prints; [`run`] is the one road from exports to a ledger;
//! [`pipeline`] turns TOML files into values; [`sources`] turns exports into [`facts`], [`resolve`]
//! facts into people, [`emails`] postings into mails,
//! [`output`] rows into files, [`reports`] sums into words; [`book`] keeps tables, and [`delta`] reads and writes the files
//! of such tables; [`text`] shows texts of other people's files, [`files`] opens those; [`generate`] makes up shops; [`kernel`] is the function
//! itself and knows none of the others. ARCHITECTURE.md tells more.

#![deny(unsafe_code)]

#[cfg(not(unix))]
compile_error!("accrue runs on Linux and macOS: it relies on their rights, links and renames of files");

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
pub mod generate;
pub mod pipeline;
pub mod run;
