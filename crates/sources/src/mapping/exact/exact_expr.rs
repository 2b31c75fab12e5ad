//! An expression with its type and number of decimals known.

use crate::mapping::exact::expr_type::ExprType;
use crate::mapping::exact::node::Node;
use crate::mapping::language::expr::Expr;
use accrue_facts::moment::BareDate;
use accrue_kernel::time::LocalCalendar;

/// How texts in an expression, and texts that it reads, are meant.
#[derive(Clone, Copy)]
pub(crate) struct ReadContext<'a> {
    /// The zone of local times.
    pub(crate) zone: &'a LocalCalendar,
    pub(crate) bare_date: BareDate,
    /// The mark of decimals: `.` or `,`.
    pub(crate) decimal: u8,
}

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
