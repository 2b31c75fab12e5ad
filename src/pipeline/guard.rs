//! Limits that stop a run before anything is posted (SPEC 9, exit code 5).

use super::amounts;
use super::walk::{Section, Value};
use rust_decimal::Decimal;
use std::fmt;

const KEYS: &[&str] = &["max_rejects", "max_granted", "max_reclaimed", "max_people", "max_emails"];

/// What a run may do at most; `None` = any number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Guard {
    pub max_rejects: Option<CountOrShare>,
    /// In major units, of each currency by itself.
    pub max_granted: Option<Decimal>,
    /// In major units, of each currency by itself.
    pub max_reclaimed: Option<Decimal>,
    pub max_people: Option<u64>,
    pub max_emails: Option<u64>,
}

/// A limit as a number of things or as a part of all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountOrShare {
    Count(u64),
    /// Percent, from 0 to 100.
    Percent(Decimal),
}

impl fmt::Display for CountOrShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CountOrShare::Count(most) => write!(f, "{most}"),
            CountOrShare::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

impl CountOrShare {
    /// Tells whether so many of all are within the limit.
    pub fn allows(self, count: u64, all: u64) -> bool {
        match self {
            CountOrShare::Count(most) => count <= most,
            CountOrShare::Percent(percent) => {
                Decimal::from(count) * Decimal::ONE_HUNDRED <= percent * Decimal::from(all)
            }
        }
    }
}

/// Reads the `[guard]` table.
pub(super) fn read(root: &Section<'_>) -> Guard {
    let table = root.section("guard", "[guard]", KEYS);
    let count = |key| table.get(key).and_then(|value| value.count(0, u64::MAX));
    let decimal = |key| table.get(key).and_then(amounts::decimal);
    Guard {
        max_rejects: table.get("max_rejects").and_then(count_or_share),
        max_granted: decimal("max_granted"),
        max_reclaimed: decimal("max_reclaimed"),
        max_people: count("max_people"),
        max_emails: count("max_emails"),
    }
}

fn count_or_share(value: Value<'_>) -> Option<CountOrShare> {
    if value.raw().is_integer() {
        return value.count(0, u64::MAX).map(CountOrShare::Count);
    }
    let percent = value.raw().as_str().and_then(|text| amounts::plain_decimal(text.strip_suffix('%')?.trim_end()));
    match percent.filter(|percent| *percent <= Decimal::ONE_HUNDRED) {
        Some(percent) => Some(CountOrShare::Percent(percent)),
        None => {
            let what = format!("`{}` is {}, neither a count nor a share", value.key, value.written());
            value.fault_with(what, "write a count, such as 100, or a share of the rows, such as \"0.5%\"");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_compared_exactly() {
        let half_percent = CountOrShare::Percent(Decimal::new(5, 1));
        assert!(half_percent.allows(5, 1000));
        assert!(!half_percent.allows(6, 1000));
        assert!(half_percent.allows(0, 0));
        assert!(!CountOrShare::Count(0).allows(1, u64::MAX));
        assert!(CountOrShare::Percent(Decimal::ONE_HUNDRED).allows(u64::MAX, u64::MAX));
    }
}
