//! Settles the types of an expression so that it is exact, or says why it cannot be.
//!
//! Numbers are decimals of 38 digits: a sum has the decimals of its longer operand, a product those of both factors,
//! and only a quotient is rounded. Values of two kinds never meet: nothing is guessed from a text.

mod calls;
mod exact_expr;
pub(super) mod expr_type;
mod kinds;
pub(super) mod node;
mod reads;
pub(super) mod shared;

use crate::alike::nearest;
use crate::mapping::clock;
use crate::mapping::fault::Reason;
use crate::mapping::language::expr::{Aggregate, AggregateFunction, Comparison, Expr, Literal};
use crate::mapping::regular_expression;
use crate::mapping::stack::with_room;
use accrue_facts::moment::BareDate;
pub(super) use exact_expr::ReadContext;
use exact_expr::{Exact, Extent};
use expr_type::ExprType;
use kinds::{
    arithmetic, extent, mantissa, mixed, number, of_kind, one_kind, own_text, quoted, quotient, scalar, text, truth,
    wrong_kind,
};
use node::{ConstantSet, Constants, Node, Scalar};
pub(super) use shared::share;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What an expression is about: what it may refer to depends on that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// `where`, or a canonical column without `group_by`: one row.
    Row,
    /// A canonical column with `group_by`: all rows of a fact.
    Fact,
}

/// What is known where an expression is.
pub(super) struct Scope<'a> {
    pub columns: &'a BTreeMap<String, ExprType>,
    /// The names of all columns of the file; `None` before one is read, when any column may yet exist.
    pub names: Option<&'a [String]>,
    pub keys: &'a [&'a Expr],
    pub level: Level,
    /// How texts are read.
    pub context: ReadContext<'a>,
    /// The aggregates that expressions of the mapping need so far.
    pub aggregations: &'a RefCell<Vec<Aggregation>>,
}

/// An aggregate over the rows of each fact.
#[derive(Clone, Debug)]
pub(super) struct Aggregation {
    /// As it is written, and what a bare date means there: the same is computed once.
    written: (Aggregate, BareDate),
    pub function: AggregateFunction,
    /// What is aggregated of each row.
    pub input: Option<Node>,
    /// What the input holds.
    pub(crate) holds: ExprType,
    /// What rejects name: the first column of the input.
    pub(crate) column: String,
    /// Which rows count.
    pub filter: Option<Node>,
}

