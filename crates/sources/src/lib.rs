//! From exports to facts (the rules, section 2, and the mappings of section 9): every row of an export becomes an accepted
//! fact or a reject.
//!
//! The road: `readers` turn a file's bytes into one [`raw::RawBatch`] after the other, columns as the file has them and
//! the line or row of each; `mapping`, where the input has one, turns those into canonical columns; `canonical` judges
//! every value and makes small records; `gather` puts the pieces, read on any thread, back into reading order: these are
//! the [`accrue_facts::Facts`] that [`read()`] returns. What the canonical columns are stands once, in
//! [`accrue_facts::columns`]; what to read, in [`input`].
//!
//! Not here: what facts mean. This room knows no rule about credit, no lot and no balance, reads no TOML and no clock,
//! and keeps nothing between runs. Facts after as_of are handed on.
//!
//! **Invariants.** No row is lost: it becomes a fact or a part of one, or is rejected with its file, line or row, column,
//! value and reason; only what a mapping's `where` drops is neither. A bad row is a value, never an `Err`: that is for a
//! file that cannot be read at all or lacks a column ([`error`]), and then all such files are named. Same files, same
//! facts in the same order, whatever the number of threads. Amounts are never binary floating point: a float of a file is
//! read as its shortest decimal and judged as that text.

#![deny(unsafe_code)]

pub mod canonical;
pub mod error;
mod gather;
pub mod input;
mod long_texts;
pub mod mapping;
mod nowhere;
mod null_texts;
pub mod raw;
mod read;
pub mod readers;
#[cfg(test)]
mod tests;
mod values;
pub mod versions;

pub use canonical::Keep;
pub use read::{Asked, Progress, read};
