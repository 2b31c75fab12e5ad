//! The ids that are nearest to one that nobody has.

use crate::book::{BookError, TableName, texts};
use crate::facts::table::Table;
use crate::facts::{FactKind, Facts, Row};
use crate::pipeline::nearest_few;
use crate::sources::input::Input;
use std::collections::BTreeSet;
use std::ops::Bound::{Excluded, Included, Unbounded};

/// A column of ids: the kind of the facts that have it, and its canonical name.
pub(in crate::run) type Column = (FactKind, &'static str);

/// How many ids are named.
const NAMED: usize = 3;
/// How much of an id that is named must be as in the one that was asked for.
const LIKE: f64 = 0.6;
/// The same of ids as short as `R-9`: one character of two may be another.
const LIKE_SHORT: f64 = 0.5;
const SHORT: usize = 4;
/// The same of emails, which often end alike.
const LIKE_EMAIL: f64 = 0.85;

/// Returns the nearest ids among those of facts.
pub(in crate::run) fn nearest_in_facts(id: &str, columns: &[Column], facts: &Facts) -> Vec<String> {
    let mut ids = BTreeSet::new();
    for &(kind, column) in columns {
        match kind {
            FactKind::Orders => add(&facts.orders, column, &mut ids),
            FactKind::Registrations => add(&facts.registrations, column, &mut ids),
            FactKind::Refunds => add(&facts.refunds, column, &mut ids),
            FactKind::Redemptions => add(&facts.redemptions, column, &mut ids),
            FactKind::Adjustments => add(&facts.adjustments, column, &mut ids),
        }
    }
    nearest_among(id, &ids)
}

/// Returns the nearest ids among those of the facts that a book has.
pub(in crate::run) fn nearest_kept(id: &str, columns: &[Column], kept: &[Input]) -> Result<Vec<String>, BookError> {
    let mut ids = BTreeSet::new();
    for &(kind, column) in columns {
        for input in kept.iter().filter(|input| input.kind == kind) {
            texts(&input.path, TableName::Facts(kind).fields(), column, |own| {
                if !ids.contains(own) {
                    ids.insert(own.to_owned());
                }
            })?;
        }
    }
    Ok(nearest_among(id, &ids))
}

/// Returns the nearest of some ids; of equally near ones those that sort next to it.
pub(in crate::run) fn nearest_among(id: &str, ids: &BTreeSet<String>) -> Vec<String> {
    let below = ids.range::<str, _>((Unbounded, Excluded(id))).rev().map(String::as_str);
    let mut above = ids.range::<str, _>((Included(id), Unbounded)).map(String::as_str);
    let mut outwards = Vec::with_capacity(ids.len());
    for own in below {
        outwards.push(own);
        outwards.extend(above.next());
    }
    outwards.extend(above);
    // A fact that belongs to nobody has the very id.
    let others = outwards.into_iter().filter(|other| *other != id);
    let least = match () {
        () if id.contains('@') => LIKE_EMAIL,
        () if id.chars().count() < SHORT => LIKE_SHORT,
        () => LIKE,
    };
    nearest_few(id, others, least, NAMED).into_iter().map(str::to_owned).collect()
}

fn add<R: Row>(table: &Table<R>, column: &str, ids: &mut BTreeSet<String>) {
    let Some(column) = R::TEXTS.iter().position(|name| *name == column) else { return };
    for id in (0..table.rows.len()).filter_map(|row| table.text(row, column)) {
        if !ids.contains(id) {
            ids.insert(id.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(id: &str, ids: &[&str]) -> Vec<String> {
        nearest_among(id, &ids.iter().map(|id| (*id).to_owned()).collect())
    }

    #[test]
    fn of_equally_near_ids_those_next_to_it_are_named() {
        assert_eq!(nearest("R-9", &["R-1", "R-2", "R-7", "R-8", "O-1"]), ["R-8", "R-7", "R-2"]);
        assert_eq!(nearest("O-1105", &["O-1001", "O-1104", "O-1106", "O-2106"]), ["O-1104", "O-1106", "O-1001"]);
    }

    #[test]
    fn nothing_is_named_that_is_not_like_it() {
        assert_eq!(nearest("R-9", &["R-9", "ada", "X-1"]), [""; 0]);
        assert_eq!(nearest("nobody@example.com", &["jo@example.com", "C-1"]), [""; 0]);
        assert_eq!(nearest("add@example.com", &["ada@example.com", "jo@example.com"]), ["ada@example.com"]);
    }
}
