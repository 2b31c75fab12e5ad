//! `first_order`: a reward for the order with n = 1.

use crate::history::OrderFigures;
use crate::money::Total;
use crate::program::OrderReward;

pub(crate) fn reward(reward: OrderReward, figures: &OrderFigures) -> Total {
    if figures.orders == 1 { super::of_value(reward, figures.value) } else { Total::ZERO }
}
