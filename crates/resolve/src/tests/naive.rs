//! docs/spec.md 2 again, the slow way: maps of texts, one sentence after the other.

use crate::tests::shop::{AS_OF, OrderSays, RefundSays, RegistrationSays, Shop, currency};
use accrue_kernel::program::{Program, RedemptionSource, RefundSource};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

type Versions<S> = BTreeMap<&'static str, Vec<S>>;
type People = BTreeMap<String, Vec<String>>;

/// What `lines` must say.
pub(crate) fn lines(shop: &Shop, program: &Program) -> Vec<String> {
    let orders = versions(&shop.orders, |says| (says.id, says.updated));
    let registrations = versions(&shop.registrations, |says| (says.id, says.updated));
    let (mut people, mut strays, mut rejects) = (People::new(), Vec::new(), Vec::new());
    let mut add = |id: &str, event: String| people.entry(id.to_string()).or_default().push(event);
    for says in registrations.values().filter_map(|versions| registered(versions)) {
        add(says.id, format!("registered @{}", says.registered));
    }
    for says in orders.values().filter_map(|versions| newest(versions, |says| says.void)) {
        add(&owner_of(&says, &registrations, program), format!("order {} @{}", says.id, says.placed));
    }
    let order = |id: &str| newest(orders.get(id)?, |says| says.void);
    let decimals = |says: &RefundSays| order(says.order).map_or(2, |order| currency(order.currency).minor_units());
    let fits = |says: &RefundSays| says.amount % 10_i64.pow(4 - decimals(says)) == 0;
    for says in shop.refunds.iter().filter(|says| !fits(says)) {
        rejects.push(format!("too_precise amount {}", shown(says.amount, 4).trim_end_matches('0')));
    }
    let accepted: Vec<RefundSays> = shop.refunds.iter().copied().filter(fits).collect();
    let refunds = versions(&accepted, |says| (says.id, says.updated));
    let is_both = program.refunds_from == RefundSource::Both;
    for (says, versions) in orders.values().filter_map(|all| Some((newest(all, |says| says.void)?, all))) {
        let dated = if is_both { dated(&says, &refunds) } else { 0 };
        let is_used = program.refunds_from != RefundSource::Refunds;
        for (amount, at, increase) in undated(&says, versions, dated).into_iter().filter(|_| is_used) {
            let event = format!("refund refunded:{0}:{amount} of {0} {increase} @{at}", says.id);
            add(&owner_of(&says, &registrations, program), event);
            let stray = (says.id, format!("undated_refund {} {increase} {}", says.id, says.currency));
            strays.extend(Some(stray).filter(|_| is_both && at <= AS_OF));
        }
    }
    for says in refunds.values().filter_map(|versions| newest(versions, |says| says.void)) {
        let amount = shown(says.amount / 10_i64.pow(4 - decimals(&says)), decimals(&says));
        match order(says.order) {
            _ if program.refunds_from == RefundSource::Orders => {}
            Some(order) => {
                let event = format!("refund {} of {} {amount} @{}", says.id, order.id, says.refunded);
                add(&owner_of(&order, &registrations, program), event);
            }
            None if says.refunded <= AS_OF => strays.push((says.id, format!("unknown_order {} {amount} USD", says.id))),
            None => {}
        }
    }
    let redemptions = versions(&shop.redemptions, |says| (says.id, says.updated));
    for says in redemptions.values().filter_map(|versions| newest(versions, |says| says.void)) {
        let named = order(says.order).map(|order| (order.id, owner_of(&order, &registrations, program)));
        let (owner, unknown) = match (says.customer, says.card) {
            ("", "") => (named.clone().map(|(_, owner)| owner), "unknown_order"),
            ("", card) => (holder(&registrations, |version| version.card == card).map(str::to_owned), "unknown_card"),
            (customer, _) => (Some(customer.to_owned()), ""),
        };
        let order = named.filter(|(_, buyer)| Some(buyer) == owner.as_ref()).map_or("nothing", |(id, _)| id);
        match owner {
            _ if program.redemption.from == RedemptionSource::Orders => {}
            Some(owner) => add(&owner, format!("redemption {} for {order} @{}", says.id, says.redeemed)),
            None if says.redeemed <= AS_OF => strays.push((says.id, format!("{unknown} {} 0.05 USD", says.id))),
            None => {}
        }
    }
    let adjustments = versions(&shop.adjustments, |says| (says.id, says.updated));
    for says in adjustments.values().filter_map(|versions| newest(versions, |says| says.void)) {
        add(says.customer, format!("adjustment {} @{}", says.id, says.adjusted));
    }
    // Only redemptions are of 0.05: of one id and reason they come before refunds.
    strays.sort_by_key(|(id, line)| (*id, line.contains("card"), !line.ends_with(" 0.05 USD")));
    let person = |(id, mut events): (String, Vec<String>)| {
        events.sort();
        format!("{id}: {}", events.join(", "))
    };
    people.into_iter().map(person).chain(strays.into_iter().map(|(_, line)| line)).chain(rejects).collect()
}

