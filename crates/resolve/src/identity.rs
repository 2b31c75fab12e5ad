//! Finds the person of every order, registration, redemption and adjustment (docs/spec.md 2, identity).
//!
//! Everything that can name a person (the rows of four kinds, and the guests) has a place in one list, kind after kind.
//! Equal ids get one rank, whatever their kind. Only current rows count. `accrue_facts::key` has a rougher copy of
//! these rules, and must name at least as many rows.

use crate::firsts;
use crate::index::{GuestIndex, Place, Rank, RowIndex};
use crate::owners::{Holder, Known, Registered, into_bytes};
use crate::rank::{Texts, ranked};
use crate::same::Same;
use crate::versions::Newest;
use accrue_facts::guest::{GuestId, guest_id};
use accrue_facts::table::Table;
use accrue_facts::text_columns::{adjustment, order, redemption};
use accrue_facts::{AdjustmentRow, OrderRow, RedemptionRow, Row};
use rayon::prelude::*;
use std::borrow::Cow;

/// The rows that name persons; only the newest versions count.
pub(crate) struct Sources<'a> {
    pub orders: NewestRows<'a, OrderRow>,
    pub registered: Registered<'a>,
    pub redemptions: NewestRows<'a, RedemptionRow>,
    /// For each row of the redemptions the newest version of the order that it names.
    pub redemption_orders: &'a [Option<RowIndex>],
    pub adjustments: NewestRows<'a, AdjustmentRow>,
    pub link_guests: bool,
}

/// The rows of one kind. A row is current if it is the newest version of its fact and is not void.
pub(crate) struct NewestRows<'a, R> {
    pub table: &'a Table<R>,
    pub newest: &'a Newest,
}

/// All persons, and for each row the rank of its person: `None` where the row is not current or nobody owns it.
pub(crate) struct Persons {
    pub ids: Texts,
    pub orders: Vec<Option<Rank>>,
    pub registrations: Vec<Option<Rank>>,
    pub redemptions: Vec<Option<Rank>>,
    pub adjustments: Vec<Option<Rank>>,
}

/// Orders without a customer id, and whose they are.
struct Guests {
    /// Rows of the orders, rising.
    orders: Vec<RowIndex>,
    /// Whose each of these orders is.
    owners: Vec<Owner>,
    ids: Vec<GuestId>,
}

/// Whose an order without a customer id is.
#[derive(Clone, Copy)]
enum Owner {
    /// The registration that owns the email of the order.
    Registration(RowIndex),
    Guest(GuestIndex),
}

/// Where the rows of each kind begin in the one list of everything that names a person.
struct ConcatRows {
    registrations: usize,
    redemptions: usize,
    adjustments: usize,
    guests: usize,
    end: usize,
}

/// Gives every row to its person.
pub(crate) fn persons(same: &Same, sources: &Sources) -> Persons {
    let guests = sources.guests(same);
    let card_holders = sources.card_holders(same);
    let places = ConcatRows::new(sources, &guests);
    let id = |place| places.id(place, sources, &guests);
    let places_of_ids = same.firsts(places.end, id);
    let is_first = |&(place, first): &(usize, &Option<Place>)| first.is_some_and(|first| first.get() == place);
    let firsts = places_of_ids.par_iter().enumerate().filter(is_first);
    let different: Texts = firsts.map(|(place, _)| id(place).expect("a first text")).collect();
    let (ids, rank_of) = ranked(&different);
    drop(different);
    let mut ranks = firsts::tell(places_of_ids, &rank_of);
    for (&order, &owner) in guests.orders.iter().zip(&guests.owners) {
        ranks[order.get()] = ranks[places.of_owner(owner)];
    }
    for (row, holder) in card_holders.iter().enumerate() {
        if let Some(Holder::Registration(owner)) = *holder {
            ranks[places.redemptions + row] = ranks[places.of_owner(Owner::Registration(owner))];
        }
    }
    for (row, order) in sources.owning_orders() {
        ranks[places.redemptions + row] = ranks[order.get()];
    }
    ranks.truncate(places.guests);
    let adjustments = ranks.split_off(places.adjustments);
    let redemptions = ranks.split_off(places.redemptions);
    let registrations = ranks.split_off(places.registrations);
    ranks.shrink_to_fit();
    Persons { ids, orders: ranks, registrations, redemptions, adjustments }
}

impl<'a, R: Row> NewestRows<'a, R> {
    /// Returns a text of a current row.
    fn text(&self, row: usize, column: usize) -> Option<&'a str> {
        self.newest.stands(row).then(|| self.table.text(row, column)).flatten()
    }
}

