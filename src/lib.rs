//! accrue works out store credit: `entries = f(events, program, as_of)` and `deltas = entries - posted`.
//!
//! The rooms, from the outside in: [`cli`] reads arguments and prints; [`run`] is the one road from exports to a ledger;
//! [`pipeline`] turns TOML files into values; [`ingest`] turns exports into facts of people, [`emails`] postings into mails,
//! [`output`] rows into files, [`reports`] sums into words; [`book`] keeps tables, and [`delta`] reads and writes the files
//! of such tables; [`text`] shows texts of other people's files, [`files`] opens those; [`generate`] makes up shops; [`kernel`] is the function
//! itself and knows none of the others. ARCHITECTURE.md tells more.

#![deny(unsafe_code)]

#[cfg(feature = "full")]
pub mod book;
#[cfg(feature = "full")]
pub mod cli;
#[cfg(feature = "full")]
pub mod delta;
#[cfg(feature = "full")]
pub mod emails;
#[cfg(feature = "full")]
pub mod files;
#[cfg(feature = "full")]
pub mod generate;
#[cfg(feature = "full")]
pub mod ingest;
pub mod kernel;
#[cfg(feature = "full")]
pub mod output;
#[cfg(feature = "full")]
pub mod pipeline;
#[cfg(feature = "full")]
pub mod reports;
#[cfg(feature = "full")]
pub mod run;
#[cfg(feature = "full")]
pub mod text;
