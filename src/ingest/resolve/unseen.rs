//! Which rows of the exports say something new: those to be kept, where rows are kept from run to run.

use super::same::{NONE, Same};
use crate::ingest::facts::{Facts, FileRead, OrderRow, Row};
use crate::ingest::table::Table;

/// Rows of exports that are new or changed, by kind, as they were read.
#[derive(Debug, Default)]
pub struct Unseen {
    pub orders: Vec<u32>,
    pub registrations: Vec<u32>,
    pub refunds: Vec<u32>,
    pub redemptions: Vec<u32>,
    pub adjustments: Vec<u32>,
}

/// Finds the rows of exports that differ from the row before them with the same id and `updated_at`.
///
/// Such a row is never passed over, however often it was said before: with equal `updated_at` the one read later counts.
pub fn unseen(facts: &Facts) -> Unseen {
    let same = Same::new(&facts.files);
    let (orders, files) = (&facts.orders, &facts.files);
    let plain = |row| OrderRow { extras: 0, ..orders.rows[row] };
    let is_same_order = |one, other| plain(one) == plain(other) && orders.extras(one) == orders.extras(other);
    Unseen {
        orders: of_kind(&same, files, orders, is_same_order),
        registrations: of_plain_kind(&same, files, &facts.registrations),
        refunds: of_plain_kind(&same, files, &facts.refunds),
        redemptions: of_plain_kind(&same, files, &facts.redemptions),
        adjustments: of_plain_kind(&same, files, &facts.adjustments),
    }
}

fn of_plain_kind<R: Row + PartialEq>(same: &Same, files: &[FileRead], table: &Table<R>) -> Vec<u32> {
    of_kind(same, files, table, |one, other| table.rows[one] == table.rows[other])
}

fn of_kind<R: Row>(
    same: &Same,
    files: &[FileRead],
    table: &Table<R>,
    is_same: impl Fn(usize, usize) -> bool,
) -> Vec<u32> {
    let is_export = |row: usize| files[table.origin(row).0 as usize].kept_since.is_none();
    let firsts = same.firsts(table.rows.len(), |row| Some(table.id(row)));
    // Of each first row the newest one with its id so far, and of every row the one before it.
    let (mut latest, mut before) = (vec![NONE; firsts.len()], vec![NONE; firsts.len()]);
    let mut unseen = Vec::new();
    for (row, &first) in firsts.iter().enumerate() {
        before[row] = std::mem::replace(&mut latest[first as usize], row as u32);
        if !is_export(row) {
            continue;
        }
        let known = version_before(table, &before, row);
        let is_known = known.is_some_and(|known| is_same(known, row) && texts_are_same(table, known, row));
        if !is_known {
            unseen.push(row as u32);
        }
    }
    unseen
}

/// Returns the last row before this one with the same id and `updated_at`.
fn version_before<R: Row>(table: &Table<R>, before: &[u32], row: usize) -> Option<usize> {
    let updated_at = table.updated_at(row);
    let known = |row: usize| Some(before[row] as usize).filter(|&before| before != NONE as usize);
    let mut versions = std::iter::successors(known(row), |&version| known(version));
    versions.find(|&version| table.updated_at(version) == updated_at)
}

fn texts_are_same<R: Row>(table: &Table<R>, one: usize, other: usize) -> bool {
    (0..R::TEXTS.len()).all(|column| table.text(one, column) == table.text(other, column))
}
