//! When a file says that its rows were so: by its name or its modification time, for rows without `updated_at`.

use crate::error::FileFault;
use crate::input::Versions;
use crate::mapping::{Pattern, by_pattern};
use accrue_facts::moment::{BareDate, PLAUSIBLE};
use accrue_kernel::time::{LocalCalendar, Timestamp};
use chrono::format::{Item, Parsed, parse_and_remainder};
use std::path::Path;
use std::time::UNIX_EPOCH;

/// Returns the instant that dates a file's rows; `zone` is that of names without an offset.
///
/// # Errors
/// Where the name does not match the pattern, or in several places, or the file has no modification time.
pub fn dated(path: &Path, versions: &Versions, zone: &LocalCalendar) -> Result<Timestamp, FileFault> {
    match versions {
        Versions::Modified => modified(path),
        Versions::Name(pattern) => {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let mut found = matches(&name, pattern, zone);
            found.dedup_by_key(|(at, _)| *at);
            match found.as_slice() {
                [] => Err(FileFault::Undated { pattern: pattern.clone() }),
                [(at, _)] => Ok(*at),
                [(_, first), (_, second), ..] => {
                    let [first, second] = [first, second].map(|text| (*text).to_owned());
                    Err(FileFault::DatedTwice { pattern: pattern.clone(), first, second })
                }
            }
        }
    }
}

fn modified(path: &Path) -> Result<Timestamp, FileFault> {
    let time = path.metadata()?.modified()?;
    let micros = match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_micros()),
        Err(before) => i64::try_from(before.duration().as_micros()).map(|micros| -micros),
    };
    Ok(Timestamp::from_micros(micros.unwrap_or_default()))
}

/// Finds the parts of a name that a pattern gives a date for, none of them a part of a longer number. Figures that give
/// an implausible time are a number of another kind.
fn matches<'n>(name: &'n str, pattern: &str, zone: &LocalCalendar) -> Vec<(Timestamp, &'n str)> {
    let Some(pattern) = Pattern::new(pattern) else { return Vec::new() };
    let is_digit = |char: Option<char>| char.is_some_and(|char| char.is_ascii_digit());
    let splits_number = |at: usize| is_digit(name[..at].chars().next_back()) && is_digit(name[at..].chars().next());
    let starts = name.char_indices().map(|(at, _)| at).filter(|&at| !splits_number(at));
    starts
        .filter_map(|start| {
            let end = name.len() - rest(&name[start..], &pattern.items)?.len();
            let instant = by_pattern(&name[start..end], &pattern)?.instant(BareDate::Start, zone).ok()?;
            (!splits_number(end) && PLAUSIBLE.contains(&instant.micros())).then_some((instant, &name[start..end]))
        })
        .collect()
}

fn rest<'t>(text: &'t str, items: &[Item<'_>]) -> Option<&'t str> {
    parse_and_remainder(&mut Parsed::new(), text, items.iter()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_name(name: &str, pattern: &str) -> Result<String, String> {
        let zone = LocalCalendar::new(chrono_tz::America::New_York);
        let versions = Versions::Name(pattern.to_owned());
        dated(Path::new(name), &versions, &zone).map(|at| at.to_string()).map_err(|fault| fault.to_string())
    }

    #[test]
    fn a_name_dates_its_file_in_the_inputs_zone() {
        let read = |name, pattern| by_name(name, pattern).unwrap();
        let day = "2024-01-09T05:00:00.000000Z";
        assert_eq!(read("x/orders_2024-01-09.csv", "%Y-%m-%d"), day);
        assert_eq!(read("orders_2024-01-09.csv.gz", "orders_%Y-%m-%d.csv"), day);
        assert_eq!(read("2023-01-01/orders20240109 (2).csv", "%Y%m%d"), day);
        assert_eq!(read("orders-2024-1-9.csv", "%Y-%m-%d"), day);
        assert_eq!(read("09.01.24 Bestellungen.csv", "%d.%m.%y"), day);
        assert_eq!(read("orders_20240109T0830.csv", "%Y%m%dT%H%M"), "2024-01-09T13:30:00.000000Z");
        assert_eq!(read("orders_2024-01-09T08:30:00+01:00.csv", "%Y-%m-%dT%H:%M:%S%z"), "2024-01-09T07:30:00.000000Z");
        assert_eq!(read("orders_1704790800.csv", "%s"), "2024-01-09T09:00:00.000000Z");
        assert_eq!(read("bestellungen_für_2024-01-09.csv", "%Y-%m-%d"), day);
    }

    #[test]
    fn a_part_of_a_longer_number_is_no_date_and_neither_is_one_of_another_age() {
        let day = "2024-01-09T05:00:00.000000Z";
        assert_eq!(by_name("orders_10011231_20240109.csv", "%Y%m%d").unwrap(), day);
        assert_eq!(by_name("shop7_20240109_120000.csv", "%Y%m%d").unwrap(), day);
        let undated = |name, pattern| by_name(name, pattern).unwrap_err();
        let said = "its name does not match `versions = \"name:%Y%m%d\"`: rename the file, or make `path` narrower";
        assert_eq!(undated("orders_20240109120000.csv", "%Y%m%d"), said);
        assert_eq!(undated("orders_20241309.csv", "%Y%m%d"), said);
        assert_eq!(undated("20240109/orders.csv", "%Y%m%d"), said);
    }

    #[test]
    fn a_name_with_two_dates_needs_more_of_the_name_in_the_pattern() {
        let name = "orders_2024-01-01_2024-01-31.csv";
        assert_eq!(
            by_name(name, "%Y-%m-%d").unwrap_err(),
            "its name matches `versions = \"name:%Y-%m-%d\"` twice, with `2024-01-01` and `2024-01-31`: write more of \
             the name in the pattern"
        );
        assert_eq!(by_name(name, "%Y-%m-%d.csv").unwrap(), "2024-01-31T05:00:00.000000Z");
        assert_eq!(by_name("2024-01-31 (2024-01-31).csv", "%Y-%m-%d").unwrap(), "2024-01-31T05:00:00.000000Z");
    }

    #[test]
    fn a_file_may_be_dated_by_its_modification() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let time = UNIX_EPOCH + std::time::Duration::from_micros(1_704_790_800_000_001);
        file.as_file().set_modified(time).unwrap();
        let at = dated(file.path(), &Versions::Modified, &LocalCalendar::new(chrono_tz::UTC)).unwrap();
        assert_eq!(at.to_string(), "2024-01-09T09:00:00.000001Z");
    }
}
