//! Bytes to events or rejects.

pub mod facts;
pub mod input;
pub mod mapping;
pub mod raw;
