//! Keys: what rows say of the facts and persons that they are about, in 64 bits. A book keeps them beside its rows.
//!
//! Two different texts with one key only make somebody be looked at who need not be.

use crate::FactKind;
use crate::guest::{guest_id, lower_email};
use crate::text_columns::{adjustment, order, redemption, refund, registration};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Bits of a key that say what it is the key of.
const KIND_BITS: u32 = 3;
/// What the id of every guest begins with.
const GUEST: &str = "guest:";

/// The id of a fact, a person or a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(pub(crate) u64);

/// The keys of a row: the fact's own id first, then what else it is about; `Key::NONE` where there is nothing more.
pub type RowKeys = [Key; 3];

/// What a text is, so that an order and a card of the same number are two.
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
    pub const NONE: Key = Key(0);

    pub fn order(id: &str) -> Key {
        Key::new(Of::Order, id)
    }

    /// The key of a person, also of a guest whom the ledger names.
    pub fn person(customer_id: &str) -> Key {
        Key::new(if customer_id.starts_with(GUEST) { Of::Guest } else { Of::Person }, customer_id)
    }

    /// The key of the guest with an email: whoever has that email may own what is the guest's.
    pub fn guest(email: &str) -> Key {
        let id = guest_id(&lower_email(email));
        Key::person(str::from_utf8(&id).expect("hex digits"))
    }

    pub fn card(number: &str) -> Key {
        Key::new(Of::Card, number)
    }

    /// Takes a key from where it is kept, as the number that [`Key::number`] gives; 0 for none.
    pub fn kept(number: i64) -> Key {
        Key(number as u64)
    }

    /// Returns the key as a number to be kept; `None` for none. No key is the least of numbers.
    pub fn number(self) -> Option<i64> {
        (self != Key::NONE).then_some(self.0 as i64)
    }

    /// Tells whether it is of a guest or a card, which stand in for a person whom no customer id tells.
    pub fn stands_in(self) -> bool {
        [Of::Guest as u64, Of::Card as u64].contains(&self.kind())
    }

    pub(crate) fn hash(self) -> usize {
        (self.0 >> KIND_BITS) as usize
    }

    fn new(of: Of, text: &str) -> Key {
        // Of some kind, so never `NONE`.
        Key((xxh3_64_with_seed(text.as_bytes(), of as u64) << KIND_BITS) | of as u64)
    }

    fn kind(self) -> u64 {
        self.0 & ((1 << KIND_BITS) - 1)
    }
}

/// Returns the keys of a row, given its texts by their number in the kind's `Row::TEXTS`.
pub fn row_keys<'t>(kind: FactKind, text: impl Fn(usize) -> Option<&'t str>) -> RowKeys {
    let key = |column: usize, key: fn(&str) -> Key| text(column).map_or(Key::NONE, key);
    // Whose a row is: by customer id, else by what stands in for it. `accrue-resolve` says it exactly (`identity`,
    // `owners`); what changes there must change here.
    let owner = |customer, instead, instead_key: fn(&str) -> Key| match key(customer, Key::person) {
        Key::NONE => key(instead, instead_key),
        person => person,
    };
    match kind {
        FactKind::Orders => [key(0, Key::order), owner(order::CUSTOMER, order::EMAIL, Key::guest), Key::NONE],
        FactKind::Registrations => {
            [key(0, Key::person), key(registration::EMAIL, Key::guest), key(registration::CARD, Key::card)]
        }
        FactKind::Refunds => [key(0, |id| Key::new(Of::Refund, id)), key(refund::ORDER, Key::order), Key::NONE],
        FactKind::Redemptions => {
            let owner = owner(redemption::CUSTOMER, redemption::CARD, Key::card);
            [key(0, |id| Key::new(Of::Redemption, id)), owner, Key::NONE]
        }
        FactKind::Adjustments => {
            [key(0, |id| Key::new(Of::Adjustment, id)), key(adjustment::CUSTOMER, Key::person), Key::NONE]
        }
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
    fn an_email_or_a_card_stands_in_where_there_is_no_customer_id() {
        let keys = |kind, texts: [Option<&'static str>; 3]| row_keys(kind, |column| texts[column]);
        let order = [Some("1"), Some("c"), Some("x@x")];
        assert_eq!(keys(FactKind::Orders, order), [Key::order("1"), Key::person("c"), Key::NONE]);
        assert_eq!(keys(FactKind::Orders, [Some("1"), None, Some("y@y")])[1], Key::guest("y@y"));
        assert_eq!(keys(FactKind::Redemptions, [Some("1"), None, Some("7")])[1], Key::card("7"));
        assert_eq!(keys(FactKind::Redemptions, order)[1], Key::person("c"));
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
