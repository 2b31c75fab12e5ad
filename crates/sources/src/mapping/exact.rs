//! Makes an expression of Polars SQL exact, or says why it cannot be.
//!
//! What Polars would do silently is done differently here, or refused: sums and products of whole numbers wrap, a
//! product of decimals is rounded to the longer of its factors, a number with a point is binary floating point, a cast
//! that fails is null. So only what is listed in this file and in `calls` is available; whole numbers are computed
//! as decimals of 38 digits, a product has the decimals of both factors, and what does not fit fails (and `query`
//! finds the row that it fails on).

use crate::mapping::calls;
use crate::mapping::clock;
use crate::mapping::expr_type::ExprType;
use crate::mapping::fault::{Reason, most_alike};
use accrue_facts::moment::BareDate;
use accrue_kernel::time::LocalCalendar;
use polars::prelude::*;
use std::collections::BTreeMap;

/// Where an expression stands: what it may speak of depends on that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// `where`, or a canonical column without `group_by`: about one row.
    Row,
    /// A canonical column with `group_by`: about all rows of a fact.
    Fact,
}

/// How many values an expression has; of two put together the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    Constant,
    PerFact,
    PerRow,
}

/// What is known where an expression stands.
pub struct Scope<'a> {
    pub columns: &'a BTreeMap<String, ExprType>,
    /// The names of all columns of the file; `None` before one is read, when any column may yet exist.
    pub names: Option<&'a [String]>,
    pub keys: &'a [String],
    pub stand: Stand,
    /// The zone of times in the expression.
    pub zone: &'a LocalCalendar,
    /// What a bare date in the expression means.
    pub bare_date: BareDate,
}

/// An exact expression, and what it holds.
#[derive(Clone, Debug)]
pub struct Exact {
    pub expr: Expr,
    pub holds: ExprType,
    pub extent: Extent,
}

/// The most digits that a polars decimal has.
const PRECISION: usize = 38;
/// The most decimals of a product, and the most digits of what is summed: 38 digits hold 10^8 such summands.
const PRODUCT_SCALE: u8 = 20;
const SUMMAND_DIGITS: usize = 30;
/// The stack that a level of an expression may take, and what is added where less is left, in bytes.
const STACK_LEFT: usize = 128 << 10;
const STACK: usize = 2 << 20;
/// The least decimals of a quotient.
const QUOTIENT_SCALE: u8 = 12;

