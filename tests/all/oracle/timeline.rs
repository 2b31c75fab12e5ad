//! The order of events (3): what happens to each person, at which instant, after what.

use super::Exception;
use super::facts::{self, Adjustment, Facts, Order, Redemption, Refund};
use super::identity::Owners;
use super::program::Program;
use super::time::Instant;
use std::collections::BTreeMap;

/// What an event does.
pub enum Deed {
    Registration,
    Adjustment(Adjustment),
    Redemption(Redemption),
    Order(Order),
    Refund(Refund, Order),
    Cancellation(Order),
}

pub struct Event {
    pub at: Instant,
    /// The event's id; for a cancellation `cancel:<order_id>`.
    pub id: String,
    pub deed: Deed,
}

/// The events of every person, in order.
pub type Timelines = BTreeMap<String, Vec<Event>>;

/// Puts every fact into its person's order of events, and reports those that nobody can be found for.
pub fn of(program: &Program, facts: &Facts, owners: &Owners, as_of: Instant) -> (Timelines, Vec<Exception>) {
    let mut timelines = Timelines::new();
    let mut exceptions = Vec::new();
    let mut add = |customer_id: &str, at: Instant, id: &str, deed: Deed| {
        // 2: "Events later than `as_of` are kept and not used."
        if at <= as_of {
            timelines.entry(customer_id.to_string()).or_default().push(Event { at, id: id.to_string(), deed });
        }
    };
    for fact in facts::existing(&facts.registrations) {
        add(&fact.customer_id, fact.registered_at, &fact.customer_id, Deed::Registration);
    }
    for fact in facts::existing(&facts.adjustments) {
        add(&fact.customer_id, fact.adjusted_at, &fact.adjustment_id, Deed::Adjustment(fact.clone()));
    }
    for fact in redemptions(program, facts, owners) {
        match owners.of_redemption(program, facts, &fact) {
            Some(customer_id) => {
                add(&customer_id, fact.redeemed_at, &fact.redemption_id.clone(), Deed::Redemption(fact));
            }
            None if fact.redeemed_at <= as_of => exceptions.push(unowned(&fact)),
            None => {}
        }
    }
    for fact in facts::existing(&facts.orders) {
        let customer_id = owners.of_order(program, fact);
        if let Some(paid_at) = fact.counts_at() {
            add(&customer_id, paid_at, &fact.order_id, Deed::Order(fact.clone()));
        }
        if let Some(cancelled_at) = fact.cancelled_at {
            let id = format!("cancel:{}", fact.order_id);
            add(&customer_id, cancelled_at, &id, Deed::Cancellation(fact.clone()));
        }
    }
    for fact in facts.refunds(program, as_of) {
        match facts.order(&fact.order_id) {
            Some(order) => {
                let customer_id = owners.of_order(program, order);
                let at = acts_at(&fact, order);
                add(&customer_id, at, &fact.refund_id.clone(), Deed::Refund(fact, order.clone()));
            }
            None if fact.refunded_at <= as_of => exceptions.push(unknown_order(program, facts, &fact)),
            None => {}
        }
    }
    timelines.values_mut().for_each(|events| events.sort_by(|a, b| rank(a).cmp(&rank(b))));
    (timelines, exceptions)
}

/// 3: "Per person, by instant, then by kind (registration, adjustment, redemption, order, refund), then by id (bytes)";
/// a cancellation is "ordered as a refund at that instant, after all other refunds at that instant".
fn rank(event: &Event) -> (Instant, u8, &str) {
    let kind = match event.deed {
        Deed::Registration => 0,
        Deed::Adjustment(_) => 1,
        Deed::Redemption(_) => 2,
        Deed::Order(_) => 3,
        Deed::Refund(..) => 4,
        Deed::Cancellation(_) => 5,
    };
    (event.at, kind, &event.id)
}

/// 3: "A refund timed before its order's payment acts at the payment's instant, after the order ...; of an order that
/// never counts it acts at its own time."
pub fn acts_at(refund: &Refund, order: &Order) -> Instant {
    match order.counts_at() {
        Some(paid_at) => refund.refunded_at.max(paid_at),
        None => refund.refunded_at,
    }
}

/// The redemptions in use: the rows, or what the orders tell.
///
/// 5.2: "With `[redemption] from = "orders"` ... `credit_amount` > 0 is a redemption with id `order:<order_id>` naming
/// that order, at `placed_at`."
pub fn redemptions(program: &Program, facts: &Facts, owners: &Owners) -> Vec<Redemption> {
    if !program.redemptions_from_orders {
        return facts::existing(&facts.redemptions).cloned().collect();
    }
    let paid_with_credit = facts::existing(&facts.orders).filter(|order| order.credit_amount > 0);
    let redemption = |order: &Order| Redemption {
        redemption_id: format!("order:{}", order.order_id),
        customer_id: Some(owners.of_order(program, order)),
        card_number: None,
        order_id: Some(order.order_id.clone()),
        redeemed_at: order.placed_at,
        amount: order.credit_amount,
        currency: order.currency,
    };
    paid_with_credit.map(redemption).collect()
}

fn unowned(redemption: &Redemption) -> Exception {
    let reason = if redemption.card_number.is_some() { "unknown_card" } else { "unknown_order" };
    Exception {
        reason: reason.to_string(),
        customer_id: String::new(),
        currency: redemption.currency.code.to_string(),
        source_id: redemption.redemption_id.clone(),
        amount: redemption.currency.show(redemption.amount),
    }
}

/// 10: `refund_of_rejected_order`, where a row of the order was left out.
fn unknown_order(program: &Program, facts: &Facts, refund: &Refund) -> Exception {
    let is_rejected = facts.rejected_orders.contains(&refund.order_id);
    Exception {
        reason: if is_rejected { "refund_of_rejected_order" } else { "unknown_order" }.to_string(),
        customer_id: String::new(),
        currency: program.currency.code.to_string(),
        source_id: refund.refund_id.clone(),
        amount: program.currency.show(refund.amount),
    }
}

/// 8: "once per currency `no_rule_for_currency` with a count"; 4: "an order in a currency without a rule earns
/// nothing".
pub fn without_rule(program: &Program, timelines: &Timelines) -> Vec<Exception> {
    let mut order_counts = BTreeMap::new();
    for event in timelines.values().flatten() {
        if let Deed::Order(order) = &event.deed
            && program.rules.iter().all(|rule| rule.currency != order.currency)
        {
            *order_counts.entry(order.currency.code).or_insert(0) += 1;
        }
    }
    let exception = |(code, count): (&str, i32)| Exception {
        reason: "no_rule_for_currency".to_string(),
        customer_id: String::new(),
        currency: code.to_string(),
        source_id: String::new(),
        amount: count.to_string(),
    };
    order_counts.into_iter().map(exception).collect()
}
