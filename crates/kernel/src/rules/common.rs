//! Rewards that several methods have: a fixed amount, one by the value of an order, and one for whole steps.

use crate::decision::{Basis, Earned, NotEarned, RuleDecision};
use crate::money::{Amount, WideAmount};
use crate::program::OrderReward;

/// Decides the reward of one order: `fixed`; by value `floor(v / every) * receive`; prorated `v * receive / every`.
#[inline(always)]
pub(super) fn of_value(reward: OrderReward, value: Amount) -> RuleDecision {
    match reward {
        OrderReward::Fixed(fixed) => Ok(Earned { amount: fixed.into(), basis: Basis::Fixed }),
        OrderReward::ByValue { every, receive, prorated: true } => {
            let (amount, dropped) = value.prorate_exactly(receive, every);
            match amount.is_zero() {
                true => Err(NotEarned::BelowMinorUnit { dropped }),
                false => Ok(Earned { amount, basis: Basis::Prorated { dropped } }),
            }
        }
        OrderReward::ByValue { every, receive, prorated: false } => {
            let steps = WideAmount::from(value).whole_steps(every);
            of_steps(steps, value.into(), every, receive)
        }
    }
}

/// Decides the reward of whole steps: `sum` is the value or spend that the last of them is completed in.
#[inline(always)]
pub(super) fn of_steps(steps: i128, sum: WideAmount, every: Amount, receive: Amount) -> RuleDecision {
    match steps {
        0 => Err(NotEarned::NoWholeStep { missing: every - sum.rest_of_steps(every) }),
        _ => Ok(Earned { amount: receive.times(steps), basis: Basis::Steps { steps, rest: sum.rest_of_steps(every) } }),
    }
}
