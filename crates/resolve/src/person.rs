//! The facts of a few people at a time, gathered from the rows, and of these one person's for the kernel.
//!
//! A person's rows and texts lie anywhere in memory, so that nearly all of the time goes into waiting for them. They
//! are copied in short loops of one load each over all of these people: then the processor waits for many at once.

use crate::index::{Rank, RowIndex};
use crate::people::People;
use crate::ranks::Ranks;
use crate::refunds::{Dated, Undated};
use accrue_facts::short_text::ShortText;
use accrue_facts::table::{RowAddress, Table};
use accrue_facts::{AdjustmentRow, Extras, OrderRow, RedemptionRow, RefundRow, Row, Time};
use accrue_kernel::facts::{
    Adjustment, AdjustmentChange, FactRef, FactRow, Order, OrderIndex, Person, Redemption, Refund, RefundMethod,
    Registration,
};
use accrue_kernel::money::Amount;
use accrue_kernel::time::Timestamp;
use std::ops::Range;

/// People whose facts are gathered at a time: so many that the processor waits for their rows all at once, and so few
/// that their facts are still at hand when they are computed.
const GATHERED: usize = 128;

/// The rows of a few people, one person after the other; made once and filled for one group after the other.
pub struct Gathered<'a> {
    people: &'a People,
    ranks: Ranks,
    registrations: Vec<Option<Registration>>,
    orders: Rows<'a, OrderRow>,
    /// What few of the orders have, of each of them.
    extras: Vec<Extras>,
    /// Empty where refunds come from orders alone.
    refunds: Rows<'a, RefundRow>,
    /// For each of the refunds its order and amount.
    dated: Vec<Dated>,
    redemptions: Rows<'a, RedemptionRow>,
    /// For each of the redemptions the row of the order that it names.
    redemption_orders: Vec<Option<RowIndex>>,
    adjustments: Rows<'a, AdjustmentRow>,
}

/// Rows of one kind with their ids.
struct Rows<'a, R> {
    table: &'a Table<R>,
    places: Vec<RowAddress>,
    rows: Vec<R>,
    /// Ids longer than 13 bytes, which are kept outside the rows; `None` for shorter ones.
    ids: Vec<Option<&'a str>>,
}

/// The facts of one person; made once and filled for one person after the other.
#[derive(Default)]
pub struct PersonFacts<'g> {
    id: &'g str,
    registration: Option<Registration>,
    orders: Vec<Order<'g>>,
    refunds: Vec<Refund<'g>>,
    redemptions: Vec<Redemption<'g>>,
    adjustments: Vec<Adjustment<'g>>,
}

impl<'a> Gathered<'a> {
    /// Makes room for the rows of people, and gathers nobody's yet.
    pub fn new(people: &'a People) -> Gathered<'a> {
        let facts = &people.facts;
        Gathered {
            people,
            ranks: Ranks::default(),
            registrations: Vec::new(),
            orders: Rows::new(&facts.orders),
            extras: Vec::new(),
            refunds: Rows::new(&facts.refunds),
            dated: Vec::new(),
            redemptions: Rows::new(&facts.redemptions),
            redemption_orders: Vec::new(),
            adjustments: Rows::new(&facts.adjustments),
        }
    }

    /// Cuts people into those who are best gathered together: at least one group, which is empty where there are none.
    pub fn groups(mut ranks: Ranks) -> impl Iterator<Item = Ranks> {
        let count = ranks.len().div_ceil(GATHERED).max(1);
        (0..count).map(move |_| ranks.split_off(GATHERED))
    }

    /// Puts the rows of these people in the place of those of others.
    pub fn gather(&mut self, ranks: Ranks) {
        let people = self.people;
        self.registrations.clear();
        self.registrations.extend(ranks.clone().map(|rank| people.registration(rank)));
        self.orders.gather(people.orders.of_all(&ranks));
        let orders = self.orders.rows.iter().zip(&self.orders.places);
        self.extras.clear();
        self.extras.extend(orders.map(|(row, &place)| *people.facts.orders.extras_of(row, place)));
        let refunds = people.refunds.of_all(&ranks);
        self.refunds.gather(refunds);
        self.dated.clear();
        self.dated.extend(refunds.iter().map(|row| people.refund_list.dated[row.get()]));
        let redemptions = people.redemptions.of_all(&ranks);
        self.redemptions.gather(redemptions);
        self.redemption_orders.clear();
        self.redemption_orders.extend(redemptions.iter().map(|row| people.redemption_orders[row.get()]));
        self.adjustments.gather(people.adjustments.of_all(&ranks));
        self.ranks = ranks;
    }

    /// Returns what few orders have, of each of a person's orders.
    pub(crate) fn extras_of(&self, rank: Rank) -> &[Extras] {
        &self.extras[self.people.orders.range_among(&self.ranks, rank)]
    }

    /// Puts the facts of one of these people in the place of those of another; rows of a kind come as they were read.
    pub fn fill<'g>(&'g self, rank: Rank, into: &mut PersonFacts<'g>) {
        let (people, ranks) = (self.people, &self.ranks);
        into.id = people.id(rank);
        into.registration = self.registrations[rank.get() - ranks.start()];
        let order_rows = people.orders.of(rank);
        into.orders.clear();
        let gathered = people.orders.range_among(ranks, rank);
        let gathered = self.orders.of(gathered, order_rows).zip(self.extras_of(rank));
        into.orders.extend(gathered.map(|(own, extras)| order(own, extras)));
        self.fill_refunds(rank, order_rows, into);
        let redemptions = people.redemptions.range_among(ranks, rank);
        into.redemptions.clear();
        let named = &self.redemption_orders[redemptions.clone()];
        let gathered = self.redemptions.of(redemptions, people.redemptions.of(rank)).zip(named);
        into.redemptions.extend(gathered.map(|(own, &order)| redemption(own, index(order_rows, order))));
        let adjustments = people.adjustments.range_among(ranks, rank);
        into.adjustments.clear();
        into.adjustments.extend(self.adjustments.of(adjustments, people.adjustments.of(rank)).map(adjustment));
    }

