//! An expression of a mapping with its key in the pipeline file and the columns that it needs.

use crate::mapping::fault::{MappingFault, Reason};
use crate::mapping::language::expr::Expr;
use std::collections::BTreeSet;

/// An expression and where it is in the pipeline file.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub key: String,
    pub text: String,
    /// The text, with definitions in the place of their names.
    pub expr: Expr,
    /// The columns that a file must have for it.
    pub needed: BTreeSet<String>,
    /// Those that it refers to within `optional` only.
    pub optional: BTreeSet<String>,
    /// The columns and definitions that the text itself names.
    pub named: BTreeSet<String>,
}

impl Written {
    /// Puts together what is at a key: its text, what that names, and the expression that it is.
    pub(super) fn new(key: String, text: &str, named: BTreeSet<String>, expr: Expr) -> Written {
        let owned = |(name, _): (&str, bool)| name.to_owned();
        let (optional, needed): (Vec<_>, Vec<_>) =
            expr.columns().into_iter().partition(|(_, is_optional)| *is_optional);
        let needed: BTreeSet<String> = needed.into_iter().map(owned).collect();
        let optional = optional.into_iter().map(owned).filter(|name| !needed.contains(name)).collect();
        Written { key, text: text.to_owned(), expr, needed, optional, named }
    }

    pub(super) fn sources(&self) -> Vec<String> {
        self.expr.column_names().into_iter().map(str::to_owned).collect()
    }

    /// Returns the names of the source columns as rejects list them; the text where it has none.
    pub(super) fn named_sources(&self) -> String {
        let sources = self.sources();
        if sources.is_empty() { self.text.clone() } else { sources.join(", ") }
    }

    pub(super) fn fault(&self, reason: Reason) -> MappingFault {
        MappingFault::Expression { key: self.key.clone(), expression: self.text.clone(), reason }
    }
}
