//! How to read values that were rejected: one hint for each column, found by trying what would read all of them.
//!
//! Whoever has an export can seldom change how it was written, but a mapping can say how it is to be read.

mod numbers;
#[cfg(test)]
mod tests;
mod times;

use accrue_facts::ids::says_nothing;
use accrue_facts::{FactKind, FileIndex, Reject, RejectReason};
use std::collections::{BTreeMap, BTreeSet};

/// So many values of a column are tried; the others are taken to be like them.
const TRIED: usize = 1000;

/// How a column's rejected values can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The kind of facts of the file.
    pub kind: FactKind,
    /// The column.
    pub column: String,
    /// The number of rejected rows that the hint is about.
    pub rows: u64,
    /// One of the values.
    pub example: String,
    /// What to write in the input, as a part of a sentence.
    pub remedy: String,
}

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
struct From<'r> {
    kind: FactKind,
    column: &'r str,
    /// What gave the value, where it is not the column's own.
    expression: Option<&'r str>,
    written: WrittenAs,
}

/// Finds hints for rejected rows, by kind and column; `written_as` says of the file with an index what its input does.
pub fn hints(rejects: &[Reject], written_as: impl Fn(FileIndex) -> WrittenAs) -> Vec<Hint> {
    let mut columns: BTreeMap<From<'_>, Vec<&str>> = BTreeMap::new();
    let unread = |reject: &&Reject| matches!(reject.reason, RejectReason::Malformed | RejectReason::OutOfRange);
    for reject in rejects.iter().filter(unread).filter(|reject| !reject.column.is_empty() && !reject.value.is_empty()) {
        let (expression, written) = (reject.expression.as_deref(), written_as(reject.file));
        let from = From { kind: reject.kind, column: &reject.column, expression, written };
        columns.entry(from).or_default().push(&reject.value);
    }
    columns.into_iter().filter_map(|(from, values)| hint(from, &values)).collect()
}

fn hint(from: From<'_>, values: &[&str]) -> Option<Hint> {
    let tried = values[..values.len().min(TRIED)].iter().copied();
    let (nothing, said): (Vec<&str>, Vec<&str>) = tried.partition(|value| says_nothing(value.trim()));
    let remedy = match said.as_slice() {
        [] => from.nulls(&nothing),
        _ => {
            let remedy = numbers::remedy(from, &said).or_else(|| times::remedy(from, &said))?;
            if nothing.is_empty() { remedy } else { format!("{remedy}, and {}", from.nulls(&nothing)) }
        }
    };
    let example = said.first().or(nothing.first()).copied().unwrap_or_default().to_owned();
    let (kind, column) = (from.kind, from.column.to_owned());
    Some(Hint { kind, column, rows: values.len() as u64, example, remedy })
}

impl From<'_> {
    /// Says that a type, which has this name in `types` and in expressions, reads the values.
    fn type_of(self, name: &str) -> String {
        match self.expression {
            Some(expression) => format!("`{name}({expression})`"),
            // A type is a part of a mapping, and a file with canonical columns has none yet.
            None if self.written.is_mapped => format!("the type `{name}`"),
            None => format!("a mapping with the type `{name}`"),
        }
    }

    /// Says that times are read by a pattern.
    fn pattern(self, pattern: &str) -> String {
        match self.expression {
            Some(expression) => format!("`time({expression}, '{pattern}')`"),
            None => self.type_of(&format!("time:{pattern}")),
        }
    }

    /// Says that an expression reads the values, `x` being what they stand in.
    fn call(self, of: impl Fn(&str) -> String) -> String {
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
    fn nulls(self, texts: &[&str]) -> String {
        let texts: BTreeSet<String> = texts.iter().map(|text| format!("'{}'", text.trim())).collect();
        format!("`nulls = [{}]`, which makes it empty", texts.into_iter().collect::<Vec<_>>().join(", "))
    }
}
