//! The names of runs: `run-`, with a book the run's number, then its moment to the microsecond, in UTC.

use accrue_kernel::time::Timestamp;
use chrono::NaiveDateTime;

/// What the name of a run says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunName {
    /// The number of the run, from 1; `None` without a book.
    pub number: Option<i64>,
    /// The clock at the beginning of the run.
    pub at: Timestamp,
}

impl RunName {
    /// Returns the name of a run.
    pub fn write(number: Option<i64>, at: Timestamp) -> String {
        let digits = at.to_string().replace(['-', ':', 'Z'], "").replace(['T', '.'], "-");
        let number = number.map(|number| format!("{number:06}-")).unwrap_or_default();
        format!("run-{number}{digits}")
    }

    /// Reads a name such as `run-000002-20240701-021500-123456`, without `000002-` where there was no book, and with
    /// `-2` or another number behind it where the name was taken. `None` for any other text.
    pub fn parse(name: &str) -> Option<RunName> {
        let parts: Vec<&str> = name.strip_prefix("run-")?.split('-').collect();
        if parts.iter().any(|part| part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit())) {
            return None;
        }
        let (number, stamp) = match parts.iter().map(|part| part.len()).collect::<Vec<_>>()[..] {
            [length, 8, 6, 6] | [length, 8, 6, 6, _] if length >= 6 => (Some(parts[0].parse().ok()?), &parts[1..4]),
            [8, 6, 6] | [8, 6, 6, _] => (None, &parts[..3]),
            _ => return None,
        };
        let at = NaiveDateTime::parse_from_str(&stamp.join("-"), "%Y%m%d-%H%M%S-%6f").ok()?;
        Some(RunName { number, at: Timestamp::from_micros(at.and_utc().timestamp_micros()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_back() {
        // 2024-07-01T02:15:00.123456Z
        let at = Timestamp::from_micros(1_719_800_100_123_456);
        let names = [(Some(2), "run-000002-20240701-021500-123456"), (None, "run-20240701-021500-123456")];
        for (number, name) in names {
            assert_eq!(RunName::write(number, at), name);
            assert_eq!(RunName::parse(name), Some(RunName { number, at }));
            assert_eq!(RunName::parse(&format!("{name}-2")), Some(RunName { number, at }));
        }
        let long = RunName::write(Some(1_234_567), at);
        assert_eq!(RunName::parse(&long).unwrap().number, Some(1_234_567));
    }

    #[test]
    fn other_names_are_none() {
        for name in [
            "run-",
            "run-1",
            "experiment",
            "run-2023",
            "run-000002-20241301-021500-123456",
            "run-2-20240701-021500-123456",
            "run-000002-20240701-021500-123456-x",
            "run-000002-20240701-021500-123456-",
            "run-000002-20240701-021500",
        ] {
            assert_eq!(RunName::parse(name), None, "{name}");
        }
    }
}
