//! All people of a shop, in the order of their ids, and what is known about each besides the kernel's facts.

use crate::index::{OfUndated, Rank, RowIndex};
use crate::rank::Texts;
use crate::ranks::Ranks;
use crate::refunds::Refunds;
use crate::shelf::Shelf;
use crate::sorted_out::{SortedOut, kept_rows};
use crate::strays::Stray;
use accrue_facts::guest::{guest_id, lower_email};
use accrue_facts::table::Table;
use accrue_facts::text_columns::{adjustment, order, redemption, refund, registration};
use accrue_facts::{Facts, Origin, PerKind, Reject, Row, Time};
use accrue_kernel::entry::{EventId, SourceId};
use accrue_kernel::exception::Exception;
use accrue_kernel::facts::{FactRef, FactRow};
use accrue_kernel::time::Timestamp;
use std::collections::BTreeSet;
use std::path::Path;

/// So many email addresses are not one person's.
const MANY_ADDRESSES: usize = 10;

/// Every person with a fact, by rank: ids rise strictly by their bytes from rank to rank.
pub struct People {
    pub(super) facts: Facts,
    pub(super) as_of: Timestamp,
    pub(super) ids: Texts,
    /// The row of each person's registration, if there is one.
    pub(super) registrations: Vec<Option<RowIndex>>,
    pub(super) orders: Shelf,
    /// Numbers of the dated refunds of `refund_list`, which are rows.
    pub(super) refunds: Shelf,
    /// Numbers of its undated refunds.
    pub(super) undated_refunds: Shelf<OfUndated>,
    pub(super) redemptions: Shelf,
    pub(super) adjustments: Shelf,
    pub(super) refund_list: Refunds,
    /// For each row of the redemptions the row of the order that it names.
    pub(super) redemption_orders: Vec<Option<RowIndex>>,
    pub(super) strays: Vec<Stray>,
    pub(super) sorted_out: PerKind<SortedOut>,
}

/// Where and how a person is written to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contact<'a> {
    /// The email address, as the export has it; `None` where none is known.
    pub email: Option<&'a str>,
    /// The name in the registration.
    pub name: Option<&'a str>,
    /// The language in the registration, as the export has it, such as `de-AT`.
    pub locale: Option<&'a str>,
}

impl People {
    /// Returns everybody's ranks.
    pub fn ranks(&self) -> Ranks {
        Ranks::new(0..self.len())
    }

    /// Returns the number of people: ranks are below it.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Tells whether there are no people.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the customer id of a person.
    pub fn id(&self, rank: Rank) -> &str {
        self.ids.get(rank.get())
    }

    /// Returns how many facts a person has.
    pub fn event_count(&self, rank: Rank) -> usize {
        let shelves = [&self.orders, &self.refunds, &self.redemptions, &self.adjustments];
        let rows: usize = shelves.iter().map(|shelf| shelf.count(rank)).sum();
        rows + self.undated_refunds.count(rank) + usize::from(self.registrations[rank.get()].is_some())
    }

    /// Cuts the people into consecutive ranges of similar work: each ends with the person who fills it up.
    pub fn ranges(&self, events_per_range: usize) -> Vec<Ranks> {
        let mut ranges = Vec::new();
        let (mut start, mut count) = (0, 0);
        for rank in self.ranks() {
            count += self.event_count(rank);
            let end = rank.get() + 1;
            if count >= events_per_range || end == self.len() {
                ranges.push(Ranks::new(start..end));
                (start, count) = (end, 0);
            }
        }
        ranges
    }

