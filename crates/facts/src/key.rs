//! Makes keys of 64 bits of the ids of facts, people and cards. A book keeps them beside its rows, to find the rows
//! that belong together.
//!
//! A key is the low 61 bits of XXH3-64 of the id (seeded with the kind of id), and 3 bits with that kind. Two different
//! ids may have the same key; then a run looks at one person more than it must, and the result is the same.

use crate::FactKind;
use crate::guest::{self, guest_id, lower_email};
use crate::text_columns::{adjustment, order, redemption, refund, registration};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// The number of low bits of a key that say which kind of id it is of.
const KIND_BITS: u32 = 3;

/// The key of a fact, a person or a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(pub(crate) u64);

/// The keys of a row: of its own id first, then of what else it is about; [`Key::NONE`] fills the rest.
pub type RowKeys = [Key; 3];

/// The kind of an id, so that an order and a card with the same number have different keys.
#[derive(Clone, Copy)]
enum Of {
    Order = 1,
    Person,
    Card,
    Refund,
    Redemption,
    Adjustment,
    Guest,
}

impl Key {
    /// No key.
    pub const NONE: Key = Key(0);

    /// Returns the key of an order id.
    pub fn order(id: &str) -> Key {
        Key::new(Of::Order, id)
    }

    /// Returns the key of a customer id, which may be a guest's id as the ledger has it.
    pub fn person(customer_id: &str) -> Key {
        Key::new(if customer_id.starts_with(guest::PREFIX) { Of::Guest } else { Of::Person }, customer_id)
    }

    /// Returns the key of the guest with an email. Whoever has that email may own the guest's facts.
    pub fn guest(email: &str) -> Key {
        let id = guest_id(&lower_email(email));
        Key::person(str::from_utf8(&id).expect("hex digits"))
    }

    /// Returns the key of a card number.
    pub fn card(number: &str) -> Key {
        Key::new(Of::Card, number)
    }

    /// Returns the key of a refund id.
    pub fn refund(id: &str) -> Key {
        Key::new(Of::Refund, id)
    }

    /// Returns the key of a redemption id.
    pub fn redemption(id: &str) -> Key {
        Key::new(Of::Redemption, id)
    }

    /// Returns the key of an adjustment id.
    pub fn adjustment(id: &str) -> Key {
        Key::new(Of::Adjustment, id)
    }

    /// Returns the key from a number that [`Key::number`] gave; 0 gives [`Key::NONE`].
    pub fn kept(number: i64) -> Key {
        Key(number as u64)
    }

    /// Returns the key as a number to be kept; `None` for [`Key::NONE`]. No key gives `i64::MIN`.
    pub fn number(self) -> Option<i64> {
        (self != Key::NONE).then_some(self.0 as i64)
    }

    /// Tells whether the key is of a guest or a card: these name a person where a row has no customer id.
    pub fn stands_in(self) -> bool {
        [Of::Guest as u64, Of::Card as u64].contains(&self.kind())
    }

    pub(crate) fn hash(self) -> usize {
        (self.0 >> KIND_BITS) as usize
    }

    fn new(of: Of, text: &str) -> Key {
        // The kind is never 0, so this is never `NONE`.
        Key((xxh3_64_with_seed(text.as_bytes(), of as u64) << KIND_BITS) | of as u64)
    }

    fn kind(self) -> u64 {
        self.0 & ((1 << KIND_BITS) - 1)
    }
}

/// Returns the keys of a row. `text` returns the row's text by its number in [`Row::TEXTS`](crate::Row::TEXTS).
pub fn row_keys<'t>(kind: FactKind, text: impl Fn(usize) -> Option<&'t str>) -> RowKeys {
    let key = |column: usize, key: fn(&str) -> Key| text(column).map_or(Key::NONE, key);
    // The owner of a row: its customer id, else what stands in for that. `accrue-resolve` decides it exactly
    // (`identity`, `owners`); a change there needs a change here.
    let owner = |customer, instead, instead_key: fn(&str) -> Key| match key(customer, Key::person) {
        Key::NONE => key(instead, instead_key),
        person => person,
    };
    match kind {
        FactKind::Orders => [key(0, Key::order), owner(order::CUSTOMER, order::EMAIL, Key::guest), Key::NONE],
        FactKind::Registrations => {
            [key(0, Key::person), key(registration::EMAIL, Key::guest), key(registration::CARD, Key::card)]
        }
        FactKind::Refunds => [key(0, Key::refund), key(refund::ORDER, Key::order), Key::NONE],
        FactKind::Redemptions => {
            let owner = match owner(redemption::CUSTOMER, redemption::CARD, Key::card) {
                Key::NONE => key(redemption::ORDER, Key::order),
                owner => owner,
            };
            [key(0, Key::redemption), owner, Key::NONE]
        }
        FactKind::Adjustments => [key(0, Key::adjustment), key(adjustment::CUSTOMER, Key::person), Key::NONE],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_different_things_are_different_keys() {
        let keys = [Key::order("1"), Key::person("1"), Key::card("1"), Key::guest("1")];
        assert!((1..4).all(|at| !keys[..at].contains(&keys[at])));
        assert_eq!(keys.map(Key::stands_in), [false, false, true, true]);
    }

    #[test]
    fn a_guest_is_the_person_that_the_ledger_names() {
        // `printf 'ann@example.com' | sha256sum`
        let id = "guest:71d4f55f72fa128dfb468a1a3901507c";
        assert_eq!(Key::guest("Ann@Example.com"), Key::person(id));
    }

    #[test]
    fn an_email_a_card_or_an_order_stands_in_where_there_is_no_customer_id() {
        let keys = |kind, texts: [Option<&'static str>; 4]| row_keys(kind, |column| texts[column]);
        let order = [Some("1"), Some("c"), Some("x@x"), None];
        assert_eq!(keys(FactKind::Orders, order), [Key::order("1"), Key::person("c"), Key::NONE]);
        assert_eq!(keys(FactKind::Orders, [Some("1"), None, Some("y@y"), None])[1], Key::guest("y@y"));
        let owner = |texts| keys(FactKind::Redemptions, texts)[1];
        assert_eq!(owner([Some("1"), None, Some("7"), Some("o")]), Key::card("7"));
        assert_eq!(owner([Some("1"), Some("c"), Some("7"), Some("o")]), Key::person("c"));
        assert_eq!(owner([Some("1"), None, None, Some("o")]), Key::order("o"));
    }

    #[test]
    fn a_key_is_kept_as_a_number() {
        for key in [Key::order("1"), Key::guest("x@x"), Key::card("7")] {
            assert_eq!(key.number().map(Key::kept), Some(key));
            assert_ne!(key.number(), Some(i64::MIN));
        }
        assert_eq!((Key::NONE.number(), Key::kept(0)), (None, Key::NONE));
    }
}
