//! Money (docs/spec.md 1): exact amounts in minor units. The only file that rounds, and it rounds towards zero.
//!
//! [`Amount`] (64 bits) is one amount, [`WideAmount`] (128 bits) the sum of any number of them. Neither knows its
//! currency: that is beside them. There are no floats here, and decimals only to read and show amounts. A number
//! that is no exact amount of its currency is an [`AmountFault`] and is never rounded.

use super::currency::Currency;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

/// Amounts of an input or a grant stay below this many major units.
const MAJOR_LIMIT: i64 = 1_000_000_000;

/// Ten to the number of minor units, of which no currency has more than four.
const POWERS: [i64; 5] = [1, 10, 100, 1_000, 10_000];

/// A signed amount in minor units of a currency (cents for USD, yen for JPY); the currency is kept elsewhere.
///
/// Amounts of facts and grants are below 1,000,000,000 major units; a sum that may be larger is a [`WideAmount`]. `+`
/// and `-` behave as for `i64`, also when a result does not fit.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i64);

/// Why a number is not an amount of a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountFault {
    /// The text is not an optional sign, digits, and optionally a dot and digits.
    #[error("is not a plain decimal number: write digits with a `.` before the decimals, such as 1234.56")]
    Malformed,
    /// The number has more decimals than the currency has minor units; the fields are the currency and its minor units.
    #[error("has more decimals than {0} has minor units ({1})")]
    TooPrecise(Currency, u32),
    /// The number is 1,000,000,000 major units or more, without regard to its sign.
    #[error("is out of range: amounts are below 1,000,000,000")]
    OutOfRange,
}

/// A part of a minor unit: `numerator / denominator` of it, as a division leaves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    /// The remainder of the division; zero if the division is exact.
    pub numerator: i64,
    /// The number that was divided by.
    pub denominator: i64,
}

impl Amount {
    /// No money: 0 minor units.
    pub const ZERO: Amount = Amount(0);

    /// Makes an amount from minor units; the size is not checked.
    pub const fn from_minor(minor: i64) -> Amount {
        Amount(minor)
    }

    /// Returns the amount in minor units.
    pub const fn minor(self) -> i64 {
        self.0
    }

    /// Tells whether the amount is zero.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Tells whether the amount is above zero.
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Tells whether the amount is below zero.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Returns `mantissa / 10^decimals` major units as an amount; zeros at the end do not count as decimals
    /// (docs/spec.md 1).
    ///
    /// # Errors
    ///
    /// Returns [`AmountFault::TooPrecise`] or [`AmountFault::OutOfRange`]; the amount is never rounded.
    pub fn from_decimal(mantissa: i128, decimals: u32, currency: Currency) -> Result<Amount, AmountFault> {
        let units = currency.minor_units();
        let minor = if decimals <= units {
            let factor = POWERS[(units - decimals) as usize];
            mantissa.checked_mul(factor.into()).ok_or(AmountFault::OutOfRange)?
        } else {
            drop_trailing_zeros(mantissa, decimals - units).ok_or(AmountFault::TooPrecise(currency, units))?
        };
        let limit = limit(currency);
        // The least number has no absolute value.
        if minor <= -limit || minor >= limit {
            return Err(AmountFault::OutOfRange);
        }
        Ok(Amount(minor as i64))
    }

    /// Reads a plain decimal of major units such as `-12.50`: an optional sign, digits, and decimals after a dot.
    ///
    /// The text is bytes because exports are; every byte that is not ASCII is a fault.
    ///
    /// # Errors
    ///
    /// Returns the [`AmountFault`] of the text; the amount is never rounded.
    pub fn parse(text: &[u8], currency: Currency) -> Result<Amount, AmountFault> {
        let (negative, digits) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let mut mantissa: i128 = 0;
        let mut point = None;
        for (at, &byte) in digits.iter().enumerate() {
            match byte {
                b'0'..=b'9' => {
                    let digit = i128::from(byte - b'0');
                    mantissa = mantissa.saturating_mul(10).saturating_add(digit);
                }
                b'.' if point.is_none() && at > 0 => point = Some(at),
                _ => return Err(AmountFault::Malformed),
            }
        }
        let decimals = match point {
            None if digits.is_empty() => return Err(AmountFault::Malformed),
            None => 0,
            Some(at) if at + 1 == digits.len() => return Err(AmountFault::Malformed),
            Some(at) => digits.len() - at - 1,
        };
        if mantissa == i128::MAX {
            return Err(AmountFault::OutOfRange);
        }
        let mantissa = if negative { -mantissa } else { mantissa };
        Amount::from_decimal(mantissa, decimals as u32, currency)
    }

