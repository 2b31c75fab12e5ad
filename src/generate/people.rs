//! Decides who buys and who registers.
//!
//! People are numbered from 0; the first four in five register, in the order of their numbers, the others never do.

use super::Options;
use super::calendar;
use super::dice::{Dice, Of};

/// Prime, so it shares no factor with a number of people below it: its multiples reach everybody once.
const SCATTER: u64 = 2_654_435_761;
/// The mean of the two distributions below is the same; the second has the heavier tail.
const HEAVY_ONE_IN: u64 = 16;
/// One person in so many buys without giving a customer id until they register, if ever.
const GUEST_ONE_IN: u64 = 25;

const NAMES: [&str; 24] = [
    "Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gus", "Hana", "Ivo", "Jo", "Kim", "Lea", "Max", "Noor", "Olga", "Pia",
    "Quinn", "Rosa", "Sam", "Tess", "Uma", "Vera", "Will", "Zoe",
];
const LOCALES: [&str; 5] = ["en", "en", "en", "es", "fr"];

pub(crate) struct People {
    seed: u64,
    orders: u64,
    count: u64,
    registered: u64,
}

pub(crate) struct Registration {
    pub person: u64,
    pub registered_at: i64,
    pub name: &'static str,
    pub locale: &'static str,
}

impl People {
    pub(crate) fn of(options: &Options) -> People {
        let count = options.people;
        People { seed: options.seed, orders: options.orders, count, registered: count - count / 5 }
    }

    /// Returns the registrations in time order.
    pub(crate) fn registrations(&self) -> impl Iterator<Item = Registration> {
        (0..self.registered).map(|person| self.registration(person))
    }

    /// Returns whose an order is: everybody has one, the others go to few people often and to most seldom.
    pub(crate) fn buyer(&self, order: u64, dice: &mut Dice) -> u64 {
        let reached = |orders: u64| (u128::from(orders) * u128::from(self.count) / u128::from(self.orders)) as u64;
        let everybody_in_turn = reached(order);
        let rank = if reached(order + 1) > everybody_in_turn {
            everybody_in_turn
        } else if dice.one_in(HEAVY_ONE_IN) {
            let most = dice.skewed_below(self.count);
            dice.below(most + 1)
        } else {
            dice.skewed_below(self.count)
        };
        // Frequent buyers are to be found among old and new customers alike.
        (u128::from(rank) * u128::from(SCATTER) % u128::from(self.count)) as u64
    }

    /// Tells whether a person gives no customer id when ordering at this time.
    pub(crate) fn is_guest(&self, person: u64, at: i64) -> bool {
        let orders_as_guest = self.dice(person).one_in(GUEST_ONE_IN);
        orders_as_guest && (person >= self.registered || at < self.registration(person).registered_at)
    }

    fn registration(&self, person: u64) -> Registration {
        let mut dice = self.dice(person);
        let _orders_as_guest = dice.one_in(GUEST_ONE_IN);
        let registered_at = calendar::nth_of(person, self.registered, &mut dice);
        Registration { person, registered_at, name: dice.pick(&NAMES), locale: dice.pick(&LOCALES) }
    }

    fn dice(&self, person: u64) -> Dice {
        Dice::new(self.seed, Of::Person, person)
    }
}
