//! Where numbers lie in a drawing, in whole thousandths of its units.

use std::fmt::{self, Display, Formatter};

/// The most steps that an axis has above or below zero.
const STEPS: i128 = 4;

/// A length or a place in a drawing, in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Milli(pub i64);

impl Milli {
    pub(super) fn units(units: i64) -> Milli {
        Milli(units * 1000)
    }
}

impl Display for Milli {
    /// Writes `12.345`, and no more decimals than are needed.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) = (self.0.unsigned_abs() / 1000, self.0.unsigned_abs() % 1000);
        match part {
            0 => write!(f, "{sign}{whole}"),
            _ => write!(f, "{sign}{whole}.{}", format!("{part:03}").trim_end_matches('0')),
        }
    }
}

/// An axis from a lowest to a highest number, both on whole steps, with zero between them or at one end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    low: i128,
    high: i128,
    step: i128,
}

impl Scale {
    /// Makes the axis for numbers between two, which are at or below zero, and at or above it.
    pub(super) fn around(low: i128, high: i128) -> Scale {
        let step = step_of(high.max(-low).max(1));
        let up = |number: i128| (number + step - 1) / step * step;
        let (low, high) = (-up(-low), up(high));
        Scale { low, high: if low == high { step } else { high }, step }
    }

    /// Returns how far a number is from the lowest one, of a length for the whole axis.
    pub(super) fn place(&self, number: i128, length: Milli) -> Milli {
        let part = (number - self.low) * i128::from(length.0) / (self.high - self.low);
        Milli(i64::try_from(part).expect("a place on the axis"))
    }

    /// Returns the numbers that the axis names, from the lowest on.
    pub(super) fn marks(&self) -> impl Iterator<Item = i128> + use<> {
        let Scale { low, step, .. } = *self;
        (0..=(self.high - low) / step).map(move |at| low + at * step)
    }
}

/// Returns the smallest of 1, 2, 5, 10, 20, 50 and so on of which few make up a number.
fn step_of(most: i128) -> i128 {
    let mut ten = 1;
    loop {
        for factor in [1, 2, 5] {
            if ten * factor * STEPS >= most {
                return ten * factor;
            }
        }
        ten *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousandths_are_written_without_zeros_at_the_end() {
        let written = |milli| Milli(milli).to_string();
        assert_eq!([0, 5, -12_300, 12_345, 7_000].map(written), ["0", "0.005", "-12.3", "12.345", "7"]);
    }

    #[test]
    fn an_axis_ends_on_whole_steps_around_its_numbers() {
        let marks = |low, high| Scale::around(low, high).marks().collect::<Vec<_>>();
        assert_eq!(marks(0, 0), [0, 1]);
        assert_eq!(marks(0, 4), [0, 1, 2, 3, 4]);
        assert_eq!(marks(0, 2_050), [0, 1_000, 2_000, 3_000]);
        assert_eq!(marks(-30, 70), [-40, -20, 0, 20, 40, 60, 80]);
        assert_eq!(marks(-9, 0), [-10, -5, 0]);
    }

    #[test]
    fn a_number_is_at_its_part_of_the_length() {
        let scale = Scale::around(-30, 70);
        let place = |number| scale.place(number, Milli::units(120)).0;
        assert_eq!([-40, 0, 35, 80].map(place), [0, 40_000, 75_000, 120_000]);
        let trillions = Scale::around(0, 40_000_000_000_000_000_000);
        assert_eq!(trillions.place(10_000_000_000_000_000_000, Milli::units(120)), Milli(30_000));
    }
}
