//! Explains rewards: the formula of an amount, or the reason for none and how much was missing.

use super::event;
use super::exact::exact;
use super::model::{Formula, NotGrantedFigures, SpendTierTold, Step};
use accrue_kernel::currency::Currency;
use accrue_kernel::decision::{Basis, Earned, NotEarned, NotGranted};
use accrue_kernel::entry::Method;
use accrue_kernel::money::{Amount, WideAmount};
use accrue_kernel::program::{OrderReward, Reward, Rule, SpendReward};
use accrue_kernel::time::{LocalCalendar, Timestamp};

/// What rules look at: the figures of an order, and of the history that they count.
#[derive(Clone, Copy, Debug)]
pub(super) struct OrderFigures {
    pub items: Amount,
    pub value: Amount,
    pub orders: u64,
    pub spend: WideAmount,
}

impl OrderFigures {
    fn spend_before(&self) -> WideAmount {
        self.spend - self.value
    }
}

/// What credit has paid for an order so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PaidWithCredit {
    /// What redemptions that name the order took.
    pub taken: WideAmount,
    /// What a cancellation gave back of it.
    pub given_back_by_cancellation: Amount,
}

/// Tells how the amount of a lot comes about; `paid` is what credit has paid for the order that a refund is of.
pub(super) fn formula(
    earned: &Earned,
    rule: Option<&Rule>,
    figures: Option<OrderFigures>,
    paid: PaidWithCredit,
    currency: Currency,
) -> Formula {
    let shown = |amount: WideAmount| amount.display(currency).to_string();
    let wide = |amount: Amount| shown(amount.into());
    let of_order = figures.zip(rule.map(|rule| &rule.reward));
    match (earned.basis, of_order) {
        (Basis::Settled, _) => Formula::Settled { settled: shown(earned.amount) },
        (Basis::RestOfRefund { refund, paid: left, settled }, _) => Formula::RestOfRefund {
            refund: wide(refund),
            paid_with_credit: shown(paid.taken),
            given_back_before: shown(paid.taken - left),
            given_back_by_cancellation: wide(paid.given_back_by_cancellation),
            given_back: wide(left.min(refund)),
            settled: wide(settled),
        },
        (Basis::Fixed, _) => Formula::Fixed { fixed: shown(earned.amount) },
        (Basis::Steps { steps, rest }, Some((figures, reward))) => match *steps_of(reward) {
            [every, receive] => {
                let (every, receive, steps) = (wide(every), wide(receive), steps.to_string());
                match reward {
                    Reward::SpendHistory { .. } => Formula::SpendSteps {
                        spend_before: shown(figures.spend_before()),
                        spend: shown(figures.spend),
                        every,
                        receive,
                        steps,
                        carried: wide(rest),
                    },
                    Reward::FirstOrder { .. }
                    | Reward::PerOrder { .. }
                    | Reward::Registration { .. }
                    | Reward::OrderHistory { .. } => {
                        Formula::ValueSteps { value: wide(figures.value), every, receive, steps, unused: wide(rest) }
                    }
                }
            }
            _ => Formula::Stated {},
        },
        (Basis::Prorated { dropped }, Some((figures, reward))) => match *steps_of(reward) {
            [every, receive] => Formula::Prorated {
                value: wide(figures.value),
                every: wide(every),
                receive: wide(receive),
                exact: exact(earned.amount, dropped, currency),
            },
            _ => Formula::Stated {},
        },
        (Basis::OrderTier { orders }, _) => Formula::OrderTier { orders, receive: shown(earned.amount) },
        (Basis::SpendTiers { .. }, Some((figures, reward))) => Formula::SpendTiers {
            spend_before: shown(figures.spend_before()),
            spend: shown(figures.spend),
            tiers: passed(reward, &figures, currency),
        },
        (Basis::Stated | Basis::Steps { .. } | Basis::Prorated { .. } | Basis::SpendTiers { .. }, _) => {
            Formula::Stated {}
        }
    }
}

/// Returns the amounts `every` and `receive` of a reward; nothing where it has none.
fn steps_of(reward: &Reward) -> Box<[Amount]> {
    match *reward {
        Reward::FirstOrder { reward: OrderReward::ByValue { every, receive, .. } }
        | Reward::PerOrder { reward: OrderReward::ByValue { every, receive, .. }, .. }
        | Reward::SpendHistory { reward: SpendReward::Every { every, receive }, .. } => [every, receive].into(),
        Reward::FirstOrder { reward: OrderReward::Fixed(_) }
        | Reward::PerOrder { reward: OrderReward::Fixed(_), .. }
        | Reward::SpendHistory { reward: SpendReward::Tiers(_), .. }
        | Reward::Registration { .. }
        | Reward::OrderHistory { .. } => [].into(),
    }
}

fn passed(reward: &Reward, figures: &OrderFigures, currency: Currency) -> Vec<SpendTierTold> {
    let Reward::SpendHistory { reward: SpendReward::Tiers(tiers), .. } = reward else { return Vec::new() };
    let is_passed = |spend: Amount| figures.spend_before() < spend.into() && figures.spend >= spend.into();
    let told = tiers.iter().filter(|tier| is_passed(tier.spend)).map(|tier| SpendTierTold {
        spend: tier.spend.display(currency).to_string(),
        receive: tier.receive.display(currency).to_string(),
    });
    told.collect()
}

