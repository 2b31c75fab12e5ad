//! The method `order_history` (docs/spec.md 4): order number n earns the `receive` of the tier with `orders` = n.

use crate::decision::{Basis, Earned, NotEarned, RuleDecision};
use crate::history::OrderFigures;
use crate::program::OrderTier;

#[inline(always)]
pub(crate) fn reward(tiers: &[OrderTier], figures: &OrderFigures) -> RuleDecision {
    let orders = figures.orders;
    // Thresholds rise strictly.
    match tiers.iter().find(|tier| tier.orders >= orders) {
        Some(tier) if tier.orders == orders => {
            Ok(Earned { amount: tier.receive.into(), basis: Basis::OrderTier { orders } })
        }
        next => Err(NotEarned::NoOrderTier { missing: next.map(|next| next.orders - orders) }),
    }
}
