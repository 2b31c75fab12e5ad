//! The five ways to earn (docs/spec.md 4), one file each. A rule knows no lots, no expiry and no emails: it takes
//! figures and returns a decision, which is an amount with its basis or the reason for none.

mod common;
mod first_order;
mod order_history;
mod per_order;
mod registration;
mod spend_history;

use super::decision::{NotEarned, RuleDecision};
use super::history::OrderFigures;
use super::program::Reward;

/// Decides what a rule gives for an order.
///
/// Inlined with all that it calls: what only a trace asks of a decision is then not worked out where none listens.
#[inline(always)]
pub(crate) fn for_order(reward: &Reward, figures: &OrderFigures) -> RuleDecision {
    let decision = match reward {
        Reward::FirstOrder { reward } => first_order::reward(*reward, figures),
        Reward::PerOrder { reward, min_spend } => per_order::reward(*reward, *min_spend, figures),
        Reward::Registration { .. } => Err(NotEarned::OtherEvent),
        Reward::OrderHistory { tiers, .. } => order_history::reward(tiers, figures),
        Reward::SpendHistory { reward, .. } => spend_history::reward(reward, figures),
    };
    above_zero(decision)
}

/// Decides what a rule gives for a registration.
pub(crate) fn for_registration(reward: &Reward) -> RuleDecision {
    let decision = match reward {
        Reward::Registration { fixed } => registration::reward(*fixed),
        Reward::FirstOrder { .. }
        | Reward::PerOrder { .. }
        | Reward::OrderHistory { .. }
        | Reward::SpendHistory { .. } => Err(NotEarned::OtherEvent),
    };
    above_zero(decision)
}

/// Turns a reward that is not above zero into none: the caller makes a lot of every reward.
#[inline(always)]
fn above_zero(decision: RuleDecision) -> RuleDecision {
    decision.and_then(|earned| if earned.amount.is_positive() { Ok(earned) } else { Err(NotEarned::NotAboveZero) })
}

#[cfg(test)]
mod tests {
    use super::common::of_value;
    use super::*;
    use crate::decision::{Basis, Earned};
    use crate::money::{Amount, Fraction, WideAmount};
    use crate::program::{OrderReward, OrderTier, SpendReward};

    /// The figures of an order of this value, in cents, that is the first order of a person.
    fn first(value: i64) -> OrderFigures {
        let value = Amount::from_minor(value);
        OrderFigures { value, orders: 1, spend_before: WideAmount::ZERO, spend: value.into() }
    }

    fn by_value(every: i64, receive: i64, prorated: bool) -> OrderReward {
        OrderReward::ByValue { every: Amount::from_minor(every), receive: Amount::from_minor(receive), prorated }
    }

    fn earned(cents: i64, basis: Basis) -> RuleDecision {
        Ok(Earned { amount: Amount::from_minor(cents).into(), basis })
    }

    #[test]
    fn whole_steps_of_the_value_are_rewarded_and_the_missing_part_is_told() {
        let per_order =
            |value| for_order(&Reward::PerOrder { reward: by_value(10_00, 50, false), min_spend: None }, &first(value));
        assert_eq!(per_order(9_99), Err(NotEarned::NoWholeStep { missing: Amount::from_minor(1) }));
        assert_eq!(per_order(10_00), earned(50, Basis::Steps { steps: 1, rest: Amount::ZERO }));
        assert_eq!(per_order(39_99), earned(1_50, Basis::Steps { steps: 3, rest: Amount::from_minor(9_99) }));
    }

    #[test]
    fn a_prorated_reward_tells_the_fraction_that_rounding_drops() {
        // 0.07 of 10.00, of which 1.00 is given for each 10.00: 7 * 100 / 1000 of a cent.
        let of = |value| of_value(by_value(10_00, 1_00, true), Amount::from_minor(value));
        assert_eq!(of(7), Err(NotEarned::BelowMinorUnit { dropped: Fraction { numerator: 700, denominator: 1000 } }));
        let dropped = Fraction { numerator: 900, denominator: 1000 };
        assert_eq!(of(12_39), earned(1_23, Basis::Prorated { dropped }));
    }

    #[test]
    fn only_the_first_order_earns_the_reward_of_a_first_order() {
        let reward = Reward::FirstOrder { reward: OrderReward::Fixed(Amount::from_minor(5_00)) };
        assert_eq!(for_order(&reward, &first(0)), earned(5_00, Basis::Fixed));
        let second = OrderFigures { orders: 2, ..first(0) };
        assert_eq!(for_order(&reward, &second), Err(NotEarned::NotFirstOrder { orders: 2 }));
    }

    #[test]
    fn an_order_of_exactly_the_minimum_earns() {
        let fixed = OrderReward::Fixed(Amount::from_minor(5_00));
        let reward = Reward::PerOrder { reward: fixed, min_spend: Some(Amount::from_minor(20_00)) };
        assert_eq!(for_order(&reward, &first(20_00)), earned(5_00, Basis::Fixed));
        let missing = Amount::from_minor(25);
        assert_eq!(for_order(&reward, &first(19_75)), Err(NotEarned::BelowMinSpend { missing }));
    }

    #[test]
    fn an_order_between_two_tiers_tells_how_many_orders_are_missing() {
        let tier = |orders| OrderTier { orders, receive: Amount::from_minor(3_00) };
        let reward = Reward::OrderHistory { tiers: vec![tier(3), tier(10)], counts_from: None };
        let nth = |orders| for_order(&reward, &OrderFigures { orders, ..first(1_00) });
        assert_eq!(nth(1), Err(NotEarned::NoOrderTier { missing: Some(2) }));
        assert_eq!(nth(3), earned(3_00, Basis::OrderTier { orders: 3 }));
        assert_eq!(nth(4), Err(NotEarned::NoOrderTier { missing: Some(6) }));
        assert_eq!(nth(11), Err(NotEarned::NoOrderTier { missing: None }));
    }

    #[test]
    fn rules_answer_only_to_their_own_event() {
        let registration = Reward::Registration { fixed: Amount::from_minor(5_00) };
        assert_eq!(for_registration(&registration), earned(5_00, Basis::Fixed));
        assert_eq!(for_order(&registration, &first(1_00)), Err(NotEarned::OtherEvent));
        let every = SpendReward::Every { every: Amount::from_minor(1_00), receive: Amount::from_minor(1) };
        let spend = Reward::SpendHistory { reward: every, counts_from: None };
        assert_eq!(for_registration(&spend), Err(NotEarned::OtherEvent));
    }

    #[test]
    fn a_reward_of_nothing_is_no_reward() {
        let reward = Reward::FirstOrder { reward: OrderReward::Fixed(Amount::ZERO) };
        assert_eq!(for_order(&reward, &first(1_00)), Err(NotEarned::NotAboveZero));
    }
}
