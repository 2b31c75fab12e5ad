//! The expressions of a mapping as they are computed.

use crate::mapping::exact::Aggregation;
use crate::mapping::exact::expr_type::ExprType;
use crate::mapping::exact::node::Node;

/// The expressions of a mapping, made exact for the columns of one file.
pub(super) struct Plan {
    pub(super) filters: Vec<Node>,
    pub(super) keys: Vec<PlannedColumn>,
    pub(super) having: Option<Node>,
    pub(super) columns: Vec<PlannedColumn>,
    pub(super) aggregations: Vec<Aggregation>,
}

/// A canonical column, or a key by its text, and what gives it.
pub(super) struct PlannedColumn {
    pub(super) name: String,
    pub(super) node: Node,
    pub(super) holds: ExprType,
}
