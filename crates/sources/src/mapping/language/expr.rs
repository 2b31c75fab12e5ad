//! The syntax tree of an expression, before anything is known of a file's columns.

use accrue_kernel::money::Decimal;
use std::collections::BTreeSet;
use std::fmt;

/// An expression. What SQL says in several ways is said in one here: `BETWEEN` is two comparisons, `IF`, `NULLIF` and
/// `CASE x WHEN` are cases, `IFNULL` is a `COALESCE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expr {
    /// A column of the file; one within `optional` may be absent.
    Column {
        name: String,
        is_optional: bool,
    },
    Literal(Literal),
    Arithmetic(Box<Expr>, Arithmetic, Box<Expr>),
    Comparison(Box<Expr>, Comparison, Box<Expr>),
    /// Conditions of a chain, in their order: a long chain is no deeper than a short one.
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    IsNull(Box<Expr>),
    In(Box<Expr>, Vec<Literal>),
    /// The result of the first condition that is true, else the last expression.
    Case(Vec<(Expr, Expr)>, Box<Expr>),
    /// Whether a text fits a pattern of the `regex` crate.
    Matches(Box<Expr>, String),
    /// `CAST(x AS VARCHAR)`.
    AsText(Box<Expr>),
    /// `CAST(x AS BOOLEAN)`.
    AsTruth(Box<Expr>),
    Call(Function, Vec<Expr>),
    Aggregate(Box<Aggregate>),
}

/// An aggregate over the rows of a fact, or over those of which a condition is true. Without an input it counts rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Aggregate {
    pub function: AggregateFunction,
    pub input: Option<Expr>,
    pub filter: Option<Expr>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Literal {
    Null,
    Text(String),
    /// `mantissa / 10^scale`, as it is written.
    Number {
        mantissa: i64,
        scale: u8,
    },
    Truth(bool),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    /// Also of texts.
    Plus,
    Minus,
    Times,
    Divided,
    /// `||`, of texts and of what has one way to be written as a text.
    Concatenated,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// `IS NOT DISTINCT FROM`: null equals null.
    NotDistinct,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    Abs,
    Ceil,
    Floor,
    Round,
    Trunc,
    Coalesce,
    Greatest,
    Least,
    Concat,
    ConcatWs,
    RegexpExtract,
    Read(ReadFunction),
    Text(TextFunction),
}

/// A function that reads a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReadFunction {
    Number,
    Money,
    Time,
    ExcelDate,
    /// Takes no text at all: each rejects its row.
    Refuse,
}

/// A function of texts, and of whole numbers where it counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextFunction {
    Left,
    Right,
    Substr,
    SplitPart,
    Replace,
    Lower,
    Upper,
    Trim,
    LeftTrim,
    RightTrim,
    Length,
    StrPos,
    StartsWith,
    EndsWith,
    /// The id of the guest with an email.
    Guest,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AggregateFunction {
    Sum,
    Avg,
    Min,
    Max,
    First,
    Last,
    Count,
    CountDistinct,
    /// The one value of all rows that have one.
    Agree,
}

impl AggregateFunction {
    /// Tells whether the result is a total, which rows that do not count leave as it is.
    pub(crate) fn is_total(self) -> bool {
        use AggregateFunction::{Avg, Count, CountDistinct, Sum};
        matches!(self, Sum | Avg | Count | CountDistinct)
    }
}

impl Expr {
    pub(crate) fn compared(left: Expr, comparison: Comparison, right: Expr) -> Expr {
        Expr::Comparison(Box::new(left), comparison, Box::new(right))
    }

    /// Returns the parts that the expression is directly made of.
    pub(crate) fn parts(&self) -> Vec<&Expr> {
        match self {
            Expr::Column { .. } | Expr::Literal(_) => Vec::new(),
            Expr::Arithmetic(left, _, right) | Expr::Comparison(left, _, right) => vec![left, right],
            Expr::And(parts) | Expr::Or(parts) | Expr::Call(_, parts) => parts.iter().collect(),
            Expr::Not(of) | Expr::IsNull(of) | Expr::In(of, _) | Expr::Matches(of, _) => vec![of],
            Expr::AsText(of) | Expr::AsTruth(of) => vec![of],
            Expr::Case(branches, otherwise) => {
                let branches = branches.iter().flat_map(|(condition, result)| [condition, result]);
                branches.chain([&**otherwise]).collect()
            }
            Expr::Aggregate(aggregate) => aggregate.input.iter().chain(&aggregate.filter).collect(),
        }
    }

