//! A part of an expression whose types, decimals and zone have been settled.

use crate::mapping::exact::expr_type::ExprType;
use crate::mapping::exact::node::Node;
use crate::mapping::language::expr::Expr;

/// How many values an expression has; of two put together the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Extent {
    Constant,
    PerFact,
    PerRow,
}

/// An exact expression, and what it holds.
#[derive(Clone, Debug)]
pub(crate) struct Exact<'e> {
    pub written: &'e Expr,
    pub node: Node,
    pub holds: ExprType,
    pub extent: Extent,
}
