//! Keeps times and amounts in four bytes instead of eight where they fit, as nearly all do; the record of an order has
//! them so.
//!
//! A time is kept as its difference to another time of the record. What does not fit is elsewhere (frame of
//! reference with exceptions; M. Zukowski and others, "Super-Scalar RAM-CPU Cache Compression", 2006).

use crate::Time;
use accrue_kernel::money::Amount;

/// A time in four bytes, as the difference to an earlier one: null, microseconds below 2^31 (36 minutes), whole seconds
/// (68 years), or a mark that the time is elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShortTime(u32);

/// An amount from 0 to 2^32 - 2 minor units in four bytes, or a mark that the amount is elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShortAmount(u32);

impl ShortTime {
    const NULL: ShortTime = ShortTime(u32::MAX);
    const ELSEWHERE: ShortTime = ShortTime(u32::MAX - 1);
    /// The bit that marks seconds.
    const SECONDS: u32 = 1 << 31;
    const MICROS_PER_SECOND: u64 = 1_000_000;

    /// Returns the short form of a time relative to `after`, and the time that has to be elsewhere: null if the
    /// short form is enough.
    #[inline]
    pub fn split(time: Time, after: Time) -> (ShortTime, Time) {
        if time == Time::NULL {
            return (ShortTime::NULL, Time::NULL);
        }
        let Ok(micros) = u64::try_from(time.0 - after.0) else { return (ShortTime::ELSEWHERE, time) };
        let seconds = micros / ShortTime::MICROS_PER_SECOND;
        if micros < u64::from(ShortTime::SECONDS) {
            (ShortTime(micros as u32), Time::NULL)
        } else if seconds * ShortTime::MICROS_PER_SECOND == micros
            && seconds < u64::from(ShortTime::ELSEWHERE.0 - ShortTime::SECONDS)
        {
            (ShortTime(ShortTime::SECONDS | seconds as u32), Time::NULL)
        } else {
            (ShortTime::ELSEWHERE, time)
        }
    }

    /// Returns the time, or null. `after` must be the one that it was split with. `None` where it is elsewhere.
    #[inline]
    pub fn get(self, after: Time) -> Option<Time> {
        match self {
            ShortTime::NULL => Some(Time::NULL),
            ShortTime::ELSEWHERE => None,
            ShortTime(micros) if micros < ShortTime::SECONDS => Some(Time(after.0 + i64::from(micros))),
            ShortTime(marked) => {
                let seconds = u64::from(marked ^ ShortTime::SECONDS);
                Some(Time(after.0 + (seconds * ShortTime::MICROS_PER_SECOND) as i64))
            }
        }
    }
}

impl ShortAmount {
    const LONG: ShortAmount = ShortAmount(u32::MAX);

    /// Returns the short form of an amount, and the amount that has to be elsewhere: zero if the short form is
    /// enough.
    #[inline]
    pub fn split(amount: Amount) -> (ShortAmount, Amount) {
        match u32::try_from(amount.minor()).map(ShortAmount) {
            Ok(short) if short != ShortAmount::LONG => (short, Amount::ZERO),
            _ => (ShortAmount::LONG, amount),
        }
    }

    /// Returns the amount; `None` where it is elsewhere.
    #[inline]
    pub fn get(self) -> Option<Amount> {
        (self != ShortAmount::LONG).then(|| Amount::from_minor(i64::from(self.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short_soon_after_another_and_at_whole_seconds_later() {
        let placed_at = Time(1_735_689_600_123_456);
        let day = 86_400_000_000;
        let cases = [
            (0, true),
            (1, true),
            ((1 << 31) - 1, true),
            ((1 << 31) + 1, false),
            (day, true),
            (day + 1, false),
            (60 * 365 * day, true),
            (69 * 365 * day, false),
            (-1, false),
            (-day, false),
        ];
        for (after, is_short) in cases {
            let paid_at = Time(placed_at.0 + after);
            let (short, long) = ShortTime::split(paid_at, placed_at);
            assert_eq!(
                (short.get(placed_at), long),
                if is_short { (Some(paid_at), Time::NULL) } else { (None, paid_at) }
            );
        }
        let (null, nothing) = ShortTime::split(Time::NULL, placed_at);
        assert_eq!((null.get(placed_at), nothing), (Some(Time::NULL), Time::NULL));
    }

    #[test]
    fn amounts_are_short_below_four_thousand_million_minor_units() {
        for (minor, is_short) in
            [(0, true), (1_999, true), (4_294_967_294, true), (4_294_967_295, false), (99_999_999_999, false)]
        {
            let amount = Amount::from_minor(minor);
            let (short, long) = ShortAmount::split(amount);
            assert_eq!((short.get(), long), if is_short { (Some(amount), Amount::ZERO) } else { (None, amount) });
        }
    }
}
