//! Look-ups in facts: a key finds one fact, and what is taken is as its newest version has it (docs/spec.md 2).
//!
//! Emails and card numbers find a registration as identity does: those of all its versions count, and of several
//! registrations the earliest has it, then the one with the smallest id. Any other key is that of the newest version,
//! and of several facts the one that is read last has it. Emails are compared in lower case.

use crate::mapping::column::Column;
use crate::mapping::found::Found;
use crate::mapping::lookup::LookupTable;
use accrue_facts::guest::lower_email;
use accrue_facts::table::Table;
use accrue_facts::{FactKind, Facts, PerTable, Row};
use arrow::array::StringArray;
use rayon::slice::ParallelSliceMut;
use std::collections::BTreeMap;

/// The column whose texts are compared in lower case.
const EMAIL: &str = "email";

/// Finds the newest version of the fact that each key is of, by its row.
struct Keys<'a> {
    kind: FactKind,
    there: &'a str,
}

impl LookupTable {
    /// Returns what the look-up finds among the facts of a kind.
    pub(crate) fn found_in_facts(&self, kind: FactKind, facts: &Facts) -> Found {
        let keys = facts.per_table(Keys { kind, there: &self.lookup.there });
        let keys = keys.get(kind);
        let column = |(name, column): &(String, String)| {
            let values: StringArray = keys.values().map(|&row| value(facts, kind, row as usize, column)).collect();
            (name.clone(), if keys.is_empty() { Column::of_nothing() } else { Column::of_texts(values) })
        };
        let columns = self.lookup.take.iter().map(column).collect();
        let rows = (0..).zip(keys.keys()).map(|(row, key)| (key.clone(), row)).collect();
        Found { rows, columns, unusable: BTreeMap::new(), is_email: self.lookup.there == EMAIL }
    }
}

impl PerTable for Keys<'_> {
    type Found = BTreeMap<String, u32>;

    fn table<R: Row>(&mut self, table: &Table<R>) -> BTreeMap<String, u32> {
        let mut keys = BTreeMap::new();
        if R::KIND != self.kind {
            return keys;
        }
        let is_of_owner = self.kind == FactKind::Registrations && matches!(self.there, EMAIL | "card_number");
        let is_better = |row: u32, known: u32| {
            let rank = |row: u32| (table.rows[row as usize].own_time(), table.id_bytes(row as usize));
            if is_of_owner { rank(row) < rank(known) } else { row > known }
        };
        let mut rows: Vec<u32> = (0..table.rows.len() as u32).collect();
        let version = |row: u32| (table.id_bytes(row as usize), table.updated_at(row as usize), row);
        rows.par_sort_unstable_by(|one, other| version(*one).cmp(&version(*other)));
        for versions in rows.chunk_by(|one, other| version(*one).0 == version(*other).0) {
            let (newest, earlier) = versions.split_last().expect("a fact has a version");
            if table.rows[*newest as usize].is_void() {
                continue;
            }
            for row in earlier.iter().filter(|_| is_of_owner).chain([newest]) {
                let Some(key) = text(table, *row as usize, self.there) else { continue };
                let key = if self.there == EMAIL { lower_email(key).into_owned() } else { key.to_owned() };
                let known = keys.entry(key).or_insert(*newest);
                if is_better(*newest, *known) {
                    *known = *newest;
                }
            }
        }
        keys
    }
}

/// Returns a value of a fact that holds text; `None` where it has none.
fn value<'f>(facts: &'f Facts, kind: FactKind, row: usize, column: &str) -> Option<&'f str> {
    match (kind, column) {
        (FactKind::Orders, "currency") => Some(facts.orders.rows[row].currency.code()),
        (FactKind::Redemptions, "currency") => Some(facts.redemptions.rows[row].currency.code()),
        (FactKind::Adjustments, "currency") => Some(facts.adjustments.rows[row].currency.code()),
        (FactKind::Orders, _) => text(&facts.orders, row, column),
        (FactKind::Registrations, _) => text(&facts.registrations, row, column),
        (FactKind::Refunds, _) => text(&facts.refunds, row, column),
        (FactKind::Redemptions, _) => text(&facts.redemptions, row, column),
        (FactKind::Adjustments, _) => text(&facts.adjustments, row, column),
    }
}

fn text<'t, R: Row>(table: &'t Table<R>, row: usize, column: &str) -> Option<&'t str> {
    table.text(row, R::TEXTS.iter().position(|name| *name == column)?)
}