    /// Returns `self * numerator / denominator`, rounded towards zero to the minor unit (docs/spec.md 1).
    ///
    /// # Panics
    ///
    /// Panics if the denominator is zero.
    pub fn prorate(self, numerator: Amount, denominator: Amount) -> WideAmount {
        self.prorate_exactly(numerator, denominator).0
    }

    /// Returns `self * numerator / denominator` rounded towards zero, and the part of a minor unit that this drops.
    ///
    /// # Panics
    ///
    /// Panics if the denominator is zero.
    #[inline]
    pub(crate) fn prorate_exactly(self, numerator: Amount, denominator: Amount) -> (WideAmount, Fraction) {
        let (product, denominator) = (i128::from(self.0) * i128::from(numerator.0), i128::from(denominator.0));
        let quotient = product / denominator;
        // Smaller than the denominator, so it fits.
        let rest = (product - quotient * denominator) as i64;
        (WideAmount(quotient), Fraction { numerator: rest, denominator: denominator as i64 })
    }

    /// Returns `self * steps`, the nearest total if the product does not fit.
    pub(crate) fn times(self, steps: i128) -> WideAmount {
        // Wider multiplication is seldom needed, and many times slower.
        match i64::try_from(steps) {
            Ok(steps) => WideAmount(i128::from(self.0) * i128::from(steps)),
            Err(_) => WideAmount(i128::from(self.0).saturating_mul(steps)),
        }
    }

    /// Shows the amount in major units with all decimals of the currency: `-1.50` for -150 cents.
    pub fn display(self, currency: Currency) -> impl fmt::Display {
        Decimal { mantissa: i128::from(self.0), decimals: currency.minor_units() }
    }

    /// Returns the amount in ten-thousandths of a major unit, the unit of the ledger file: the mantissa of a
    /// decimal(18,4).
    ///
    /// The result fits for every amount below 10^14 major units; beyond about 9 * 10^14 it behaves as `*` for `i64`.
    pub fn ten_thousandths(self, currency: Currency) -> i64 {
        self.0 * POWERS[4 - currency.minor_units() as usize]
    }
}

/// A signed sum of amounts in minor units of one currency, wide enough for any number of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct WideAmount(i128);

impl WideAmount {
    /// The sum of no amounts.
    pub const ZERO: WideAmount = WideAmount(0);

    /// Returns the number of whole steps of `step` in the total, rounded towards zero.
    ///
    /// # Panics
    ///
    /// Panics if `step` is zero.
    pub(crate) fn whole_steps(self, step: Amount) -> i128 {
        // Narrow division is many times faster, and nearly always enough.
        match i64::try_from(self.0) {
            Ok(minor) => i128::from(minor / step.0),
            Err(_) => self.0 / i128::from(step.0),
        }
    }

    /// Returns the part of the total after its last whole step of `step`.
    ///
    /// # Panics
    ///
    /// Panics if `step` is zero.
    #[inline]
    pub(crate) fn rest_of_steps(self, step: Amount) -> Amount {
        Amount((self.0 - self.whole_steps(step) * i128::from(step.0)) as i64)
    }

    /// Returns the total as an amount, or `None` where it is not below 1,000,000,000 major units.
    pub(crate) fn to_amount(self, currency: Currency) -> Option<Amount> {
        (self.0.abs() < limit(currency)).then_some(Amount(self.0 as i64))
    }

    /// Returns the part of `amount` that the total covers; both are at least zero.
    pub(crate) fn up_to(self, amount: Amount) -> Amount {
        Amount(self.0.min(i128::from(amount.0)) as i64)
    }

