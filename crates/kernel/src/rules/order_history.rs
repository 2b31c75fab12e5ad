//! `order_history`: the `receive` of the tier with `orders` = n.

use crate::history::OrderFigures;
use crate::money::Total;
use crate::program::OrderTier;

pub(crate) fn reward(tiers: &[OrderTier], figures: &OrderFigures) -> Total {
    let reached = tiers.iter().find(|tier| tier.orders == figures.orders);
    reached.map_or(Total::ZERO, |tier| tier.receive.into())
}
