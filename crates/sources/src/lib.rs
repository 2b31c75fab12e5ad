//! From exports to facts (the rules, section 2, and the mappings of section 9): every row of an export becomes an
//! accepted fact or a reject.
//!
//! The steps: `readers` turn a file's bytes into one [`raw::RawBatch`] after the other, with the columns of the file
//! and the line or row number of each row; `mapping`, where the input has one, turns these columns into canonical ones;
//! `canonical` judges every value and makes small records; `gather` puts the pieces, read on any thread, back into
//! reading order: these are the [`accrue_facts::Facts`] that [`read()`] returns. The canonical columns are defined
//! once, in [`accrue_facts::columns`]; [`input`] defines what to read.
//!
//! Not here: what facts mean. This room knows no rule about credit, no lot and no balance, reads no TOML and no clock,
//! and keeps nothing between runs. Facts after as_of are handed on.
//!
//! **Invariants.** No row is lost: it becomes a fact or a part of one, or is rejected with its file, line or row,
//! column, value and reason; only rows that a mapping's `where` leaves out are neither. A bad row is never an `Err`: an
//! `Err` is for files that cannot be read at all or lack a column ([`error`]), and it names all such files. Same files,
//! same facts in the same order, whatever the number of threads. Amounts are never binary floating point: a float of a
//! file is read as its shortest decimal and judged as that text.

#![forbid(unsafe_code)]
#![deny(missing_docs, unreachable_pub)]

mod alike;
mod asked;
mod canonical;
pub mod error;
mod gather;
pub mod input;
mod long_texts;
mod lookups;
mod mapped_files;
pub mod mapping;
mod names;
mod nowhere;
mod null_texts;
mod packed;
pub mod raw;
mod read;
pub mod readers;
#[cfg(test)]
mod tests;
mod text_limit;
mod values;
mod variants;
pub mod versions;

pub use asked::Asked;
pub use canonical::Keep;
pub use mapping::{DECIMAL_COMMA, Hint, WrittenAs, hints};
pub use names::names;
pub use read::{Progress, read};
pub use variants::{Misfit, misfit};
