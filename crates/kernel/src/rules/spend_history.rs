//! `spend_history`: every X spent receive Y, or the sum of the tiers passed by this order.

use crate::decision::{Basis, Earned, NotEarned, RuleDecision};
use crate::history::OrderFigures;
use crate::money::WideAmount;
use crate::program::{SpendReward, SpendTier};

#[inline(always)]
pub(crate) fn reward(reward: &SpendReward, figures: &OrderFigures) -> RuleDecision {
    match reward {
        SpendReward::Every { every, receive } => {
            let steps = figures.spend.whole_steps(*every) - figures.spend_before.whole_steps(*every);
            super::common::of_steps(steps, figures.spend, *every, *receive)
        }
        SpendReward::Tiers(tiers) => of_tiers(tiers, figures),
    }
}

fn of_tiers(tiers: &[SpendTier], figures: &OrderFigures) -> RuleDecision {
    // Thresholds rise strictly: the tiers that the order reaches are consecutive.
    let before = tiers.partition_point(|tier| figures.spend_before >= tier.spend.into());
    let after = tiers.partition_point(|tier| figures.spend >= tier.spend.into());
    if before == after {
        let next = tiers.get(after);
        return Err(NotEarned::NoSpendTier { missing: next.map(|next| WideAmount::from(next.spend) - figures.spend) });
    }
    let amount = tiers[before..after].iter().map(|tier| tier.receive).sum();
    Ok(Earned { amount, basis: Basis::SpendTiers { tiers: after - before } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Amount;

    fn figures(before: i64, value: i64) -> OrderFigures {
        let [value, spend_before] = [value, before].map(Amount::from_minor);
        OrderFigures {
            value,
            orders: 2,
            spend_before: spend_before.into(),
            spend: WideAmount::from(spend_before) + value,
        }
    }

    fn amount(decision: RuleDecision) -> i128 {
        decision.map_or(0, |earned| earned.amount.minor())
    }

    #[test]
    fn every_step_passed_by_the_order_is_paid_and_the_rest_carried_over() {
        let cents = Amount::from_minor;
        let every = SpendReward::Every { every: cents(200_00), receive: cents(8_00) };
        let missing = Err(NotEarned::NoWholeStep { missing: cents(1) });
        assert_eq!(reward(&every, &figures(150_00, 49_99)), missing);
        assert_eq!(amount(reward(&every, &figures(150_00, 50_00))), 8_00);
        let three = reward(&every, &figures(150_00, 450_25)).unwrap();
        assert_eq!(three.amount.minor(), 24_00);
        assert_eq!(three.basis, Basis::Steps { steps: 3, rest: cents(25) });
    }

    #[test]
    fn tiers_passed_at_once_are_paid_together_and_each_only_once() {
        let tier =
            |spend, receive| SpendTier { spend: Amount::from_minor(spend), receive: Amount::from_minor(receive) };
        let tiers = SpendReward::Tiers(vec![tier(100_00, 2_00), tier(500_00, 20_00)]);
        let missing = |cents| Err(NotEarned::NoSpendTier { missing: Some(Amount::from_minor(cents).into()) });
        assert_eq!(reward(&tiers, &figures(0, 99_99)), missing(1));
        assert_eq!(reward(&tiers, &figures(100_00, 99_99)), missing(300_01));
        assert_eq!(reward(&tiers, &figures(500_00, 1_00)), Err(NotEarned::NoSpendTier { missing: None }));
        let both = reward(&tiers, &figures(0, 500_00)).unwrap();
        assert_eq!((both.amount.minor(), both.basis), (22_00, Basis::SpendTiers { tiers: 2 }));
        let second = reward(&tiers, &figures(100_00, 400_00)).unwrap();
        assert_eq!((second.amount.minor(), second.basis), (20_00, Basis::SpendTiers { tiers: 1 }));
    }
}