    /// Returns the parts that the expression is directly made of, to be changed.
    fn parts_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Expr::Column { .. } | Expr::Literal(_) => Vec::new(),
            Expr::Arithmetic(left, _, right) | Expr::Comparison(left, _, right) => vec![left, right],
            Expr::And(parts) | Expr::Or(parts) | Expr::Call(_, parts) => parts.iter_mut().collect(),
            Expr::Not(of) | Expr::IsNull(of) | Expr::In(of, _) | Expr::Matches(of, _) => vec![of],
            Expr::AsText(of) | Expr::AsTruth(of) => vec![of],
            Expr::Case(branches, otherwise) => {
                let branches = branches.iter_mut().flat_map(|(condition, result)| [condition, result]);
                branches.chain([&mut **otherwise]).collect()
            }
            Expr::Aggregate(aggregate) => aggregate.input.iter_mut().chain(&mut aggregate.filter).collect(),
        }
    }

    /// Puts what is defined in the place of the columns whose names are defined.
    pub(crate) fn fill_in<'d>(&mut self, defined: impl Fn(&str) -> Option<&'d Expr>) {
        let mut open = vec![self];
        while let Some(expr) = open.pop() {
            match expr {
                Expr::Column { name, .. } => {
                    if let Some(own) = defined(name) {
                        *expr = own.clone();
                    }
                }
                expr => open.extend(expr.parts_mut()),
            }
        }
    }

    /// Tells whether a row that is there twice changes the result: it is summed up or counted.
    pub(crate) fn counts_rows(&self) -> bool {
        let mut open = vec![self];
        while let Some(expr) = open.pop() {
            if let Expr::Aggregate(aggregate) = expr
                && matches!(
                    aggregate.function,
                    AggregateFunction::Sum | AggregateFunction::Avg | AggregateFunction::Count
                )
            {
                return true;
            }
            open.extend(expr.parts());
        }
        false
    }

    /// Returns the columns that the expression refers to, in the order of its text, each with whether it may be absent.
    pub(crate) fn columns(&self) -> Vec<(&str, bool)> {
        let (mut columns, mut open) = (Vec::new(), vec![self]);
        while let Some(expr) = open.pop() {
            if let Expr::Column { name, is_optional } = expr {
                columns.push((name.as_str(), *is_optional));
            }
            open.extend(expr.parts().into_iter().rev());
        }
        columns
    }

    /// Tells whether the expression calls a function, or what SQL writes otherwise and is one.
    pub(crate) fn is_call(&self) -> bool {
        match self {
            Expr::Call(..) | Expr::Case(..) | Expr::AsText(_) => true,
            Expr::Arithmetic(_, op, _) => *op == Arithmetic::Concatenated,
            _ => false,
        }
    }

    /// Returns the names of the columns, each once.
    pub(crate) fn column_names(&self) -> BTreeSet<&str> {
        self.columns().into_iter().map(|(name, _)| name).collect()
    }

    /// Tells whether the expression has more parts than these, once what is defined is in the place of its names.
    pub(crate) fn is_larger<'e>(&'e self, parts: usize, defined: impl Fn(&str) -> Option<&'e Expr>) -> bool {
        let (mut seen, mut open) = (0, vec![self]);
        while let Some(mut expr) = open.pop() {
            if let Expr::Column { name, .. } = expr {
                expr = defined(name).unwrap_or(expr);
            }
            seen += 1;
            if seen > parts {
                return true;
            }
            open.extend(expr.parts());
        }
        false
    }

    /// Tells whether the expression has more levels than these, without going into it more deeply than that.
    pub(crate) fn is_deeper(&self, levels: usize) -> bool {
        let mut level = vec![self];
        for _ in 0..levels {
            level = level.into_iter().flat_map(Expr::parts).collect();
            if level.is_empty() {
                return false;
            }
        }
        true
    }
}

/// Shows what a message names: the first column of the expression, or its value.
impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.columns().first()) {
            (_, Some((name, _))) => f.write_str(name),
            (Expr::Literal(literal), None) => write!(f, "{literal}"),
            (_, None) => f.write_str("an expression without columns"),
        }
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Null => f.write_str("null"),
            Literal::Text(text) => write!(f, "'{text}'"),
            Literal::Number { mantissa, scale } => {
                write!(f, "{}", Decimal { mantissa: i128::from(*mantissa), decimals: u32::from(*scale) })
            }
            Literal::Truth(truth) => write!(f, "{truth}"),
        }
    }
}
