//! Writes an amount before it is rounded: with all its decimals, or the first of them.

use super::model::Exact;
use accrue_kernel::currency::Currency;
use accrue_kernel::money::{Fraction, WideAmount};

/// How many digits are shown after those that the currency has.
const DIGITS: usize = 6;

/// Tells an amount together with the part of a minor unit that rounding drops of it.
pub(super) fn exact(rounded: WideAmount, dropped: Fraction, currency: Currency) -> Exact {
    let mut shown = rounded.display(currency).to_string();
    let (mut rest, denominator) = (i128::from(dropped.numerator), i128::from(dropped.denominator));
    if rest != 0 && currency.minor_units() == 0 {
        shown.push('.');
    }
    for _ in 0..DIGITS {
        if rest == 0 {
            break;
        }
        rest *= 10;
        shown += &(rest / denominator).to_string();
        rest %= denominator;
    }
    if rest != 0 {
        shown += "...";
    }
    Exact { shown, dropped_numerator: dropped.numerator, dropped_denominator: dropped.denominator }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(code: &str, rounded: i128, numerator: i64, denominator: i64) -> String {
        let currency = Currency::from_code(code).unwrap();
        let rounded = WideAmount::ZERO + accrue_kernel::money::Amount::from_minor(rounded as i64);
        exact(rounded, Fraction { numerator, denominator }, currency).shown
    }

    #[test]
    fn decimals_are_shown_to_their_end_or_cut() {
        // 4.50 * 30.00 / 96.00 = 1.40625: 140 cents and 5/8 of one.
        assert_eq!(shown("USD", 140, 6000, 9600), "1.40625");
        assert_eq!(shown("USD", 125, 0, 9600), "1.25");
        assert_eq!(shown("USD", 33, 1, 3), "0.33333333...");
        assert_eq!(shown("JPY", 7, 1, 2), "7.5");
    }
}
