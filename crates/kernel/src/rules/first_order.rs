//! `first_order`: a reward for the order with n = 1.

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
