//! Facts: the schema of a shop's exports, and the accepted rows of all inputs.
//!
//! The main entry is [`Facts`]: accepted rows by kind, each kind in a [`table::Table`] of records of fixed size
//! ([`rows`]), with the rejects and the files that were read. [`columns`] is the one table of canonical columns.
//! [`moment`], [`number`] and [`ids`] read one value of a text; [`key`] makes the keys by which a run finds rows that
//! belong together.
//!
//! Not here: files, formats and mappings (`accrue-sources`), which version of a fact counts and whose fact it is
//! (`accrue-resolve`), and any rule about credit. Nothing here opens a file.

#![deny(unsafe_code)]
#![deny(missing_docs, unreachable_pub)]

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
mod origin;
mod places;
pub mod prefetch;
mod reject;
pub mod rows;
pub mod seen;
pub mod short_numbers;
pub mod short_text;
pub mod shown;
pub mod table;
pub mod text_column;
pub mod text_columns;
mod time;
pub mod trim;
pub mod undated_refund;
pub mod warnings;

pub use accepted::{Facts, PerTable};
pub use file_read::{FileRead, KeptSince};
pub use kind::{FactKind, PerKind, kind_and_row};
pub use origin::{FileIndex, FileRow, InputIndex, Origin};
pub use places::Places;
pub use reject::{Reject, RejectReason, Wanted};
pub use rows::{
    AdjustmentRow, ExactDecimal, Extras, ExtrasIndex, OrderRow, RedemptionRow, RefundRow, RegistrationRow, Row,
};
pub use time::Time;
