//! Makes warnings about files whose rows are legal but probably not meant.

use crate::ids::whole_part;
use crate::key::Key;
use crate::seen::{Expiries, RepeatedRows, UnusableRows};
use crate::table::Table;
use crate::{Facts, Row};
use std::collections::BTreeSet;
use std::path::Path;

/// The least number of expiries that are worth a warning.
const FEW: u64 = 3;

/// Returns the warnings about all files, as texts for people.
pub fn warnings(facts: &Facts) -> Vec<String> {
    let expiries = facts.seen.iter().filter_map(|(&file, seen)| {
        let Expiries { midnights, has_others } = seen.expiries;
        (midnights >= FEW && !has_others).then(|| all_midnights(&facts.files[file.get()].path, midnights))
    });
    let flagged: BTreeSet<&str> = facts.seen.values().flat_map(|seen| seen.decimal_ids.iter().copied()).collect();
    let two_forms = flagged.into_iter().filter_map(|column| two_forms(facts, column));
    let unusable = facts.seen.values().flat_map(|seen| &seen.unusable).map(unusable);
    let repeated = facts.seen.iter().flat_map(|(&file, seen)| {
        let path = &facts.files[file.get()].path;
        seen.repeated.as_ref().map(|rows| repeated(path, rows))
    });
    expiries.chain(two_forms).chain(unusable).chain(repeated).collect()
}

fn all_midnights(path: &Path, count: u64) -> String {
    format!(
        "{}: all {count} times in `expires_at` are midnights, so credit expires as its last day begins: for the end of that \
         day write dates without a time, such as 2024-06-30 (a mapping cuts them from a text: `left(expires, 10)`)",
        path.display()
    )
}

fn repeated(path: &Path, RepeatedRows { rows, first, of, .. }: &RepeatedRows) -> String {
    let rows = if *rows == 1 { "1 row is".to_owned() } else { format!("{rows} rows are") };
    let of = of.map_or("a row of another file".to_owned(), |place| format!("row {place}"));
    format!(
        "{}: {rows} the same as another row of the same fact, in all columns, and count too; the first is row {first}, the same \
         as {of}: if the export repeats rows, name what tells them apart in `distinct`",
        path.display()
    )
}

fn unusable(UnusableRows { lookup, rows, first }: &UnusableRows) -> String {
    let rows = if *rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") };
    format!(
        "look-up `{lookup}`: {rows} cannot be used, and rows that find one of them by its key are rejected; the first: {first}"
    )
}

/// Returns the warning about ids of a column that are written both as `12345.0` and as `12345`; `None` if there are
/// none.
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

/// Returns the keys of the orders and customers whose ids are those of some facts without their `.0`. A run that loads
/// the facts of few people loads these too, so that it can warn of them.
pub fn keys_of_whole_parts(facts: &Facts) -> Vec<Key> {
    let flagged = |column| facts.seen.values().any(|seen| seen.decimal_ids.contains(column));
    let keys = |column, key: fn(&str) -> Key| {
        let ids = if flagged(column) { whole_parts(facts, column) } else { BTreeSet::new() };
        ids.into_iter().map(key)
    };
    keys("order_id", Key::order).chain(keys("customer_id", Key::person)).collect()
}

/// Returns the ids of a column that are written with `.0`, without it.
fn whole_parts<'f>(facts: &'f Facts, column: &str) -> BTreeSet<&'f str> {
    let mut whole = BTreeSet::new();
    each_id(facts, column, &mut |id| whole.extend(whole_part(id)));
    whole
}

/// Calls `take` with the ids of a column in all kinds that have it.
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
