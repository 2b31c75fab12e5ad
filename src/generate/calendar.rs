//! The time of every made-up shop: 2023 and 2024, in whole seconds since 1970, UTC.

use super::dice::Dice;
use chrono::{Days, NaiveDate};

/// 2023-01-01T00:00:00Z.
pub(crate) const START: i64 = 1_672_531_200;
/// 2025-01-01T00:00:00Z: nothing happens then or later.
pub(crate) const END: i64 = START + DAYS * DAY;
pub(crate) const DAY: i64 = 86_400;
pub(crate) const HOUR: i64 = 3_600;

const DAYS: i64 = 365 + 366;

/// Returns the time of the event with this number of so many in time order: each has an equal share of the time.
pub(crate) fn nth_of(number: u64, count: u64, dice: &mut Dice) -> i64 {
    let start_of = |number: u64| (u128::from(number) * (END - START) as u128 / u128::from(count)) as i64;
    let (from, until) = (start_of(number), start_of(number + 1));
    START + from + dice.below((until - from).max(1) as u64) as i64
}

/// Returns a time from `least` to `most` seconds after another, sooner where the two years would end before it.
pub(crate) fn after(at: i64, least: i64, most: i64, dice: &mut Dice) -> i64 {
    let most = most.min(END - 1 - at);
    at + dice.between(least.min(most), most)
}

/// Returns which of `parts` equal parts of the two years a time falls into.
pub(crate) fn part_of(at: i64, parts: u32) -> u32 {
    ((at - START) * i64::from(parts) / (END - START)) as u32
}

/// The days of the two years as text.
pub(crate) struct DayTexts(Vec<String>);

impl DayTexts {
    pub(crate) fn new() -> DayTexts {
        let first = NaiveDate::from_ymd_opt(2023, 1, 1).expect("a day of the calendar");
        DayTexts((0..DAYS as u64).map(|day| (first + Days::new(day)).to_string()).collect())
    }

    /// Writes a time as `2023-01-01T00:00:00Z`.
    pub(crate) fn write(&self, at: i64, out: &mut Vec<u8>) {
        let (day, second) = ((at - START) / DAY, (at - START) % DAY);
        out.extend_from_slice(self.0[day as usize].as_bytes());
        let two = |value: i64| [b'0' + (value / 10) as u8, b'0' + (value % 10) as u8];
        let marked = [(b'T', second / HOUR), (b':', second / 60 % 60), (b':', second % 60)];
        for (mark, value) in marked {
            out.push(mark);
            out.extend_from_slice(&two(value));
        }
        out.push(b'Z');
    }
}

#[cfg(test)]
mod tests {
    use super::super::dice::Of;
    use super::*;

    #[test]
    fn times_are_written_as_rfc_3339() {
        let text = |at| {
            let mut out = Vec::new();
            DayTexts::new().write(at, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(text(START), "2023-01-01T00:00:00Z");
        assert_eq!(text(END - 1), "2024-12-31T23:59:59Z");
        assert_eq!(text(1_709_210_096), "2024-02-29T12:34:56Z");
    }

    #[test]
    fn nothing_happens_after_the_two_years() {
        let mut dice = Dice::new(1, Of::Order, 0);
        assert!((0..1000).all(|_| after(END - 1, HOUR, DAY, &mut dice) == END - 1));
        assert!((0..1000).all(|_| after(END - HOUR, HOUR, DAY, &mut dice) == END - 1));
        assert_eq!((part_of(START, 24), part_of(END - 1, 24)), (0, 23));
    }
}
