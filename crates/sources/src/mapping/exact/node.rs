//! The computation of an expression: a tree of operations whose types, decimals and time zone are known.

use crate::mapping::clock::Pattern;
use crate::mapping::language::expr::{Comparison, TextFunction};
use accrue_facts::moment::BareDate;
use accrue_kernel::time::LocalCalendar;
use arrow::array::{ArrayRef, BooleanArray, Decimal128Array, StringArray, TimestampMicrosecondArray};
use regex::Regex;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// A computation that gives one value a row, or a fact. All operands of one have types that go together.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    Column(String),
    /// The ends of the bare dates of a column of times.
    Ends(String),
    Constant(Scalar),
    /// The result of an aggregate, by its number.
    Aggregated(usize),
    /// A number with more decimals.
    Widened(Box<Node>, u32),
    Plus(Box<Node>, Box<Node>),
    Minus(Box<Node>, Box<Node>),
    Times(Box<Node>, Box<Node>),
    /// The left number is given so many more decimals than the right one has.
    Divided(Box<Node>, Box<Node>, u32),
    /// A number with fewer decimals.
    Rounded(Box<Node>, u32, Rounding),
    Absolute(Box<Node>),
    /// True as 1.
    Counted(Box<Node>),
    Compared(Box<Node>, Comparison, Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    IsNull(Box<Node>),
    In(Box<Node>, Constants),
    Matches(Box<Node>, Regex),
    Case(Vec<(Node, Node)>, Box<Node>),
    Coalesce(Vec<Node>),
    Greatest(Vec<Node>),
    Least(Vec<Node>),
    /// A whole number or a truth value as a text.
    AsText(Box<Node>),
    /// Texts one after the other, nulls left out, with a separator between them.
    Joined(Vec<Node>, String),
    /// Texts one after the other; null where one is.
    Concatenated(Vec<Node>),
    /// The part of a text that a group of a pattern matches, 0 for all of the match; null where nothing matches.
    Extract(Box<Node>, Regex, usize),
    /// A number or a time that is read from a text, and the column that rejects name. Second may be the name of a zone.
    Read(Vec<Node>, String, TextReading),
    /// A function of texts and whole numbers.
    Call(TextFunction, Vec<Node>),
    /// Computed once for all places where it occurs.
    Shared(Shared),
}

/// A part that occurs in several places of expressions.
#[derive(Clone)]
pub(crate) struct Shared {
    /// The same in all places.
    pub number: usize,
    pub node: Box<Node>,
}

impl Node {
    /// Returns what it is computed of.
    pub(super) fn parts_mut(&mut self) -> Vec<&mut Node> {
        match self {
            Node::Column(_) | Node::Ends(_) | Node::Constant(_) | Node::Aggregated(_) => Vec::new(),
            Node::Widened(of, _)
            | Node::Rounded(of, ..)
            | Node::Absolute(of)
            | Node::Counted(of)
            | Node::Not(of)
            | Node::IsNull(of)
            | Node::In(of, _)
            | Node::Matches(of, _)
            | Node::AsText(of)
            | Node::Extract(of, ..)
            | Node::Shared(Shared { node: of, .. }) => vec![of],
            Node::Plus(left, right)
            | Node::Minus(left, right)
            | Node::Times(left, right)
            | Node::Divided(left, right, _)
            | Node::Compared(left, _, right) => vec![left, right],
            Node::And(parts)
            | Node::Or(parts)
            | Node::Coalesce(parts)
            | Node::Greatest(parts)
            | Node::Least(parts)
            | Node::Joined(parts, _)
            | Node::Concatenated(parts)
            | Node::Read(parts, ..)
            | Node::Call(_, parts) => parts.iter_mut().collect(),
            Node::Case(branches, otherwise) => {
                let branches = branches.iter_mut().flat_map(|(condition, result)| [condition, result]);
                branches.chain([&mut **otherwise]).collect()
            }
        }
    }
}

impl fmt::Debug for Shared {
    /// Writes the number, which identifies the part.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.number)
    }
}

/// What becomes of decimals that are cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rounding {
    HalfAwayFromZero,
    TowardsZero,
    /// Towards minus infinity.
    Down,
    /// Towards plus infinity.
    Up,
}

/// The decimals of numbers that expressions read.
pub(crate) const READ_SCALE: u8 = 9;

/// How a text is read.
#[derive(Clone)]
pub(crate) enum TextReading {
    Number {
        decimal: u8,
    },
    Money {
        decimal: u8,
    },
    Time {
        pattern: Option<Pattern>,
        zone: LocalCalendar,
        bare_date: BareDate,
    },
    ExcelDate {
        decimal: u8,
        zone: LocalCalendar,
        bare_date: BareDate,
    },
    /// No text is taken, for this reason.
    Refusal {
        message: String,
    },
}

impl fmt::Debug for TextReading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Decimal mark and zone are the same in all expressions of a mapping.
        match self {
            TextReading::Number { .. } => f.write_str("Number"),
            TextReading::Money { .. } => f.write_str("Money"),
            TextReading::Time { pattern, bare_date, .. } => {
                let pattern = pattern.as_ref().map(|pattern| &pattern.text);
                write!(f, "Time {pattern:?} {bare_date:?}")
            }
            TextReading::ExcelDate { bare_date, .. } => write!(f, "ExcelDate {bare_date:?}"),
            TextReading::Refusal { message } => write!(f, "Refusal {message:?}"),
        }
    }
}

/// A constant, or null of a type.
#[derive(Clone, Debug)]
pub(crate) enum Scalar {
    Text(Option<String>),
    Number(Option<i128>),
    Truth(Option<bool>),
    Time(Option<i64>),
}

/// The constants of a list. If null is one of them, a value that is not in the list gives null instead of false.
#[derive(Clone, Debug)]
pub(crate) struct Constants {
    pub values: Arc<ConstantSet>,
    pub has_null: bool,
}

#[derive(Debug)]
pub(crate) enum ConstantSet {
    Texts(BTreeSet<String>),
    Numbers(BTreeSet<i128>),
    Times(BTreeSet<i64>),
    Truths(BTreeSet<bool>),
}

impl Scalar {
    /// Returns the constant as a column of one row.
    pub(crate) fn array(&self) -> ArrayRef {
        match self {
            Scalar::Text(text) => Arc::new(StringArray::from(vec![text.as_deref()])),
            Scalar::Number(mantissa) => Arc::new(Decimal128Array::from(vec![*mantissa])),
            Scalar::Truth(truth) => Arc::new(BooleanArray::from(vec![*truth])),
            Scalar::Time(micros) => Arc::new(TimestampMicrosecondArray::from(vec![*micros])),
        }
    }
}
