//! Facts: the schema of what a shop's exports say, and the accepted rows of an export.
//!
//! [`columns`] is the one table of canonical columns. [`Facts`] holds accepted rows by kind, each in a [`table::Table`] of
//! small records ([`rows`]), with rejects and the files that were read. [`moment`] and [`ids`] read a value as a time or an id;
//! [`key`] makes the keys by which rows are found that belong together.
//!
//! Not here: files, formats and mappings (`accrue-sources`), and which version of a fact counts or whose it is
//! (`accrue-resolve`). No rule about credit.

#![deny(unsafe_code)]

mod accepted;
pub mod columns;
pub mod counted_time;
mod file_read;
pub mod filled;
mod freshness;
pub mod guest;
pub mod ids;
pub mod key;
pub mod key_set;
mod kind;
pub mod moment;
pub mod number;
pub mod places;
pub mod prefetch;
mod reject;
pub mod rows;
pub mod seen;
pub mod short_numbers;
pub mod short_text;
pub mod table;
pub mod text_column;
pub mod text_columns;
pub mod trim;
pub mod warnings;

pub use accepted::{Facts, PerTable};
pub use file_read::{FileRead, KeptSince};
pub use kind::{FactKind, PerKind};
pub use reject::{Reject, RejectReason};
pub use rows::{AdjustmentRow, ExactDecimal, Extras, OrderRow, RedemptionRow, RefundRow, RegistrationRow, Row, Time};
