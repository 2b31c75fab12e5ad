//! What the rows of a file have shown that is legal and may be not meant.

use crate::moment::PLAUSIBLE;
use accrue_kernel::time::{Instant, MICROS_PER_DAY, Zone};
use std::collections::BTreeSet;

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
