//! Keys: what rows say of the facts and persons that they are about, in 64 bits.
//!
//! Two different texts with one key only make somebody be looked at who need not be.

use crate::ingest::input::FactKind;
use crate::ingest::resolve::{guest_id, lower_email};
use arrow::array::{Array, AsArray, DictionaryArray, StringArray};
use arrow::datatypes::Int32Type;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Bits of a key that say what it is the key of.
const KIND_BITS: u32 = 3;

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

/// A column of texts.
pub enum TextColumn<'a> {
    Plain(&'a StringArray),
    Numbered(&'a DictionaryArray<Int32Type>),
}

/// The keys of some rows of one kind.
pub struct RowKeys {
    /// Column by column: the fact's own id first, then what else it is about; `Key::NONE` where a row has nothing there. All
    /// of a column are of one kind.
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
        // Of some kind, so never `NONE`.
        Key((xxh3_64_with_seed(text.as_bytes(), of as u64) << KIND_BITS) | of as u64)
    }

    /// Returns what the text is, as a number below eight.
    pub(super) fn kind(self) -> u32 {
        self.0 as u32 & ((1 << KIND_BITS) - 1)
    }

    pub(super) fn hash(self) -> usize {
        (self.0 >> KIND_BITS) as usize
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

/// Returns the keys of so many rows, given these columns.
pub fn keys(kind: FactKind, texts: &[Option<TextColumn<'_>>], count: usize) -> RowKeys {
    let column = |column: usize, key: fn(&str) -> Key| {
        texts[column].as_ref().map_or_else(|| vec![Key::NONE; count], |texts| texts.keys(key))
    };
    let mut standing_in = Vec::new();
    // What stands in for a customer id, where there is none.
    let mut instead = |customers: &[Key], key: fn(&str) -> Key| -> Vec<Key> {
        let text = |row: usize| texts[2].as_ref().and_then(|texts| texts.get(row));
        let of_row = |(row, &customer): (usize, &Key)| match customer {
            Key::NONE => text(row).map_or(Key::NONE, key),
            _ => Key::NONE,
        };
        let keys: Vec<Key> = customers.iter().enumerate().map(of_row).collect();
        standing_in.extend(keys.iter().filter(|&&key| key != Key::NONE));
        keys
    };
    let columns = match kind {
        FactKind::Orders => {
            let mut owners = column(1, Key::person);
            let guests = instead(&owners, Key::guest);
            owners
                .iter_mut()
                .zip(guests)
                .filter(|(owner, _)| **owner == Key::NONE)
                .for_each(|(owner, guest)| *owner = guest);
            vec![column(0, Key::order), owners]
        }
        FactKind::Registrations => vec![column(0, Key::person), column(1, Key::guest), column(2, Key::card)],
        FactKind::Refunds => vec![column(0, |id| Key::new(Of::Refund, id)), column(1, Key::order)],
        FactKind::Redemptions => {
            let customers = column(1, Key::person);
            let cards = instead(&customers, Key::card);
            vec![column(0, |id| Key::new(Of::Redemption, id)), customers, cards]
        }
        FactKind::Adjustments => vec![column(0, |id| Key::new(Of::Adjustment, id)), column(1, Key::person)],
    };
    RowKeys { columns, standing_in, is_of_registrations: kind == FactKind::Registrations }
}

impl TextColumn<'_> {
    /// Returns the key of each row's text.
    fn keys(&self, key: fn(&str) -> Key) -> Vec<Key> {
        let keys_of =
            |texts: &StringArray| -> Vec<Key> { texts.iter().map(|text| text.map_or(Key::NONE, key)).collect() };
        match self {
            TextColumn::Plain(texts) => keys_of(texts),
            TextColumn::Numbered(texts) => {
                let different = keys_of(texts.values().as_string());
                let key = |number: Option<i32>| number.map_or(Key::NONE, |number| different[number as usize]);
                texts.keys().iter().map(key).collect()
            }
        }
    }

    fn get(&self, row: usize) -> Option<&str> {
        match self {
            TextColumn::Plain(texts) => texts.is_valid(row).then(|| texts.value(row)),
            TextColumn::Numbered(texts) => Some(texts.values().as_string::<i32>().value(texts.key(row)?)),
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
        let plain = [&ids, &customers, &emails].map(|texts| Some(TextColumn::Plain(texts)));
        let found = keys(FactKind::Orders, &plain, 2);
        assert_eq!(found.columns[0], [Key::order("1"), Key::order("2")]);
        assert_eq!(found.columns[1], [Key::person("c"), Key::guest("y@y")]);
        assert_eq!(found.standing_in, [Key::guest("y@y")]);
        let numbered = [&ids, &customers, &emails].map(|texts| texts.iter().collect::<DictionaryArray<Int32Type>>());
        let again = keys(FactKind::Orders, &numbered.each_ref().map(|texts| Some(TextColumn::Numbered(texts))), 2);
        assert_eq!((again.columns, again.standing_in), (found.columns, found.standing_in));
    }

    #[test]
    fn a_card_stands_in_beside_the_customer_ids_of_others() {
        let ids = StringArray::from(vec!["1", "2"]);
        let customers = StringArray::from(vec![Some("c"), None]);
        let cards = StringArray::from(vec!["7", "8"]);
        let found =
            keys(FactKind::Redemptions, &[&ids, &customers, &cards].map(|texts| Some(TextColumn::Plain(texts))), 2);
        assert_eq!(found.columns[1], [Key::person("c"), Key::NONE]);
        assert_eq!(found.columns[2], [Key::NONE, Key::card("8")]);
        assert_eq!(found.standing_in, [Key::card("8")]);
    }
}
