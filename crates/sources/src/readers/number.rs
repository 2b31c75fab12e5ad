//! Writes JSON numbers as text: the exact value, without exponent and trailing zeros, in at most 400 digits.

use std::borrow::Cow;

/// More digits than any amount or id has; keeps `1e999999999` from filling the memory.
const DIGITS: usize = 400;

/// Returns a JSON number without exponent and without trailing zeros after the dot: `1e3` as `1000`, `2.50` as `2.5`.
///
/// `None` where that would take more than 400 digits.
pub(super) fn plain(number: &str) -> Option<Cow<'_, str>> {
    let is_plain = |bytes: &[u8]| !bytes.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E'));
    // Most are whole.
    if number.len() <= DIGITS && is_plain(number.as_bytes()) {
        return Some(number.into());
    }
    written_out(number).map(Cow::Owned)
}

fn written_out(number: &str) -> Option<String> {
    let (sign, rest) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (decimal, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
    let exponent: i64 = exponent.parse().ok()?;
    let (whole, part) = decimal.split_once('.').unwrap_or((decimal, ""));
    let digits: String = [whole, part].concat();
    let significant = digits.trim_start_matches('0');
    if significant.is_empty() {
        return Some(format!("{sign}0"));
    }
    // The value is `0.significant * 10^point`.
    let leading_zeros = digits.len() - significant.len();
    let point = whole.len() as i64 - leading_zeros as i64 + exponent;
    let significant = significant.trim_end_matches('0');
    if point.unsigned_abs() as usize > DIGITS || significant.len() > DIGITS {
        return None;
    }
    let text = match usize::try_from(point) {
        Ok(point) if point >= significant.len() => significant.to_string() + &"0".repeat(point - significant.len()),
        Ok(point) if point > 0 => format!("{}.{}", &significant[..point], &significant[point..]),
        _ => format!("0.{}{significant}", "0".repeat(point.unsigned_abs() as usize)),
    };
    Some(sign.to_string() + &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_every_digit_and_lose_exponent_and_trailing_zeros() {
        let cases = [
            ("7", "7"),
            ("100", "100"),
            ("2.50", "2.5"),
            ("3.0", "3"),
            ("1e3", "1000"),
            ("1.25E+1", "12.5"),
            ("12e-3", "0.012"),
            ("0.001", "0.001"),
            ("-0.0", "-0"),
            ("0e7", "0"),
            ("-19.99", "-19.99"),
            ("12345678901234567890123.45", "12345678901234567890123.45"),
            ("1e-1", "0.1"),
            ("10.0e0", "10"),
        ];
        for (number, text) in cases {
            assert_eq!(plain(number).as_deref(), Some(text), "{number}");
        }
    }

    #[test]
    fn numbers_of_absurd_size_are_none() {
        for number in ["1e999999999", "1e-999999999", "1e99999999999999999999"] {
            assert_eq!(plain(number), None, "{number}");
        }
    }
}