    /// Returns where a person is written to (docs/spec.md 7): as the newest version of the registration says; without
    /// an address there, that of the newest order placed that has one.
    pub fn contact(&self, rank: Rank) -> Contact<'_> {
        let Facts { registrations, .. } = &self.facts;
        let row = self.registrations[rank.get()];
        let text = |column| registrations.text(row?.get(), column);
        Contact {
            email: text(registration::EMAIL).or_else(|| self.newest_order_email(rank)),
            name: text(registration::NAME),
            locale: text(registration::LOCALE),
        }
    }

    /// Returns how many email addresses the orders of a person have, where these are so many that they are not one
    /// person's (docs/spec.md 10), and there is no registration. Where no emails were kept while reading, nobody has
    /// any.
    pub fn many_addresses(&self, rank: Rank) -> Option<usize> {
        if self.registrations[rank.get()].is_some() || self.orders.count(rank) < MANY_ADDRESSES {
            return None;
        }
        let emails = || self.orders.of(rank).iter().filter_map(|row| self.facts.orders.text(row.get(), order::EMAIL));
        // Nearly everybody has one or two.
        let mut few: Vec<&str> = Vec::new();
        for email in emails() {
            if !few.contains(&email) {
                few.push(email);
            }
            if few.len() >= MANY_ADDRESSES {
                let count = emails().map(lower_email).collect::<BTreeSet<_>>().len();
                return Some(count).filter(|&count| count >= MANY_ADDRESSES);
            }
        }
        None
    }

    /// Returns the newest order placed of a person.
    pub fn newest_order(&self, rank: Rank) -> Option<FactRow> {
        let orders = &self.facts.orders;
        let key = |row: &FactRow| (orders.rows[row.get()].placed_at, orders.id(row.get()));
        let rows = self.orders.of(rank).iter().map(|row| row.of_fact());
        rows.max_by(|one, other| key(one).cmp(&key(other)))
    }

    fn newest_order_email(&self, rank: Rank) -> Option<&str> {
        let orders = &self.facts.orders;
        let rows = self.orders.of(rank).iter().map(|row| (row.get(), orders.rows[row.get()].placed_at));
        let placed = rows.filter(|&(_, placed_at)| placed_at <= self.as_of.into());
        let with_email = placed.filter_map(|order| Some((order, orders.text(order.0, order::EMAIL)?)));
        let newest = with_email.max_by_key(|&((row, placed_at), _)| (placed_at, orders.id(row)));
        newest.map(|(_, email)| email)
    }

    /// Tells whether the person is to be told of what a fact did; only a refund can say no.
    pub fn notifies(&self, fact: FactRef) -> bool {
        match fact {
            FactRef::Refund(row) => self.facts.refunds.rows[row.get()].notify,
            _ => true,
        }
    }

    /// Returns the note of a refund or adjustment.
    pub fn note(&self, fact: FactRef) -> Option<&str> {
        match fact {
            FactRef::Refund(row) => text(&self.facts.refunds, row, refund::NOTE),
            FactRef::Adjustment(row) => text(&self.facts.adjustments, row, adjustment::NOTE),
            FactRef::Registration(_) | FactRef::Order(_) | FactRef::Redemption(_) => None,
        }
    }

    /// Returns the order that a fact names, or is.
    pub fn order_named_by(&self, fact: FactRef) -> Option<&str> {
        match fact {
            FactRef::Order(row) => text(&self.facts.orders, row, 0),
            FactRef::Refund(row) => text(&self.facts.refunds, row, refund::ORDER),
            FactRef::Redemption(row) => text(&self.facts.redemptions, row, redemption::ORDER),
            FactRef::Registration(_) | FactRef::Adjustment(_) => None,
        }
    }

    /// Returns the customer id that a fact names.
    pub fn customer_named_by(&self, fact: FactRef) -> Option<&str> {
        match fact {
            FactRef::Registration(row) => text(&self.facts.registrations, row, 0),
            FactRef::Order(row) => text(&self.facts.orders, row, order::CUSTOMER),
            FactRef::Refund(_) => None,
            FactRef::Redemption(row) => text(&self.facts.redemptions, row, redemption::CUSTOMER),
            FactRef::Adjustment(row) => text(&self.facts.adjustments, row, adjustment::CUSTOMER),
        }
    }

    /// Returns the card that a redemption names.
    pub fn card_named_by(&self, fact: FactRef) -> Option<&str> {
        match fact {
            FactRef::Redemption(row) => text(&self.facts.redemptions, row, redemption::CARD),
            _ => None,
        }
    }

    /// Returns where a fact comes from.
    pub fn origin(&self, fact: FactRef) -> Origin {
        let facts = &self.facts;
        match fact {
            FactRef::Registration(row) => facts.registrations.origin(row.get()),
            FactRef::Order(row) => facts.orders.origin(row.get()),
            FactRef::Refund(row) => facts.refunds.origin(row.get()),
            FactRef::Redemption(row) => facts.redemptions.origin(row.get()),
            FactRef::Adjustment(row) => facts.adjustments.origin(row.get()),
        }
    }

    /// Returns the odd facts that are found without computing a person, by source id, each with the row that it
    /// contradicts, if any: refunds until as_of of unknown or rejected orders, in the program's currency; redemptions
    /// with unknown cards, in their own; orders of which more was refunded than their refunds come to, where that
    /// counts; rows that contradict another of the same id.
    pub fn strays(&self) -> impl ExactSizeIterator<Item = (Exception<'_>, Option<Origin>)> {
        self.strays.iter().map(|stray| {
            let exception = Exception {
                reason: stray.reason,
                currency: stray.currency,
                source_id: SourceId(EventId::fact(stray.id(&self.facts))),
                amount: stray.amount,
                fact: stray.fact,
            };
            (exception, stray.other)
        })
    }

    /// Returns how many rows of exports reach no person, and why.
    pub fn sorted_out(&self) -> &PerKind<SortedOut> {
        &self.sorted_out
    }

    /// Returns how many rows of each kind are kept ones: the facts of exports have the numbers from these on.
    pub fn kept_rows(&self) -> PerKind<u32> {
        kept_rows(&self.facts)
    }

    /// Returns the customer ids of the guests whose history a registration may have: it stands, and its person has an
    /// order that is paid.
    pub fn guests_taken_over(&self, link_guests: bool) -> BTreeSet<String> {
        let (table, orders) = (&self.facts.registrations, &self.facts.orders);
        let is_paid = |row: &RowIndex| orders.rows[row.get()].paid_at(orders.extras(row.get())) != Time::NULL;
        let has_paid = |row: &usize| {
            let rank = self.rank_of(table.id(*row)).filter(|&rank| self.registrations[rank.get()].is_some());
            rank.is_some_and(|rank| self.orders.of(rank).iter().any(is_paid))
        };
        let rows = (0..table.rows.len()).filter(|_| link_guests).filter(has_paid);
        let emails = rows.filter_map(|row| table.text(row, registration::EMAIL));
        let id = |email: &str| String::from_utf8_lossy(&guest_id(&lower_email(email))).into_owned();
        emails.map(id).collect()
    }

    /// Returns the rank of a customer id.
    pub fn rank_of(&self, customer_id: &str) -> Option<Rank> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = (low + high) / 2;
            if self.ids.get(middle) < customer_id { low = middle + 1 } else { high = middle }
        }
        let found = low < self.len() && self.ids.get(low) == customer_id;
        found.then(|| Rank::new(low))
    }

    /// Returns the rank of the person of a fact; `None` where its row is not current, or nobody owns it.
    pub fn owner_of(&self, fact: FactRef) -> Option<Rank> {
        let (shelf, row) = match fact {
            FactRef::Registration(row) => {
                let is_own = |own: &Option<RowIndex>| own.is_some_and(|own| own.of_fact() == row);
                return self.registrations.iter().position(is_own).map(Rank::new);
            }
            FactRef::Order(row) => (&self.orders, row),
            FactRef::Refund(row) => (&self.refunds, row),
            FactRef::Redemption(row) => (&self.redemptions, row),
            FactRef::Adjustment(row) => (&self.adjustments, row),
        };
        let is_own = |own: &RowIndex| own.of_fact() == row;
        self.ranks().find(|&rank| shelf.of(rank).iter().any(is_own))
    }

    /// Returns the file and the line or row of the last export that has a fact of this id.
    pub fn exported_at(&self, id: &str) -> Option<(&Path, u64)> {
        let facts = &self.facts;
        let found = [
            last_with_id(&facts.orders, id),
            last_with_id(&facts.refunds, id),
            last_with_id(&facts.redemptions, id),
            last_with_id(&facts.adjustments, id),
            last_with_id(&facts.registrations, id),
        ];
        let is_export = |origin: &Origin| facts.files[origin.file.get()].kept_since.is_none();
        let Origin { file, place } = found.into_iter().flatten().find(is_export)?;
        Some((&facts.files[file.get()].path, place))
    }

    /// Returns the rows that are left out, by file and place: the readers' and the refunds that do not fit the
    /// currency of their order.
    pub fn rejects(&self) -> &[Reject] {
        &self.facts.rejects
    }

    /// Returns every row that was read, whether its version counts or not.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }
}

/// Returns where the last row with an id comes from.
fn last_with_id<R: Row>(table: &Table<R>, id: &str) -> Option<Origin> {
    let row = (0..table.rows.len()).rev().find(|&row| table.id(row) == id)?;
    Some(table.origin(row))
}

fn text<R: Row>(table: &Table<R>, row: FactRow, column: usize) -> Option<&str> {
    table.text(row.get(), column)
}
