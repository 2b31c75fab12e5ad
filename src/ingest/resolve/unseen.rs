//! Which rows of the exports say something new: those to be kept, where rows are kept from run to run.

use super::same::{NONE, Same};
use crate::ingest::facts::{Extras, Facts, OrderRow, Row, Time};
use crate::ingest::table::Table;

/// Rows of exports, by kind, rising as they were read.
#[derive(Debug, Default)]
pub struct Unseen {
    pub orders: Vec<u32>,
    pub registrations: Vec<u32>,
    pub refunds: Vec<u32>,
    pub redemptions: Vec<u32>,
    pub adjustments: Vec<u32>,
}

/// Kept rows of a kind and then those of exports, in one numbering.
struct Versions<'f, R> {
    kept: &'f Table<R>,
    exported: &'f Table<R>,
}

/// Finds the rows of exports that differ from the row before them with the same id and `updated_at`, be that kept or
/// exported.
///
/// Such a row is never passed over, however often it was said before: with equal `updated_at` the one read later counts.
pub fn unseen(kept: &Facts, exports: &Facts) -> Unseen {
    let same = Same::new(kept.files.iter().chain(&exports.files));
    let orders = Versions { kept: &kept.orders, exported: &exports.orders };
    let plain = |row| OrderRow { extras: 0, ..*orders.row(row) };
    let is_same_order = |one, other| plain(one) == plain(other) && orders.extras(one) == orders.extras(other);
    Unseen {
        orders: orders.unseen(&same, is_same_order),
        registrations: of_plain_kind(&same, &kept.registrations, &exports.registrations),
        refunds: of_plain_kind(&same, &kept.refunds, &exports.refunds),
        redemptions: of_plain_kind(&same, &kept.redemptions, &exports.redemptions),
        adjustments: of_plain_kind(&same, &kept.adjustments, &exports.adjustments),
    }
}

/// Returns all rows of exports among facts that begin with the kept ones.
pub fn exported(facts: &Facts) -> Unseen {
    let is_kept = |file: u32| facts.files[file as usize].kept_since.is_some();
    Unseen {
        orders: of_exports(&facts.orders, is_kept),
        registrations: of_exports(&facts.registrations, is_kept),
        refunds: of_exports(&facts.refunds, is_kept),
        redemptions: of_exports(&facts.redemptions, is_kept),
        adjustments: of_exports(&facts.adjustments, is_kept),
    }
}

impl Facts {
    /// Leaves out all rows but these.
    pub fn only(&mut self, rows: &Unseen) {
        self.orders.only(&rows.orders);
        self.registrations.only(&rows.registrations);
        self.refunds.only(&rows.refunds);
        self.redemptions.only(&rows.redemptions);
        self.adjustments.only(&rows.adjustments);
    }
}

fn of_exports<R: Row>(table: &Table<R>, is_kept: impl Fn(u32) -> bool) -> Vec<u32> {
    let kept = table.pieces().filter(|(_, batch)| is_kept(batch.file)).map(|(rows, _)| rows.len()).sum::<usize>();
    (kept as u32..table.rows.len() as u32).collect()
}

fn of_plain_kind<R: Row + PartialEq>(same: &Same, kept: &Table<R>, exported: &Table<R>) -> Vec<u32> {
    let versions = Versions { kept, exported };
    versions.unseen(same, |one, other| versions.row(one) == versions.row(other))
}

impl<R: Row> Versions<'_, R> {
    fn unseen(&self, same: &Same, is_same: impl Fn(usize, usize) -> bool) -> Vec<u32> {
        let kept_count = self.kept.rows.len();
        let firsts = same.firsts(kept_count + self.exported.rows.len(), |row| self.text(row, 0));
        // Of each first row the newest one with its id so far, and of every row the one before it.
        let (mut latest, mut before) = (vec![NONE; firsts.len()], vec![NONE; firsts.len()]);
        let mut unseen = Vec::new();
        for (row, &first) in firsts.iter().enumerate() {
            before[row] = std::mem::replace(&mut latest[first as usize], row as u32);
            if row < kept_count {
                continue;
            }
            let known = self.version_before(&before, row);
            let is_known = known.is_some_and(|known| is_same(known, row) && self.texts_are_same(known, row));
            if !is_known {
                unseen.push((row - kept_count) as u32);
            }
        }
        unseen
    }

    /// Returns the last row before this one with the same id and `updated_at`.
    fn version_before(&self, before: &[u32], row: usize) -> Option<usize> {
        let updated_at = self.updated_at(row);
        let known = |row: usize| Some(before[row] as usize).filter(|&before| before != NONE as usize);
        let mut versions = std::iter::successors(known(row), |&version| known(version));
        versions.find(|&version| self.updated_at(version) == updated_at)
    }

    fn texts_are_same(&self, one: usize, other: usize) -> bool {
        (0..R::TEXTS.len()).all(|column| self.text(one, column) == self.text(other, column))
    }

    /// Returns the table that a row is in, and its number there.
    fn find(&self, row: usize) -> (&Table<R>, usize) {
        row.checked_sub(self.kept.rows.len()).map_or((self.kept, row), |row| (self.exported, row))
    }

    fn row(&self, row: usize) -> &R {
        let (table, row) = self.find(row);
        &table.rows[row]
    }

    fn text(&self, row: usize, column: usize) -> Option<&str> {
        let (table, row) = self.find(row);
        table.text(row, column)
    }

    fn updated_at(&self, row: usize) -> Time {
        let (table, row) = self.find(row);
        table.updated_at(row)
    }
}

impl Versions<'_, OrderRow> {
    fn extras(&self, row: usize) -> &Extras {
        let (table, row) = self.find(row);
        table.extras(row)
    }
}
