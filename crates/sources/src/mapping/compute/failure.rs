//! The reasons why an expression has no result for a row or a group, and the reject that follows.

use crate::mapping::value::Misfit;
use accrue_facts::{RejectReason, Wanted};

/// Why a row, or a group, has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    DividesByZero,
    TooLong,
    /// A text that an expression reads does not hold what it should.
    Misfit(Box<TextMisfit>),
    /// The rows of a group hold two values where all should agree.
    Disagree(Box<Disagreement>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TextMisfit {
    /// What the expression reads: its first column.
    pub(crate) column: String,
    pub(crate) value: String,
    pub(crate) misfit: Misfit,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Disagreement {
    pub(crate) column: String,
    pub(crate) values: [String; 2],
}

/// What a reject says of a failure.
pub(crate) struct Rejection {
    pub(crate) column: String,
    pub(crate) value: String,
    /// Whether the value is a part of what the column has.
    pub(crate) is_part: bool,
    pub(crate) wanted: Wanted,
    pub(crate) reason: RejectReason,
    pub(crate) message: String,
}

impl Failure {
    /// Tells whether it is a fault of arithmetic: many of them are a fault of the mapping, and not of the rows.
    pub(crate) fn is_of_arithmetic(&self) -> bool {
        matches!(self, Failure::DividesByZero | Failure::TooLong)
    }

    /// Returns what a reject says of it; `column` is named where no other is known.
    pub(crate) fn reject(self, column: &str) -> Rejection {
        let arithmetic = |what: &str| Rejection {
            column: column.to_owned(),
            value: String::new(),
            is_part: false,
            wanted: Wanted::Other,
            reason: RejectReason::OutOfRange,
            message: format!("an expression {what}"),
        };
        match self {
            Failure::DividesByZero => arithmetic("divides by zero: write nullif(x, 0) where that should give null"),
            Failure::TooLong => arithmetic("gives a number of more than 38 digits (a summand: 30), decimals included"),
            Failure::Misfit(misfit) => {
                let TextMisfit { column, value, misfit } = *misfit;
                let message = format!("`{value}` {}", misfit.message);
                Rejection { column, value, is_part: true, wanted: misfit.wanted, reason: misfit.reason, message }
            }
            Failure::Disagree(disagreement) => {
                let Disagreement { column, values: [one, other] } = *disagreement;
                let message = format!("rows of one group do not agree: `{one}` and `{other}`");
                let (wanted, reason) = (Wanted::Other, RejectReason::Malformed);
                Rejection { column, value: other, is_part: false, wanted, reason, message }
            }
        }
    }
}
