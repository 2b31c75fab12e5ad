//! Whom somebody means: a customer id, an email, a card number or the id of a guest.

use super::nearest::Column;
use crate::facts::guest::{guest_id, is_guest_id, lower_email};
use crate::facts::key::Key;
use crate::facts::text_columns::registration;
use crate::facts::{FactKind, Facts};
use crate::kernel::time::Timestamp;
use crate::resolve::{Gathered, People, PersonFacts, Rank, Ranks};

/// Returns the keys by which rows about a person are found in a book.
pub(in crate::run) fn person_keys(text: &str) -> Vec<Key> {
    vec![Key::person(text), Key::card(text), Key::guest(text)]
}

/// Returns the columns in which people are named as a text names them: by emails, or by customer ids and card numbers.
pub(in crate::run) fn person_columns(text: &str) -> &'static [Column] {
    use FactKind::{Adjustments, Orders, Redemptions, Registrations};
    match text.contains('@') {
        true => &[(Registrations, "email"), (Orders, "email")],
        false => &[
            (Registrations, "customer_id"),
            (Orders, "customer_id"),
            (Redemptions, "customer_id"),
            (Adjustments, "customer_id"),
            (Registrations, "card_number"),
        ],
    }
}

/// Returns the rank of the person who has this customer id, email or card number, or was this guest.
pub(in crate::run) fn person_rank(people: &People, text: &str) -> Option<Rank> {
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

fn registered_at(people: &People, rank: Rank) -> Option<Timestamp> {
    let mut gathered = Gathered::new(people);
    gathered.gather(Ranks::one(rank));
    let mut own = PersonFacts::default();
    gathered.fill(rank, &mut own);
    own.person().registration.map(|own| own.registered_at)
}
