//! Reads plain decimal numbers from text, without a float in between.
//!
//! Texts of at most eight bytes are read in one step with SIMD within a register (D. Lemire, "Quickly parsing eight
//! digits", 2018); longer ones digit by digit, in 64 bits up to 18 digits, else in 128 bits.

use crate::ids::is_scientific;

/// The number of digits that always fit into 64 bits.
const SHORT: usize = 18;

/// A number as written: `mantissa / 10^decimals`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// All digits as one whole number, with the sign.
    pub mantissa: i128,
    /// How many of the digits are after the point.
    pub decimals: u32,
}

impl Decimal {
    /// Tells whether it is below zero.
    pub fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    /// Returns the same number with as few decimals as it needs.
    pub fn without_trailing_zeros(mut self) -> Decimal {
        while self.decimals > 0 && self.mantissa % 10 == 0 {
            self.mantissa /= 10;
            self.decimals -= 1;
        }
        self
    }
}

/// Returns the end of a message about a text that is no number: how numbers are written with this decimal point.
pub fn not_a_number(text: &str, point: u8) -> &'static str {
    match point {
        _ if is_scientific(text.trim().as_bytes()) => {
            "is a number that a program has shortened, so that digits may be lost: have the column written as text or \
             with all digits, and export it again"
        }
        b',' => "is not a plain decimal number such as 1234,56",
        _ => "is not a plain decimal number such as 1234.56",
    }
}

/// Tells whether a number has one point and three digits after it, as thousands have where the comma marks decimals.
pub fn may_be_thousands(text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '+']).split_once('.');
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    digits.is_some_and(|(whole, part)| {
        (1..=3).contains(&whole.len()) && part.len() == 3 && is_digits(whole) && is_digits(part)
    })
}

/// Reads a plain decimal such as `-12.50`: an optional sign, digits, and decimals after `point`. `None` for any other
/// text.
///
/// Where `point` is a comma, dots may be between groups of three digits: `1.234,50`. A number that does not fit into
/// 128 bits becomes the largest or smallest that does, which is out of every range.
pub fn parse_number(text: &[u8], point: u8) -> Option<Decimal> {
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let ungrouped = if point == b',' && text.contains(&b'.') { Some(without_groups(text)?) } else { None };
    let text = ungrouped.as_deref().unwrap_or(text);
    let Decimal { mantissa, decimals } = match text.len() {
        ..=SHORT => short(text, point).map(|(mantissa, decimals)| Decimal { mantissa: mantissa.into(), decimals })?,
        _ => long(text, point)?,
    };
    Some(Decimal { mantissa: if negative { -mantissa } else { mantissa }, decimals })
}

/// Removes the dots between groups of three digits; `None` where the dots are elsewhere.
fn without_groups(text: &[u8]) -> Option<Vec<u8>> {
    let (whole, part) = text.split_at(memchr::memchr(b',', text).unwrap_or(text.len()));
    let mut groups = whole.split(|&byte| byte == b'.');
    let first = groups.next().unwrap_or_default();
    let are_groups =
        matches!(first, [b'1'..=b'9', more @ ..] if more.len() < 3) && groups.all(|group| group.len() == 3);
    are_groups.then(|| whole.iter().filter(|&&byte| byte != b'.').chain(part).copied().collect())
}

/// Reads the last `length` bytes of `text`, as [`short`] would: the mantissa and the number of decimals. `None` also
/// where `length` is not 1 to 8, or `text` has fewer than 8 bytes.
#[inline]
pub fn brief(text: &[u8], length: usize, point: u8) -> Option<(i64, u32)> {
    const ZEROS: u64 = u64::from_ne_bytes([b'0'; 8]);
    const LOW: u64 = u64::from_ne_bytes([0x7f; 8]);
    if !(1..=8).contains(&length) {
        return None;
    }
    // The first of the eight bytes is the lowest; those before the text become zeros.
    let text_bits = u64::MAX << (64 - 8 * length);
    let mut word = u64::from_le_bytes(*text.last_chunk()?) & text_bits | ZEROS & !text_bits;
    // The upper bit of each byte that is the point: the search for zero bytes of "Hacker's Delight", section 6-1.
    let other = word ^ u64::from_ne_bytes([point; 8]);
    let points = !(((other & LOW) + LOW) | other | LOW);
    let mut decimals = 0;
    if points != 0 {
        let at = points.trailing_zeros() / 8;
        decimals = 7 - at;
        if decimals == 0 || at as usize + length == 8 {
            return None;
        }
        // Moves the digits before the point up by one byte, over the point.
        let before = (1 << (8 * at)) - 1;
        word = word & (u64::MAX << (8 * at + 8)) | (word & before) << 8 | u64::from(b'0');
    }
    let digits = word ^ ZEROS;
    let more_than_nine = digits.wrapping_add(u64::from_ne_bytes([0x76; 8])) | digits;
    if more_than_nine & !LOW != 0 {
        return None;
    }
    // Combines adjacent digits: to two, then four, then eight.
    let pairs = (digits * 10 + (digits >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    Some((((fours * 10_000 + (fours >> 32)) & 0xffff_ffff) as i64, decimals))
}

/// Reads at most 18 bytes of digits and a point, without a sign: the mantissa and the number of decimals. `None` for
/// any other text.
#[inline]
pub fn short(text: &[u8], point: u8) -> Option<(i64, u32)> {
    if text.len() > SHORT {
        return None;
    }
    let mut mantissa = 0_i64;
    let mut whole = text.len();
    for (at, &byte) in text.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            mantissa = mantissa * 10 + i64::from(digit);
        } else if byte == point && whole == text.len() {
            whole = at;
        } else {
            return None;
        }
    }
    let decimals = text.len().checked_sub(whole + 1);
    let is_number = whole > 0 && decimals != Some(0);
    is_number.then_some((mantissa, decimals.unwrap_or(0) as u32))
}

