//! Bytes to events or rejects.

pub mod columns;
pub mod facts;
pub mod input;
pub mod raw;
pub mod resolve;