impl Scope<'_> {
    /// Makes a whole expression exact; with `group_by` it must have one value per fact.
    pub fn exact(&self, expr: &Expr) -> Result<Exact, Reason> {
        let exact = self.walk(expr, false)?;
        if self.stand == Stand::Fact && exact.extent == Extent::PerRow {
            let column = expr.clone().meta().root_names().first().map(ToString::to_string).unwrap_or_default();
            return Err(Reason::NotAggregate(quoted(&column)));
        }
        Ok(exact)
    }

    /// Makes a part of an expression exact; `inside` an aggregate, keys are columns like others.
    pub(super) fn walk(&self, expr: &Expr, inside: bool) -> Result<Exact, Reason> {
        stacker::maybe_grow(STACK_LEFT, STACK, || self.walk_part(expr, inside))
    }

    fn walk_part(&self, expr: &Expr, inside: bool) -> Result<Exact, Reason> {
        match expr {
            Expr::Alias(inner, _) => self.walk(inner, inside),
            Expr::Column(name) => self.column(name, inside),
            Expr::Literal(value) => literal(value, expr),
            Expr::BinaryExpr { left, op, right } => {
                self.binary(self.walk(left, inside)?, *op, self.walk(right, inside)?, expr)
            }
            Expr::Cast { expr, dtype, .. } => cast(self.walk(expr, inside)?, dtype),
            Expr::Ternary { predicate, truthy, falsy } => {
                let condition = self.walk(predicate, inside)?;
                let condition_extent = condition.extent;
                let condition = truth(condition, predicate)?;
                let branches = [self.walk(truthy, inside)?, self.walk(falsy, inside)?];
                let extent = branches.iter().map(|branch| branch.extent).max().max(Some(condition_extent));
                let (mut branches, holds) = one_kind(Vec::from(branches))?;
                let (falsy, truthy) = (branches.pop(), branches.pop());
                let (falsy, truthy) = falsy.zip(truthy).expect("one_kind keeps the number of branches");
                let expr = when(condition).then(truthy).otherwise(falsy);
                Ok(Exact { expr, holds, extent: extent.expect("there are two branches") })
            }
            Expr::Agg(aggregate) => self.aggregate(aggregate, inside, expr),
            Expr::Len if inside || self.stand == Stand::Row => Err(Reason::StrayAggregate),
            Expr::Len => Ok(Exact { expr: len().cast(DataType::Int64), holds: ExprType::Int, extent: Extent::PerFact }),
            Expr::Filter { input, by } if inside => {
                let input = self.walk(input, inside)?;
                let condition = truth(self.walk(by, inside)?, by)?;
                Ok(Exact { expr: input.expr.filter(condition), ..input })
            }
            Expr::Function { input, function } => calls::call(self, input, function, inside, expr),
            other => Err(Reason::Unavailable(other.to_string())),
        }
    }

    fn column(&self, name: &str, inside: bool) -> Result<Exact, Reason> {
        let holds = match (self.columns.get(name), self.names) {
            (Some(holds), _) => *holds,
            (None, None) => ExprType::Unknown,
            (None, Some(names)) => {
                let nearest = most_alike(name, names.iter().map(String::as_str));
                return Err(Reason::UnknownColumn { column: name.to_owned(), nearest });
            }
        };
        let is_key = self.stand == Stand::Fact && !inside && self.keys.iter().any(|key| key == name);
        let (expr, extent) = if is_key { (col(name).first(), Extent::PerFact) } else { (col(name), Extent::PerRow) };
        Ok(Exact { expr, holds, extent })
    }

    pub(super) fn binary(&self, left: Exact, op: Operator, right: Exact, whole: &Expr) -> Result<Exact, Reason> {
        let extent = left.extent.max(right.extent);
        let (expr, holds) = match op {
            Operator::Plus if left.holds == ExprType::Text && right.holds == ExprType::Text => {
                (left.expr + right.expr, ExprType::Text)
            }
            Operator::Plus | Operator::Minus => {
                let (left, right) = (number(left)?, number(right)?);
                (binary_expr(left.0, op, right.0), ExprType::Decimal(left.1.max(right.1)))
            }
            Operator::Multiply => product(number(left)?, number(right)?)?,
            Operator::TrueDivide => quotient(number(left)?, number(right)?),
            Operator::And | Operator::Or | Operator::LogicalAnd | Operator::LogicalOr => {
                let (left_shown, right_shown) = (left.expr.clone(), right.expr.clone());
                (binary_expr(truth(left, &left_shown)?, op, truth(right, &right_shown)?), ExprType::Bool)
            }
            Operator::Eq
            | Operator::NotEq
            | Operator::Lt
            | Operator::LtEq
            | Operator::Gt
            | Operator::GtEq
            | Operator::EqValidity
            | Operator::NotEqValidity => (self.comparison(left, op, right)?, ExprType::Bool),
            _ => return Err(Reason::Unavailable(whole.to_string())),
        };
        Ok(Exact { expr, holds, extent })
    }

    /// Compares two values of one kind; a text literal beside a time is a time.
    fn comparison(&self, left: Exact, op: Operator, right: Exact) -> Result<Expr, Reason> {
        let (left, right) = match (left.holds, right.holds) {
            (ExprType::Time, ExprType::Text) => (left, self.time_literal(right)?),
            (ExprType::Text, ExprType::Time) => (self.time_literal(left)?, right),
            _ => (left, right),
        };
        let (mut sides, _) = one_kind(vec![left, right])?;
        let (right, left) = (sides.pop(), sides.pop());
        let (left, right) = left.zip(right).expect("one_kind keeps the number of sides");
        Ok(binary_expr(left, op, right))
    }

    fn time_literal(&self, text: Exact) -> Result<Exact, Reason> {
        match &text.expr {
            Expr::Literal(value) if value.extract_str().is_some() => {
                let written = value.extract_str().unwrap_or_default();
                let instant = clock::canonical(written, self.bare_date, self.zone);
                let instant = instant.ok_or_else(|| Reason::Time(written.to_owned()))?;
                let expr = lit(instant.micros()).cast(DataType::Datetime(TimeUnit::Microseconds, None));
                Ok(Exact { expr, holds: ExprType::Time, extent: Extent::Constant })
            }
            other => Err(wrong_kind(other, ExprType::Text, "a time", "time")),
        }
    }

    fn aggregate(&self, aggregate: &AggExpr, inside: bool, whole: &Expr) -> Result<Exact, Reason> {
        if self.stand == Stand::Row {
            return Err(Reason::StrayAggregate);
        }
        if inside {
            return Err(Reason::EmptyAggregate);
        }
        let over = |input: &Expr| {
            let inner = self.walk(input, true)?;
            if inner.extent == Extent::PerRow { Ok(inner) } else { Err(Reason::EmptyAggregate) }
        };
        let (expr, holds) = match aggregate {
            AggExpr::Min { input, .. } => over(input).map(|inner| (inner.expr.min(), inner.holds))?,
            AggExpr::Max { input, .. } => over(input).map(|inner| (inner.expr.max(), inner.holds))?,
            AggExpr::First(input) => over(input).map(|inner| (inner.expr.first(), inner.holds))?,
            AggExpr::Last(input) => over(input).map(|inner| (inner.expr.last(), inner.holds))?,
            AggExpr::NUnique(input) => (over(input)?.expr.n_unique().cast(DataType::Int64), ExprType::Int),
            AggExpr::Count { input, include_nulls } => {
                let inner = over(input)?.expr;
                let count = if *include_nulls { inner.len() } else { inner.count() };
                (count.cast(DataType::Int64), ExprType::Int)
            }
            AggExpr::Sum(input) => {
                let (expr, scale) = summand(over(input)?)?;
                (expr.sum(), ExprType::Decimal(scale))
            }
            AggExpr::Mean(input) => {
                let (expr, scale) = summand(over(input)?)?;
                let count = expr.clone().count().cast(DataType::Int64);
                let count = when(count.clone().gt(lit(0))).then(count).otherwise(lit(NULL));
                quotient((expr.sum(), scale), (decimal(count, 0), 0))
            }
            _ => return Err(Reason::Unavailable(whole.to_string())),
        };
        Ok(Exact { expr, holds, extent: Extent::PerFact })
    }
}

