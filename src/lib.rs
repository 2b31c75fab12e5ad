//! accrue works out store credit: `entries = f(events, program, as_of)` and `deltas = entries - posted`.

#[cfg(feature = "full")]
pub mod emails;
#[cfg(feature = "full")]
pub mod generate;
#[cfg(feature = "full")]
pub mod ingest;
pub mod kernel;
