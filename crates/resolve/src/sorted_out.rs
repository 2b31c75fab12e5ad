//! The rows of exports that reach no person (docs/spec.md 10, Funnel): older versions, facts that are void, and facts
//! later than as_of whose owner is therefore not looked for. Nobody's facts until as_of are among the strays.

use crate::versions::Newest;
use accrue_facts::table::{Batch, Table};
use accrue_facts::{Facts, FileRead, PerKind, PerTable, Row};
use accrue_kernel::currency::Currency;
use accrue_kernel::time::Timestamp;
use std::collections::BTreeMap;

/// How many rows of exports of one kind reach no person, and why. Repeated rows are not among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SortedOut {
    /// Rows that a newer version of the same fact replaces.
    pub superseded: u64,
    /// Facts that are void.
    pub void: u64,
    /// Facts later than as_of that are nobody's, by currency.
    pub later: BTreeMap<Currency, u64>,
}

/// The rows of a kind that exports have, and which of them are the newest versions.
pub(crate) struct Exported<'a, R> {
    pub table: &'a Table<R>,
    pub newest: &'a Newest,
    /// The rows before are kept ones.
    pub first: u32,
}

impl<R: Row> Exported<'_, R> {
    fn rows(&self) -> std::ops::Range<usize> {
        self.first as usize..self.newest.row_count()
    }

    /// Counts the void facts. Where no file has a void row, no row is looked at.
    pub(crate) fn void(&self, files: &[FileRead]) -> u64 {
        let has_void = |file: &FileRead| file.kind == R::KIND && file.kept_since.is_none() && file.filled.void > 0;
        let is_void = |&row: &usize| self.table.rows[row].is_void() && self.newest.is_newest(row);
        if files.iter().any(has_void) { self.rows().filter(is_void).count() as u64 } else { 0 }
    }

    /// Counts the facts later than as_of that are nobody's, by the currency that they would be counted in.
    pub(crate) fn later(
        &self,
        as_of: Timestamp,
        is_nobodys: impl Fn(usize) -> bool,
        currency: impl Fn(usize) -> Currency,
    ) -> BTreeMap<Currency, u64> {
        let is_later = |&row: &usize| self.table.rows[row].own_time() > as_of.into();
        let rows = self.rows().filter(is_later).filter(|&row| self.newest.stands(row) && is_nobodys(row));
        let mut counts = BTreeMap::new();
        rows.for_each(|row| *counts.entry(currency(row)).or_default() += 1);
        counts
    }
}

/// Returns how many rows of each kind are kept ones: they come before those of exports.
pub(crate) fn kept_rows(facts: &Facts) -> PerKind<u32> {
    facts.per_table(KeptRows { files: &facts.files })
}

struct KeptRows<'f> {
    files: &'f [FileRead],
}

impl PerTable for KeptRows<'_> {
    type Found = u32;

    fn table<R: Row>(&mut self, table: &Table<R>) -> u32 {
        let is_kept = |batch: &Batch| self.files[batch.file.get()].kept_since.is_some();
        let kept = table.pieces().filter(|(_, batch)| is_kept(batch)).map(|(rows, _)| rows.len()).sum::<usize>();
        kept as u32
    }
}
