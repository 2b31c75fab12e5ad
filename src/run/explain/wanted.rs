//! What `accrue explain` was asked about (a person, order, refund or entry), and which person that is.

use crate::facts::guest::{guest_id, is_guest_id, lower_email};
use crate::facts::key::Key;
use crate::facts::table::Table;
use crate::facts::text_columns::registration;
use crate::facts::{Facts, Row, undated_refund};
use crate::kernel::facts::{FactRef, FactRow};
use crate::reports::explain::{Asked, EntryAsked};
use crate::resolve::{Gathered, People, PersonFacts, Rank, Ranks};

/// What is to be explained.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "ids as the exports and the ledger have them")]
pub enum Wanted {
    /// A customer id, a guest's id, an email or a card number.
    Person(String),
    Order(String),
    Refund(String),
    Entry {
        customer_id: Option<String>,
        entry: EntryAsked,
    },
}

impl Wanted {
    /// Reads an entry: a row of `ledger.csv`, or its beginning up to `origin_id`, or a source id alone; `None` where it
    /// is neither.
    pub fn entry(text: &str) -> Option<Wanted> {
        let mut rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let row = rows.records().next()?.ok()?;
        let field = |at: usize| row.get(at).map(str::to_owned);
        match row.len() {
            1 => {
                let entry = EntryAsked { source_id: field(0)?, kind: None, method: None, origin_id: None };
                Some(Wanted::Entry { customer_id: None, entry })
            }
            6.. => {
                let (kind, source_id, method, origin_id) = (field(2), field(3)?, field(4), field(5));
                let entry = EntryAsked { source_id, kind, method, origin_id };
                Some(Wanted::Entry { customer_id: field(0), entry })
            }
            _ => None,
        }
    }

    /// Returns it as an explanation names it.
    pub(super) fn asked(&self) -> Asked {
        match self {
            Wanted::Person(id) => Asked::Person { id: id.clone() },
            Wanted::Order(id) => Asked::Order { id: id.clone() },
            Wanted::Refund(id) => Asked::Refund { id: id.clone() },
            Wanted::Entry { entry, .. } => Asked::Entry(entry.clone()),
        }
    }

    /// Returns the keys by which rows about it are found in a book.
    pub(super) fn keys(&self) -> Vec<Key> {
        match self {
            Wanted::Person(text) => vec![Key::person(text), Key::card(text), Key::guest(text)],
            Wanted::Order(id) => vec![Key::order(id)],
            Wanted::Refund(id) => refund_keys(id),
            Wanted::Entry { customer_id: Some(id), .. } => vec![Key::person(id)],
            Wanted::Entry { customer_id: None, entry } => {
                let of_source = |id: &str| {
                    let own = [Key::order(id), Key::redemption(id), Key::adjustment(id), Key::person(id)];
                    own.into_iter().chain(refund_keys(id)).collect::<Vec<_>>()
                };
                names(&entry.source_id).flat_map(of_source).collect()
            }
        }
    }

    /// Returns the rank of the person whose it is.
    pub(super) fn rank(&self, people: &People) -> Option<Rank> {
        match self {
            Wanted::Person(text) => person(people, text),
            Wanted::Order(id) => order(people, id),
            Wanted::Refund(id) => refund(people, id),
            Wanted::Entry { customer_id: Some(id), .. } => person(people, id),
            Wanted::Entry { customer_id: None, entry } => {
                let facts = people.facts();
                let of_source = |id: &str| {
                    order(people, id)
                        .or_else(|| refund(people, id))
                        .or_else(|| standing(people, &facts.redemptions, id, FactRef::Redemption))
                        .or_else(|| standing(people, &facts.adjustments, id, FactRef::Adjustment))
                        .or_else(|| people.rank_of(id))
                };
                names(&entry.source_id).find_map(of_source)
            }
        }
    }
}

/// Returns the names that a source id may be made of: itself, and what is after the prefix of a derived event.
fn names(source_id: &str) -> impl Iterator<Item = &str> {
    let derived = ["restore:cancel:", "restore:", "cancel:", "order:"];
    std::iter::once(source_id).chain(derived.into_iter().filter_map(move |prefix| source_id.strip_prefix(prefix)))
}

