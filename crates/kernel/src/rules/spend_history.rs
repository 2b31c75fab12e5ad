//! `spend_history`: every X spent receive Y, or the sum of the tiers passed by this order.

use crate::history::OrderFigures;
use crate::money::Total;
use crate::program::{SpendReward, SpendTier};

pub(crate) fn reward(reward: &SpendReward, figures: &OrderFigures) -> Total {
    match reward {
        SpendReward::Every { every, receive } => {
            let steps = figures.spend.whole_steps(*every) - figures.spend_before.whole_steps(*every);
            receive.times(steps)
        }
        SpendReward::Tiers(tiers) => {
            let passed =
                |tier: &&SpendTier| figures.spend_before < tier.spend.into() && figures.spend >= tier.spend.into();
            tiers.iter().filter(passed).map(|tier| tier.receive).sum()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Amount;

    fn figures(before: i64, value: i64) -> OrderFigures {
        let [value, spend_before] = [value, before].map(Amount::from_minor);
        OrderFigures { value, orders: 2, spend_before: spend_before.into(), spend: Total::from(spend_before) + value }
    }

    #[test]
    fn every_step_passed_by_the_order_is_paid_and_the_rest_carried_over() {
        let every = SpendReward::Every { every: Amount::from_minor(200_00), receive: Amount::from_minor(8_00) };
        assert_eq!(reward(&every, &figures(150_00, 49_99)).minor(), 0);
        assert_eq!(reward(&every, &figures(150_00, 50_00)).minor(), 8_00);
        assert_eq!(reward(&every, &figures(150_00, 450_00)).minor(), 24_00);
    }

    #[test]
    fn tiers_passed_at_once_are_paid_together_and_each_only_once() {
        let tier =
            |spend, receive| SpendTier { spend: Amount::from_minor(spend), receive: Amount::from_minor(receive) };
        let tiers = SpendReward::Tiers(vec![tier(100_00, 2_00), tier(500_00, 20_00)]);
        assert_eq!(reward(&tiers, &figures(0, 99_99)).minor(), 0);
        assert_eq!(reward(&tiers, &figures(0, 500_00)).minor(), 22_00);
        assert_eq!(reward(&tiers, &figures(100_00, 400_00)).minor(), 20_00);
    }
}
