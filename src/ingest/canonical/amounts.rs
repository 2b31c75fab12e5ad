//! Columns of numbers: amounts in some currency, and counts.

use super::arrays::{as_text, value_as_text};
use super::cells::Cells;
use super::fault::Fault;
use super::texts::trim;
use crate::ingest::error::FileFault;
use crate::ingest::facts::{ExactDecimal, RejectReason};
use crate::kernel::currency::Currency;
use crate::kernel::money::{Amount, AmountFault};
use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, Decimal128Array, PrimitiveArray, StringArray};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::compute::cast;
use arrow::datatypes::{DECIMAL64_MAX_PRECISION, DataType, Decimal64Type, Decimal128Type, Int64Type};

/// Numbers of an input stay below this.
const LIMIT: i128 = 1_000_000_000;
/// The most minor units that a currency has.
const MOST_DECIMALS: u32 = 4;
/// Digits that surely fit into 64 bits.
const SHORT: usize = 18;
/// Below it an amount is in range, whatever its decimals.
const PLAIN: i64 = 1_000_000_000;
const POWERS: [i64; MOST_DECIMALS as usize + 1] = [1, 10, 100, 1000, 10_000];

/// A column of numbers.
pub struct Numbers {
    name: &'static str,
    decimal: u8,
    column: Option<Column>,
}

struct Column {
    /// As the file has it, for rejects.
    array: ArrayRef,
    values: Values,
}

enum Values {
    Texts(StringArray),
    /// Mantissas, and their number of decimals.
    Narrow(ScalarBuffer<i64>, Option<NullBuffer>, u32),
    Wide(Decimal128Array, u32),
}

/// A number as written: `mantissa / 10^decimals`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    pub mantissa: i128,
    pub decimals: u32,
}

impl Numbers {
    pub fn new(name: &'static str, cells: &Cells) -> Result<Numbers, FileFault> {
        let column = cells.column(name).map(|array| Column::new(name, array)).transpose()?;
        Ok(Numbers { name, decimal: cells.reading.decimal, column })
    }

    /// Returns the number of a row, of either sign.
    #[inline]
    pub fn signed(&self, at: u32) -> Result<Option<Decimal>, Box<Fault>> {
        let Some(column) = &self.column else { return Ok(None) };
        match &column.values {
            Values::Narrow(_, Some(nulls), _) if nulls.is_null(at as usize) => Ok(None),
            Values::Narrow(mantissas, _, decimals) => {
                Ok(Some(Decimal { mantissa: mantissas[at as usize].into(), decimals: *decimals }))
            }
            Values::Wide(array, _) if array.is_null(at as usize) => Ok(None),
            Values::Wide(array, decimals) => {
                Ok(Some(Decimal { mantissa: array.value(at as usize), decimals: *decimals }))
            }
            Values::Texts(texts) if texts.is_null(at as usize) => Ok(None),
            Values::Texts(texts) => match trim(texts.value(at as usize)) {
                "" => Ok(None),
                text => parse(text.as_bytes(), self.decimal).map(Some).ok_or_else(|| self.malformed(at)),
            },
        }
    }

    /// Returns the number of a row, of either sign, which it must have.
    pub fn require_signed(&self, at: u32) -> Result<Decimal, Box<Fault>> {
        self.signed(at)?.ok_or_else(|| Fault::missing(self.name))
    }

    /// Returns the number of a row, at least zero, which it must have.
    #[inline]
    pub fn require(&self, at: u32) -> Result<Decimal, Box<Fault>> {
        self.positive(at)?.ok_or_else(|| Fault::missing(self.name))
    }

    /// Returns the number of a row, at least zero.
    #[inline]
    pub fn positive(&self, at: u32) -> Result<Option<Decimal>, Box<Fault>> {
        let number = self.signed(at)?;
        match number {
            Some(number) if number.mantissa < 0 => Err(self.negative(at)),
            number => Ok(number),
        }
    }

    /// Returns the amount of a row, at least zero; where it has none, zero.
    #[inline]
    pub fn amount(&self, at: u32, currency: Currency) -> Result<Amount, Box<Fault>> {
        if let Some(amount) = self.plain_amount(at, currency) {
            return Ok(amount);
        }
        self.positive(at)?.map_or(Ok(Amount::ZERO), |number| self.in_currency(at, number, currency))
    }

    /// Returns the amount of a row, at least zero, which it must have.
    #[inline]
    pub fn require_amount(&self, at: u32, currency: Currency) -> Result<Amount, Box<Fault>> {
        if let Some(amount) = self.plain_amount(at, currency) {
            return Ok(amount);
        }
        let number = self.require(at)?;
        self.in_currency(at, number, currency)
    }

