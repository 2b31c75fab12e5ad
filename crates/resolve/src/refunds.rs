//! Refunds (docs/spec.md 2): their amounts in their order's currency, and the undated ones that follow from orders.
//! Amounts are in minor units.

use crate::index::RowIndex;
use crate::same::Same;
use crate::versions::Newest;
use accrue_facts::table::{Rows, Table};
use accrue_facts::{Facts, OrderRow, Origin, RefundRow, Reject, RejectReason, Row, Time, Wanted, undated_refund};
use accrue_kernel::currency::Currency;
use accrue_kernel::money::{Amount, AmountFault, WideAmount};
use accrue_kernel::program::Program;
use accrue_kernel::time::Timestamp;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A refund that has no row: an order's `refunded_amount` has grown.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Undated {
    pub id: String,
    /// The order's newest version.
    pub order: RowIndex,
    /// The version that raised the amount, a row of the orders.
    pub version: RowIndex,
    pub refunded_at: Timestamp,
    pub amount: Amount,
}

/// A refund of the exports.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dated {
    /// The row of the order that it belongs to; `None` where the refund's row is not current.
    pub order: Option<RowIndex>,
    /// In the order's currency.
    pub amount: Amount,
}

/// The refunds in use, each kind numbered.
#[derive(Default)]
pub(crate) struct Refunds {
    /// By row; none where refunds come from the orders alone.
    pub dated: Vec<Dated>,
    /// The refunds without rows; none where refunds come from the exports alone.
    pub undated: Vec<Undated>,
}

/// The refunds of the exports, in the currencies of their orders.
pub(crate) struct Accepted {
    /// Among the rows whose amount is one of their order's currency.
    pub newest: Newest,
    /// By row; `None` where the amount is none of the currency.
    pub amounts: Vec<Option<Amount>>,
    /// The rows whose amount is none.
    pub rejects: Vec<Reject>,
}

/// Reads the amounts of refunds, and finds the newest versions among those whose amount is one of their order's
/// currency.
///
/// `currencies` has for each row the currency of its order, `None` where that does not exist: then it is the program's.
pub(crate) fn accepted(same: &Same, facts: &Facts, currencies: &[Option<Currency>], program: &Program) -> Accepted {
    let refunds = &facts.refunds;
    let mut rejects = Vec::new();
    let in_currency = |(row, (refund, currency)): (usize, (&RefundRow, &Option<Currency>))| {
        let amount = refund.amount.in_currency(currency.unwrap_or(program.currency));
        amount.map_err(|fault| rejects.push(reject(refunds, row, fault))).ok()
    };
    let amounts: Vec<_> = refunds.rows.iter().zip(currencies).enumerate().map(in_currency).collect();
    let newest = Newest::of_accepted(same, refunds, |row| amounts[row].is_some());
    Accepted { newest, amounts, rejects }
}

/// Numbers the refunds by their rows, given the newest version of the order that each row names.
pub(crate) fn dated(accepted: &Accepted, order_of: Vec<Option<RowIndex>>) -> Vec<Dated> {
    let of_row = |(row, (order, amount)): (usize, (Option<RowIndex>, &Option<Amount>))| match amount {
        Some(amount) if accepted.newest.stands(row) => Dated { order, amount: *amount },
        _ => Dated { order: None, amount: Amount::ZERO },
    };
    order_of.into_iter().zip(&accepted.amounts).enumerate().map(of_row).collect()
}

/// Returns for each newest version of an order its currency; `None` where there is none or it is void.
pub(crate) fn currencies(orders: &Rows<OrderRow>, newest: &[Option<RowIndex>]) -> Vec<Option<Currency>> {
    newest.par_iter().map(|&order| standing(orders, order).map(|order| order.currency)).collect()
}

/// Returns the newest version of an order, where there is one and it is not void.
fn standing(orders: &Rows<OrderRow>, newest: Option<RowIndex>) -> Option<&OrderRow> {
    Some(&orders[newest?.get()]).filter(|order| !order.void)
}

