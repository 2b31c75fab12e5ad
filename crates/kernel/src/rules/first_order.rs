//! The method `first_order` (docs/spec.md 4): a reward for a person's first order, the one with n = 1.

use crate::decision::{NotEarned, RuleDecision};
use crate::history::OrderFigures;
use crate::program::OrderReward;

#[inline(always)]
pub(crate) fn reward(reward: OrderReward, figures: &OrderFigures) -> RuleDecision {
    match figures.orders {
        1 => super::common::of_value(reward, figures.value),
        orders => Err(NotEarned::NotFirstOrder { orders }),
    }
}
