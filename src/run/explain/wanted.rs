//! What `accrue explain` was asked about (a person, order, refund or entry), and which person that is.

use crate::facts::key::Key;
use crate::facts::table::Table;
use crate::facts::{Row, undated_refund};
use crate::kernel::currency::Currency;
use crate::kernel::entry::Kind;
use crate::kernel::facts::{FactRef, FactRow};
use crate::reports::explain::model::EntryTold;
use crate::reports::explain::{Asked, EntryAsked, Explanation};
use crate::resolve::{People, Rank};
use crate::run::find::{nearest_among, person_keys, person_rank};
use crate::run::inspect::InspectFault;
use std::collections::BTreeSet;

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
    /// Reads an entry: a row of `ledger.csv`, or its beginning up to `origin_id`, or a source id alone, which may have
    /// commas too; `None` where it is nothing.
    pub fn entry(text: &str) -> Option<Wanted> {
        let alone = || EntryAsked { source_id: text.to_owned(), ..EntryAsked::default() };
        match row(text) {
            Some(row) => Some(row),
            None if text.is_empty() => None,
            None => Some(Wanted::Entry { customer_id: None, entry: alone() }),
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
            Wanted::Person(text) => person_keys(text),
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

    /// Checks that an entry that is named with all its columns is one that there is, or was posted once.
    ///
    /// # Errors
    /// `Nobody` with the nearest entries of the person.
    pub(super) fn expect_in(&self, explanation: &Explanation) -> Result<(), InspectFault> {
        let Wanted::Entry { customer_id: Some(person), entry } = self else { return Ok(()) };
        if explanation.has_entry() {
            return Ok(());
        }
        let EntryAsked { currency, kind, source_id, method, origin_id } = entry;
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let [currency, kind, method, origin_id] = [currency, kind, method, origin_id].map(text);
        let id = identity(&[person, &currency, &kind, source_id, &method, &origin_id]);
        let own = explanation.currencies.iter().flat_map(|own| {
            own.entries.iter().map(|entry| {
                let EntryTold { kind, source_id, method, origin_id, .. } = entry;
                identity(&[person, own.currency, kind, source_id, method, origin_id])
            })
        });
        let nearest = nearest_among(&id, &own.collect::<BTreeSet<String>>());
        Err(InspectFault::Nobody { what: "entry", id, nearest })
    }

    /// Returns the rank of the person whose it is.
    pub(super) fn rank(&self, people: &People) -> Option<Rank> {
        match self {
            Wanted::Person(text) => person_rank(people, text),
            Wanted::Order(id) => order(people, id),
            Wanted::Refund(id) => refund(people, id),
            Wanted::Entry { customer_id: Some(id), .. } => people.rank_of(id),
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

/// Writes the identity of an entry as a row of the ledger begins with it.
fn identity(columns: &[&str]) -> String {
    let mut row = csv::Writer::from_writer(Vec::new());
    row.write_record(columns).expect("writing to memory");
    let bytes = row.into_inner().expect("writing to memory");
    String::from_utf8_lossy(&bytes).trim_end().to_owned()
}

/// Reads a row of the ledger: at least its columns up to `origin_id`.
fn row(text: &str) -> Option<Wanted> {
    let mut rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let row = rows.records().next()?.ok()?;
    let field = |at: usize| row.get(at).map(str::to_owned);
    let (currency, kind) = (Currency::from_code(row.get(1)?)?, row.get(2)?);
    let is_kind = Kind::ALL.into_iter().any(|own| own.name() == kind);
    let entry = EntryAsked {
        currency: Some(currency.code().to_owned()),
        kind: Some(kind.to_owned()).filter(|_| is_kind),
        source_id: field(3)?,
        method: field(4),
        origin_id: Some(field(5)?),
    };
    is_kind.then(|| Wanted::Entry { customer_id: field(0), entry })
}

/// Returns the names that a source id may be made of: itself, and what follows the prefix of a derived event.
pub(super) fn names(source_id: &str) -> impl Iterator<Item = &str> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn alone(source_id: &str) -> Option<Wanted> {
        let entry = EntryAsked { source_id: source_id.to_owned(), ..EntryAsked::default() };
        Some(Wanted::Entry { customer_id: None, entry })
    }

    #[test]
    fn an_entry_is_a_row_of_the_ledger_or_a_source_id() {
        assert_eq!(Wanted::entry("cancel:O-1"), alone("cancel:O-1"));
        let text = |text: &str| Some(text.to_owned());
        let (currency, kind, method) = (text("USD"), text("clawback"), text("per_order"));
        let of_row = EntryAsked { currency, kind, source_id: "R-1".to_owned(), method, origin_id: text("O,1") };
        let row = "eva,USD,clawback,R-1,per_order,\"O,1\"";
        for row in [row.to_owned(), format!("{row},-1.40,2024-06-10T14:00:00.000000Z,,")] {
            let wanted = Wanted::Entry { customer_id: text("eva"), entry: of_row.clone() };
            assert_eq!(Wanted::entry(&row), Some(wanted));
        }
        assert_eq!(Wanted::entry(""), None);
    }

    #[test]
    fn a_source_id_may_have_commas() {
        for id in ["O,1", "a,b,c,d,e,f,g", "eva,USD", "eva,USD,clawback,R-1", "\"O-1"] {
            assert_eq!(Wanted::entry(id), alone(id));
        }
    }

    #[test]
    fn a_derived_source_is_also_looked_for_by_what_it_is_derived_from() {
        assert_eq!(names("restore:cancel:O-1").collect::<Vec<_>>(), ["restore:cancel:O-1", "O-1", "cancel:O-1"]);
        assert_eq!(names("O-1").collect::<Vec<_>>(), ["O-1"]);
    }
}
