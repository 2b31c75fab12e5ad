//! How to read values that were rejected: one hint for each column, found by trying what would read all of them.
//!
//! Whoever has an export can seldom change how it was written, but a mapping can say how it is to be read.

mod numbers;
#[cfg(test)]
mod tests;
mod times;
mod values_of;

use accrue_facts::ids::says_nothing;
use accrue_facts::{FactKind, FileIndex, Reject, RejectReason};
use std::collections::BTreeMap;
use values_of::ValuesOf;
pub use values_of::{DECIMAL_COMMA, WrittenAs};

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

/// Finds hints for rejected rows, by kind and column; `written_as` says of the file with an index what its input does.
pub fn hints(rejects: &[Reject], written_as: impl Fn(FileIndex) -> WrittenAs) -> Vec<Hint> {
    let mut columns: BTreeMap<ValuesOf<'_>, Vec<&str>> = BTreeMap::new();
    let unread = |reject: &&Reject| matches!(reject.reason, RejectReason::Malformed | RejectReason::OutOfRange);
    for reject in rejects.iter().filter(unread).filter(|reject| !reject.column.is_empty() && !reject.value.is_empty()) {
        let (expression, written) = (reject.expression.as_deref(), written_as(reject.file));
        let from = ValuesOf { kind: reject.kind, column: &reject.column, expression, written };
        columns.entry(from).or_default().push(&reject.value);
    }
    columns.into_iter().filter_map(|(from, values)| hint(from, &values)).collect()
}

fn hint(from: ValuesOf<'_>, values: &[&str]) -> Option<Hint> {
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
