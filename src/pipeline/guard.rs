//! Reads the limits of guards, which stop a run before anything is posted (docs/spec.md 9, 10).

use super::amounts;
use super::dates;
use super::plain_decimal::plain_decimal;
use super::walk::{Section, Value};
use rust_decimal::Decimal;
use std::fmt;

const KEYS: &[&str] = &[
    "max_rejects",
    "no_usable_rows",
    "max_unowned",
    "lost_columns",
    "max_reverted",
    "max_corrected",
    "max_step",
    "max_granted",
    "max_reclaimed",
    "max_people",
    "max_emails",
];

/// What a run may do at most. Guards with a [`Limit`] are on without being asked for; of the others `None` is any
/// number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Guard {
    /// By default of the rows of each input; a limit that is set is for the rows of all inputs together. Rows without
    /// an owner are apart.
    pub max_rejects: Limit<CountOrShare>,
    /// From so many rows of a file on, not all may be rejected.
    pub no_usable_rows: Limit<u64>,
    /// By how many percentage points the share of rows without an owner may rise.
    pub max_unowned: Limit<Percent>,
    /// Which share of the expected values of a column must be there.
    pub lost_columns: Limit<Percent>,
    /// Facts that may return to a replaced state; a share is of the rows read.
    pub max_reverted: Limit<CountOrShare>,
    /// Which share of all credit corrections may take away.
    pub max_corrected: Limit<Percent>,
    /// Days that as_of may be after the last one and after the newest fact.
    pub max_step: Limit<u32>,
    /// In major units, of each currency by itself.
    pub max_granted: Option<Decimal>,
    /// In major units, of each currency by itself.
    pub max_reclaimed: Option<Decimal>,
    /// People who get a posting.
    pub max_people: Option<u64>,
    /// Email jobs that are written.
    pub max_emails: Option<u64>,
}

/// The limit of a guard that is on without being asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Limit<T> {
    /// The pipeline does not say: the guard has a limit of its own.
    #[default]
    Standard,
    /// The pipeline says `false`: the guard lets everything pass.
    Off,
    /// The limit that the pipeline sets.
    Set(T),
}

/// A limit as a number of things or as a part of all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountOrShare {
    /// At most so many.
    Count(u64),
    /// At most such a share of all.
    Share(Percent),
}

/// A share in percent, from 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Percent(pub Decimal);

impl fmt::Display for CountOrShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CountOrShare::Count(most) => write!(f, "{most}"),
            CountOrShare::Share(share) => write!(f, "{share}"),
        }
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0)
    }
}

impl<T> Limit<T> {
    /// Returns the limit in force; `None` where the guard is off.
    pub fn or(self, standard: T) -> Option<T> {
        match self {
            Limit::Standard => Some(standard),
            Limit::Off => None,
            Limit::Set(limit) => Some(limit),
        }
    }
}

impl CountOrShare {
    /// Tells whether so many of all are within the limit.
    pub fn allows(self, count: u64, all: u64) -> bool {
        match self {
            CountOrShare::Count(most) => count <= most,
            CountOrShare::Share(share) => !share.is_exceeded(count.into(), all.into()),
        }
    }
}

impl Percent {
    /// Tells whether a part is more than this share of a whole; both are at least zero.
    pub fn is_exceeded(self, part: Decimal, whole: Decimal) -> bool {
        part * Decimal::ONE_HUNDRED > self.0 * whole
    }
}

/// Reads the `[guard]` table.
pub(super) fn read(root: &Section<'_>) -> Guard {
    let table = root.section("guard", "[guard]", KEYS);
    let count = |key| table.get(key).and_then(|value| value.count(0, u64::MAX));
    let decimal = |key| table.get(key).and_then(amounts::decimal);
    Guard {
        max_rejects: limit(&table, "max_rejects", count_or_share),
        no_usable_rows: limit(&table, "no_usable_rows", |value| value.count(1, u64::MAX)),
        max_unowned: limit(&table, "max_unowned", percent),
        lost_columns: limit(&table, "lost_columns", percent),
        max_reverted: limit(&table, "max_reverted", count_or_share),
        max_corrected: limit(&table, "max_corrected", percent),
        max_step: limit(&table, "max_step", span),
        max_granted: decimal("max_granted"),
        max_reclaimed: decimal("max_reclaimed"),
        max_people: count("max_people"),
        max_emails: count("max_emails"),
    }
}

/// Reads the limit of a guard that is on without being asked for; `false` switches it off.
fn limit<T>(table: &Section<'_>, key: &str, read: impl FnOnce(Value<'_>) -> Option<T>) -> Limit<T> {
    match table.get(key) {
        None => Limit::Standard,
        Some(value) if value.raw().as_bool() == Some(false) => Limit::Off,
        Some(value) => read(value).map_or(Limit::Standard, Limit::Set),
    }
}

fn count_or_share(value: Value<'_>) -> Option<CountOrShare> {
    if value.raw().is_integer() {
        return value.count(0, u64::MAX).map(CountOrShare::Count);
    }
    let share = percent_of(value).map(CountOrShare::Share);
    if share.is_none() {
        let what = format!("`{}` is {}, neither a count nor a share", value.key, value.written());
        let remedy = "write a count, such as 100, a share of the rows, such as \"0.5%\", or false for no limit";
        value.fault_with(what, remedy);
    }
    share
}

fn percent(value: Value<'_>) -> Option<Percent> {
    let share = percent_of(value);
    if share.is_none() {
        let what = format!("`{}` is {}, which is no share", value.key, value.written());
        value.fault_with(what, "write a share, such as \"5%\", or false to switch the guard off");
    }
    share
}

fn span(value: Value<'_>) -> Option<u32> {
    if value.raw().is_table() {
        return dates::days(value, 1);
    }
    let what = format!("`{}` is {}, which is no span of time", value.key, value.written());
    value.fault_with(what, "write { days = 35 }, or false to switch the guard off");
    None
}

fn percent_of(value: Value<'_>) -> Option<Percent> {
    let number = plain_decimal(value.raw().as_str()?.strip_suffix('%')?.trim_end())?;
    (number <= Decimal::ONE_HUNDRED).then_some(Percent(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_compared_exactly() {
        let half_percent = CountOrShare::Share(Percent(Decimal::new(5, 1)));
        assert!(half_percent.allows(5, 1000));
        assert!(!half_percent.allows(6, 1000));
        assert!(half_percent.allows(0, 0));
        assert!(!CountOrShare::Count(0).allows(1, u64::MAX));
        assert!(CountOrShare::Share(Percent(Decimal::ONE_HUNDRED)).allows(u64::MAX, u64::MAX));
    }

    #[test]
    fn a_guard_that_is_on_can_be_set_and_switched_off() {
        assert_eq!(Limit::Standard.or(7), Some(7));
        assert_eq!(Limit::Set(3).or(7), Some(3));
        assert_eq!(Limit::Off.or(7), None);
    }
}