impl Scope<'_> {
    /// Makes a whole expression exact; with `group_by` it must have one value per fact.
    pub(super) fn exact<'e>(&self, expr: &'e Expr) -> Result<Exact<'e>, Reason> {
        let exact = self.walk(expr, false)?;
        if self.level == Level::Fact && exact.extent == Extent::PerRow {
            return Err(Reason::NotAggregate(quoted(&expr.to_string())));
        }
        Ok(exact)
    }

    /// Makes a part of an expression exact, whatever the number of its values.
    pub(super) fn part<'e>(&self, expr: &'e Expr) -> Result<Exact<'e>, Reason> {
        self.walk(expr, false)
    }

    /// Makes a part of an expression exact; `inside` an aggregate, keys are columns like others.
    fn walk<'e>(&self, expr: &'e Expr, inside: bool) -> Result<Exact<'e>, Reason> {
        let is_key = self.level == Level::Fact && !inside && self.is_key(expr);
        with_room(|| if is_key { self.key(expr) } else { self.walk_part(expr, inside) })
    }

    fn walk_all<'e>(&self, exprs: &'e [Expr], inside: bool) -> Result<Vec<Exact<'e>>, Reason> {
        exprs.iter().map(|expr| self.walk(expr, inside)).collect()
    }

    fn walk_part<'e>(&self, expr: &'e Expr, inside: bool) -> Result<Exact<'e>, Reason> {
        let exact = |node, holds, extent| Ok(Exact { written: expr, node, holds, extent });
        match expr {
            Expr::Column { name, .. } => self.column(expr, name),
            Expr::Literal(literal) => {
                let (scalar, holds) = scalar(literal);
                exact(Node::Constant(scalar), holds, Extent::Constant)
            }
            Expr::Arithmetic(left, op, right) => {
                let (left, right) = (self.walk(left, inside)?, self.walk(right, inside)?);
                let extent = left.extent.max(right.extent);
                let (node, holds) = arithmetic(left, *op, right)?;
                exact(node, holds, extent)
            }
            Expr::Comparison(left, comparison, right) => {
                let (left, right) = (self.walk(left, inside)?, self.walk(right, inside)?);
                let extent = left.extent.max(right.extent);
                exact(self.comparison(left, *comparison, right)?, ExprType::Bool, extent)
            }
            Expr::And(parts) | Expr::Or(parts) => {
                let parts = self.walk_all(parts, inside)?;
                let extent = extent(&parts);
                let parts = parts.into_iter().map(truth).collect::<Result<_, _>>()?;
                let node = if matches!(expr, Expr::And(_)) { Node::And(parts) } else { Node::Or(parts) };
                exact(node, ExprType::Bool, extent)
            }
            Expr::Not(of) => {
                let of = self.walk(of, inside)?;
                let extent = of.extent;
                exact(Node::Not(Box::new(truth(of)?)), ExprType::Bool, extent)
            }
            Expr::IsNull(of) => {
                let of = self.walk(of, inside)?;
                exact(Node::IsNull(Box::new(of.node)), ExprType::Bool, of.extent)
            }
            Expr::In(of, list) => {
                let of = self.walk(of, inside)?;
                let extent = of.extent;
                exact(self.membership(of, list)?, ExprType::Bool, extent)
            }
            Expr::Matches(of, pattern) => {
                let of = self.walk(of, inside)?;
                let pattern = regular_expression::read(pattern).map_err(Reason::Pattern)?;
                let extent = of.extent;
                exact(Node::Matches(Box::new(own_text(of)?), pattern), ExprType::Bool, extent)
            }
            Expr::Case(branches, otherwise) => self.case(expr, branches, otherwise, inside),
            Expr::AsText(of) => {
                let of = self.walk(of, inside)?;
                let extent = of.extent;
                exact(text(of)?, ExprType::Text, extent)
            }
            Expr::AsTruth(of) => {
                let of = self.walk(of, inside)?;
                match of.holds {
                    ExprType::Bool | ExprType::Null | ExprType::Unknown => {
                        let extent = of.extent;
                        exact(truth(of)?, ExprType::Bool, extent)
                    }
                    _ => Err(Reason::Cast("BOOLEAN".to_owned())),
                }
            }
            Expr::Call(function, arguments) => {
                calls::call(&self.context, expr, *function, self.walk_all(arguments, inside)?)
            }
            Expr::Aggregate(aggregate) => self.aggregate(expr, aggregate, inside),
        }
    }

    fn is_key(&self, expr: &Expr) -> bool {
        let is_it = |key: &&&Expr| match (**key, expr) {
            (Expr::Column { name, .. }, Expr::Column { name: other, .. }) => name == other,
            (key, expr) => key == expr,
        };
        self.keys.iter().any(|key| is_it(&key))
    }

    /// A key is the same in all rows of a fact.
    fn key<'e>(&self, written: &'e Expr) -> Result<Exact<'e>, Reason> {
        let exact = self.walk(written, true)?;
        let first = Aggregate { function: AggregateFunction::First, input: Some(written.clone()), filter: None };
        let node = self.aggregated(first, Some((exact.node, exact.holds)), None);
        Ok(Exact { written, node, holds: exact.holds, extent: Extent::PerFact })
    }

    fn column<'e>(&self, written: &'e Expr, name: &str) -> Result<Exact<'e>, Reason> {
        let holds = match (self.columns.get(name), self.names) {
            (Some(holds), _) => *holds,
            (None, None) => ExprType::Unknown,
            (None, Some(names)) => {
                let nearest = nearest(name, names.iter().map(String::as_str)).map(str::to_owned);
                return Err(Reason::UnknownColumn { column: name.to_owned(), nearest });
            }
        };
        let node = match (holds, self.context.bare_date) {
            // A column that a file lacks.
            (ExprType::Null, _) => Node::Constant(Scalar::Text(None)),
            (ExprType::Time, BareDate::End) => Node::Ends(name.to_owned()),
            _ => Node::Column(name.to_owned()),
        };
        Ok(Exact { written, node, holds, extent: Extent::PerRow })
    }

    /// Compares two values of one kind; a text literal beside a time is a time.
    fn comparison(&self, left: Exact<'_>, comparison: Comparison, right: Exact<'_>) -> Result<Node, Reason> {
        let (left, right) = match (left.holds, right.holds) {
            (ExprType::Time, ExprType::Text) => (left, self.time_literal(right)?),
            (ExprType::Text, ExprType::Time) => (self.time_literal(left)?, right),
            _ => (left, right),
        };
        let (sides, _) = one_kind(vec![left, right])?;
        let [left, right] = <[Node; 2]>::try_from(sides).expect("one_kind keeps the number of sides");
        Ok(Node::Compared(Box::new(left), comparison, Box::new(right)))
    }

    fn time_literal<'e>(&self, text: Exact<'e>) -> Result<Exact<'e>, Reason> {
        match text.written {
            Expr::Literal(Literal::Text(written)) => {
                let node = Node::Constant(Scalar::Time(Some(self.time(written)?)));
                Ok(Exact { node, holds: ExprType::Time, ..text })
            }
            _ => Err(wrong_kind(&text, "a time", "time")),
        }
    }

    /// Reads a time in the expression, in microseconds since 1970.
    fn time(&self, written: &str) -> Result<i64, Reason> {
        let instant = clock::canonical(written, self.context.bare_date, self.context.zone);
        instant.map(|instant| instant.micros()).ok_or_else(|| Reason::Time(written.to_owned()))
    }

    /// `x IN (a, b)`: true where x equals one of the constants.
    fn membership(&self, of: Exact<'_>, list: &[Literal]) -> Result<Node, Reason> {
        let has_null = list.contains(&Literal::Null);
        let own: Vec<&Literal> = list.iter().filter(|literal| **literal != Literal::Null).collect();
        let other = own.iter().find(|literal| !of_kind(of.holds, literal));
        if let Some(literal) = other {
            let other = Exact { holds: scalar(literal).1, ..of.clone() };
            return Err(mixed(&[of.clone(), other.clone()], of.holds, other.holds));
        }
        let values = match of.holds {
            ExprType::Int => ConstantSet::Numbers(own.iter().filter_map(|literal| mantissa(literal, 0)).collect()),
            ExprType::Decimal(scale) => {
                ConstantSet::Numbers(own.iter().filter_map(|literal| mantissa(literal, scale)).collect())
            }
            ExprType::Time => {
                let times = own.iter().filter_map(|literal| match literal {
                    Literal::Text(text) => Some(self.time(text)),
                    _ => None,
                });
                ConstantSet::Times(times.collect::<Result<_, _>>()?)
            }
            ExprType::Bool => {
                let truths = own.iter().filter_map(|literal| match literal {
                    Literal::Truth(truth) => Some(*truth),
                    _ => None,
                });
                ConstantSet::Truths(truths.collect())
            }
            ExprType::Text | ExprType::Null | ExprType::Unknown => {
                let texts = own.iter().filter_map(|literal| match literal {
                    Literal::Text(text) => Some(text.clone()),
                    _ => None,
                });
                ConstantSet::Texts(texts.collect())
            }
        };
        Ok(Node::In(Box::new(of.node), Constants { values: Arc::new(values), has_null }))
    }

    fn case<'e>(
        &self,
        written: &'e Expr,
        branches: &'e [(Expr, Expr)],
        otherwise: &'e Expr,
        inside: bool,
    ) -> Result<Exact<'e>, Reason> {
        let (mut conditions, mut results) = (Vec::new(), Vec::new());
        for (condition, result) in branches {
            conditions.push(self.walk(condition, inside)?);
            results.push(self.walk(result, inside)?);
        }
        results.push(self.walk(otherwise, inside)?);
        let extent = extent(&conditions).max(extent(&results));
        let (mut results, holds) = one_kind(results)?;
        let otherwise = results.pop().expect("there is one more than there are branches");
        let conditions = conditions.into_iter().map(truth).collect::<Result<Vec<_>, _>>()?;
        let node = Node::Case(conditions.into_iter().zip(results).collect(), Box::new(otherwise));
        Ok(Exact { written, node, holds, extent })
    }

    fn aggregate<'e>(&self, written: &'e Expr, aggregate: &'e Aggregate, inside: bool) -> Result<Exact<'e>, Reason> {
        if self.level == Level::Row {
            return Err(Reason::StrayAggregate);
        }
        if inside {
            return Err(Reason::EmptyAggregate);
        }
        let filter = aggregate.filter.as_ref().map(|filter| truth(self.walk(filter, true)?)).transpose()?;
        let input = aggregate.input.as_ref().map(|input| self.walk(input, true)).transpose()?;
        if input.as_ref().is_some_and(|input| input.extent != Extent::PerRow) {
            return Err(Reason::EmptyAggregate);
        }
        let function = aggregate.function;
        let of = |function, input| self.aggregated(Aggregate { function, ..aggregate.clone() }, input, filter.clone());
        let (node, holds) = match (function, input) {
            (AggregateFunction::Sum, Some(input)) => {
                let (node, scale) = number(input)?;
                let holds = ExprType::Decimal(scale);
                (of(function, Some((node, holds))), holds)
            }
            (AggregateFunction::Avg, Some(input)) => {
                let (node, scale) = number(input)?;
                let input = Some((node, ExprType::Decimal(scale)));
                let sum = of(AggregateFunction::Sum, input.clone());
                quotient((sum, scale), (of(AggregateFunction::Count, input), 0))
            }
            (AggregateFunction::Count | AggregateFunction::CountDistinct, input) => {
                (of(function, input.map(|input| (input.node, input.holds))), ExprType::Int)
            }
            (_, Some(input)) => (of(function, Some((input.node, input.holds))), input.holds),
            (_, None) => return Err(Reason::EmptyAggregate),
        };
        Ok(Exact { written, node, holds, extent: Extent::PerFact })
    }

    /// Returns the result of an aggregate, which is computed once however often it is written.
    fn aggregated(&self, aggregate: Aggregate, input: Option<(Node, ExprType)>, filter: Option<Node>) -> Node {
        let mut aggregations = self.aggregations.borrow_mut();
        let (function, written) = (aggregate.function, (aggregate, self.context.bare_date));
        let known = aggregations.iter().position(|other| other.written == written);
        Node::Aggregated(known.unwrap_or_else(|| {
            let column = written.0.input.as_ref().map(ToString::to_string).unwrap_or_default();
            let (input, holds) = input.map_or((None, ExprType::Null), |(input, holds)| (Some(input), holds));
            aggregations.push(Aggregation { written, function, input, holds, column, filter });
            aggregations.len() - 1
        }))
    }
}
