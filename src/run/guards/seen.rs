//! Guards that compare an input with what the book has seen of it (docs/spec.md 10): `lost_columns` and `max_unowned`.

use super::super::Request;
use super::rows::{exports, rejects_of, shown};
use super::{GuardName, SHOWN, Tripped};
use crate::book::SeenInput;
use crate::facts::columns::columns;
use crate::facts::{Facts, FileIndex, FileRead, Reject, RejectReason};
use crate::pipeline::Percent;
use crate::sources::input::Input;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Of the values that a column is expected to have, so many percent must be there.
const EXPECTED: u32 = 10;
/// How unlikely it must be that a column is empty by chance.
const CHANCE: f64 = 1e-6;
/// By how many percentage points the share of rows without an owner may rise.
const UNOWNED_RISE: u32 = 20;
/// Rows, before and now, from which on shares of rows without an owner are compared.
const UNOWNED_FROM: u64 = 50;

/// What a run finds out by comparing its inputs with what the book has seen.
pub(crate) struct Seen {
    pub tripped: Vec<Tripped>,
    /// What the book will have seen once the run is posted.
    pub inputs: Vec<SeenInput>,
}

/// Compares the inputs with what the book has seen. What trips a guard and is passed becomes the usual state.
pub(crate) fn of_seen(request: &Request<'_>, inputs: &[Input], facts: &Facts, before: &[SeenInput]) -> Seen {
    let mut seen = Seen { tripped: Vec::new(), inputs: before.to_vec() };
    for (number, input) in inputs.iter().enumerate() {
        let files: Vec<(FileIndex, &FileRead)> =
            exports(facts).filter(|(_, file)| file.input.get() == number).collect();
        let now = now(inputs, number, facts, &files);
        if now.rows == 0 {
            continue;
        }
        let usual = before.iter().find(|usual| usual.is_of(&now));
        let night = Night { request, input, facts, files, now: &now };
        let tripped: Vec<Tripped> = usual
            .into_iter()
            .flat_map(|usual| [night.lost_columns(usual), night.max_unowned(usual)])
            .flatten()
            .collect();
        let next = match usual.filter(|_| tripped.is_empty()) {
            Some(usual) => usual.plus(&now),
            None => now.clone(),
        };
        seen.tripped.extend(tripped);
        seen.inputs.retain(|other| !other.is_of(&next));
        seen.inputs.push(next);
    }
    seen.inputs.sort_by(|one, other| one.key().cmp(&other.key()));
    seen
}

/// Adds up what the files of an input hold.
fn now(inputs: &[Input], number: usize, facts: &Facts, files: &[(FileIndex, &FileRead)]) -> SeenInput {
    let input = &inputs[number];
    let is_alike = |other: &&Input| (other.kind, &other.written_path) == (input.kind, &input.written_path);
    let mut filled = BTreeMap::new();
    for (column, at) in columns(input.kind).iter().zip(0..).filter(|(column, _)| column.moves_money()) {
        let count = files.iter().filter_map(|(_, file)| file.filled.columns.get(at)).sum();
        filled.insert(column.name.to_owned(), count);
    }
    SeenInput {
        kind: input.kind.name().to_owned(),
        path: input.written_path.clone(),
        among: inputs[..number].iter().filter(is_alike).count() as u64,
        rows: files.iter().map(|(_, file)| file.filled.rows).sum(),
        unowned: files.iter().map(|(number, _)| unowned(facts, *number).count() as u64).sum(),
        filled,
    }
}

fn unowned(facts: &Facts, file: FileIndex) -> impl Iterator<Item = &Reject> {
    rejects_of(facts, file).iter().filter(|reject| reject.reason == RejectReason::NoOwner)
}

/// An input of which rows were read.
struct Night<'n> {
    request: &'n Request<'n>,
    input: &'n Input,
    facts: &'n Facts,
    files: Vec<(FileIndex, &'n FileRead)>,
    now: &'n SeenInput,
}

