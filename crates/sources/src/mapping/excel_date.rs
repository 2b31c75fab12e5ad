//! Days of a spreadsheet: the number that Excel and LibreOffice keep for a date, with the time of day behind the point.

use crate::mapping::value::{Misfit, Number, no_time};
use accrue_facts::RejectReason;
use accrue_facts::counted_time::DAYS_BEFORE_1970;
use accrue_facts::moment::Moment;
use accrue_kernel::time::MICROS_PER_DAY;

/// The day after 29 February 1900, which never was and which Excel counts: earlier numbers are other days in Excel than
/// in LibreOffice.
const FIRST: i128 = 61;
/// 9999-12-31.
const LAST: i128 = 2_958_465;
const MICROS_PER_MILLI: i64 = 1000;

/// Reads a day of a spreadsheet, a local time to the millisecond; a whole number is a bare date.
pub(crate) fn parse(text: &str, decimal: u8) -> Result<Moment, Misfit> {
    let not_a_day =
        |reason| no_time(reason, "is not a day of a spreadsheet, such as 45383 for 2024-04-01 or 45383.5 for its noon");
    let number = Number::parse(text, decimal).map_err(|_| not_a_day(RejectReason::Malformed))?;
    let unit = 10_i128.pow(u32::from(number.scale));
    let day = number.mantissa.div_euclid(unit);
    if !(FIRST..=LAST).contains(&day) {
        return Err(not_a_day(RejectReason::OutOfRange));
    }
    let since_1970 = day as i64 - DAYS_BEFORE_1970;
    let part = number.mantissa.rem_euclid(unit);
    if part == 0 {
        return Ok(Moment::Day(since_1970 as i32));
    }
    // A part of a day in binary is never quite the time that was typed: half a millisecond up.
    let millis_per_day = i128::from(MICROS_PER_DAY / MICROS_PER_MILLI);
    let millis = ((2 * part * millis_per_day + unit) / (2 * unit)) as i64;
    Ok(Moment::Local(since_1970 * MICROS_PER_DAY + millis * MICROS_PER_MILLI))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_of_day_are_read() {
        assert_eq!(parse("45383", b'.'), Ok(Moment::Day(19_814)));
        assert_eq!(parse("45383.0", b'.'), Ok(Moment::Day(19_814)));
        assert_eq!(parse("45383,5", b','), Ok(Moment::Local(19_814 * MICROS_PER_DAY + MICROS_PER_DAY / 2)));
        // 08:26:00 is 506 / 1440 of a day, which a spreadsheet writes with 10 to 12 digits.
        let at = 19_814 * MICROS_PER_DAY + 506 * 60_000_000;
        assert_eq!(parse("45383.3513888889", b'.'), Ok(Moment::Local(at)));
        assert_eq!(parse("45383.35138888889", b'.'), Ok(Moment::Local(at)));
        assert_eq!(parse("61", b'.'), Ok(Moment::Day(-25_508)));
    }

    #[test]
    fn other_numbers_and_texts_are_none() {
        for (text, reason) in [
            ("2024-04-01", RejectReason::Malformed),
            ("", RejectReason::Malformed),
            ("60", RejectReason::OutOfRange),
            ("-1", RejectReason::OutOfRange),
            ("1714564800", RejectReason::OutOfRange),
        ] {
            assert_eq!(parse(text, b'.').unwrap_err().reason, reason, "{text}");
        }
    }
}
