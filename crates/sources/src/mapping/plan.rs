//! The expressions of a mapping, ready to be computed over the columns of one file.

use crate::mapping::exact::expr_type::ExprType;
use crate::mapping::exact::node::Node;
use crate::mapping::exact::{self, Aggregation};

/// The expressions of a mapping, made exact for the columns of one file.
pub(super) struct Plan {
    pub(super) filters: Vec<Node>,
    pub(super) keys: Vec<PlannedColumn>,
    pub(super) distinct: Vec<PlannedColumn>,
    pub(super) having: Option<Node>,
    pub(super) columns: Vec<PlannedColumn>,
    pub(super) aggregations: Vec<Aggregation>,
}

/// A canonical column, or a key by its text, and what gives it.
pub(super) struct PlannedColumn {
    pub(super) name: String,
    /// The columns of files that it is made of.
    pub(super) sources: String,
    pub(super) node: Node,
    pub(super) holds: ExprType,
}

impl Plan {
    /// Marks what is to be computed once: of the inputs of aggregates, and of all that is made of their results.
    pub(super) fn share(&mut self) {
        let columns = self.columns.iter_mut().map(|column| &mut column.node);
        exact::share(columns.chain(&mut self.having).collect());
        let parts = self.aggregations.iter_mut().flat_map(|own| own.input.iter_mut().chain(&mut own.filter));
        exact::share(parts.collect());
    }
}
