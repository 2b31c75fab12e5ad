//! Odd facts that are found without computing a person (docs/spec.md 8, 10): `unknown_order`,
//! `refund_of_rejected_order` and `unknown_card`, which belong to nobody, `undated_refund` of refunds that count, and
//! those that `repeats` finds.

use crate::identity::NewestRows;
use crate::index::{Rank, RowIndex};
use crate::refunds::{Accepted, Undated};
use accrue_facts::text_columns::{redemption, refund};
use accrue_facts::{Facts, Origin, RedemptionRow, Reject};
use accrue_kernel::currency::Currency;
use accrue_kernel::exception::Reason;
use accrue_kernel::facts::FactRef;
use accrue_kernel::money::Amount;
use accrue_kernel::program::Program;
use accrue_kernel::time::Timestamp;
use std::collections::BTreeMap;

/// An odd fact.
pub(crate) struct Stray {
    pub reason: Reason,
    pub fact: FactRef,
    /// The row that it contradicts, if any.
    pub other: Option<Origin>,
    pub currency: Currency,
    pub amount: Option<Amount>,
}

/// Lists the refunds until as_of whose order, and so its currency, does not exist; theirs is the program's. Of an order
/// of which a row was rejected they name the first such row.
pub(crate) fn unknown_orders(
    facts: &Facts,
    refunds: &Accepted,
    currencies: &[Option<Currency>],
    program: &Program,
    as_of: Timestamp,
) -> Vec<Stray> {
    let rows = &facts.refunds.rows;
    let is_stray =
        |&row: &usize| currencies[row].is_none() && refunds.newest.stands(row) && rows[row].refunded_at <= as_of.into();
    let currency = program.currency;
    let found: Vec<usize> = (0..rows.len()).filter(is_stray).collect();
    let rejected = if found.is_empty() { BTreeMap::new() } else { rejected_orders(&facts.rejects) };
    let stray = |row: usize| {
        let fact = FactRef::Refund(RowIndex::new(row).of_fact());
        let order = facts.refunds.text(row, refund::ORDER);
        let other = order.and_then(|order| rejected.get(order)).copied();
        let reason = if other.is_some() { Reason::RefundOfRejectedOrder } else { Reason::UnknownOrder };
        Stray { reason, fact, other, currency, amount: refunds.amounts[row] }
    };
    found.into_iter().map(stray).collect()
}

/// Returns where the first rejected row of each order stands, of those whose id can be read.
fn rejected_orders(rejects: &[Reject]) -> BTreeMap<&str, Origin> {
    let mut rows = BTreeMap::new();
    for Reject { order_id, file, place, .. } in rejects {
        if let Some(order_id) = order_id {
            rows.entry(order_id.as_str()).or_insert(Origin { file: *file, place: *place });
        }
    }
    rows
}

/// Lists what was refunded until as_of by what orders alone say.
pub(crate) fn undated_refunds<'a>(
    facts: &'a Facts,
    undated: &'a [Undated],
    as_of: Timestamp,
) -> impl Iterator<Item = Stray> + 'a {
    undated.iter().filter(move |refund| refund.refunded_at <= as_of).map(|refund| {
        let currency = facts.orders.rows[refund.order.get()].currency;
        let (fact, amount) = (FactRef::Order(refund.version.of_fact()), Some(refund.amount));
        Stray { reason: Reason::UndatedRefund, fact, other: None, currency, amount }
    })
}

/// Lists the redemptions until as_of with a card that no registration holds, or with nothing but an order that does not
/// exist, given the rank of each row's person.
pub(crate) fn unowned_redemptions(
    redemptions: &NewestRows<RedemptionRow>,
    ranks: &[Option<Rank>],
    as_of: Timestamp,
) -> Vec<Stray> {
    let rows = &redemptions.table.rows;
    let is_stray =
        |&row: &usize| ranks[row].is_none() && redemptions.newest.stands(row) && rows[row].redeemed_at <= as_of.into();
    let stray = |row: usize| {
        let RedemptionRow { currency, amount, .. } = rows[row];
        let fact = FactRef::Redemption(RowIndex::new(row).of_fact());
        let has_card = redemptions.table.text(row, redemption::CARD).is_some();
        let reason = if has_card { Reason::UnknownCard } else { Reason::UnknownOrder };
        Stray { reason, fact, other: None, currency, amount: Some(amount) }
    };
    (0..rows.len()).filter(is_stray).map(stray).collect()
}

impl Stray {
    pub(crate) fn id<'a>(&self, facts: &'a Facts) -> &'a str {
        match self.fact {
            FactRef::Refund(row) => facts.refunds.id(row.get()),
            FactRef::Redemption(row) => facts.redemptions.id(row.get()),
            FactRef::Registration(row) => facts.registrations.id(row.get()),
            FactRef::Order(row) => facts.orders.id(row.get()),
            FactRef::Adjustment(row) => facts.adjustments.id(row.get()),
        }
    }
}
