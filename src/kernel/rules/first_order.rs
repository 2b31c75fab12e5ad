//! `first_order`: a reward for the order with n = 1.

use crate::kernel::history::OrderFigures;
use crate::kernel::money::Total;
use crate::kernel::program::OrderReward;

pub fn reward(reward: OrderReward, figures: &OrderFigures) -> Total {
    if figures.orders == 1 { super::of_value(reward, figures.value) } else { Total::ZERO }
}