    /// Returns the total as an amount of any size, or `None` where it does not fit.
    pub(crate) fn exact(self) -> Option<Amount> {
        i64::try_from(self.0).ok().map(Amount)
    }

    /// Returns the total as an amount; a total that does not fit becomes the nearest amount.
    pub fn saturate(self) -> Amount {
        Amount(self.0.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
    }

    /// Returns the sum in minor units.
    pub const fn minor(self) -> i128 {
        self.0
    }

    /// Tells whether the sum is above zero.
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Tells whether the sum is zero.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Reads a text that [`WideAmount::display`] wrote; `None` if the text has not all decimals of the currency, or is
    /// no number.
    pub fn parse(text: &str, currency: Currency) -> Option<WideAmount> {
        let decimals = currency.minor_units() as usize;
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let is_digits = part.bytes().all(|byte| byte.is_ascii_digit());
        (part.len() == decimals && is_digits).then(|| format!("{whole}{part}").parse().ok().map(WideAmount)).flatten()
    }

    /// Shows the sum in major units with all decimals of the currency.
    pub fn display(self, currency: Currency) -> impl fmt::Display {
        Decimal { mantissa: self.0, decimals: currency.minor_units() }
    }
}

impl From<Amount> for WideAmount {
    fn from(amount: Amount) -> WideAmount {
        WideAmount(i128::from(amount.0))
    }
}

impl Add<Amount> for WideAmount {
    type Output = WideAmount;
    fn add(self, amount: Amount) -> WideAmount {
        WideAmount(self.0 + i128::from(amount.0))
    }
}

impl Add for WideAmount {
    type Output = WideAmount;
    fn add(self, other: WideAmount) -> WideAmount {
        WideAmount(self.0 + other.0)
    }
}

impl Sub<Amount> for WideAmount {
    type Output = WideAmount;
    fn sub(self, amount: Amount) -> WideAmount {
        WideAmount(self.0 - i128::from(amount.0))
    }
}

impl Sub for WideAmount {
    type Output = WideAmount;
    fn sub(self, other: WideAmount) -> WideAmount {
        WideAmount(self.0 - other.0)
    }
}

impl AddAssign<Amount> for WideAmount {
    fn add_assign(&mut self, amount: Amount) {
        self.0 += i128::from(amount.0);
    }
}

impl SubAssign<Amount> for WideAmount {
    fn sub_assign(&mut self, amount: Amount) {
        self.0 -= i128::from(amount.0);
    }
}

impl AddAssign for WideAmount {
    fn add_assign(&mut self, other: WideAmount) {
        self.0 += other.0;
    }
}

impl Sum for WideAmount {
    fn sum<I: Iterator<Item = WideAmount>>(totals: I) -> WideAmount {
        totals.fold(WideAmount::ZERO, Add::add)
    }
}

impl Sum<Amount> for WideAmount {
    fn sum<I: Iterator<Item = Amount>>(amounts: I) -> WideAmount {
        amounts.fold(WideAmount::ZERO, Add::add)
    }
}

impl Add for Amount {
    type Output = Amount;
    fn add(self, other: Amount) -> Amount {
        Amount(self.0 + other.0)
    }
}

impl Sub for Amount {
    type Output = Amount;
    fn sub(self, other: Amount) -> Amount {
        Amount(self.0 - other.0)
    }
}

impl Neg for Amount {
    type Output = Amount;
    fn neg(self) -> Amount {
        Amount(-self.0)
    }
}

impl AddAssign for Amount {
    fn add_assign(&mut self, other: Amount) {
        self.0 += other.0;
    }
}

impl SubAssign for Amount {
    fn sub_assign(&mut self, other: Amount) {
        self.0 -= other.0;
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} minor", self.0)
    }
}

/// A decimal number as it is shown: `mantissa / 10^decimals`.
pub struct Decimal {
    /// All digits as one whole number, with the sign.
    pub mantissa: i128,
    /// The number of digits after the point, at most 38.
    pub decimals: u32,
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let scale = 10_u128.pow(self.decimals);
        let (whole, part) = (self.mantissa.unsigned_abs() / scale, self.mantissa.unsigned_abs() % scale);
        let text = match self.decimals {
            0 => format!("{sign}{whole}"),
            decimals => format!("{sign}{whole}.{part:0width$}", width = decimals as usize),
        };
        f.pad(&text)
    }
}

