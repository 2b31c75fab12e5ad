//! From rows to people (docs/spec.md 2: Identity, Versions, Undated refunds): of every fact the newest version, and
//! every fact with its person.
//!
//! Rows stay where the readers put them; a few numbers are added for each row. There are three steps, each over all
//! rows: `versions` finds the row that counts among the rows with the same id (and also the order that a refund or
//! redemption names); `refunds` checks refunds against the currency of their order, or makes refunds from the orders;
//! `identity` finds each row's person and ranks the people. `people` then hands out one person after the other.
//!
//! Not here: what facts mean. Facts after as_of are handed on (the kernel passes over them), except where docs/spec.md
//! 2 asks: a registration after as_of owns nothing and is nobody's. The kernel, not this crate, makes redemptions from
//! the `credit_amount` of orders.
//!
//! **Invariants.** Every person comes once, in strictly rising order of the bytes of their ids. An id that is not above
//! the one before is a bug. The order of rows matters only between versions of equal `updated_at`, and for the order
//! within a person's slices. Texts are told apart by seeded hashes of 128 bits: see `same` for the odds.

#![forbid(unsafe_code)]
#![deny(missing_docs, unreachable_pub)]

pub mod affected;
pub mod contradictions;
mod firsts;
mod identity;
mod index;
mod owners;
mod people;
mod person;
mod rank;
mod ranks;
mod refunds;
mod repeats;
mod same;
mod shelf;
mod sorted_out;
mod strays;
#[cfg(test)]
mod tests;
mod unseen;
mod version;
mod versions;

pub use index::Rank;
pub use people::{Contact, People};
pub use person::{Gathered, PersonFacts};
pub use ranks::Ranks;
pub use sorted_out::SortedOut;
pub use unseen::{Conflict, News, Reverted, Unseen, exported, news};

use accrue_facts::table::Table;
use accrue_facts::text_columns::{redemption, refund};
use accrue_facts::{Facts, PerKind, RedemptionRow};
use accrue_kernel::currency::Currency;
use accrue_kernel::facts::FactRef;
use accrue_kernel::program::{Program, RedemptionSource, RefundSource};
use accrue_kernel::time::Timestamp;
use identity::{NewestRows, Persons, Sources};
use index::RowIndex;
use owners::Registered;
use refunds::Refunds;
use repeats::Named;
use same::Same;
use shelf::Shelf;
use sorted_out::{Exported, kept_rows};
use std::collections::BTreeMap;
use strays::Stray;
use versions::Newest;

