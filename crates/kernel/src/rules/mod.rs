//! The five ways to earn (SPEC 4), one file each. A rule knows no lots, no expiry and no emails: figures in, amount
//! out.

mod first_order;
mod order_history;
mod per_order;
mod registration;
mod spend_history;

use super::history::OrderFigures;
use super::money::{Amount, Total};
use super::program::{OrderReward, Terms};

/// Returns what terms give for an order: zero or less is no reward.
pub(crate) fn for_order(terms: &Terms, figures: &OrderFigures) -> Total {
    match terms {
        Terms::FirstOrder { reward } => first_order::reward(*reward, figures),
        Terms::PerOrder { reward, min_spend } => per_order::reward(*reward, *min_spend, figures),
        Terms::Registration { .. } => Total::ZERO,
        Terms::OrderHistory { tiers, .. } => order_history::reward(tiers, figures),
        Terms::SpendHistory { reward, .. } => spend_history::reward(reward, figures),
    }
}

/// Returns what terms give for a registration.
pub(crate) fn for_registration(terms: &Terms) -> Total {
    match terms {
        Terms::Registration { fixed } => registration::reward(*fixed),
        _ => Total::ZERO,
    }
}

/// Returns the reward of one order: `fixed`; by value `floor(v / every) * receive`; prorated `v * receive / every`.
fn of_value(reward: OrderReward, value: Amount) -> Total {
    match reward {
        OrderReward::Fixed(fixed) => fixed.into(),
        OrderReward::ByValue { every, receive, prorated: true } => value.prorate(receive, every),
        OrderReward::ByValue { every, receive, prorated: false } => {
            receive.times(Total::from(value).whole_steps(every))
        }
    }
}