fn reject(refunds: &Table<RefundRow>, row: usize, fault: AmountFault) -> Reject {
    let Origin { file, place } = refunds.origin(row);
    let value = refunds.rows[row].amount.to_string();
    let message = format!("`{value}` {fault}");
    let reason = match fault {
        AmountFault::TooPrecise(..) => RejectReason::TooPrecise,
        AmountFault::OutOfRange => RejectReason::OutOfRange,
        AmountFault::Malformed => RejectReason::Malformed,
    };
    Reject {
        kind: RefundRow::KIND,
        file,
        place,
        column: "amount".to_string(),
        value,
        expression: None,
        wanted: Wanted::Number,
        reason,
        message,
        order_id: None,
    }
}

/// Lists the refunds without rows, by order and then by version: what `refunded_amount` has above the dated
/// refunds of the order.
pub(crate) fn undated(facts: &Facts, newest: &Newest, dated: &[Dated], as_of: Timestamp) -> Vec<Undated> {
    let mut sums: BTreeMap<RowIndex, WideAmount> = BTreeMap::new();
    for (order, amount) in dated.iter().filter_map(|refund| Some((refund.order?, refund.amount))) {
        *sums.entry(order).or_default() += amount;
    }
    let orders = &facts.orders;
    let tells = |(at, row): (usize, &OrderRow)| {
        let may_tell = row.extras.is_some() && !row.void && orders.extras(at).refunded.is_positive();
        let order = newest.of_row(at);
        let order = order.filter(|_| may_tell && standing(&orders.rows, order).is_some())?;
        Some((order, orders.updated_at(at), RowIndex::new(at)))
    };
    let mut versions: Vec<(RowIndex, Time, RowIndex)> = orders.rows.iter().enumerate().filter_map(tells).collect();
    versions.sort_unstable();
    let one_order = |one: &(RowIndex, Time, RowIndex), other: &(RowIndex, Time, RowIndex)| one.0 == other.0;
    let mut refunds = Vec::new();
    for versions in versions.chunk_by(one_order) {
        let dated = sums.get(&versions[0].0).map_or(Amount::ZERO, |sum| sum.saturate());
        let rows = versions.iter().map(|&(_, _, version)| version);
        add_increases(facts, (versions[0].0, dated), rows, as_of, &mut refunds);
    }
    refunds
}

/// Adds the increases of one order's `refunded_amount` over what its dated refunds come to and over the highest before,
/// versions from the oldest on.
fn add_increases(
    facts: &Facts,
    (order, dated): (RowIndex, Amount),
    versions: impl Iterator<Item = RowIndex>,
    as_of: Timestamp,
    refunds: &mut Vec<Undated>,
) {
    let orders = &facts.orders;
    let currency = orders.rows[order.get()].currency;
    let mut highest = dated;
    for version in versions {
        let own_currency = orders.rows[version.get()].currency;
        let extras = orders.extras(version.get());
        let refunded = extras.refunded.prorate(one_major(currency), one_major(own_currency)).saturate();
        if refunded <= highest {
            continue;
        }
        refunds.push(Undated {
            id: undated_refund::id(orders.id(order.get()), refunded.display(currency)),
            order,
            version,
            refunded_at: orders
                .updated_at(version.get())
                .get()
                .or(extras.cancelled_at.get())
                .or_else(|| first_seen_at(facts, version))
                .unwrap_or(as_of),
            amount: refunded - highest,
        });
        highest = refunded;
    }
}

/// Returns when a run first saw a version of an order that is kept since then.
fn first_seen_at(facts: &Facts, version: RowIndex) -> Option<Timestamp> {
    let Origin { file, place } = facts.orders.origin(version.get());
    facts.files[file.get()].kept_since.as_ref().and_then(|kept| kept.of_row(place))
}

/// Returns one unit of a currency: a version may have been in another currency, with other minor units.
fn one_major(currency: Currency) -> Amount {
    Amount::from_minor(10_i64.pow(currency.minor_units()))
}