/// Finds the newest version of every fact and the person it belongs to.
pub fn resolve(mut facts: Facts, program: &Program, as_of: Timestamp) -> People {
    let same = Same::new(&facts.files);
    let unused = Table::default();
    let redemptions = match program.redemption.from {
        RedemptionSource::Redemptions => &facts.redemptions,
        RedemptionSource::Orders => &unused,
    };
    let (orders, refund_orders, redemption_orders) = newest_orders(&same, &facts, redemptions);
    let standing_redemptions = Newest::of(&same, redemptions);
    let adjustments = Newest::of(&same, &facts.adjustments);
    let sources = Sources {
        orders: NewestRows { table: &facts.orders, newest: &orders },
        registered: Registered::new(&same, &facts.registrations, as_of),
        redemptions: NewestRows { table: redemptions, newest: &standing_redemptions },
        redemption_orders: &redemption_orders,
        adjustments: NewestRows { table: &facts.adjustments, newest: &adjustments },
        link_guests: program.link_guests,
    };
    let persons = identity::persons(&same, &sources);
    let mut strays = strays::unowned_redemptions(&sources.redemptions, &persons.redemptions, as_of);
    let registrations = sources.registered.into_newest();
    let currencies = refunds::currencies(&facts.orders.rows, &refund_orders);
    let mut refunds = refunds::accepted(&same, &facts, &currencies, program);
    let mut rejects = std::mem::take(&mut refunds.rejects);
    let mut in_use = Refunds::default();
    if program.refunds_from != RefundSource::Orders {
        strays.extend(strays::unknown_orders(&facts, &refunds, &currencies, program, as_of));
        in_use.dated = refunds::dated(&refunds, refund_orders);
    }
    if program.refunds_from != RefundSource::Refunds {
        in_use.undated = refunds::undated(&facts, &orders, &in_use.dated, as_of);
    }
    if program.refunds_from == RefundSource::Both {
        strays.extend(strays::undated_refunds(&facts, &in_use.undated, as_of));
    }
    let refunds = if program.refunds_from == RefundSource::Orders { Newest::default() } else { refunds.newest };
    let newest = AllNewest { orders, registrations, refunds, redemptions: standing_redemptions, adjustments };
    let nobodys = Nobodys { refunds: &currencies, redemptions: &persons.redemptions };
    let mut sorted_out = sort_out(&facts, &newest, &nobodys, program.currency, as_of);
    strays.extend(repeats(&mut facts, &newest, program.currency, &mut sorted_out));
    drop((newest, same));
    // Of a redemption and a refund with one id the redemption comes first.
    strays.sort_by_key(|stray| (stray.id(&facts), stray.reason));
    for reject in &rejects {
        let accepted = &mut facts.files[reject.file.get()].filled.accepted;
        *accepted = accepted.saturating_sub(1);
    }
    facts.rejects.append(&mut rejects);
    facts.rejects.sort_by_key(|reject| (reject.file, reject.place));
    people(facts, persons, in_use, redemption_orders, (strays, sorted_out), as_of)
}

/// The newest versions of every kind in use.
struct AllNewest {
    orders: Newest,
    registrations: Newest,
    refunds: Newest,
    redemptions: Newest,
    adjustments: Newest,
}

/// What tells that a refund or a redemption is nobody's.
struct Nobodys<'a> {
    /// For each refund the currency of its order; `None` where that does not exist.
    refunds: &'a [Option<Currency>],
    /// For each redemption its person.
    redemptions: &'a [Option<Rank>],
}

/// Counts the rows of exports that reach no person, without superseded ones.
fn sort_out(
    facts: &Facts,
    newest: &AllNewest,
    nobodys: &Nobodys<'_>,
    currency: Currency,
    as_of: Timestamp,
) -> PerKind<SortedOut> {
    let (kept, files) = (kept_rows(facts), &facts.files);
    let orders = Exported { table: &facts.orders, newest: &newest.orders, first: kept.orders };
    let registrations =
        Exported { table: &facts.registrations, newest: &newest.registrations, first: kept.registrations };
    let refunds = Exported { table: &facts.refunds, newest: &newest.refunds, first: kept.refunds };
    let redemptions = Exported { table: &facts.redemptions, newest: &newest.redemptions, first: kept.redemptions };
    let adjustments = Exported { table: &facts.adjustments, newest: &newest.adjustments, first: kept.adjustments };
    let is_of_no_order = |row: usize| nobodys.refunds[row].is_none();
    let is_unowned = |row: usize| nobodys.redemptions[row].is_none();
    let of_redemption = |row: usize| facts.redemptions.rows[row].currency;
    let sorted_out = |void, later| SortedOut { superseded: 0, void, later };
    PerKind {
        // An order or adjustment always has an owner.
        orders: sorted_out(orders.void(files), BTreeMap::new()),
        registrations: sorted_out(registrations.void(files), registrations.later(as_of, |_| true, |_| currency)),
        refunds: sorted_out(refunds.void(files), refunds.later(as_of, is_of_no_order, |_| currency)),
        redemptions: sorted_out(redemptions.void(files), redemptions.later(as_of, is_unowned, of_redemption)),
        adjustments: sorted_out(adjustments.void(files), BTreeMap::new()),
    }
}

