//! What a text holds: numbers, truth values and times, or why it does not hold one.

use crate::mapping::clock::{self, Pattern};
use crate::values::NO_TEXT;
use accrue_facts::counted_time::not_a_time as counted_time;
use accrue_facts::moment::{Moment, parse_moment};
use accrue_facts::number::{not_a_number, parse_number};
use accrue_facts::{RejectReason, Wanted};
use accrue_kernel::time::MICROS_PER_SECOND;

/// Numbers have at most this many digits before the point, and as many after it.
const DIGITS: u32 = 18;

/// Why a value does not fit what its column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Misfit {
    pub reason: RejectReason,
    /// What the value was read as.
    pub wanted: Wanted,
    pub message: String,
}

/// An exact number: `mantissa / 10^scale`, without trailing zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    pub mantissa: i128,
    pub scale: u8,
}

impl Number {
    /// Makes a number of at most 18 digits before the point and as many after it.
    pub(super) fn new(mut mantissa: i128, mut scale: u32) -> Result<Number, Misfit> {
        // Most numbers are small, and to divide those takes a tenth of the time.
        if let (Ok(mut small), 0..=DIGITS) = (i64::try_from(mantissa), scale)
            && small.unsigned_abs() < 10_u64.pow(DIGITS)
        {
            while scale > 0 && small % 10 == 0 {
                (small, scale) = (small / 10, scale - 1);
            }
            return Ok(Number { mantissa: small.into(), scale: scale as u8 });
        }
        while scale > 0 && mantissa % 10 == 0 {
            (mantissa, scale) = (mantissa / 10, scale - 1);
        }
        if scale > DIGITS {
            return Err(no_number(RejectReason::TooPrecise, "has more than 18 decimals"));
        }
        if mantissa.unsigned_abs() >= 10_u128.pow(DIGITS + scale) {
            return Err(no_number(RejectReason::OutOfRange, "has more than 18 digits before the point"));
        }
        Ok(Number { mantissa, scale: scale as u8 })
    }

    /// Reads a number as the canonical columns have it.
    pub(super) fn parse(text: &str, decimal: u8) -> Result<Number, Misfit> {
        let number = parse_number(text.as_bytes(), decimal);
        let number = number.ok_or_else(|| no_number(RejectReason::Malformed, not_a_number(text, decimal)))?;
        Number::new(number.mantissa, number.decimals)
    }

    /// Returns the whole number that this is.
    pub(super) fn whole(self) -> Result<i64, Misfit> {
        match self.scale {
            0 => Ok(self.mantissa as i64),
            _ => Err(no_number(RejectReason::Malformed, "is not a whole number: type the column `decimal`")),
        }
    }
}

/// Reads `true`/`false`, `yes`/`no` or `1`/`0`, whatever the case.
pub(super) fn parse_bool(text: &str) -> Result<bool, Misfit> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err(misfit(RejectReason::Malformed, "is neither true nor false: write true or false")),
    }
}

/// Reads a time as the canonical columns have it, or by a pattern.
pub(super) fn parse_time(text: &str, pattern: Option<&Pattern>) -> Result<Moment, Misfit> {
    match pattern {
        Some(pattern) => clock::by_pattern(text, pattern)
            .ok_or_else(|| not_a_time(text, &format!("is not a time of the pattern `{}`", pattern.text))),
        None => {
            parse_moment(text.as_bytes()).ok_or_else(|| not_a_time(text, "is not a time such as 2024-05-01 12:00:00"))
        }
    }
}

fn not_a_time(text: &str, otherwise: &str) -> Misfit {
    no_time(RejectReason::Malformed, &counted_time(text).unwrap_or_else(|| otherwise.to_owned()))
}

/// Reads a count of seconds (`per_second` = 1) or milliseconds (1000) since 1970.
pub(super) fn parse_epoch(text: &str, per_second: i64) -> Result<Moment, Misfit> {
    let not_whole = |_| not_a_time(text, "is not a whole number, as counts since 1970 are");
    let count = Number::parse(text, b'.').map_err(not_whole)?;
    let count = count.whole().map_err(not_whole)?;
    let moment = Moment::Utc(count.saturating_mul(MICROS_PER_SECOND / per_second));
    match moment.is_in_range() {
        true => Ok(moment),
        false => Err(no_time(RejectReason::OutOfRange, "is no count of this unit since 1970: it is too far from then")),
    }
}

