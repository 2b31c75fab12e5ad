//! `per_order`: a reward for every order with v >= `min_spend`.

use crate::kernel::history::OrderFigures;
use crate::kernel::money::{Amount, Total};
use crate::kernel::program::OrderReward;

pub fn reward(reward: OrderReward, min_spend: Option<Amount>, figures: &OrderFigures) -> Total {
    if min_spend.is_none_or(|min_spend| figures.value >= min_spend) {
        super::of_value(reward, figures.value)
    } else {
        Total::ZERO
    }
}