/// Brings numbers to one kind and refuses to mix others; nulls go with all.
pub(super) fn one_kind(parts: Vec<Exact>) -> Result<(Vec<Expr>, ExprType), Reason> {
    let mut common = ExprType::Null;
    for part in &parts {
        common = match (common, part.holds) {
            (ExprType::Null, other) | (other, ExprType::Null) => other,
            (ExprType::Unknown, _) | (_, ExprType::Unknown) => ExprType::Unknown,
            (ExprType::Int, ExprType::Int) => ExprType::Int,
            (ExprType::Decimal(scale), ExprType::Int) | (ExprType::Int, ExprType::Decimal(scale)) => {
                ExprType::Decimal(scale)
            }
            (ExprType::Decimal(one), ExprType::Decimal(other)) => ExprType::Decimal(one.max(other)),
            (one, other) if one == other => one,
            (one, other) => return Err(mixed(&parts, one, other)),
        };
    }
    let exprs = parts.into_iter().map(|part| match common {
        ExprType::Decimal(scale) if part.holds != common => decimal(part.expr, scale),
        _ => part.expr,
    });
    Ok((exprs.collect(), common))
}

/// Returns a number as a decimal, and its scale; true counts as 1.
pub(super) fn number(part: Exact) -> Result<(Expr, u8), Reason> {
    match part.holds {
        ExprType::Decimal(scale) => Ok((part.expr, scale)),
        ExprType::Int | ExprType::Null | ExprType::Unknown => Ok((decimal(part.expr, 0), 0)),
        ExprType::Bool => Ok((decimal(part.expr.cast(DataType::Int64), 0), 0)),
        holds => Err(wrong_kind(&part.expr, holds, "a number", "decimal")),
    }
}

/// Returns what is true or false.
pub(super) fn truth(part: Exact, shown: &Expr) -> Result<Expr, Reason> {
    match part.holds {
        ExprType::Bool | ExprType::Unknown => Ok(part.expr),
        ExprType::Null => Ok(part.expr.cast(DataType::Boolean)),
        holds => Err(wrong_kind(shown, holds, "true or false", "bool")),
    }
}

/// Returns a text, or what has exactly one way to be written as one.
pub(super) fn text(part: Exact) -> Result<Expr, Reason> {
    match part.holds {
        ExprType::Text => Ok(part.expr),
        ExprType::Int | ExprType::Bool | ExprType::Null | ExprType::Unknown => Ok(part.expr.cast(DataType::String)),
        holds @ (ExprType::Decimal(_) | ExprType::Time) => Err(Reason::Unwritable(holds)),
    }
}

/// Casts a number to a decimal of 38 digits; one that does not fit fails the query.
pub(super) fn decimal(expr: Expr, scale: u8) -> Expr {
    expr.strict_cast(DataType::Decimal(PRECISION, usize::from(scale)))
}

