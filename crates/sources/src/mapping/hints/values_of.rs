//! Rejected values of one column, and the remedy that a hint proposes for them.

use accrue_facts::FactKind;
use std::collections::BTreeSet;

/// What an input says of its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WrittenAs {
    /// Whether the input has a mapping, of which types are a part.
    pub is_mapped: bool,
    /// The decimal mark in force where the input can set another; `None` in formats that have none to set.
    pub decimal: Option<u8>,
}

/// The remedy where the values have commas before their decimals.
pub const DECIMAL_COMMA: &str = "`csv = { decimal = \",\" }`";

/// Where rejected values come from: values of one column are read in one way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ValuesOf<'r> {
    pub(super) kind: FactKind,
    pub(super) column: &'r str,
    /// What gave the value, where it is not the column's own.
    pub(super) expression: Option<&'r str>,
    pub(super) written: WrittenAs,
}

impl ValuesOf<'_> {
    /// Says that a type, which has this name in `types` and in expressions, reads the values.
    pub(super) fn type_of(self, name: &str) -> String {
        match self.expression {
            Some(expression) => format!("`{name}({expression})`"),
            // A type is a part of a mapping, and a file with canonical columns has none yet.
            None if self.written.is_mapped => format!("the type `{name}`"),
            None => format!("a mapping with the type `{name}`"),
        }
    }

    /// Says that times are read by a pattern.
    pub(super) fn pattern(self, pattern: &str) -> String {
        match self.expression {
            Some(expression) => format!("`time({expression}, '{pattern}')`"),
            None => self.type_of(&format!("time:{pattern}")),
        }
    }

    /// Says that an expression reads the values; `of` gets the name of their column.
    pub(super) fn call(self, of: impl Fn(&str) -> String) -> String {
        let plain = self.column.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let column = if plain { self.column.to_owned() } else { format!("\"{}\"", self.column) };
        match self.expression {
            Some(expression) => format!("`{}`", of(expression)),
            None => {
                let a_mapping = if self.written.is_mapped { "" } else { "a mapping with " };
                format!("{a_mapping}the expression `{}`, where the column has no type", of(&column))
            }
        }
    }

    /// Says that texts mean null.
    pub(super) fn nulls(self, texts: &[&str]) -> String {
        let texts: BTreeSet<String> = texts.iter().map(|text| format!("'{}'", text.trim())).collect();
        format!("`nulls = [{}]`, which makes it empty", texts.into_iter().collect::<Vec<_>>().join(", "))
    }
}
