//! Facts that contradict themselves or each other (10): exceptions, "none of which changes an amount".

use super::Exception;
use super::facts::{self, Facts, Order, Version};
use super::identity::Owners;
use super::money::Currency;
use super::program::Program;
use super::time::Instant;
use std::collections::BTreeMap;

/// Lists what contradicts itself or another fact, as far as it happened until as_of.
pub fn of(program: &Program, facts: &Facts, owners: &Owners, as_of: Instant) -> Vec<Exception> {
    let existed = |order: &&Order| order.placed_at <= as_of || order.paid_at.is_some_and(|paid_at| paid_at <= as_of);
    let orders: Vec<&Order> = facts::existing(&facts.orders).filter(existed).collect();
    let mut found = items_above_total(program, owners, &orders);
    for order in &orders {
        let mut add = |reason: &str, amount: i128| found.push(of_order(reason, order, program, owners, amount));
        if order.credit_amount > order.total_amount {
            add("credit_above_total", order.credit_amount - order.total_amount);
        }
        // 10: "by more than a day".
        if order.paid_at.is_some_and(|paid_at| order.placed_at - paid_at > day()) {
            add("paid_before_placed", order.total_amount);
        }
        // 10: "`refunded_amount` exceeds the dated refunds"; a cancellation is a refund of what is left of the total.
        let dated = facts::existing(&facts.refunds).filter(|refund| refund.order_id == order.order_id);
        let dated: i128 = dated.map(|refund| refund.amount).sum();
        let explained = if order.cancelled_at.is_some() { dated.max(order.total_amount) } else { dated };
        let refunded = order.refunded_amount.unwrap_or(0);
        if !program.refunds_from_orders && refunded > explained {
            add("undated_refund", refunded - explained);
        }
    }
    for refund in facts.refunds(program, as_of).into_iter().filter(|refund| refund.refunded_at <= as_of) {
        let Some(order) = facts.order(&refund.order_id) else { continue };
        if order.placed_at - refund.refunded_at > day() {
            let exception = of_order("refund_before_order", order, program, owners, refund.amount);
            found.push(Exception { source_id: refund.refund_id, ..exception });
        }
    }
    found.extend(facts.orders.values().flat_map(|versions| versions.windows(2).filter_map(refunded_amount_fell)));
    found
}

/// 10: "`items_above_total` (above total + credit; over a fifth of the rows: one line)".
fn items_above_total(program: &Program, owners: &Owners, orders: &[&Order]) -> Vec<Exception> {
    let above = |order: &Order| order.items_amount - order.total_amount - order.credit_amount;
    let odd: Vec<&&Order> = orders.iter().filter(|order| above(order) > 0).collect();
    if odd.len() < 2 || 5 * odd.len() <= orders.len() {
        let each = odd.iter().map(|order| of_order("items_above_total", order, program, owners, above(order)));
        return each.collect();
    }
    let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
    odd.iter().for_each(|order| *sums.entry(order.currency).or_default() += above(order));
    let together = |(currency, amount): (Currency, i128)| exception("items_above_total", "", currency, "", amount);
    sums.into_iter().map(together).collect()
}

/// 10: `refunded_amount_fell`, of two versions one after the other.
fn refunded_amount_fell(pair: &[Version<Order>]) -> Option<Exception> {
    let (before, after) = (&pair[0], &pair[1]);
    let refunded = |version: &Version<Order>| version.fact.refunded_amount.unwrap_or(0);
    let less = refunded(before) - refunded(after);
    let is_comparable = !before.is_void && !after.is_void && before.fact.currency == after.fact.currency;
    let Order { order_id, customer_id, currency, .. } = &after.fact;
    let customer_id = customer_id.as_deref().unwrap_or_default();
    (is_comparable && less > 0).then(|| exception("refunded_amount_fell", customer_id, *currency, order_id, less))
}

fn of_order(reason: &str, order: &Order, program: &Program, owners: &Owners, amount: i128) -> Exception {
    exception(reason, &owners.of_order(program, order), order.currency, &order.order_id, amount)
}

fn exception(reason: &str, customer_id: &str, currency: Currency, source_id: &str, amount: i128) -> Exception {
    Exception {
        reason: reason.to_string(),
        customer_id: customer_id.to_string(),
        currency: currency.code.to_string(),
        source_id: source_id.to_string(),
        amount: currency.show(amount),
    }
}

fn day() -> chrono::Duration {
    chrono::Duration::days(1)
}