    /// Returns the amount of a row that holds what nearly all do, in short: a number of few digits, at least zero, with
    /// no more decimals than the currency has.
    #[inline]
    fn plain_amount(&self, at: u32, currency: Currency) -> Option<Amount> {
        let (mantissa, decimals) = match &self.column.as_ref()?.values {
            Values::Narrow(mantissas, nulls, decimals)
                if nulls.as_ref().is_none_or(|nulls| nulls.is_valid(at as usize)) =>
            {
                (mantissas[at as usize], *decimals)
            }
            Values::Texts(texts) if texts.is_valid(at as usize) => {
                let [start, end] = [at, at + 1].map(|at| texts.value_offsets()[at as usize] as usize);
                let number = brief(&texts.values()[..end], end - start, self.decimal);
                number.or_else(|| short(&texts.values()[start..end], self.decimal))?
            }
            _ => return None,
        };
        let factor = POWERS[currency.minor_units().checked_sub(decimals)? as usize];
        (0..PLAIN).contains(&mantissa).then(|| Amount::from_minor(mantissa * factor))
    }

    /// Returns a row's number as an amount of a currency.
    #[inline]
    pub fn in_currency(&self, at: u32, number: Decimal, currency: Currency) -> Result<Amount, Box<Fault>> {
        Amount::from_decimal(number.mantissa, number.decimals, currency).map_err(|fault| {
            let reason = match fault {
                AmountFault::Malformed => RejectReason::Malformed,
                AmountFault::TooPrecise(..) => RejectReason::TooPrecise,
                AmountFault::OutOfRange => RejectReason::OutOfRange,
            };
            self.fault(at, reason, &fault.to_string())
        })
    }

    /// Returns a row's number, at least zero, as any currency may have it.
    pub fn require_exact(&self, at: u32) -> Result<ExactDecimal, Box<Fault>> {
        let number = self.require(at)?.without_trailing_zeros();
        if number.decimals > MOST_DECIMALS {
            return Err(self.fault(at, RejectReason::TooPrecise, "has more than 4 decimals, which no currency has"));
        }
        if number.mantissa >= LIMIT * 10_i128.pow(number.decimals) {
            return Err(self.fault(at, RejectReason::OutOfRange, "is out of range: amounts are below 1,000,000,000"));
        }
        Ok(ExactDecimal { mantissa: number.mantissa as i64, decimals: number.decimals as u8 })
    }

    /// Returns a row's whole number, at least zero; where it has none, zero.
    pub fn count(&self, at: u32) -> Result<u64, Box<Fault>> {
        let Some(number) = self.positive(at)?.map(Decimal::without_trailing_zeros) else { return Ok(0) };
        if number.decimals > 0 {
            return Err(self.fault(at, RejectReason::Malformed, "is not a whole number"));
        }
        match u64::try_from(number.mantissa) {
            Ok(count) if number.mantissa < LIMIT => Ok(count),
            _ => Err(self.fault(at, RejectReason::OutOfRange, "is out of range: numbers are below 1,000,000,000")),
        }
    }

    #[cold]
    fn malformed(&self, at: u32) -> Box<Fault> {
        self.fault(at, RejectReason::Malformed, not_a_number(self.decimal))
    }

    #[cold]
    pub fn negative(&self, at: u32) -> Box<Fault> {
        self.fault(at, RejectReason::Negative, "is negative, and here only zero or more is allowed")
    }

    #[cold]
    fn fault(&self, at: u32, reason: RejectReason, what: &str) -> Box<Fault> {
        let value = self.column.as_ref().map(|column| value_as_text(&column.array, at as usize));
        Fault::of_value(self.name, value.unwrap_or_default(), reason, what)
    }
}

impl Decimal {
    pub fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    fn without_trailing_zeros(mut self) -> Decimal {
        while self.decimals > 0 && self.mantissa % 10 == 0 {
            self.mantissa /= 10;
            self.decimals -= 1;
        }
        self
    }
}

impl Column {
    fn new(name: &str, array: &ArrayRef) -> Result<Column, FileFault> {
        let values = match array.data_type() {
            // The only integers that do not fit into `i64`.
            DataType::UInt64 => wide(array, 20, 0)?,
            holds if holds.is_integer() => narrow(cast(array, &DataType::Int64)?.as_primitive::<Int64Type>(), 0),
            DataType::Decimal32(_, scale @ 0..) | DataType::Decimal64(_, scale @ 0..) => {
                let decimals = cast(array, &DataType::Decimal64(DECIMAL64_MAX_PRECISION, *scale))?;
                narrow(decimals.as_primitive::<Decimal64Type>(), *scale)
            }
            DataType::Decimal128(_, scale @ 0..) => wide(array, 38, *scale)?,
            _ => Values::Texts(as_text(name, array)?),
        };
        Ok(Column { array: array.clone(), values })
    }
}

