//! Refunds (SPEC 2): their amounts in their order's currency, and the undated ones that orders tell of.

use super::same::{NONE, Same};
use super::versions::Newest;
use crate::ingest::facts::{ExactDecimal, Facts, OrderRow, RefundRow, Reject, RejectReason, Row, Time};
use crate::ingest::table::{Rows, Table};
use crate::kernel::currency::Currency;
use crate::kernel::money::{Amount, AmountFault};
use crate::kernel::program::Program;
use crate::kernel::time::Instant;
use rayon::prelude::*;

/// A refund that only an order's growing `refunded_amount` tells of.
#[derive(Debug, PartialEq, Eq)]
pub struct Undated {
    pub id: String,
    /// The order's newest version, a row of the orders.
    pub order: u32,
    /// The version that raised the amount, a row of the orders.
    pub version: u32,
    pub refunded_at: Instant,
    pub amount: Amount,
}

/// The refunds in use, numbered.
pub enum Refunds {
    /// By row, the row of the order that a refund belongs to; `NONE` where the row does not stand.
    Dated(Vec<u32>),
    /// What the orders tell.
    Undated(Vec<Undated>),
}

impl Refunds {
    /// Returns for each number the row of the order's newest version, which may not exist.
    pub fn orders(&self) -> impl Iterator<Item = u32> + Clone {
        let count = match self {
            Refunds::Dated(orders) => orders.len(),
            Refunds::Undated(refunds) => refunds.len(),
        };
        (0..count).map(|number| match self {
            Refunds::Dated(orders) => orders[number],
            Refunds::Undated(refunds) => refunds[number].order,
        })
    }
}

/// Finds the newest versions among the refunds whose amount is one of their order's currency, and rejects the others.
///
/// `currencies` has for each row the currency of its order, `None` where that does not exist: then it is the program's.
pub fn accepted(
    same: &Same,
    facts: &Facts,
    currencies: &[Option<Currency>],
    program: &Program,
) -> (Newest, Vec<Reject>) {
    let rows = &facts.refunds.rows;
    let amount = |row: usize| rows[row].amount_in(currencies[row].unwrap_or(program.currency));
    let newest = Newest::of_accepted(same, &facts.refunds, |row| amount(row).is_ok());
    let reject = |row: usize| Some(reject(&facts.refunds, row, amount(row).err()?));
    (newest, (0..rows.len()).filter_map(reject).collect())
}

/// Numbers the refunds by their rows, given the newest version of the order that each row names.
pub fn dated(newest: &Newest, mut order_of: Vec<u32>) -> Refunds {
    for (row, order) in order_of.iter_mut().enumerate() {
        if !newest.stands(row) {
            *order = NONE;
        }
    }
    Refunds::Dated(order_of)
}

/// Returns for each newest version of an order its currency; `None` where there is none or it is void.
pub fn currencies(orders: &Rows<OrderRow>, newest: &[u32]) -> Vec<Option<Currency>> {
    newest.par_iter().map(|&order| standing(orders, order).map(|order| order.currency)).collect()
}

/// Returns the newest version of an order, where there is one and it is not void.
fn standing(orders: &Rows<OrderRow>, newest: u32) -> Option<&OrderRow> {
    orders.get(newest as usize).filter(|order| !order.void)
}

fn reject(refunds: &Table<RefundRow>, row: usize, fault: AmountFault) -> Reject {
    let (file, place) = refunds.origin(row);
    let value = plain(refunds.rows[row].amount);
    let message = format!("`{value}` {fault}");
    let reason = match fault {
        AmountFault::TooPrecise(..) => RejectReason::TooPrecise,
        AmountFault::OutOfRange => RejectReason::OutOfRange,
        AmountFault::Malformed => RejectReason::Malformed,
    };
    Reject { kind: RefundRow::KIND, file, place, column: "amount".to_string(), value, reason, message }
}

impl RefundRow {
    /// Returns the amount in a currency.
    pub(super) fn amount_in(&self, currency: Currency) -> Result<Amount, AmountFault> {
        Amount::from_decimal(i128::from(self.amount.mantissa), u32::from(self.amount.decimals), currency)
    }
}

/// Lists the refunds that the versions of the orders tell of, by order and then as they grew.
pub fn undated(facts: &Facts, newest: &Newest, as_of: Instant) -> Vec<Undated> {
    let orders = &facts.orders;
    let tells = |(at, row): (usize, &OrderRow)| {
        let may_tell = row.extras != 0 && !row.void && orders.extras(at).refunded.is_positive();
        let order = newest.of_row(at);
        (may_tell && standing(&orders.rows, order).is_some()).then(|| (order, orders.updated_at(at), at as u32))
    };
    let mut versions: Vec<(u32, Time, u32)> = orders.rows.iter().enumerate().filter_map(tells).collect();
    versions.sort_unstable();
    let one_order = |one: &(u32, Time, u32), other: &(u32, Time, u32)| one.0 == other.0;
    let mut refunds = Vec::new();
    for versions in versions.chunk_by(one_order) {
        add_increases(facts, versions[0].0, versions.iter().map(|&(_, _, version)| version), as_of, &mut refunds);
    }
    refunds
}

/// Adds the increases of one order's `refunded_amount` over the highest before, versions from the oldest on.
fn add_increases(
    facts: &Facts,
    order: u32,
    versions: impl Iterator<Item = u32>,
    as_of: Instant,
    refunds: &mut Vec<Undated>,
) {
    let orders = &facts.orders;
    let currency = orders.rows[order as usize].currency;
    let mut highest = Amount::ZERO;
    for version in versions {
        let own_currency = orders.rows[version as usize].currency;
        let extras = orders.extras(version as usize);
        let refunded = extras.refunded.prorate(one_major(currency), one_major(own_currency)).saturate();
        if refunded <= highest {
            continue;
        }
        refunds.push(Undated {
            id: format!("refunded:{}:{}", orders.id(order as usize), refunded.display(currency)),
            order,
            version,
            refunded_at: orders
                .updated_at(version as usize)
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
fn first_seen_at(facts: &Facts, version: u32) -> Option<Instant> {
    let (file, row) = facts.orders.origin(version as usize);
    facts.files[file as usize].kept_since.as_ref().and_then(|kept| kept.of_row(row))
}

/// Returns one unit of a currency: a version may have been in another currency, with other minor units.
fn one_major(currency: Currency) -> Amount {
    Amount::from_minor(10_i64.pow(currency.minor_units()))
}

/// Writes a decimal as it would stand in a file.
fn plain(decimal: ExactDecimal) -> String {
    let sign = if decimal.mantissa < 0 { "-" } else { "" };
    let scale = 10_u64.pow(u32::from(decimal.decimals));
    let (whole, part) = (decimal.mantissa.unsigned_abs() / scale, decimal.mantissa.unsigned_abs() % scale);
    match decimal.decimals {
        0 => format!("{sign}{whole}"),
        decimals => format!("{sign}{whole}.{part:0width$}", width = usize::from(decimals)),
    }
}
