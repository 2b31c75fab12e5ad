//! How to read values that were rejected, found by trying what would read them: one hint for each column whose values
//! can all be read in one way, and the advice in the message of each reject.
//!
//! Whoever has an export can seldom change how it was written, but a mapping can say how it is to be read. Nothing is
//! offered that has not been tried on the very values.

mod months;
mod numbers;
mod patterns;
#[cfg(test)]
mod tests;
mod times;
mod values_of;
mod way;

use accrue_facts::ids::says_nothing;
use accrue_facts::{FactKind, FileIndex, Reject, RejectReason, Wanted};
use std::collections::BTreeMap;
use values_of::ValuesOf;
pub use values_of::{DECIMAL_COMMA, WrittenAs};
use way::Way;

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
    let values = |places: &[usize]| places.iter().map(|at| rejects[*at].value.as_str()).collect::<Vec<_>>();
    by_column(rejects, written_as).into_iter().filter_map(|(from, places)| hint(from, &values(&places))).collect()
}

/// Says in the message of each reject how its value can be read: as all values of its column, or as it alone.
pub(crate) fn advise(rejects: &mut [Reject], written_as: impl Fn(FileIndex) -> WrittenAs) {
    let mut advice = Vec::new();
    for (from, places) in by_column(rejects, written_as) {
        let value = |at: &usize| rejects[*at].value.as_str();
        let values: Vec<&str> = places.iter().take(TRIED).map(value).collect();
        let of_column = Remedy::of(from, &values);
        let said = of_column.as_ref().map(|remedy| remedy.said(from, &values));
        let mut alone = 0;
        for at in &places {
            let of_column = said.as_ref().filter(|_| of_column.as_ref().is_some_and(|remedy| remedy.reads(value(at))));
            let of_value = || {
                alone += 1;
                let value = [value(at)];
                let remedy = if alone <= TRIED { Remedy::of(from, &value) } else { None };
                remedy.map(|remedy| remedy.said(from, &value))
            };
            advice.extend(of_column.cloned().or_else(of_value).map(|remedy| (*at, remedy)));
        }
    }
    for (at, remedy) in advice {
        let message = &mut rejects[at].message;
        message.push_str(": it can be read with ");
        message.push_str(&remedy);
    }
}

/// Returns the places of rejects whose values might be read otherwise, by what they come from.
fn by_column(rejects: &[Reject], written_as: impl Fn(FileIndex) -> WrittenAs) -> BTreeMap<ValuesOf<'_>, Vec<usize>> {
    let mut columns: BTreeMap<ValuesOf<'_>, Vec<usize>> = BTreeMap::new();
    for (at, reject) in rejects.iter().enumerate().filter(|(_, reject)| is_unread(reject)) {
        let Reject { kind, wanted, .. } = *reject;
        let (expression, written) = (reject.expression.as_deref(), written_as(reject.file));
        let from = ValuesOf { kind, column: &reject.column, expression, wanted, written };
        columns.entry(from).or_default().push(at);
    }
    columns
}

fn is_unread(reject: &Reject) -> bool {
    let may_be_read = match reject.reason {
        RejectReason::Malformed => true,
        RejectReason::OutOfRange => reject.wanted == Wanted::Time,
        _ => false,
    };
    may_be_read && !reject.column.is_empty() && !reject.value.is_empty()
}

fn hint(from: ValuesOf<'_>, values: &[&str]) -> Option<Hint> {
    let tried = &values[..values.len().min(TRIED)];
    let remedy = Remedy::of(from, tried)?;
    let said = tried.iter().find(|value| !says_nothing(value.trim()));
    let example = said.or(tried.first()).copied().unwrap_or_default().to_owned();
    let (kind, column, remedy) = (from.kind, from.column.to_owned(), remedy.said(from, tried));
    Some(Hint { kind, column, rows: values.len() as u64, example, remedy })
}

/// What reads values: one way, or two of which the values do not tell which is meant; and whether some mean null.
struct Remedy {
    ways: Vec<Way>,
    has_nulls: bool,
}

impl Remedy {
    /// Finds what reads all values.
    fn of(from: ValuesOf<'_>, values: &[&str]) -> Option<Remedy> {
        let (nothing, said) = parted(values);
        let ways = match from.wanted {
            _ if said.is_empty() => Vec::new(),
            Wanted::Number => numbers::ways(from, &said),
            Wanted::Time => times::ways(from, &said),
            Wanted::Other => Vec::new(),
        };
        let remedy = Remedy { has_nulls: !nothing.is_empty(), ways };
        (said.is_empty() || !remedy.ways.is_empty()).then_some(remedy)
    }

    fn reads(&self, value: &str) -> bool {
        let is_null = self.has_nulls && says_nothing(value.trim());
        is_null || !self.ways.is_empty() && self.ways.iter().all(|way| way.reads(value))
    }

    /// Says what to write in the input for these values.
    fn said(&self, from: ValuesOf<'_>, values: &[&str]) -> String {
        let (nothing, said) = parted(values);
        let ways: Vec<String> = self.ways.iter().map(|way| way.said(from, &said)).collect();
        let read = match (ways.as_slice(), self.ways.first()) {
            ([one, other], Some(Way::Number(mark))) => {
                let mark = if *mark == b',' { "comma" } else { "point" };
                format!(
                    "{one} where the {mark} stands before the decimals, or {other} where it stands between thousands: \
                     the values do not tell"
                )
            }
            ([one, other], _) => {
                format!("{one} where the month stands first, or {other} where the day does: the values do not tell")
            }
            (ways, _) => ways.concat(),
        };
        match (nothing.is_empty(), said.is_empty()) {
            (true, _) => read,
            (false, true) => from.nulls(&nothing),
            (false, false) => format!("{read}, and {}", from.nulls(&nothing)),
        }
    }
}

/// Parts values into those that say "nothing" and the others.
fn parted<'v>(values: &[&'v str]) -> (Vec<&'v str>, Vec<&'v str>) {
    values.iter().copied().partition(|value| says_nothing(value.trim()))
}