impl<'a> Sources<'a> {
    fn guests(&self, same: &Same) -> Guests {
        let NewestRows { table, newest } = self.orders;
        let rows = table.rows_without(order::CUSTOMER).map(RowIndex::from_number);
        let orders: Vec<RowIndex> = rows.filter(|row| newest.stands(row.get())).collect();
        let email = |at: usize| {
            let email = self.orders.text(orders[at].get(), order::EMAIL);
            Some(Known::ByEmail.compared(email.expect("an order has an owner or an email")))
        };
        let holders = match self.link_guests {
            true => self.registered.holders(same, Known::ByEmail, orders.len(), email),
            false => {
                let firsts = same.firsts(orders.len(), |at| email(at).map(into_bytes));
                firsts.into_iter().map(|first| first.map(Holder::Nobody)).collect()
            }
        };
        let (owners, firsts) = number_guests(&holders);
        let ids = firsts.par_iter().filter_map(|first| Some(guest_id(&email(first.get())?))).collect();
        Guests { orders, owners, ids }
    }

    /// Returns the holder of the card for each redemption that names a card and no customer.
    fn card_holders(&self, same: &Same) -> Vec<Option<Holder>> {
        let card = |row: usize| {
            let has_customer = self.redemptions.text(row, redemption::CUSTOMER).is_some();
            let card = self.redemptions.text(row, redemption::CARD)?;
            (!has_customer).then_some(Cow::Borrowed(card))
        };
        self.registered.holders(same, Known::ByCard, self.redemptions.table.rows.len(), card)
    }

    /// Returns the redemptions that name neither a customer nor a card, each with its order, whose owner they belong
    /// to.
    fn owning_orders(&self) -> impl Iterator<Item = (usize, RowIndex)> {
        let NewestRows { table, newest } = self.redemptions;
        let nobodys = table.rows_without(redemption::CUSTOMER).map(|row| row as usize);
        let nobodys = nobodys.filter(move |&row| newest.stands(row) && table.text(row, redemption::CARD).is_none());
        nobodys.filter_map(|row| Some((row, self.redemption_orders[row]?)))
    }
}

/// Numbers the guests, whose emails no registration owns. Returns the owner of each order, and the place of the first
/// order of each guest.
fn number_guests(holders: &[Option<Holder>]) -> (Vec<Owner>, Vec<Place>) {
    let (mut owners, mut firsts): (Vec<Owner>, Vec<Place>) = (Vec::with_capacity(holders.len()), Vec::new());
    for (at, holder) in holders.iter().enumerate() {
        owners.push(match holder.expect("an order without a customer has an email") {
            Holder::Registration(row) => Owner::Registration(row),
            Holder::Nobody(first) if first.get() == at => {
                firsts.push(first);
                Owner::Guest(GuestIndex::new(firsts.len() - 1))
            }
            Holder::Nobody(first) => owners[first.get()],
        });
    }
    (owners, firsts)
}

impl ConcatRows {
    fn new(sources: &Sources, guests: &Guests) -> ConcatRows {
        let registrations = sources.orders.table.rows.len();
        let redemptions = registrations + sources.registered.row_count();
        let adjustments = redemptions + sources.redemptions.table.rows.len();
        let guest_place = adjustments + sources.adjustments.table.rows.len();
        ConcatRows { registrations, redemptions, adjustments, guests: guest_place, end: guest_place + guests.ids.len() }
    }

    /// Returns the customer id at a place; `None` where the row is not current or has no customer id.
    fn id<'t>(&self, place: usize, sources: &Sources<'t>, guests: &'t Guests) -> Option<&'t str> {
        if place < self.registrations {
            sources.orders.text(place, order::CUSTOMER)
        } else if place < self.redemptions {
            sources.registered.id(place - self.registrations)
        } else if place < self.adjustments {
            sources.redemptions.text(place - self.redemptions, redemption::CUSTOMER)
        } else if place < self.guests {
            sources.adjustments.text(place - self.adjustments, adjustment::CUSTOMER)
        } else {
            Some(str::from_utf8(&guests.ids[place - self.guests]).expect("hex digits"))
        }
    }

    /// Returns the place of an owner.
    fn of_owner(&self, owner: Owner) -> usize {
        match owner {
            Owner::Registration(row) => self.registrations + row.get(),
            Owner::Guest(guest) => self.guests + guest.get(),
        }
    }
}
