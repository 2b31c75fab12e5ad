//! Bytes to events or rejects.

pub mod canonical;
pub mod columns;
pub mod error;
pub mod facts;
mod gather;
pub mod input;
pub mod mapping;
pub mod raw;
mod read;
pub mod readers;
pub mod resolve;
#[cfg(test)]
mod tests;

pub use read::{Progress, read};
