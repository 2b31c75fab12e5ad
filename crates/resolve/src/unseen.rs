//! Which rows of the exports say something new: those to be kept, where rows are kept from run to run.

use crate::index::{Place, RowIndex};
use crate::same::Same;
use crate::sorted_out::kept_rows;
use crate::version::{At, Version};
use accrue_facts::table::Table;
use accrue_facts::{FactKind, Facts, FileIndex, Origin, PerKind};
use accrue_kernel::facts::FactRow;
use std::collections::BTreeMap;

/// Rows of exports, by kind, rising as they were read.
pub type Unseen = PerKind<Vec<FactRow>>;

/// What exports say beside what is kept.
#[derive(Debug, Default)]
pub struct News {
    /// The rows to keep: those that do not repeat the row before them with the same id and `updated_at`.
    pub unseen: Unseen,
    /// By file of the exports, how many rows repeat the row before them.
    pub repeated: Vec<u64>,
    /// Facts whose newest version has the times, amounts and flags of a kept version that had been replaced.
    pub reverted: Vec<Reverted>,
    /// Pairs of rows of one file that have the same id and contradict each other, where one of them repeats what is
    /// kept. That row is left out as known, so resolution would not see the contradiction.
    pub conflicts: Vec<Conflict>,
}

/// Two rows of one file that contradict each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The kind of facts in the rows.
    pub kind: FactKind,
    /// The id that both rows have.
    pub id: String,
    /// The customer id in the later row; `None` where it has none.
    pub customer_id: Option<String>,
    /// The file, by its index among those of the exports.
    pub file: FileIndex,
    /// The line or row of the later one, from 1.
    pub place: u64,
    /// The line or row of the earlier one, from 1.
    pub other_place: u64,
}

/// A fact that returns to a state that was replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reverted {
    /// The kind of facts in the row.
    pub kind: FactKind,
    /// The id of the fact.
    pub id: String,
    /// The file, by its index among those of the exports.
    pub file: FileIndex,
    /// Line or row, from 1.
    pub place: u64,
}

/// Kept rows of a kind and then those of exports, in one numbering.
struct Versions<'f, R> {
    kept: &'f Table<R>,
    exported: &'f Table<R>,
    /// Of each row the first with the same id, and the one before it.
    firsts: Vec<Option<Place>>,
    before: Vec<Option<Place>>,
    /// By first row: the newest version so far, the newest kept one, and the last kept row.
    newest: Vec<Option<Place>>,
    newest_kept: Vec<Option<Place>>,
    last_kept: Vec<Option<Place>>,
}

/// How many kept versions of a fact are looked at for a state that it returns to.
const RECENT: usize = 100;

/// Finds the rows of exports that differ from the row before them with the same id and `updated_at`, be that kept or
/// exported.
///
/// Such a row is never passed over, however often it was said before: with equal `updated_at` the one read later
/// counts.
pub fn news(kept: &Facts, exports: &Facts) -> News {
    let same = Same::new(kept.files.iter().chain(&exports.files));
    let mut news = News { repeated: vec![0; exports.files.len()], ..News::default() };
    news.unseen = Unseen {
        orders: of_kind(&same, &kept.orders, &exports.orders, &mut news),
        registrations: of_kind(&same, &kept.registrations, &exports.registrations, &mut news),
        refunds: of_kind(&same, &kept.refunds, &exports.refunds, &mut news),
        redemptions: of_kind(&same, &kept.redemptions, &exports.redemptions, &mut news),
        adjustments: of_kind(&same, &kept.adjustments, &exports.adjustments, &mut news),
    };
    news
}

/// Returns all rows of exports among facts that begin with the kept ones.
pub fn exported(facts: &Facts) -> Unseen {
    let kept = kept_rows(facts);
    let rows = |kept: u32, count: usize| (kept..count as u32).map(FactRow::new).collect();
    Unseen {
        orders: rows(kept.orders, facts.orders.rows.len()),
        registrations: rows(kept.registrations, facts.registrations.rows.len()),
        refunds: rows(kept.refunds, facts.refunds.rows.len()),
        redemptions: rows(kept.redemptions, facts.redemptions.rows.len()),
        adjustments: rows(kept.adjustments, facts.adjustments.rows.len()),
    }
}

impl News {
    /// Leaves out of the exports all rows but those that say something new, and counts the repeated ones.
    pub fn leave_only_new(&self, exports: &mut Facts) {
        exports.only(&self.unseen);
        exports.files.iter_mut().zip(&self.repeated).for_each(|(file, &count)| file.repeated += count);
    }
}

