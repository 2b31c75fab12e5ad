//! Keys: what rows say of the facts and persons that they are about, in 64 bits.
//!
//! Two different texts with one key only make somebody be looked at who need not be.

use crate::ingest::input::FactKind;
use crate::ingest::resolve::{guest_id, lower_email};
use arrow::array::{Array, StringArray};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// The id of a fact, a person or a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(pub(super) u64);

/// What a text is, so that an order and a card of the same number are two.
#[derive(Clone, Copy)]
enum Of {
    Order = 1,
    Person,
    Card,
    Refund,
    Redemption,
    Adjustment,
}

/// The keys of some rows of one kind.
pub struct RowKeys {
    /// Column by column: the fact's own id first, then what else it is about; `Key::NONE` where a row has nothing there.
    pub columns: Vec<Vec<Key>>,
    /// The emails and cards that stand for a person, since no customer id does.
    pub standing_in: Vec<Key>,
    is_of_registrations: bool,
}

impl Key {
    pub const NONE: Key = Key(0);

    pub fn order(id: &str) -> Key {
        Key::new(Of::Order, id)
    }

    pub fn person(customer_id: &str) -> Key {
        Key::new(Of::Person, customer_id)
    }

    /// The key of the guest with an email: whoever has that email may own what is the guest's.
    pub fn guest(email: &str) -> Key {
        let id = guest_id(&lower_email(email));
        Key::new(Of::Person, str::from_utf8(&id).expect("hex digits"))
    }

    pub fn card(number: &str) -> Key {
        Key::new(Of::Card, number)
    }

    fn new(of: Of, text: &str) -> Key {
        // Never `NONE`.
        Key(xxh3_64_with_seed(text.as_bytes(), of as u64).max(1))
    }
}

impl RowKeys {
    /// Returns the columns that hold rows together only where something else goes by what they say: of registrations the
    /// emails and cards.
    pub fn idle_if_alone(&mut self) -> impl Iterator<Item = &mut Vec<Key>> {
        let first = if self.is_of_registrations { 1 } else { self.columns.len() };
        self.columns[first..].iter_mut()
    }
}

/// Returns how many text columns of a kind, the first of `Row::TEXTS`, tell what its rows are about.
pub fn key_text_count(kind: FactKind) -> usize {
    match kind {
        FactKind::Orders | FactKind::Registrations | FactKind::Redemptions => 3,
        FactKind::Refunds | FactKind::Adjustments => 2,
    }
}

/// Returns the keys of rows, given these columns.
pub fn keys(kind: FactKind, texts: &[Option<&StringArray>], count: usize) -> RowKeys {
    let text = |column: usize, row: usize| texts[column].filter(|own| own.is_valid(row)).map(|own| own.value(row));
    let column = |column: usize, key: &dyn Fn(&str) -> Key| -> Vec<Key> {
        (0..count).map(|row| text(column, row).map_or(Key::NONE, key)).collect()
    };
    let id = |of: Of| column(0, &|id| Key::new(of, id));
    // Whose a row is: by customer id, else by what stands in for it.
    let mut standing_in = Vec::new();
    let mut owner = |instead: fn(&str) -> Key| -> Vec<Key> {
        let owner = |row| match (text(1, row), text(2, row)) {
            (Some(customer_id), _) => Key::person(customer_id),
            (None, Some(other)) => {
                let key = instead(other);
                standing_in.push(key);
                key
            }
            (None, None) => Key::NONE,
        };
        (0..count).map(owner).collect()
    };
    let columns = match kind {
        FactKind::Orders => vec![id(Of::Order), owner(Key::guest)],
        FactKind::Registrations => vec![id(Of::Person), column(1, &Key::guest), column(2, &Key::card)],
        FactKind::Refunds => vec![id(Of::Refund), column(1, &Key::order)],
        FactKind::Redemptions => vec![id(Of::Redemption), owner(Key::card)],
        FactKind::Adjustments => vec![id(Of::Adjustment), column(1, &Key::person)],
    };
    RowKeys { columns, standing_in, is_of_registrations: kind == FactKind::Registrations }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_different_things_are_different_keys() {
        let keys = [Key::order("1"), Key::person("1"), Key::card("1"), Key::guest("1")];
        assert!((1..4).all(|at| !keys[..at].contains(&keys[at])));
    }

    #[test]
    fn a_guest_is_the_person_that_the_ledger_names() {
        // `printf 'ann@example.com' | sha256sum`
        let id = "guest:71d4f55f72fa128dfb468a1a3901507c";
        assert_eq!(Key::guest("Ann@Example.com"), Key::person(id));
    }

    #[test]
    fn an_email_stands_in_where_there_is_no_customer_id() {
        let ids = StringArray::from(vec!["1", "2"]);
        let customers = StringArray::from(vec![Some("c"), None]);
        let emails = StringArray::from(vec!["x@x", "y@y"]);
        let found = keys(FactKind::Orders, &[Some(&ids), Some(&customers), Some(&emails)], 2);
        assert_eq!(found.columns[0], [Key::order("1"), Key::order("2")]);
        assert_eq!(found.columns[1], [Key::person("c"), Key::guest("y@y")]);
        assert_eq!(found.standing_in, [Key::guest("y@y")]);
    }
}
