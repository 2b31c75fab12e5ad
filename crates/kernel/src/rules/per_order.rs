//! The method `per_order` (docs/spec.md 4): a reward for every order whose value v is at least `min_spend`.

use crate::decision::{NotEarned, RuleDecision};
use crate::history::OrderFigures;
use crate::money::Amount;
use crate::program::OrderReward;

#[inline(always)]
pub(crate) fn reward(reward: OrderReward, min_spend: Option<Amount>, figures: &OrderFigures) -> RuleDecision {
    match min_spend {
        Some(min_spend) if figures.value < min_spend => {
            Err(NotEarned::BelowMinSpend { missing: min_spend - figures.value })
        }
        Some(_) | None => super::common::of_value(reward, figures.value),
    }
}
