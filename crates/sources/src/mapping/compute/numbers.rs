//! Arithmetic of decimals of 38 digits: exact, or a failure of the row.
//!
//! A number is a mantissa, an integer below 10^38 in size; how many of its digits are after the point is known from
//! the expression and the same for all rows.

use crate::mapping::compute::failure::Failure;
use crate::mapping::exact::node::Rounding;
use arrow::datatypes::i256;

/// The most digits of a number.
const DIGITS: u32 = 38;
/// The most digits of what is summed: 38 digits hold 10^8 such summands.
const SUMMAND_DIGITS: u32 = 30;

pub(crate) fn sum(left: i128, right: i128) -> Result<i128, Failure> {
    fits(left.checked_add(right))
}

pub(crate) fn difference(left: i128, right: i128) -> Result<i128, Failure> {
    fits(left.checked_sub(right))
}

/// Multiplies; the product has the decimals of both factors.
pub(crate) fn product(left: i128, right: i128) -> Result<i128, Failure> {
    fits(left.checked_mul(right))
}

/// Divides, with `shift` more decimals than the left number has over the right one, the last one rounded half away from
/// zero.
pub(crate) fn quotient(left: i128, right: i128, shift: u32) -> Result<i128, Failure> {
    if right == 0 {
        return Err(Failure::DividesByZero);
    }
    if let Some(left) = 10_i128.checked_pow(shift).and_then(|factor| left.checked_mul(factor)) {
        let (whole, rest) = (left / right, left % right);
        let is_half = rest.unsigned_abs() >= right.unsigned_abs() - rest.unsigned_abs();
        let away = if (left < 0) == (right < 0) { 1 } else { -1 };
        return fits(if is_half { whole.checked_add(away) } else { Some(whole) });
    }
    let factor = i256::from_i128(10).checked_pow(shift).ok_or(Failure::TooLong)?;
    let left = i256::from_i128(left).checked_mul(factor).ok_or(Failure::TooLong)?;
    let right = i256::from_i128(right);
    let (whole, rest) = (left.wrapping_div(right), left.wrapping_rem(right));
    let is_half = rest.wrapping_abs().wrapping_mul(i256::from_i128(2)) >= right.wrapping_abs();
    let away = if (left < i256::ZERO) == (right < i256::ZERO) { i256::ONE } else { i256::MINUS_ONE };
    fits(if is_half { whole.wrapping_add(away) } else { whole }.to_i128())
}

/// Gives a number `more` decimals.
pub(crate) fn widened(mantissa: i128, more: u32) -> Result<i128, Failure> {
    fits(10_i128.checked_pow(more).and_then(|factor| mantissa.checked_mul(factor)))
}

/// Takes the last `fewer` decimals from a number; at most 38.
pub(crate) fn rounded(mantissa: i128, fewer: u32, rounding: Rounding) -> i128 {
    let unit = 10_i128.pow(fewer);
    let (whole, rest) = (mantissa / unit, mantissa % unit);
    match rounding {
        Rounding::HalfAwayFromZero if rest.unsigned_abs() * 2 >= unit.unsigned_abs() => whole + rest.signum(),
        Rounding::Down if rest < 0 => whole - 1,
        Rounding::Up if rest > 0 => whole + 1,
        _ => whole,
    }
}

/// Checks that sums of such numbers cannot overflow.
pub(crate) fn summand(mantissa: i128) -> Result<i128, Failure> {
    if mantissa.unsigned_abs() < 10_u128.pow(SUMMAND_DIGITS) { Ok(mantissa) } else { Err(Failure::TooLong) }
}

fn fits(mantissa: Option<i128>) -> Result<i128, Failure> {
    mantissa.filter(|mantissa| mantissa.unsigned_abs() < 10_u128.pow(DIGITS)).ok_or(Failure::TooLong)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: i128 = 10_i128.pow(38) - 1;

    #[test]
    fn what_has_more_than_38_digits_fails() {
        assert_eq!(sum(MOST, 0), Ok(MOST));
        assert_eq!(sum(MOST, 1), Err(Failure::TooLong));
        assert_eq!(difference(-MOST, 1), Err(Failure::TooLong));
        assert_eq!(product(10_i128.pow(19), 10_i128.pow(19)), Err(Failure::TooLong));
        assert_eq!(product(10_i128.pow(19), -(10_i128.pow(18))), Ok(-(10_i128.pow(37))));
        assert_eq!(widened(1, 38), Err(Failure::TooLong));
        assert_eq!(widened(-9, 37), Ok(-9 * 10_i128.pow(37)));
        assert_eq!(widened(1, 60), Err(Failure::TooLong));
        assert_eq!(summand(10_i128.pow(30) - 1), Ok(10_i128.pow(30) - 1));
        assert_eq!(summand(-(10_i128.pow(30))), Err(Failure::TooLong));
    }

    #[test]
    fn quotients_are_rounded_half_away_from_zero() {
        assert_eq!(quotient(2, 3, 2), Ok(67));
        assert_eq!(quotient(-2, 3, 2), Ok(-67));
        assert_eq!(quotient(1, -8, 2), Ok(-13));
        assert_eq!(quotient(1, 3, 2), Ok(33));
        assert_eq!(quotient(MOST, 1, 0), Ok(MOST));
        assert_eq!(quotient(MOST, MOST, 38), Err(Failure::TooLong));
        assert_eq!(quotient(MOST, MOST, 37), Ok(10_i128.pow(37)));
        assert_eq!(quotient(MOST, 1, 38), Err(Failure::TooLong));
        assert_eq!(quotient(0, 0, 2), Err(Failure::DividesByZero));
    }

    #[test]
    fn decimals_are_cut_off_in_four_ways() {
        use Rounding::{Down, HalfAwayFromZero, TowardsZero, Up};
        for (mantissa, half, zero, down, up) in
            [(125, 13, 12, 12, 13), (124, 12, 12, 12, 13), (-125, -13, -12, -13, -12), (-120, -12, -12, -12, -12)]
        {
            let all = [HalfAwayFromZero, TowardsZero, Down, Up].map(|rounding| rounded(mantissa, 1, rounding));
            assert_eq!(all, [half, zero, down, up], "{mantissa}");
        }
        assert_eq!(rounded(MOST, 38, HalfAwayFromZero), 1);
    }
}