pub(super) fn wrong_kind(expr: &Expr, holds: ExprType, wanted: &'static str, kind: &str) -> Reason {
    let names = expr.clone().meta().root_names();
    let what = names.first().map_or_else(|| expr.to_string(), ToString::to_string);
    let example = format!("{} = \"{kind}\"", quoted(&what));
    Reason::WrongKind { what, holds, wanted, example }
}

/// Polars rounds a product to the longer of its factors; with this many decimals on the left nothing is lost.
fn product((left, left_scale): (Expr, u8), (right, right_scale): (Expr, u8)) -> Result<(Expr, ExprType), Reason> {
    let scale = left_scale + right_scale;
    if scale > PRODUCT_SCALE {
        return Err(Reason::ManyDecimals(scale));
    }
    let left = if right_scale == 0 { left } else { decimal(left, scale) };
    Ok((left * right, ExprType::Decimal(scale)))
}

fn quotient((left, left_scale): (Expr, u8), (right, right_scale): (Expr, u8)) -> (Expr, ExprType) {
    let scale = left_scale.max(right_scale).max(QUOTIENT_SCALE);
    (decimal(left, scale).true_div(right), ExprType::Decimal(scale))
}

/// Sums of polars wrap at 128 bits: short summands keep them far from there.
fn summand(part: Exact) -> Result<(Expr, u8), Reason> {
    let (expr, scale) = number(part)?;
    Ok((expr.strict_cast(DataType::Decimal(SUMMAND_DIGITS, usize::from(scale))), scale))
}

fn literal(value: &LiteralValue, whole: &Expr) -> Result<Exact, Reason> {
    let (expr, holds) = match value.to_any_value() {
        Some(AnyValue::String(_) | AnyValue::StringOwned(_)) => (whole.clone(), ExprType::Text),
        Some(AnyValue::Null) => (lit(NULL), ExprType::Null),
        Some(AnyValue::Boolean(_)) => (whole.clone(), ExprType::Bool),
        Some(AnyValue::Float64(float)) => decimal_literal(float)?,
        Some(int) if int.is_integer() => match int.extract::<i64>() {
            Some(int) => (lit(int), ExprType::Int),
            None => return Err(Reason::LongNumber(int.to_string())),
        },
        _ => return Err(Reason::Unavailable(whole.to_string())),
    };
    Ok(Exact { expr, holds, extent: Extent::Constant })
}

/// SQL's numbers with a point arrive as binary ones; up to 15 digits their shortest decimal is what was written.
fn decimal_literal(float: f64) -> Result<(Expr, ExprType), Reason> {
    let written = float.to_string();
    let (whole, part) = written.split_once('.').unwrap_or((&written, ""));
    if whole.len() + part.len() > 15 {
        return Err(Reason::LongNumber(written));
    }
    let mantissa = format!("{whole}{part}").parse::<i128>().map_err(|_| Reason::LongNumber(written.clone()))?;
    let value = AnyValue::Decimal(mantissa, PRECISION, part.len());
    let scalar = Scalar::new(DataType::Decimal(PRECISION, part.len()), value);
    Ok((Expr::Literal(LiteralValue::Scalar(scalar)), ExprType::Decimal(part.len() as u8)))
}

fn cast(inner: Exact, target: &DataTypeExpr) -> Result<Exact, Reason> {
    let extent = inner.extent;
    let (expr, holds) = match (target.as_literal(), inner.holds) {
        (Some(DataType::String), _) => (text(inner)?, ExprType::Text),
        (Some(DataType::Boolean), ExprType::Bool | ExprType::Null) => {
            (inner.expr.cast(DataType::Boolean), ExprType::Bool)
        }
        (Some(DataType::Boolean), ExprType::Unknown) => (inner.expr, ExprType::Bool),
        (Some(target), _) => return Err(Reason::Cast(target.to_string())),
        (None, _) => return Err(Reason::Cast("this type".to_owned())),
    };
    Ok(Exact { expr, holds, extent })
}

fn mixed(parts: &[Exact], one: ExprType, other: ExprType) -> Reason {
    let is_number = |holds| matches!(holds, ExprType::Int | ExprType::Decimal(_));
    let texts = || parts.iter().find(|part| part.holds == ExprType::Text && !matches!(part.expr, Expr::Literal(_)));
    match texts() {
        Some(part) if is_number(one) || is_number(other) => {
            wrong_kind(&part.expr, ExprType::Text, "a number", "decimal")
        }
        _ => Reason::Mixed(one, other),
    }
}

/// Quotes a column's name for TOML and SQL where it needs that.
fn quoted(name: &str) -> String {
    let plain = name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_');
    if plain { name.to_owned() } else { format!("\"{name}\"") }
}
