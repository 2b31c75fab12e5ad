//! What a text holds: numbers, truth values and times, or why it does not hold one.

use super::clock;
use crate::ingest::facts::RejectReason;
use crate::kernel::time::{Instant, MICROS_PER_SECOND, Zone};
use chrono::format::Item;

/// Numbers have at most this many digits before the point, and as many after it.
const DIGITS: u32 = 18;

/// Why a value does not fit what its column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    pub reason: RejectReason,
    pub message: String,
}

/// An exact number: `mantissa / 10^scale`, without trailing zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    pub mantissa: i128,
    pub scale: u8,
}

impl Number {
    /// Makes a number of at most 18 digits before the point and as many after it.
    pub fn new(mut mantissa: i128, mut scale: u32) -> Result<Number, Misfit> {
        while scale > 0 && mantissa % 10 == 0 {
            (mantissa, scale) = (mantissa / 10, scale - 1);
        }
        if scale > DIGITS {
            return Err(misfit(RejectReason::TooPrecise, "has more than 18 decimals"));
        }
        if mantissa.unsigned_abs() >= 10_u128.pow(DIGITS + scale) {
            return Err(misfit(RejectReason::OutOfRange, "has more than 18 digits before the point"));
        }
        Ok(Number { mantissa, scale: scale as u8 })
    }

    /// Reads digits with an optional sign, and decimals after the file's decimal mark.
    ///
    /// Where that mark is a comma, dots may stand between groups of three digits: `1.234,50`.
    pub fn parse(text: &str, decimal: u8) -> Result<Number, Misfit> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, part) = match unsigned.split_once(decimal as char) {
            Some((whole, part)) => (whole, Some(part)),
            None => (unsigned, None),
        };
        let whole = ungrouped(whole, decimal);
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(&whole) || part.is_some_and(|part| !digits(part)) {
            let example = if decimal == b',' { "1234,56" } else { "1234.56" };
            return Err(misfit(RejectReason::Malformed, &format!("is not a number: write e.g. {example}")));
        }
        let part = part.unwrap_or("").trim_end_matches('0');
        let whole = whole.trim_start_matches('0');
        if part.len() > DIGITS as usize || whole.len() > DIGITS as usize {
            return Number::new(i128::MAX, if part.len() > DIGITS as usize { DIGITS + 1 } else { 0 });
        }
        let mantissa = whole.bytes().chain(part.bytes()).fold(0, |sum, byte| sum * 10 + i128::from(byte - b'0'));
        Number::new(if text.starts_with('-') { -mantissa } else { mantissa }, part.len() as u32)
    }

    /// Returns the whole number that this is.
    pub fn whole(self) -> Result<i64, Misfit> {
        match self.scale {
            0 => Ok(self.mantissa as i64),
            _ => Err(misfit(RejectReason::Malformed, "is not a whole number: type the column `decimal`")),
        }
    }
}

/// Reads `true`/`false`, `yes`/`no` or `1`/`0`, whatever the case.
pub fn parse_bool(text: &str) -> Result<bool, Misfit> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err(misfit(RejectReason::Malformed, "is neither true nor false: write true or false")),
    }
}

/// Reads a time as the canonical columns have it, or by a pattern.
pub fn parse_time(text: &str, pattern: Option<&[Item<'_>]>, zone: &Zone) -> Result<Instant, Misfit> {
    match pattern {
        Some(items) => clock::by_pattern(text, items, zone)
            .ok_or_else(|| misfit(RejectReason::Malformed, "is not a time of the pattern that `types` gives")),
        None => clock::canonical(text, zone).ok_or_else(|| {
            misfit(RejectReason::Malformed, "is not a time: write e.g. 2024-05-01 12:00:00, or give its pattern")
        }),
    }
}

/// Reads a count of seconds (`per_second` = 1) or milliseconds (1000) since 1970.
pub fn parse_epoch(text: &str, per_second: i64) -> Result<Instant, Misfit> {
    let far = || misfit(RejectReason::OutOfRange, "is too far from 1970: is it in milliseconds (epoch_ms)?");
    let count = Number::parse(text, b'.')?.whole()?;
    let micros = count.checked_mul(MICROS_PER_SECOND / per_second).ok_or_else(far)?;
    clock::in_range(micros).ok_or_else(far)
}

pub fn misfit(reason: RejectReason, message: &str) -> Misfit {
    Misfit { reason, message: message.to_owned() }
}

fn ungrouped(whole: &str, decimal: u8) -> std::borrow::Cow<'_, str> {
    let mut groups = whole.split('.');
    let first = groups.next().unwrap_or("").len();
    let grouped =
        decimal == b',' && whole.contains('.') && (1..=3).contains(&first) && groups.all(|group| group.len() == 3);
    if grouped { whole.replace('.', "").into() } else { whole.into() }
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
        assert_eq!(parse_epoch("86400", 1).unwrap().to_string(), "1970-01-02T00:00:00.000000Z");
        assert_eq!(parse_epoch("1714564800250", 1000).unwrap().to_string(), "2024-05-01T12:00:00.250000Z");
        assert_eq!(parse_epoch("1714564800250", 1).unwrap_err().reason, RejectReason::OutOfRange);
    }
}