fn long(text: &[u8], point: u8) -> Option<Decimal> {
    let at = memchr::memchr(point, text);
    let (whole, part) = at.map_or((text, &[][..]), |at| (&text[..at], &text[at + 1..]));
    let is_number = !whole.is_empty() && (at.is_none() || !part.is_empty());
    if !is_number || !whole.iter().chain(part).all(u8::is_ascii_digit) {
        return None;
    }
    // Trailing zeros do not count as decimals, and here they might not fit into the mantissa.
    let zeros = part.iter().rev().take_while(|digit| **digit == b'0').count();
    let part = &part[..part.len() - zeros];
    let add = |sum: i128, digit: &u8| sum.saturating_mul(10).saturating_add(i128::from(digit - b'0'));
    Some(Decimal { mantissa: whole.iter().chain(part).fold(0, add), decimals: part.len() as u32 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(mantissa: i128, decimals: u32) -> Option<Decimal> {
        Some(Decimal { mantissa, decimals })
    }

    #[test]
    fn plain_decimals_are_read_exactly() {
        assert_eq!(parse_number(b"12.50", b'.'), decimal(1250, 2));
        assert_eq!(parse_number(b"12,50", b','), decimal(1250, 2));
        assert_eq!(parse_number(b"-0.01", b'.'), decimal(-1, 2));
        assert_eq!(parse_number(b"+0007", b'.'), decimal(7, 0));
        assert_eq!(parse_number(b"-0", b'.'), decimal(0, 0));
        assert_eq!(parse_number(b"1234567890123456789012.34", b'.'), decimal(123_456_789_012_345_678_901_234, 2));
        assert_eq!(parse_number(format!("1.{}", "0".repeat(99)).as_bytes(), b'.'), decimal(1, 0));
        assert_eq!(parse_number("9".repeat(99).as_bytes(), b'.'), decimal(i128::MAX, 0));
    }

    #[test]
    fn numbers_of_few_bytes_are_read_at_once_as_they_are_one_by_one() {
        let texts =
            ["0", "7", "12", "1.5", "12.50", "0.01", "123.4567", "12345.67", "12345678", "00000009", "9999.999"];
        let others =
            [".5", "5.", ".", "1.2.3", "-1", "+1", "1e3", "1 2", "12,5", "x", "\u{ff}1", "1/2", "1:2", "٣", ""];
        for text in texts.into_iter().chain(others) {
            let line = format!("4,5.6789,{text}");
            assert_eq!(brief(line.as_bytes(), text.len(), b'.'), short(text.as_bytes(), b'.'), "{text}");
        }
        assert_eq!(brief(b"........12,5", 4, b','), Some((125, 1)));
        assert_eq!(brief(b"123456789", 9, b'.'), None);
    }

    #[test]
    fn other_texts_are_no_numbers() {
        for text in
            ["", "-", ".5", "5.", "1,234.56", "1.234,56", "1e3", "NaN", "inf", "$5", "1.2.3", "1 000", "--1", "٣"]
        {
            assert_eq!(parse_number(text.as_bytes(), b'.'), None, "{text}");
        }
        assert_eq!(parse_number(b"1.234,50", b','), decimal(123_450, 2));
        assert_eq!(parse_number(b"-12.345.678", b','), decimal(-12_345_678, 0));
        for text in [
            "1.5",
            "1.23",
            "12.3456,7",
            "1234.567",
            ".123",
            "0.123",
            "1.234.56",
            "1..234",
            "1,234.567",
            "1.23x",
            ",5",
            "5,",
        ] {
            assert_eq!(parse_number(text.as_bytes(), b','), None, "{text}");
        }
    }
}
