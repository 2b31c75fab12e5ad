//! Collects what is legal in the rows of a file but probably not meant, such as expiries at midnight or ids like
//! `12345.0`.

use crate::moment::PLAUSIBLE;
use accrue_kernel::time::{LocalCalendar, MICROS_PER_DAY, Timestamp};
use std::collections::BTreeSet;

/// What is legal in the rows of a file and probably not meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The expiries that were written with a time of day.
    pub expiries: Expiries,
    /// The names of columns with ids such as `12345.0`.
    pub decimal_ids: BTreeSet<&'static str>,
    /// The names of columns with numbers that only a decimal comma makes readable, such as `10,5`.
    pub decimal_commas: BTreeSet<&'static str>,
    /// Rows of other files that the look-ups of its mapping go through and cannot use.
    pub unusable: Vec<UnusableRows>,
    /// Rows that were added to a fact although another row of it is the same.
    pub repeated: Option<RepeatedRows>,
}

/// Rows that were added to a fact although another row of it is the same in all columns of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RepeatedRows {
    /// The number of rows beyond the first of each.
    pub rows: u64,
    /// The place of the first of them.
    pub first: u64,
    /// The place of the row that it repeats; `None` where that is in another file.
    pub of: Option<u64>,
}

/// Rows of other files that a look-up goes through and cannot use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnusableRows {
    /// The look-up's name.
    pub lookup: String,
    /// The number of rows.
    pub rows: u64,
    /// The first of them: its file, its place, and what is wrong with it.
    pub first: String,
}

/// Counts of expiries (`expires_at`) of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expiries {
    /// The number of expiries with a time of day that is the first instant of a day.
    pub midnights: u64,
    /// Whether there are expiries with another time of day, or bare dates.
    pub has_others: bool,
}

impl Seen {
    /// Adds what other rows of the file have shown.
    pub fn add(&mut self, other: Seen) {
        self.expiries.midnights += other.expiries.midnights;
        self.expiries.has_others |= other.expiries.has_others;
        self.decimal_ids.extend(other.decimal_ids);
        self.decimal_commas.extend(other.decimal_commas);
        self.unusable.extend(other.unusable);
        self.repeated = self.repeated.or(other.repeated);
    }
}

impl Expiries {
    /// Adds an expiry with a time of day, in microseconds since 1970: in local time if it was written without an
    /// offset, else in UTC. Years from 2100 on are ignored, as they mean that credit never expires.
    pub fn add(&mut self, micros: i64, is_midnight: bool) {
        if micros >= PLAUSIBLE.end {
            return;
        }
        self.midnights += u64::from(is_midnight);
        self.has_others |= !is_midnight;
    }
}

/// Tells whether a local time, in microseconds since 1970, is a midnight.
pub fn is_local_midnight(micros: i64) -> bool {
    micros.rem_euclid(MICROS_PER_DAY) == 0
}

/// Tells whether an instant is a midnight in UTC, or the first instant of a day in a zone.
pub fn is_midnight(instant: Timestamp, zone: &LocalCalendar) -> bool {
    is_local_midnight(instant.micros()) || zone.start_of(zone.day_of(instant)) == instant
}
