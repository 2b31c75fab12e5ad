//! Rows that say something of a fact once more (docs/spec.md 10): repeated ones and newer versions, counted by file,
//! the versions that they replace, and the odd ones among them: `conflicting_rows`, `moved` and
//! `refunded_amount_fell`.

use crate::index::RowIndex;
use crate::strays::Stray;
use crate::version::{At, Version};
use crate::versions::Newest;
use accrue_facts::FileRead;
use accrue_facts::table::Table;
use accrue_kernel::currency::Currency;
use accrue_kernel::exception::Reason;
use accrue_kernel::facts::{FactRef, FactRow};

/// How rows of a kind are named in exceptions.
pub(crate) struct Named<'n> {
    pub fact: fn(FactRow) -> FactRef,
    pub currency: &'n dyn Fn(usize) -> Currency,
}

/// Counts the repeated rows and newer versions of a kind, and adds the odd ones to the strays. Returns how many
/// versions in exports are replaced by newer ones.
pub(crate) fn count<R: Version>(
    table: &Table<R>,
    newest: &Newest,
    named: &Named<'_>,
    files: &mut [FileRead],
    strays: &mut Vec<Stray>,
) -> u64 {
    let mut superseded = 0;
    // Of the version that the row before is or repeats: the row that said it first, and the last one.
    let mut version: Option<(usize, usize)> = None;
    for (before, row) in newest.successions(table) {
        let first = version.filter(|&(_, last)| last == before).map_or(before, |(first, _)| first);
        let (one, other) = (At { table, row: before }, At { table, row });
        let (file_before, file) = (table.origin(before).file, table.origin(row).file);
        let read = &mut files[file.get()];
        let is_export = read.kept_since.is_none();
        if one.repeats(other) {
            read.repeated += u64::from(is_export);
            version = Some((first, row));
            continue;
        }
        read.newer += u64::from(is_export);
        version = Some((row, row));
        superseded += u64::from(files[table.origin(first).file.get()].kept_since.is_none());
        let conflicts = is_export && file == file_before && one.conflicts(other);
        let less = R::refunded_less(one, other);
        let reasons = [
            (conflicts, Reason::ConflictingRows, None),
            (one.moves(other), Reason::Moved, None),
            (less.is_some(), Reason::RefundedAmountFell, less),
        ];
        strays.extend(reasons.into_iter().filter(|(holds, ..)| *holds).map(|(_, reason, amount)| Stray {
            reason,
            fact: (named.fact)(RowIndex::new(row).of_fact()),
            other: Some(table.origin(before)),
            currency: (named.currency)(row),
            amount,
        }));
    }
    superseded
}