/// Tells why a rule, or what else would make a lot, makes none.
pub(super) fn not_granted(
    reason: &NotGranted,
    method: Method,
    rule: Option<&Rule>,
    figures: Option<OrderFigures>,
    currency: Currency,
    zone: &LocalCalendar,
) -> Step {
    let shown = |amount: WideAmount| Some(amount.display(currency).to_string());
    let instant = |at: &Timestamp| Some(at.to_string());
    let at =
        |at: &Timestamp| NotGrantedFigures { local: Some(event::local(*at, zone)), ..NotGrantedFigures::default() };
    let none = NotGrantedFigures::default();
    let (reason, figures) = match reason {
        NotGranted::NotYetInForce { from } => ("not_in_force", NotGrantedFigures { from: instant(from), ..at(from) }),
        NotGranted::NoLongerInForce { until } => {
            ("not_in_force", NotGrantedFigures { until: instant(until), ..at(until) })
        }
        NotGranted::BeforeCountsFrom { counts_from } => {
            ("counts_from", NotGrantedFigures { counts_from: instant(counts_from), ..at(counts_from) })
        }
        NotGranted::OutOfRange { amount } => ("out_of_range", NotGrantedFigures { amount: shown(*amount), ..none }),
        NotGranted::BornExpired { amount, expires_at } => {
            let amount = shown((*amount).into());
            ("born_expired", NotGrantedFigures { amount, expires_at: instant(expires_at), ..at(expires_at) })
        }
        NotGranted::NotEarned(reason) => not_earned(reason, rule, figures, currency),
    };
    Step::NotGranted { method: Some(method.name()), rule: rule.map(|rule| rule.id.clone()), reason, figures }
}

fn not_earned(
    reason: &NotEarned,
    rule: Option<&Rule>,
    figures: Option<OrderFigures>,
    currency: Currency,
) -> (&'static str, NotGrantedFigures) {
    let none = NotGrantedFigures::default();
    let (Some(rule), Some(figures)) = (rule, figures) else { return ("rounds_to_nothing", none) };
    let shown = |amount: WideAmount| Some(amount.display(currency).to_string());
    let wide = |amount: Amount| shown(amount.into());
    let value = wide(figures.value);
    let (every, receive) = match *steps_of(&rule.reward) {
        [every, receive] => (wide(every), wide(receive)),
        _ => (None, None),
    };
    let history = || NotGrantedFigures {
        spend_before: shown(figures.spend_before()),
        spend: shown(figures.spend),
        ..NotGrantedFigures::default()
    };
    let orders = Some(figures.orders);
    // Would it have earned had no credit paid for it?
    let or_paid_with_credit = |reason, would_earn: bool| if would_earn { "paid_with_credit" } else { reason };
    match *reason {
        NotEarned::NotFirstOrder { orders } => ("not_first_order", NotGrantedFigures { orders: Some(orders), ..none }),
        NotEarned::BelowMinSpend { missing } => {
            let min_spend = figures.value + missing;
            let reason = or_paid_with_credit("below_minimum", figures.items >= min_spend);
            (reason, NotGrantedFigures { value, min_spend: wide(min_spend), short: wide(missing), ..none })
        }
        NotEarned::NoWholeStep { missing } if matches!(rule.reward, Reward::SpendHistory { .. }) => {
            let next_spend = shown(figures.spend + missing);
            let figures = NotGrantedFigures { every, receive, next_spend, short: wide(missing), ..history() };
            ("threshold_not_reached", figures)
        }
        NotEarned::NoWholeStep { missing } => {
            let reason = or_paid_with_credit("below_one_step", figures.items >= figures.value + missing);
            (reason, NotGrantedFigures { value, every, receive, short: wide(missing), ..none })
        }
        NotEarned::BelowMinorUnit { dropped } => {
            let exact = Some(exact(WideAmount::ZERO, dropped, currency));
            ("rounds_to_nothing", NotGrantedFigures { value, every, receive, exact, ..none })
        }
        NotEarned::NoOrderTier { missing: Some(missing) } => {
            let (next_orders, short_orders) = (Some(figures.orders + missing), Some(missing));
            ("no_tier", NotGrantedFigures { orders, next_orders, short_orders, ..none })
        }
        NotEarned::NoOrderTier { missing: None } => ("threshold_passed_before", NotGrantedFigures { orders, ..none }),
        NotEarned::NoSpendTier { missing: Some(missing) } => {
            let next_spend = shown(figures.spend + missing);
            ("threshold_not_reached", NotGrantedFigures { next_spend, short: shown(missing), ..history() })
        }
        NotEarned::NoSpendTier { missing: None } => ("threshold_passed_before", history()),
        NotEarned::OtherEvent | NotEarned::NotAboveZero => ("rounds_to_nothing", none),
    }
}