fn limit(currency: Currency) -> i128 {
    i128::from(MAJOR_LIMIT * POWERS[currency.minor_units() as usize])
}

fn drop_trailing_zeros(mantissa: i128, count: u32) -> Option<i128> {
    match 10_i128.checked_pow(count) {
        Some(scale) => (mantissa % scale == 0).then_some(mantissa / scale),
        None => (mantissa == 0).then_some(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, code: &str) -> Result<i64, AmountFault> {
        let currency = Currency::from_code(code).unwrap();
        Amount::parse(text.as_bytes(), currency).map(Amount::minor)
    }

    #[test]
    fn sums_are_read_as_they_are_shown() {
        let [dollar, yen] = ["USD", "JPY"].map(|code| Currency::from_code(code).unwrap());
        for (minor, currency) in [(0, dollar), (-5, dollar), (123_456_789_012_345_678_901, dollar), (-70, yen)] {
            assert_eq!(
                WideAmount::parse(&WideAmount(minor).display(currency).to_string(), currency),
                Some(WideAmount(minor))
            );
        }
        assert!(["", "1", "1.2", "1.234", "1.-1", "x.00"].iter().all(|text| WideAmount::parse(text, dollar).is_none()));
    }

    #[test]
    fn plain_decimals_become_minor_units() {
        assert_eq!(parse("12.5", "USD"), Ok(1250));
        assert_eq!(parse("-12.50", "USD"), Ok(-1250));
        assert_eq!(parse("+0007", "USD"), Ok(700));
        assert_eq!(parse("-0", "USD"), Ok(0));
        assert_eq!(parse("42980", "CLP"), Ok(42980));
        assert_eq!(parse("36.3900", "USD"), Ok(3639));
        assert_eq!(parse("1.125", "KWD"), Ok(1125));
        assert_eq!(parse("999999999.99", "USD"), Ok(99_999_999_999));
    }

    #[test]
    fn other_texts_are_faults() {
        for text in ["", "-", ".5", "5.", "1,234.56", "1e3", "NaN", "$5", "1.2.3", "1 000", "--1", "٣"] {
            assert_eq!(parse(text, "USD"), Err(AmountFault::Malformed), "{text}");
        }
        let usd = Currency::from_code("USD").unwrap();
        assert_eq!(parse("0.001", "USD"), Err(AmountFault::TooPrecise(usd, 2)));
        assert_eq!(parse("1000000000", "USD"), Err(AmountFault::OutOfRange));
        assert_eq!(parse(&"9".repeat(30), "USD"), Err(AmountFault::OutOfRange));
        assert_eq!(parse(&"9".repeat(300), "USD"), Err(AmountFault::OutOfRange));
        assert_eq!(parse(&format!("0.{}", "0".repeat(60)), "USD"), Ok(0));
        assert_eq!(Amount::from_decimal(125_000, 5, usd), Ok(Amount::from_minor(1_25)));
        for mantissa in [i128::MIN, i128::MAX] {
            assert_eq!(Amount::from_decimal(mantissa, 2, usd), Err(AmountFault::OutOfRange));
        }
    }

    #[test]
    fn prorating_rounds_towards_zero() {
        let cents = Amount::from_minor;
        assert_eq!(cents(100).prorate(cents(1), cents(3)).minor(), 33);
        assert_eq!(cents(100).prorate(cents(2), cents(3)).minor(), 66);
        assert_eq!(cents(-100).prorate(cents(2), cents(3)).minor(), -66);
        assert_eq!(cents(100).prorate(cents(3), cents(3)).minor(), 100);
    }

    #[test]
    fn amounts_print_with_the_decimals_of_their_currency() {
        let show = |minor, code| Amount::from_minor(minor).display(Currency::from_code(code).unwrap()).to_string();
        assert_eq!(show(-5, "USD"), "-0.05");
        assert_eq!(show(1250, "KWD"), "1.250");
        assert_eq!(show(12, "JPY"), "12");
        let stored = |minor, code| Amount::from_minor(minor).ten_thousandths(Currency::from_code(code).unwrap());
        assert_eq!([stored(-150, "USD"), stored(12, "JPY"), stored(1250, "KWD")], [-15_000, 120_000, 12_500]);
    }
    #[test]
    fn amounts_and_sums_are_added_and_subtracted() {
        let (three, five) = (Amount(3), Amount(5));
        assert_eq!([three + five, three - five, -three], [Amount(8), Amount(-2), Amount(-3)]);
        let mut amount = three;
        amount += five;
        amount -= Amount(1);
        assert_eq!(amount, Amount(7));
        let ten = WideAmount(10);
        assert_eq!([ten + five, ten + WideAmount(5), ten - five, ten - WideAmount(5)], [15, 15, 5, 5].map(WideAmount));
        let mut total = ten;
        total += five;
        total += WideAmount(2);
        total -= Amount(4);
        assert_eq!(total, WideAmount(13));
        assert_eq!([three, five].into_iter().sum::<WideAmount>(), WideAmount(8));
        assert_eq!([ten, total].into_iter().sum::<WideAmount>(), WideAmount(23));
        assert_eq!(
            [(ten.is_positive(), ten.is_zero()), (WideAmount::ZERO.is_positive(), WideAmount::ZERO.is_zero())],
            [(true, false), (false, true)]
        );
        assert_eq!(
            [Amount(-1), Amount(0), Amount(1)].map(|it| (it.is_negative(), it.is_zero(), it.is_positive())),
            [(true, false, false), (false, true, false), (false, false, true)]
        );
        assert_eq!(format!("{five:?}"), "5 minor");
    }

    #[test]
    fn sums_of_more_than_64_bits_are_exact() {
        let wide = 1_i128 << 70; // 1,180,591,620,717,411,303,424, which is 1 more than a multiple of 3
        assert_eq!(WideAmount(wide).whole_steps(Amount(3)), 393_530_540_239_137_101_141);
        assert_eq!(WideAmount(wide).rest_of_steps(Amount(3)), Amount(1));
        assert_eq!((WideAmount(31).whole_steps(Amount(10)), WideAmount(31).rest_of_steps(Amount(10))), (3, Amount(1)));
        assert_eq!(Amount(7).times(wide), WideAmount(7 << 70));
        assert_eq!(Amount(7).times(6), WideAmount(42));
        assert_eq!(Amount(7).times(i128::MAX), WideAmount(i128::MAX), "the nearest");
        assert_eq!(
            [WideAmount(wide), WideAmount(-wide), WideAmount(5)].map(WideAmount::saturate),
            [i64::MAX, i64::MIN, 5].map(Amount)
        );
        assert_eq!([WideAmount(wide), WideAmount(5)].map(WideAmount::exact), [None, Some(Amount(5))]);
        assert_eq!(
            [WideAmount(2), WideAmount(4), WideAmount(wide)].map(|total| total.up_to(Amount(3))),
            [2, 3, 3].map(Amount)
        );
    }

    #[test]
    fn a_grant_is_below_a_billion() {
        let [dollar, yen] = ["USD", "JPY"].map(|code| Currency::from_code(code).unwrap());
        let fits = |minor, currency| WideAmount(minor).to_amount(currency).map(Amount::minor);
        assert_eq!([99_999_999_999, 100_000_000_000].map(|minor| fits(minor, dollar)), [Some(99_999_999_999), None]);
        assert_eq!(fits(-100_000_000_000, dollar), None);
        assert_eq!([999_999_999, 1_000_000_000].map(|minor| fits(minor, yen)), [Some(999_999_999), None]);
    }

    #[test]
    fn a_division_leaves_its_remainder() {
        // 4.00 * 10.00 / 85.00 is 47 cents and 500 / 8500 of one.
        let (amount, dropped) = Amount(400).prorate_exactly(Amount(1000), Amount(8500));
        assert_eq!((amount, dropped), (WideAmount(47), Fraction { numerator: 500, denominator: 8500 }));
    }
}
