//! From files to people (SPEC 2, and the mappings of SPEC 9): every row of an export becomes an accepted fact or a
//! reject, and every fact finds its newest version and its person.
//!
//! The road: `readers` turn a file's bytes into one [`raw::RawBatch`] after the other, columns as the file has them and
//! the line or row of each; `mapping`, where the input has one, turns those into canonical columns; `canonical` judges
//! every value and makes small records; `gather` puts the pieces, read on any thread, back into reading order: these are
//! the [`facts::Facts`] that [`read`] returns. [`resolve::resolve`] then makes [`resolve::People`] of them. What the
//! canonical columns are stands once, in [`columns`]; what to read, in [`input`].
//!
//! Not here: what facts mean. This room knows no rule about credit, no lot and no balance, reads no TOML and no clock,
//! and keeps nothing between runs. Facts after as_of are handed on.
//!
//! **Invariants.** No row is lost: it becomes a fact or a part of one, or is rejected with its file, line or row, column,
//! value and reason; only what a mapping's `where` drops is neither. A bad row is a value, never an `Err`: that is for a
//! file that cannot be read at all or lacks a column ([`error`]), and then all such files are named. Same files, same
//! facts in the same order, whatever the number of threads. Amounts are never binary floating point: a float of a file is
//! read as its shortest decimal and judged as that text.

pub mod canonical;
pub mod columns;
pub mod error;
pub mod facts;
mod gather;
pub mod input;
pub mod links;
mod long_texts;
pub mod mapping;
mod newest;
mod nowhere;
mod null_texts;
mod places;
mod prefetch;
pub mod raw;
mod read;
pub mod readers;
pub mod resolve;
mod short_numbers;
mod short_text;
pub mod table;
#[cfg(test)]
mod tests;
mod text_column;
pub mod versions;
mod warnings;

pub use canonical::Keep;
pub use read::{Asked, Progress, read};
pub use warnings::{keys_of_whole_parts, warnings};
