//! `per_order`: a reward for every order with v >= `min_spend`.

use crate::history::OrderFigures;
use crate::money::{Amount, Total};
use crate::program::OrderReward;

pub(crate) fn reward(reward: OrderReward, min_spend: Option<Amount>, figures: &OrderFigures) -> Total {
    if min_spend.is_none_or(|min_spend| figures.value >= min_spend) {
        super::of_value(reward, figures.value)
    } else {
        Total::ZERO
    }
}
