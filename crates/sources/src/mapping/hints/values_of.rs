//! Rejected values of one column, and the remedy that a hint proposes for them.

use crate::input::Input;
use accrue_facts::{FactKind, FileRead, Wanted};
use std::collections::BTreeSet;

/// What an input says of its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WrittenAs {
    /// Whether the input has a mapping, of which types are a part.
    pub is_mapped: bool,
    /// The decimal mark in force where the input can set another; `None` in formats that have none to set.
    pub decimal: Option<u8>,
}

impl WrittenAs {
    /// Returns what the input of a file says of it; `inputs` are all inputs of a pipeline.
    pub fn of(file: &FileRead, inputs: &[Input]) -> WrittenAs {
        let input = inputs.get(file.input.get());
        let is_mapped = input.is_some_and(|input| input.mapping.is_some() || !input.variants.is_empty());
        WrittenAs { is_mapped, decimal: file.decimal }
    }
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
    /// What they were read as.
    pub(super) wanted: Wanted,
    pub(super) written: WrittenAs,
}

/// Says that the input has another decimal mark.
pub(super) fn csv(mark: u8) -> String {
    if mark == b',' { DECIMAL_COMMA.to_owned() } else { "`csv = { decimal = \".\" }`".to_owned() }
}

impl ValuesOf<'_> {
    /// Returns the decimal mark in force.
    pub(super) fn mark(self) -> u8 {
        self.written.decimal.unwrap_or(b'.')
    }

    pub(super) fn other_mark(self) -> u8 {
        if self.mark() == b'.' { b',' } else { b'.' }
    }

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
