//! `order_history`: the `receive` of the tier with `orders` = n.

use crate::kernel::history::OrderFigures;
use crate::kernel::money::Total;
use crate::kernel::program::OrderTier;

pub fn reward(tiers: &[OrderTier], figures: &OrderFigures) -> Total {
    let reached = tiers.iter().find(|tier| tier.orders == figures.orders);
    reached.map_or(Total::ZERO, |tier| tier.receive.into())
}
