//! Random numbers from a seed: splitmix64 (G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number
//! Generators", 2014), in whole numbers, so that every machine draws the same.
//!
//! Every order and every person has dice of their own, made from seed, kind and number: no draw depends on another's.

const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

/// What dice are thrown for: keeps an order's draws apart from those of the person with the same number.
#[derive(Clone, Copy)]
pub(crate) enum Of {
    Order = 1,
    Refund,
    Purse,
    Person,
}

pub(crate) struct Dice {
    state: u64,
}

impl Dice {
    pub(crate) fn new(seed: u64, of: Of, number: u64) -> Dice {
        Dice { state: mix(mix(seed ^ mix(of as u64)) ^ number) }
    }

    /// Returns a number from 0 to `limit - 1`, all alike.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.state = self.state.wrapping_add(GAMMA);
        // The high half of a product is as good as a remainder, and spares the division.
        ((u128::from(mix(self.state)) * u128::from(limit)) >> 64) as u64
    }

    /// Returns a number from 0 to `limit - 1`, small ones far more often: the mean is a quarter of the limit.
    pub(crate) fn skewed_below(&mut self, limit: u64) -> u64 {
        let most = self.below(limit);
        self.below(most + 1)
    }

    /// Returns a number from `least` to `most`, all alike.
    pub(crate) fn between(&mut self, least: i64, most: i64) -> i64 {
        least + self.below((most - least + 1) as u64) as i64
    }

    /// Tells true once in `times` throws.
    pub(crate) fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}

fn mix(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_splitmix64() {
        // The published first outputs for seed 1234567.
        let mut dice = Dice { state: 1_234_567 };
        let mut next = || {
            dice.state = dice.state.wrapping_add(GAMMA);
            mix(dice.state)
        };
        assert_eq!([next(), next()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
    }

    #[test]
    fn throws_stay_in_range_and_skewed_ones_are_small() {
        let mut dice = Dice::new(1, Of::Order, 0);
        assert!((0..1000).all(|_| (3..=5).contains(&dice.between(3, 5))));
        let sum: u64 = (0..10_000).map(|_| dice.skewed_below(1000)).sum();
        assert!((230..270).contains(&(sum / 10_000)), "{sum}");
    }
}
