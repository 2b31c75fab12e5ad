//! What is legal in the files that were read and probably not meant.

use super::canonical::PLAUSIBLE;
use super::facts::{Facts, Row};
use super::links::Key;
use super::table::Table;
use crate::kernel::time::{Instant, MICROS_PER_DAY, Zone};
use std::collections::BTreeSet;
use std::path::Path;

/// Expiries that are worth a warning.
const FEW: u64 = 3;

/// What the rows of a file have shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub expiries: Expiries,
    /// Columns with ids such as `12345.0`.
    pub decimal_ids: BTreeSet<&'static str>,
}

/// Expiries that were written with a time of day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expiries {
    /// Those that are the midnight at which a day begins.
    pub midnights: u64,
    /// Whether there are others, or bare dates.
    pub has_others: bool,
}

impl Seen {
    pub fn add(&mut self, other: Seen) {
        self.expiries.midnights += other.expiries.midnights;
        self.expiries.has_others |= other.expiries.has_others;
        self.decimal_ids.extend(other.decimal_ids);
    }
}

impl Expiries {
    /// Adds an instant, which is local time where it was written without an offset. What expires in 2100 or later is as
    /// good as never.
    pub fn add(&mut self, micros: i64, is_midnight: bool) {
        if micros >= PLAUSIBLE.end {
            return;
        }
        self.midnights += u64::from(is_midnight);
        self.has_others |= !is_midnight;
    }
}

/// Tells whether local time, in microseconds, is a midnight.
pub fn is_local_midnight(micros: i64) -> bool {
    micros.rem_euclid(MICROS_PER_DAY) == 0
}

/// Tells whether an instant is a midnight, in UTC or in a zone.
pub fn is_midnight(instant: Instant, zone: &Zone) -> bool {
    is_local_midnight(instant.micros()) || zone.start_of(zone.day_of(instant)) == instant
}

/// Returns the warnings about all files, in words.
pub fn warnings(facts: &Facts) -> Vec<String> {
    let expiries = facts.seen.iter().filter_map(|(&file, seen)| {
        let Expiries { midnights, has_others } = seen.expiries;
        (midnights >= FEW && !has_others).then(|| all_midnights(&facts.files[file as usize].path, midnights))
    });
    let flagged: BTreeSet<&str> = facts.seen.values().flat_map(|seen| seen.decimal_ids.iter().copied()).collect();
    expiries.chain(flagged.into_iter().filter_map(|column| two_forms(facts, column))).collect()
}

fn all_midnights(path: &Path, count: u64) -> String {
    format!(
        "{}: all {count} times in `expires_at` are midnights, so credit expires as its last day begins: for the end of that \
         day write dates without a time, such as 2024-06-30 (a mapping cuts them from a text: `left(expires, 10)`)",
        path.display()
    )
}

/// Says which ids of a column are written as `12345.0` and as `12345`.
fn two_forms(facts: &Facts, column: &str) -> Option<String> {
    let decimal = whole_parts(facts, column);
    let mut both: BTreeSet<&str> = BTreeSet::new();
    each_id(facts, column, &mut |id| both.extend(decimal.get(id).copied()));
    let first = both.first()?;
    let (count, ids) = (both.len(), if both.len() == 1 { "id is" } else { "ids are" });
    Some(format!(
        "`{column}`: {count} {ids} written in two ways, such as `{first}` and `{first}.0`, and taken for different ids: a \
         program has read ids as decimal numbers; let it read them as text and export again"
    ))
}

/// Returns the keys of orders and people whose ids are those of some facts without their `.0`: a run that loads few people
/// loads these too, to warn of them.
pub fn keys_of_whole_parts(facts: &Facts) -> Vec<Key> {
    let flagged = |column| facts.seen.values().any(|seen| seen.decimal_ids.contains(column));
    let keys = |column, key: fn(&str) -> Key| {
        let ids = if flagged(column) { whole_parts(facts, column) } else { BTreeSet::new() };
        ids.into_iter().map(key)
    };
    keys("order_id", Key::order).chain(keys("customer_id", Key::person)).collect()
}

/// Returns the whole numbers of the ids of a column that are written with `.0`.
fn whole_parts<'f>(facts: &'f Facts, column: &str) -> BTreeSet<&'f str> {
    let mut whole = BTreeSet::new();
    each_id(facts, column, &mut |id| whole.extend(whole_part(id)));
    whole
}

/// Returns the whole number of an id such as `12345.0`.
pub fn whole_part(id: &str) -> Option<&str> {
    let whole = id.strip_suffix(".0")?;
    (!whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit())).then_some(whole)
}

fn each_id<'f>(facts: &'f Facts, column: &str, take: &mut dyn FnMut(&'f str)) {
    each_in(&facts.orders, column, take);
    each_in(&facts.registrations, column, take);
    each_in(&facts.refunds, column, take);
    each_in(&facts.redemptions, column, take);
    each_in(&facts.adjustments, column, take);
}

fn each_in<'f, R: Row>(table: &'f Table<R>, column: &str, take: &mut dyn FnMut(&'f str)) {
    let Some(column) = R::TEXTS.iter().position(|text| *text == column) else { return };
    (0..table.rows.len()).filter_map(|row| table.text(row, column)).for_each(take);
}