/// All versions of every fact, the oldest first.
fn versions<S: Copy>(says: &[S], key: impl Fn(&S) -> (&'static str, Option<i64>)) -> Versions<S> {
    let mut versions = Versions::new();
    for says in says {
        versions.entry(key(says).0).or_insert_with(Vec::new).push(*says);
    }
    versions.values_mut().for_each(|versions| versions.sort_by_key(|says| key(says).1));
    versions
}

fn newest<S: Copy>(versions: &[S], is_void: impl Fn(&S) -> bool) -> Option<S> {
    versions.last().copied().filter(|says| !is_void(says))
}

fn registered(versions: &[RegistrationSays]) -> Option<RegistrationSays> {
    newest(versions, |says| says.void).filter(|says| says.registered <= AS_OF)
}

/// The registration that owns what some version of it has.
fn holder(registrations: &Versions<RegistrationSays>, has: impl Fn(&RegistrationSays) -> bool) -> Option<&'static str> {
    let holding = registrations.values().filter(|versions| versions.iter().any(&has));
    let earliest = holding.filter_map(|versions| registered(versions)).min_by_key(|says| (says.registered, says.id));
    earliest.map(|says| says.id)
}

fn owner_of(order: &OrderSays, registrations: &Versions<RegistrationSays>, program: &Program) -> String {
    if !order.customer.is_empty() {
        return order.customer.to_string();
    }
    let email = order.email.to_lowercase();
    match holder(registrations, |says| says.email.to_lowercase() == email) {
        Some(owner) if program.link_guests => owner.to_string(),
        _ => guest(&email),
    }
}

pub(crate) fn guest(email: &str) -> String {
    let hex: String = Sha256::digest(email.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("guest:{}", &hex[..32])
}

/// What the refunds of an order that have dates come to.
fn dated(order: &OrderSays, refunds: &Versions<RefundSays>) -> i64 {
    let standing = refunds.values().filter_map(|versions| newest(versions, |refund| refund.void));
    let scale = 10_i64.pow(4 - currency(order.currency).minor_units());
    standing.filter(|refund| refund.order == order.id).map(|refund| refund.amount / scale).sum()
}

/// Amount so far, instant and increase over `dated` of each refund that an order's versions tell of.
fn undated(order: &OrderSays, versions: &[OrderSays], dated: i64) -> Vec<(String, i64, String)> {
    let units = currency(order.currency).minor_units();
    let mut highest = dated;
    let mut refunds = Vec::new();
    for says in versions.iter().filter(|says| !says.void) {
        let refunded = says.refunded * 10_i64.pow(units) / 10_i64.pow(currency(says.currency).minor_units());
        if refunded > highest {
            let at = says.updated.or(says.cancelled).unwrap_or(AS_OF);
            refunds.push((shown(refunded, units), at, shown(refunded - highest, units)));
            highest = refunded;
        }
    }
    refunds
}

fn shown(minor: i64, decimals: u32) -> String {
    let scale = 10_i64.pow(decimals);
    match decimals {
        0 => minor.to_string(),
        _ => format!("{}.{:0width$}", minor / scale, minor % scale, width = decimals as usize),
    }
}