/// Reads a float that is written as a text.
pub(super) fn written(float: &str) -> Result<String, Misfit> {
    match float.ends_with(|last: char| last.is_ascii_digit()) {
        true => Ok(float.to_owned()),
        false => Err(misfit(RejectReason::Malformed, NO_TEXT)),
    }
}

/// Says of a number that may be thousands that its column has a comma before decimals elsewhere.
pub(super) fn ambiguous(comma: &str) -> Misfit {
    no_number(RejectReason::Malformed, &format!("may be thousands, since the column also has `{comma}`"))
}

/// Says of a time that its year is not one of 1 to 9999.
pub(super) fn far_off() -> Misfit {
    no_time(
        RejectReason::Malformed,
        "is not a time of the years 1 to 9999: in the input `nulls` says which texts mean null",
    )
}

pub(super) fn misfit(reason: RejectReason, message: &str) -> Misfit {
    Misfit { reason, wanted: Wanted::Other, message: message.to_owned() }
}

pub(super) fn no_number(reason: RejectReason, message: &str) -> Misfit {
    Misfit { wanted: Wanted::Number, ..misfit(reason, message) }
}

pub(super) fn no_time(reason: RejectReason, message: &str) -> Misfit {
    Misfit { wanted: Wanted::Time, ..misfit(reason, message) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str, decimal: u8) -> Result<(i128, u8), RejectReason> {
        Number::parse(text, decimal).map(|number| (number.mantissa, number.scale)).map_err(|misfit| misfit.reason)
    }

    #[test]
    fn numbers_are_exact_and_lose_only_trailing_zeros() {
        assert_eq!(number("12.50", b'.'), Ok((125, 1)));
        assert_eq!(number("-0.001", b'.'), Ok((-1, 3)));
        assert_eq!(number("+007", b'.'), Ok((7, 0)));
        assert_eq!(number("0.000000000000000001", b'.'), Ok((1, 18)));
        assert_eq!(number("999999999999999999", b'.'), Ok((999_999_999_999_999_999, 0)));
        assert_eq!(number("12,50", b','), Ok((125, 1)));
        assert_eq!(number("1.234.567,5", b','), Ok((12_345_675, 1)));
        assert_eq!(number("1.234", b','), Ok((1234, 0)));
    }

    #[test]
    fn other_texts_are_misfits() {
        for text in ["", "-", ".5", "5.", "1,234.50", "1e3", "NaN", "$5", "1.2.3", "--1", "N/A"] {
            assert_eq!(number(text, b'.'), Err(RejectReason::Malformed), "{text}");
        }
        for text in ["1.23", "12.3456,7", ".123", "1.234.56"] {
            assert_eq!(number(text, b','), Err(RejectReason::Malformed), "{text}");
        }
        assert_eq!(number("0.0000000000000000001", b'.'), Err(RejectReason::TooPrecise));
        assert_eq!(number("1000000000000000000", b'.'), Err(RejectReason::OutOfRange));
        assert_eq!(number(&"9".repeat(400), b'.'), Err(RejectReason::OutOfRange));
        assert_eq!(Number::parse("1.5", b'.').unwrap().whole().unwrap_err().reason, RejectReason::Malformed);
        assert_eq!(Number::parse("3.00", b'.').unwrap().whole(), Ok(3));
    }

    #[test]
    fn epochs_are_counted_from_1970() {
        assert_eq!(parse_epoch("86400", 1), Ok(Moment::Utc(86_400_000_000)));
        assert_eq!(parse_epoch("1714564800250", 1000), Ok(Moment::Utc(1_714_564_800_250_000)));
        assert_eq!(parse_epoch("1714564800250", 1).unwrap_err().reason, RejectReason::OutOfRange);
        assert!(parse_epoch("45383.5", 1).unwrap_err().message.contains("a spreadsheet's for 2024-04-01"));
        assert_eq!(parse_epoch("1.5", 1).unwrap_err().message, "is not a whole number, as counts since 1970 are");
        assert_eq!(parse_epoch("999999999999999999", 1).unwrap_err().reason, RejectReason::OutOfRange);
    }
}
