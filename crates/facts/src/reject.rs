//! A rejected row: its file, line or row, column, value, reason and message. Places count from 1.

use crate::{FactKind, FileIndex};

/// A row that is left out, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The kind of facts that the row's file has.
    pub kind: FactKind,
    /// Its file.
    pub file: FileIndex,
    /// The row's line or row number in the file, from 1.
    pub place: u64,
    /// The name of the file's column that is at fault, or of several; empty where the row as a whole is.
    pub column: String,
    /// The value in that column, as the file has it, or what the expression has made of it.
    pub value: String,
    /// The expression of the mapping that gave the value; `None` where it is the column's own.
    pub expression: Option<String>,
    /// What the value was read as.
    pub wanted: Wanted,
    /// The kind of fault, by which summaries count.
    pub reason: RejectReason,
    /// What is wrong and how to correct it, for people.
    pub message: String,
    /// The order that the row is about, where it is a row of orders and its id can be read.
    pub order_id: Option<String>,
}

/// What a value was read as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wanted {
    /// A number: an amount or a count.
    Number,
    /// A time.
    Time,
    /// Anything else.
    #[default]
    Other,
}

/// The kinds of faults of rows, as a run's summary counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RejectReason {
    /// A required value is missing.
    Missing,
    /// A value cannot be read as its type.
    Malformed,
    /// An amount is below zero and must not be.
    Negative,
    /// An amount has more decimals than its currency.
    TooPrecise,
    /// A number or time is outside the range that accrue can hold.
    OutOfRange,
    /// A currency is no known ISO 4217 code.
    UnknownCurrency,
    /// The method of a refund or the mode of an adjustment is not one of the known words.
    UnknownMethod,
    /// An id was damaged by a program: see [`Damage`](crate::ids::Damage).
    DamagedId,
    /// A time is outside the years that facts may have: see [`PLAUSIBLE`](crate::moment::PLAUSIBLE).
    Implausible,
    /// A look-up of the mapping finds nothing for the row.
    NotFound,
    /// No column names the owner of the fact.
    NoOwner,
}

impl RejectReason {
    /// Returns the name in summaries and lists, such as `too_precise`.
    pub fn name(self) -> &'static str {
        match self {
            RejectReason::Missing => "missing",
            RejectReason::Malformed => "malformed",
            RejectReason::Negative => "negative",
            RejectReason::TooPrecise => "too_precise",
            RejectReason::OutOfRange => "out_of_range",
            RejectReason::UnknownCurrency => "unknown_currency",
            RejectReason::UnknownMethod => "unknown_method",
            RejectReason::DamagedId => "damaged_id",
            RejectReason::Implausible => "implausible",
            RejectReason::NotFound => "not_found",
            RejectReason::NoOwner => "no_owner",
        }
    }
}
