//! Rows that are left out, each with its place and its reason.

use crate::FactKind;

/// A row that is left out, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    pub kind: FactKind,
    /// Index into `Facts::files`.
    pub file: u32,
    /// Line or row, from 1.
    pub place: u64,
    /// The file's column that is at fault; empty where the row as a whole is.
    pub column: String,
    pub value: String,
    pub reason: RejectReason,
    /// What is wrong and what would be right, for people.
    pub message: String,
}

/// The kinds of faults that `summary` counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RejectReason {
    Missing,
    Malformed,
    Negative,
    TooPrecise,
    OutOfRange,
    UnknownCurrency,
    UnknownMethod,
    /// An id that a program has damaged.
    DamagedId,
    /// A time that no fact can be of.
    Implausible,
    NoOwner,
}

impl RejectReason {
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
            RejectReason::NoOwner => "no_owner",
        }
    }
}
