//! Who a fact belongs to (2, identity).

use super::facts::{self, Facts, Order, Redemption};
use super::program::Program;
use super::time::Instant;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The owner's customer id of every email (in lower case) and of every card number.
pub struct Owners {
    by_email: BTreeMap<String, String>,
    by_card: BTreeMap<String, String>,
}

impl Owners {
    /// 2: "If several registrations have the same email or card number, the earliest registered (then smallest id) owns
    /// it; registrations after as_of own nothing." and "A person keeps every email and card number that any version of
    /// the registration had".
    pub fn of(facts: &Facts, as_of: Instant) -> Owners {
        let mut registrations: Vec<_> = facts::existing(&facts.registrations).collect();
        registrations.retain(|registration| registration.registered_at <= as_of);
        registrations.sort_by_key(|registration| (registration.registered_at, &registration.customer_id));
        let mut owners = Owners { by_email: BTreeMap::new(), by_card: BTreeMap::new() };
        for customer_id in registrations.into_iter().map(|registration| &registration.customer_id) {
            for version in &facts.registrations[customer_id] {
                if let Some(email) = &version.fact.email {
                    owners.by_email.entry(email.to_lowercase()).or_insert_with(|| customer_id.clone());
                }
                if let Some(card_number) = &version.fact.card_number {
                    owners.by_card.entry(card_number.clone()).or_insert_with(|| customer_id.clone());
                }
            }
        }
        owners
    }

    /// 2: "A person is known by `customer_id`. An order with no `customer_id` belongs to the registration with the same
    /// email (Unicode lower case); if there is none, to the guest"; "With `[identity] link_guests = false` such orders
    /// always stay the guest's. Any given `customer_id` ... is taken literally."
    pub fn of_order(&self, program: &Program, order: &Order) -> String {
        if let Some(customer_id) = &order.customer_id {
            return customer_id.clone();
        }
        let email = order.email.as_deref().expect("an order has a customer_id or an email").to_lowercase();
        match self.by_email.get(&email) {
            Some(customer_id) if program.link_guests => customer_id.clone(),
            _ => guest(&email),
        }
    }

    /// 2: "A redemption with both goes by `customer_id`."; one with neither belongs to its order. `None` is an unknown
    /// card or order.
    pub fn of_redemption(&self, program: &Program, facts: &Facts, redemption: &Redemption) -> Option<String> {
        if let Some(customer_id) = &redemption.customer_id {
            return Some(customer_id.clone());
        }
        match &redemption.card_number {
            Some(card_number) => self.by_card.get(card_number).cloned(),
            None => Some(self.of_order(program, facts.order(redemption.order_id.as_deref()?)?)),
        }
    }
}

/// 2: "`guest:` and the first 32 hex digits of that email's SHA-256 (no address in the ledger)".
fn guest(email: &str) -> String {
    let digest = Sha256::digest(email.as_bytes());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("guest:{}", &hex[..32])
}