    fn fill_refunds<'g>(&'g self, rank: Rank, order_rows: &[RowIndex], into: &mut PersonFacts<'g>) {
        let people = self.people;
        let numbers = people.refunds.of(rank);
        let index_of = |order| index(order_rows, order).expect("a refund is given to the person of its order");
        into.refunds.clear();
        let range = people.refunds.range_among(&self.ranks, rank);
        let of_orders = &self.dated[range.clone()];
        let refunds = self.refunds.of(range, numbers).zip(of_orders);
        into.refunds.extend(refunds.map(|(refund, of)| dated(refund, index_of(of.order), of.amount)));
        if !people.refund_list.undated.is_empty() {
            let numbers = people.undated_refunds.of(rank).iter();
            let refunds = numbers.map(|number| &people.refund_list.undated[number.get()]);
            into.refunds.extend(refunds.map(|refund| undated(refund, index_of(Some(refund.order)))));
        }
    }
}

impl<'a, R: Row> Rows<'a, R> {
    fn new(table: &'a Table<R>) -> Rows<'a, R> {
        Rows { table, places: Vec::new(), rows: Vec::new(), ids: Vec::new() }
    }

    fn gather(&mut self, rows: &[RowIndex]) {
        let Rows { table, places, rows: gathered, ids } = self;
        places.clear();
        places.extend(rows.iter().map(|row| table.rows.place(row.get())));
        gathered.clear();
        gathered.extend(places.iter().map(|&place| *table.rows.at(place)));
        ids.clear();
        ids.extend(gathered.iter().zip(places).map(|(row, place)| match row.short_id() {
            Some(id) if id.is_short() => None,
            _ => table.text_at(*place, 0),
        }));
    }

    /// Returns some of them, each with its number among all rows and its id.
    fn of(&self, range: Range<usize>, rows: &[RowIndex]) -> impl Iterator<Item = (FactRow, &R, &str)> {
        range.zip(rows).map(|(at, number)| {
            let row = &self.rows[at];
            let id = row.short_id().and_then(ShortText::get).or(self.ids[at]);
            (number.of_fact(), row, id.expect("a row without its id is rejected"))
        })
    }
}

impl<'g> PersonFacts<'g> {
    /// Returns the facts as the kernel takes them.
    pub fn person(&self) -> Person<'g, '_> {
        Person {
            id: self.id,
            registration: self.registration,
            orders: &self.orders,
            refunds: &self.refunds,
            redemptions: &self.redemptions,
            adjustments: &self.adjustments,
        }
    }
}

impl People {
    fn registration(&self, rank: Rank) -> Option<Registration> {
        self.registrations[rank.get()].map(|row| {
            let registration = &self.facts.registrations.rows[row.get()];
            Registration {
                fact: FactRef::Registration(row.of_fact()),
                registered_at: required(registration.registered_at),
                orders_before: registration.orders_before,
                spend_before: registration.spend_before,
            }
        })
    }
}

fn order<'g>((row, order, id): (FactRow, &OrderRow, &'g str), extras: &Extras) -> Order<'g> {
    Order {
        fact: FactRef::Order(row),
        id,
        placed_at: required(order.placed_at),
        paid_at: order.paid_at(extras).get(),
        cancelled_at: extras.cancelled_at.get(),
        currency: order.currency,
        items: order.items(extras),
        total: order.total(extras),
        credit: extras.credit,
    }
}

fn dated<'g>((row, refund, id): (FactRow, &RefundRow, &'g str), index: OrderIndex, amount: Amount) -> Refund<'g> {
    Refund {
        fact: FactRef::Refund(row),
        id,
        order: index,
        refunded_at: required(refund.refunded_at),
        amount,
        method: refund.method,
    }
}

fn undated(refund: &Undated, index: OrderIndex) -> Refund<'_> {
    Refund {
        fact: FactRef::Order(refund.version.of_fact()),
        id: &refund.id,
        order: index,
        refunded_at: refund.refunded_at,
        amount: refund.amount,
        method: RefundMethod::Original,
    }
}

fn redemption<'g>(
    (row, redemption, id): (FactRow, &RedemptionRow, &'g str),
    order: Option<OrderIndex>,
) -> Redemption<'g> {
    Redemption {
        fact: FactRef::Redemption(row),
        id,
        order,
        redeemed_at: required(redemption.redeemed_at),
        amount: redemption.amount,
        currency: redemption.currency,
    }
}

fn adjustment<'g>((row, adjustment, id): (FactRow, &AdjustmentRow, &'g str)) -> Adjustment<'g> {
    let change = match adjustment.to {
        true => AdjustmentChange::To(adjustment.amount),
        false => AdjustmentChange::By(adjustment.amount),
    };
    Adjustment {
        fact: FactRef::Adjustment(row),
        id,
        adjusted_at: required(adjustment.adjusted_at),
        change,
        currency: adjustment.currency,
        expires_at: adjustment.expires_at.get(),
    }
}

/// Returns the index of an order among a person's; `None` where it is not one of them.
fn index(order_rows: &[RowIndex], order: Option<RowIndex>) -> Option<OrderIndex> {
    order_rows.binary_search(&order?).ok().map(|index| OrderIndex::new(index as u32))
}

fn required(time: Time) -> Timestamp {
    time.get().expect("a row without its own time is rejected")
}
