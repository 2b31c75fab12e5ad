//! Email jobs (SPEC 7).

pub mod settings;