/// Returns the keys of a refund, and of the order that a refund without a row is of.
fn refund_keys(id: &str) -> Vec<Key> {
    let order = undated_refund::order_of(id).map(Key::order);
    [Key::refund(id)].into_iter().chain(order).collect()
}

fn order(people: &People, id: &str) -> Option<Rank> {
    standing(people, &people.facts().orders, id, FactRef::Order)
}

fn refund(people: &People, id: &str) -> Option<Rank> {
    let dated = standing(people, &people.facts().refunds, id, FactRef::Refund);
    dated.or_else(|| order(people, undated_refund::order_of(id)?))
}

/// Returns the rank of the person of the fact with an id; at most one of its rows is current and has an owner.
fn standing<R: Row>(people: &People, table: &Table<R>, id: &str, fact: fn(FactRow) -> FactRef) -> Option<Rank> {
    let rows = (0..table.rows.len()).rev().filter(|&row| table.id(row) == id);
    rows.map(|row| fact(FactRow::new(row as u32))).find_map(|fact| people.owner_of(fact))
}

/// Returns the rank of a person who has this customer id, email or card number.
fn person(people: &People, text: &str) -> Option<Rank> {
    let facts = people.facts();
    let lower = lower_email(text);
    let guest = guest_id(&lower);
    let guest = str::from_utf8(&guest).expect("hex digits");
    let by_email = |email: &str| lower_email(email) == lower;
    let by_guest = |email: &str| guest_id(&lower_email(email)) == text.as_bytes();
    people
        .rank_of(text)
        .or_else(|| text.contains('@').then(|| registered(people, facts, registration::EMAIL, by_email)).flatten())
        .or_else(|| text.contains('@').then(|| people.rank_of(guest)).flatten())
        .or_else(|| is_guest_id(text).then(|| registered(people, facts, registration::EMAIL, by_guest)).flatten())
        .or_else(|| registered(people, facts, registration::CARD, |card| card == text))
}

/// Returns the rank of the earliest registered, then smallest id, of whom any version has such a text in a column.
fn registered(people: &People, facts: &Facts, column: usize, is_meant: impl Fn(&str) -> bool) -> Option<Rank> {
    let table = &facts.registrations;
    let rows = (0..table.rows.len()).filter(|&row| table.text(row, column).is_some_and(&is_meant));
    let ranks = rows.filter_map(|row| people.rank_of(table.id(row)));
    let standing = ranks.filter_map(|rank| Some((registered_at(people, rank)?, people.id(rank), rank)));
    standing.min().map(|(_, _, rank)| rank)
}

fn registered_at(people: &People, rank: Rank) -> Option<crate::kernel::time::Timestamp> {
    let mut gathered = Gathered::new(people);
    gathered.gather(Ranks::one(rank));
    let mut own = PersonFacts::default();
    gathered.fill(rank, &mut own);
    own.person().registration.map(|own| own.registered_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(source_id: &str, rest: Option<[&str; 3]>) -> EntryAsked {
        let [kind, method, origin_id] = rest.map_or([None, None, None], |rest| rest.map(|text| Some(text.to_owned())));
        EntryAsked { source_id: source_id.to_owned(), kind, method, origin_id }
    }

    #[test]
    fn an_entry_is_a_row_of_the_ledger_or_a_source_id() {
        let alone = Wanted::Entry { customer_id: None, entry: entry("cancel:O-1", None) };
        assert_eq!(Wanted::entry("cancel:O-1"), Some(alone));
        let row = "eva,USD,clawback,R-1,per_order,\"O,1\",-1.40,2024-06-10T14:00:00.000000Z,,";
        let of_row = entry("R-1", Some(["clawback", "per_order", "O,1"]));
        assert_eq!(Wanted::entry(row), Some(Wanted::Entry { customer_id: Some("eva".to_owned()), entry: of_row }));
        assert_eq!(Wanted::entry("eva,USD"), None);
        assert_eq!(Wanted::entry(""), None);
    }

    #[test]
    fn a_derived_source_is_also_looked_for_by_what_it_is_derived_from() {
        assert_eq!(names("restore:cancel:O-1").collect::<Vec<_>>(), ["restore:cancel:O-1", "O-1", "cancel:O-1"]);
        assert_eq!(names("O-1").collect::<Vec<_>>(), ["O-1"]);
    }
}
