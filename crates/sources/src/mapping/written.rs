//! An expression as it is written in a mapping.

use crate::mapping::definitions::Definitions;
use crate::mapping::fault::{MappingFault, Reason};
use crate::mapping::language;
use crate::mapping::language::expr::Expr;
use std::collections::BTreeSet;

/// An expression and where it stands in the pipeline file.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub key: String,
    pub text: String,
    /// The text, with definitions in the place of their names.
    pub expr: Expr,
    /// The columns that a file must have for it.
    pub needed: BTreeSet<String>,
    /// Those that it speaks of within `optional` only.
    pub optional: BTreeSet<String>,
    /// The columns and definitions that the text itself names.
    pub named: BTreeSet<String>,
}

impl Written {
    pub(super) fn parse(key: String, text: &str, definitions: &Definitions) -> Result<Written, MappingFault> {
        let read = language::parse(text).and_then(|own| {
            let named = own.column_names().into_iter().map(str::to_owned).collect();
            Ok((named, definitions.filled_in(own)?))
        });
        match read {
            Ok((named, expr)) => {
                let owned = |(name, _): (&str, bool)| name.to_owned();
                let (optional, needed): (Vec<_>, Vec<_>) =
                    expr.columns().into_iter().partition(|(_, is_optional)| *is_optional);
                let needed: BTreeSet<String> = needed.into_iter().map(owned).collect();
                let optional = optional.into_iter().map(owned).filter(|name| !needed.contains(name)).collect();
                Ok(Written { key, text: text.to_owned(), expr, needed, optional, named })
            }
            Err(reason) => Err(MappingFault::Expression { key, expression: text.to_owned(), reason }),
        }
    }

    /// Reads what tells facts apart: the name of a column, whatever its characters, a definition, or an expression that
    /// calls a function.
    pub(super) fn key(text: &str, definitions: &Definitions) -> Written {
        match Written::parse("group_by".to_owned(), text, definitions) {
            Ok(written) if written.expr.is_call() || definitions.get(text).is_some() => written,
            _ => Written {
                key: "group_by".to_owned(),
                text: text.to_owned(),
                expr: Expr::Column { name: text.to_owned(), is_optional: false },
                needed: BTreeSet::from([text.to_owned()]),
                optional: BTreeSet::new(),
                named: BTreeSet::from([text.to_owned()]),
            },
        }
    }

    pub(super) fn sources(&self) -> Vec<String> {
        self.expr.column_names().into_iter().map(str::to_owned).collect()
    }

    pub(super) fn fault(&self, reason: Reason) -> MappingFault {
        MappingFault::Expression { key: self.key.clone(), expression: self.text.clone(), reason }
    }
}
