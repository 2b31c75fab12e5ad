//! Takes the first accepted facts of a file, with their values as text, for `accrue inspect`.

use super::facts::assumed_currency;
use crate::facts::columns::columns;
use crate::facts::shown::{ShownValue, values};
use crate::facts::table::Table;
use crate::facts::{FactKind, Facts, FileIndex, FileRead, Row};

/// A fact: its line or row in the file, and its values by canonical column, in the order of the columns.
pub(super) type Shown = (u64, Vec<(&'static str, String)>);

/// Returns the first facts of a file, with the values that it gives; `file` is its index.
pub(super) fn first_facts(facts: &Facts, file: FileIndex, count: usize) -> Vec<Shown> {
    match facts.files[file.get()].kind {
        FactKind::Orders => first(facts, &facts.orders, file, count),
        FactKind::Registrations => first(facts, &facts.registrations, file, count),
        FactKind::Refunds => first(facts, &facts.refunds, file, count),
        FactKind::Redemptions => first(facts, &facts.redemptions, file, count),
        FactKind::Adjustments => first(facts, &facts.adjustments, file, count),
    }
}

fn first<R: Row>(facts: &Facts, table: &Table<R>, file: FileIndex, count: usize) -> Vec<Shown> {
    let read = &facts.files[file.get()];
    let own = (0..table.rows.len()).filter(|row| table.origin(*row).file == file).take(count);
    own.map(|row| (table.origin(row).place, filled(values(facts, R::KIND, row, assumed_currency()), read))).collect()
}

/// Leaves out what there is no value of, and the values of columns that the file does not fill.
fn filled(values: Vec<ShownValue>, read: &FileRead) -> Vec<(&'static str, String)> {
    let is_filled = |name: &str| {
        let at = columns(read.kind).iter().position(|column| column.name == name);
        at.and_then(|at| read.filled.columns.get(at)).is_some_and(|count| *count > 0)
    };
    values.into_iter().filter(|(name, _)| is_filled(name)).filter_map(|(name, value)| Some((name, value?))).collect()
}