/// Counts by file the rows about a fact that an earlier row is about too, and by kind the versions that they replace;
/// returns the odd ones among them.
fn repeats(
    facts: &mut Facts,
    newest: &AllNewest,
    currency: Currency,
    sorted_out: &mut PerKind<SortedOut>,
) -> Vec<Stray> {
    let Facts { orders, registrations, refunds, redemptions, adjustments, files, .. } = facts;
    let mut strays = Vec::new();
    let of_order = |row: usize| orders.rows[row].currency;
    let of_redemption = |row: usize| redemptions.rows[row].currency;
    let of_adjustment = |row: usize| adjustments.rows[row].currency;
    // A registration has no currency, and the currency of a refund is only known from its order.
    let of_program = |_: usize| currency;
    let (named, strays_of) = (|fact, currency| Named { fact, currency }, &mut strays);
    sorted_out.orders.superseded =
        repeats::count(orders, &newest.orders, &named(FactRef::Order, &of_order), files, strays_of);
    sorted_out.registrations.superseded = repeats::count(
        registrations,
        &newest.registrations,
        &named(FactRef::Registration, &of_program),
        files,
        strays_of,
    );
    sorted_out.refunds.superseded =
        repeats::count(refunds, &newest.refunds, &named(FactRef::Refund, &of_program), files, strays_of);
    sorted_out.redemptions.superseded =
        repeats::count(redemptions, &newest.redemptions, &named(FactRef::Redemption, &of_redemption), files, strays_of);
    sorted_out.adjustments.superseded =
        repeats::count(adjustments, &newest.adjustments, &named(FactRef::Adjustment, &of_adjustment), files, strays_of);
    strays
}

/// Finds the newest versions of the orders, and those of the orders that refunds and redemptions name.
fn newest_orders(
    same: &Same,
    facts: &Facts,
    redemptions: &Table<RedemptionRow>,
) -> (Newest, Vec<Option<RowIndex>>, Vec<Option<RowIndex>>) {
    let refunds = &facts.refunds;
    let named = |at: usize| match at.checked_sub(refunds.rows.len()) {
        None => refunds.text(at, refund::ORDER),
        Some(redemption) => redemptions.text(redemption, redemption::ORDER),
    };
    let named_count = refunds.rows.len() + redemptions.rows.len();
    let (newest, mut refund_orders) = Newest::and_named(same, &facts.orders, named_count, named);
    let redemption_orders = refund_orders.split_off(refunds.rows.len());
    (newest, refund_orders, redemption_orders)
}

/// Puts everything in the order of people.
fn people(
    facts: Facts,
    persons: Persons,
    refund_list: Refunds,
    redemption_orders: Vec<Option<RowIndex>>,
    (strays, sorted_out): (Vec<Stray>, PerKind<SortedOut>),
    as_of: Timestamp,
) -> People {
    let count = persons.ids.len();
    let rank_of_order = |order: Option<RowIndex>| persons.orders[order?.get()];
    let mut registrations = vec![None; count];
    for (row, rank) in persons.registrations.iter().enumerate() {
        if let Some(rank) = rank {
            registrations[rank.get()] = Some(RowIndex::new(row));
        }
    }
    let dated: Vec<Option<Rank>> = refund_list.dated.iter().map(|refund| rank_of_order(refund.order)).collect();
    let undated: Vec<Option<Rank>> =
        refund_list.undated.iter().map(|refund| rank_of_order(Some(refund.order))).collect();
    People {
        registrations,
        orders: Shelf::new(count, &persons.orders),
        refunds: Shelf::new(count, &dated),
        undated_refunds: Shelf::new(count, &undated),
        redemptions: Shelf::new(count, &persons.redemptions),
        adjustments: Shelf::new(count, &persons.adjustments),
        ids: persons.ids,
        facts,
        as_of,
        refund_list,
        redemption_orders,
        strays,
        sorted_out,
    }
}