impl Night<'_> {
    fn lost_columns(&self, usual: &SeenInput) -> Option<Tripped> {
        let least = self.request.pipeline.guard.lost_columns.or(Percent(EXPECTED.into()))?;
        let is_lost = |(column, filled): &(&String, &u64)| {
            usual.filled.get(*column).is_some_and(|&before| is_lost(before, usual.rows, **filled, self.now.rows, least))
        };
        let lost: Vec<(&String, &u64)> = self.now.filled.iter().filter(is_lost).collect();
        let compared = lost.iter().map(|(column, filled)| {
            let (rows, before) = (self.now.rows, usual.filled.get(*column).copied().unwrap_or_default());
            format!(
                "`{column}` has a value in {filled} of {rows} rows, and had one in {before} of {} before",
                usual.rows
            )
        });
        let compared: Vec<String> = compared.collect();
        let message = format!("{}: {}", self.input.path.display(), compared.join("; "));
        let names: Vec<&str> = lost.iter().map(|(column, _)| column.as_str()).collect();
        (!lost.is_empty())
            .then(|| Tripped::new(GuardName::LostColumns, self.request, message, self.files_without(&names)))
    }

    /// Describes the files in which columns have few values or none.
    fn files_without(&self, names: &[&str]) -> Vec<String> {
        let describe = |file: &FileRead| {
            let (first, last) = file.filled.places?;
            let count = |name: &str| {
                let at = columns(file.kind).iter().position(|column| column.name == name);
                at.map_or(0, |at| file.filled.columns[at])
            };
            let counts: Vec<String> =
                names.iter().map(|name| format!("`{name}` in {} of {}", count(name), file.filled.rows)).collect();
            Some(format!("{}, rows {first} to {last}: {}", file.path.display(), counts.join(", ")))
        };
        self.files.iter().filter_map(|(_, file)| describe(file)).take(SHOWN).collect()
    }

    fn max_unowned(&self, usual: &SeenInput) -> Option<Tripped> {
        let rise = self.request.pipeline.guard.max_unowned.or(Percent(UNOWNED_RISE.into()))?;
        let (now, before) = (self.now, usual);
        if now.rows < UNOWNED_FROM || before.rows < UNOWNED_FROM || !has_risen(before, now, rise) {
            return None;
        }
        let message = format!(
            "{}: {} of {} rows have no owner, and {} of {} had none before: the share rises by more than {} percentage \
             points",
            self.input.path.display(),
            now.unowned,
            now.rows,
            before.unowned,
            before.rows,
            rise.0
        );
        let rejects = self.files.iter().flat_map(|(number, _)| unowned(self.facts, *number));
        Some(Tripped::new(GuardName::MaxUnowned, self.request, message, shown(self.facts, rejects)))
    }
}

/// Tells whether a column that had a value in `before` of `rows_before` rows is lost, where it has one in `filled` of
/// `rows`: fewer than the least share of what is expected, which cannot be by chance.
///
/// The share before counts as if half a row more had been empty: a few full rows do not show that an empty one is odd.
fn is_lost(before: u64, rows_before: u64, filled: u64, rows: u64, least: Percent) -> bool {
    let decimal = Decimal::from;
    let expected = decimal(before) * decimal(rows);
    if before == 0 || least.0 * expected <= Decimal::ONE_HUNDRED * decimal(filled) * decimal(rows_before) {
        return false;
    }
    let empty = 1.0 - before as f64 / (rows_before as f64 + 0.5);
    // Beyond so many rows only a share of nearly nothing is left, and that is far below the chance.
    empty.powi(i32::try_from(rows).unwrap_or(i32::MAX)) < CHANCE
}

/// Tells whether the share of rows without an owner has risen by more than so many percentage points.
fn has_risen(before: &SeenInput, now: &SeenInput, points: Percent) -> bool {
    let cross = |unowned: u64, rows: u64| Decimal::from(unowned) * Decimal::from(rows);
    let difference = cross(now.unowned, before.rows) - cross(before.unowned, now.rows);
    Decimal::ONE_HUNDRED * difference > points.0 * cross(now.rows, before.rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(before: (u64, u64), now: (u64, u64)) -> bool {
        is_lost(before.0, before.1, now.0, now.1, Percent(EXPECTED.into()))
    }

    #[test]
    fn a_column_is_lost_where_chance_cannot_have_emptied_it() {
        // 95 of 100 rows were filled: ten empty ones cannot be by chance, and one of ten is as much as is let pass.
        assert!(lost((95, 100), (0, 10)));
        assert!(!lost((95, 100), (1, 10)));
        // 3 of 100: ten rows without one are usual, and so are 100; of 1,000 one would expect 30.
        assert!(!lost((3, 100), (0, 10)));
        assert!(!lost((3, 100), (0, 100)));
        assert!(lost((3, 100), (2, 1_000)));
        assert!(!lost((3, 100), (3, 1_000)));
        // Nobody expects what never was there.
        assert!(!lost((0, 100), (0, 1_000_000)));
    }

    #[test]
    fn a_few_full_rows_do_not_make_an_empty_one_odd() {
        assert!(!lost((10, 10), (0, 1)));
        assert!(!lost((10, 10), (0, 4)));
        assert!(lost((10, 10), (0, 5)));
        assert!(!lost((1, 1), (0, 5)));
        assert!(!lost((100_000, 100_000), (0, 1)));
        assert!(lost((100_000, 100_000), (0, 2)));
    }

    #[test]
    fn the_share_without_an_owner_is_compared_in_percentage_points() {
        let seen = |unowned, rows| SeenInput { rows, unowned, ..SeenInput::default() };
        let points = Percent(UNOWNED_RISE.into());
        // 82 % of a shop's orders are counter sales: 102 % there cannot be.
        assert!(!has_risen(&seen(82, 100), &seen(100, 100), points));
        assert!(!has_risen(&seen(10, 100), &seen(30, 100), points));
        assert!(has_risen(&seen(10, 100), &seen(31, 100), points));
    }
}