fn narrow<T: ArrowPrimitiveType<Native = i64>>(array: &PrimitiveArray<T>, scale: i8) -> Values {
    Values::Narrow(array.values().clone(), array.nulls().cloned(), scale.unsigned_abs().into())
}

fn wide(array: &ArrayRef, precision: u8, scale: i8) -> Result<Values, FileFault> {
    let decimals = cast(array, &DataType::Decimal128(precision, scale))?;
    Ok(Values::Wide(decimals.as_primitive::<Decimal128Type>().clone(), scale.unsigned_abs().into()))
}

/// Says how numbers are written.
pub fn not_a_number(point: u8) -> &'static str {
    match point {
        b',' => "is not a plain decimal number: write digits with a `,` before the decimals, such as 1234,56",
        _ => "is not a plain decimal number: write digits with a `.` before the decimals, such as 1234.56",
    }
}

/// Reads a plain decimal such as `-12.50`: an optional sign, digits, and decimals after the point.
///
/// Where the point is a comma, dots may stand between groups of three digits: `1.234,50`. What does not fit is the largest number there is, which is out of every range.
pub fn parse(text: &[u8], point: u8) -> Option<Decimal> {
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

/// Takes the dots from between groups of three digits, or says that they are not.
fn without_groups(text: &[u8]) -> Option<Vec<u8>> {
    let (whole, part) = text.split_at(memchr::memchr(b',', text).unwrap_or(text.len()));
    let mut groups = whole.split(|&byte| byte == b'.');
    let first = groups.next().unwrap_or_default();
    let are_groups =
        matches!(first, [b'1'..=b'9', more @ ..] if more.len() < 3) && groups.all(|group| group.len() == 3);
    are_groups.then(|| whole.iter().filter(|&&byte| byte != b'.').chain(part).copied().collect())
}

/// Reads what `short` reads, at the end of longer texts and all of its bytes at the same time: at most eight of them.
#[inline]
fn brief(text: &[u8], length: usize, point: u8) -> Option<(i64, u32)> {
    const ZEROS: u64 = u64::from_ne_bytes([b'0'; 8]);
    const LOW: u64 = u64::from_ne_bytes([0x7f; 8]);
    if !(1..=8).contains(&length) {
        return None;
    }
    // The first byte is the lowest; below the text come zeros.
    let text_bits = u64::MAX << (64 - 8 * length);
    let mut word = u64::from_le_bytes(*text.last_chunk()?) & text_bits | ZEROS & !text_bits;
    let other = word ^ u64::from_ne_bytes([point; 8]);
    let points = !(((other & LOW) + LOW) | other | LOW);
    let mut decimals = 0;
    if points != 0 {
        let at = points.trailing_zeros() / 8;
        decimals = 7 - at;
        if decimals == 0 || at as usize + length == 8 {
            return None;
        }
        // The digits before the point take its place.
        let before = (1 << (8 * at)) - 1;
        word = word & (u64::MAX << (8 * at + 8)) | (word & before) << 8 | u64::from(b'0');
    }
    let digits = word ^ ZEROS;
    let more_than_nine = digits.wrapping_add(u64::from_ne_bytes([0x76; 8])) | digits;
    if more_than_nine & !LOW != 0 {
        return None;
    }
    // Neighbours become one number: two digits, then four, then eight.
    let pairs = (digits * 10 + (digits >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    Some((((fours * 10_000 + (fours >> 32)) & 0xffff_ffff) as i64, decimals))
}

/// Reads digits and decimals, of which there are at most `SHORT`: a mantissa of at least zero, and its decimals.
#[inline]
fn short(text: &[u8], point: u8) -> Option<(i64, u32)> {
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
    // Zeros at the end do not count as decimals, and here they might not fit.
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
        assert_eq!(parse(b"12.50", b'.'), decimal(1250, 2));
        assert_eq!(parse(b"12,50", b','), decimal(1250, 2));
        assert_eq!(parse(b"-0.01", b'.'), decimal(-1, 2));
        assert_eq!(parse(b"+0007", b'.'), decimal(7, 0));
        assert_eq!(parse(b"-0", b'.'), decimal(0, 0));
        assert_eq!(parse(b"1234567890123456789012.34", b'.'), decimal(123_456_789_012_345_678_901_234, 2));
        assert_eq!(parse(format!("1.{}", "0".repeat(99)).as_bytes(), b'.'), decimal(1, 0));
        assert_eq!(parse("9".repeat(99).as_bytes(), b'.'), decimal(i128::MAX, 0));
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
            assert_eq!(parse(text.as_bytes(), b'.'), None, "{text}");
        }
        assert_eq!(parse(b"1.234,50", b','), decimal(123_450, 2));
        assert_eq!(parse(b"-12.345.678", b','), decimal(-12_345_678, 0));
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
            assert_eq!(parse(text.as_bytes(), b','), None, "{text}");
        }
    }
}