fn of_kind<R: Version>(same: &Same, kept: &Table<R>, exported: &Table<R>, news: &mut News) -> Vec<FactRow> {
    let mut versions = Versions::new(same, kept, exported);
    let (mut unseen, mut repeats) = (Vec::new(), vec![false; exported.rows.len()]);
    // By the first row of its fact, the last row that has returned to a replaced state.
    let mut reverted = BTreeMap::new();
    for row in 0..versions.firsts.len() {
        versions.take_in(row);
        let Some(own) = row.checked_sub(kept.rows.len()) else { continue };
        let is_repeated = versions.is_repeated(row);
        repeats[own] = is_repeated;
        if let Some(before) = versions.exported_before(row).filter(|&before| is_repeated || repeats[before]) {
            news.conflicts.extend(Conflict::of(exported, before, own));
        }
        if is_repeated {
            news.repeated[exported.origin(own).file.get()] += 1;
            continue;
        }
        unseen.push(RowIndex::new(own).of_fact());
        if !versions.is_newest(row) {
            continue;
        }
        let first = versions.first(row);
        if versions.reverts(row) {
            reverted.insert(first, own);
        } else {
            reverted.remove(&first);
        }
    }
    news.reverted.extend(reverted.into_values().map(|row| Reverted::of(exported, row)));
    unseen
}

impl Conflict {
    fn of<R: Version>(table: &Table<R>, before: usize, row: usize) -> Option<Conflict> {
        let (earlier, Origin { file, place }) = (table.origin(before), table.origin(row));
        let conflicts = At { table, row: before }.conflicts(At { table, row });
        let customer = R::CUSTOMERS.first().and_then(|&column| table.text(row, column));
        (file == earlier.file && conflicts).then(|| Conflict {
            kind: R::KIND,
            id: table.id(row).to_owned(),
            customer_id: customer.map(str::to_owned),
            file,
            place,
            other_place: earlier.place,
        })
    }
}

impl Reverted {
    fn of<R: Version>(exported: &Table<R>, row: usize) -> Reverted {
        let Origin { file, place } = exported.origin(row);
        Reverted { kind: R::KIND, id: exported.id(row).to_owned(), file, place }
    }
}

impl<'f, R: Version> Versions<'f, R> {
    /// Finds of each row the first with the same id, and the one before it.
    fn new(same: &Same, kept: &'f Table<R>, exported: &'f Table<R>) -> Versions<'f, R> {
        let count = kept.rows.len() + exported.rows.len();
        // Without kept rows nothing can return to a replaced state.
        let none = || vec![None; if kept.rows.is_empty() { 0 } else { count }];
        let (newest, newest_kept, last_kept) = (none(), none(), none());
        let (firsts, before) = (Vec::new(), Vec::new());
        let mut versions = Versions { kept, exported, firsts, before, newest, newest_kept, last_kept };
        versions.firsts = same.firsts(count, |row| versions.at(row).text(0));
        let mut latest = vec![None; count];
        let link = |row: usize| latest[versions.first(row)].replace(Place::new(row));
        versions.before = (0..count).map(link).collect();
        versions
    }

    /// Returns the first row with the same id.
    fn first(&self, row: usize) -> usize {
        self.firsts[row].expect("a row without its id is rejected").get()
    }

    /// Takes the next row in.
    fn take_in(&mut self, row: usize) {
        if self.kept.rows.is_empty() {
            return;
        }
        let first = self.first(row);
        // Of equal ones the last.
        let is_newest = |newest: Place| self.at(newest.get()).updated_at() <= self.at(row).updated_at();
        if self.newest[first].is_none_or(is_newest) {
            self.newest[first] = Some(Place::new(row));
        }
        if row < self.kept.rows.len() {
            (self.newest_kept[first], self.last_kept[first]) = (self.newest[first], Some(Place::new(row)));
        }
    }

    /// Tells whether a row is the newest version of its fact so far, where any are kept.
    fn is_newest(&self, row: usize) -> bool {
        !self.kept.rows.is_empty() && self.newest[self.first(row)] == Some(Place::new(row))
    }

    /// Returns a row and those before it with the same id.
    fn and_earlier(&self, row: Option<Place>) -> impl Iterator<Item = usize> {
        std::iter::successors(row, |row| self.before[row.get()]).map(Place::get)
    }

    /// Returns the exported row before this one with the same id, by its number among the exported ones.
    fn exported_before(&self, row: usize) -> Option<usize> {
        self.before[row]?.get().checked_sub(self.kept.rows.len())
    }

    /// Tells whether the last row before this one with the same id and `updated_at` says the same.
    fn is_repeated(&self, row: usize) -> bool {
        let own = self.at(row);
        let known = self.and_earlier(self.before[row]).find(|&known| self.at(known).updated_at() == own.updated_at());
        known.is_some_and(|known| own.repeats(self.at(known)))
    }

    /// Tells whether a row has the times, amounts and flags of a kept version that another kept one has replaced. Of
    /// many kept versions only the last ones are looked at.
    fn reverts(&self, row: usize) -> bool {
        let first = self.first(row);
        let is_same = |other: usize| R::has_same_values(self.at(row), self.at(other));
        let is_replaced = self.newest_kept[first].is_some_and(|newest| !is_same(newest.get()));
        is_replaced && self.and_earlier(self.last_kept[first]).take(RECENT).any(is_same)
    }

    fn at(&self, row: usize) -> At<'f, R> {
        match row.checked_sub(self.kept.rows.len()) {
            None => At { table: self.kept, row },
            Some(row) => At { table: self.exported, row },
        }
    }
}
