//! The program as an explanation shows it: every setting that an amount depends on. Amounts are in major units.

use super::model::SpendTierTold;
use accrue_kernel::currency::Currency;
use accrue_kernel::money::Amount;
use accrue_kernel::program::{
    ClawbackShare, Expiry, OrderReward, Program, Reach, RedemptionOrder, Reward, Rule, SharedExpiry, SpendReward,
};
use serde::Serialize;

/// The program of an explanation.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "as in a program file: see docs/program.md")]
pub struct ProgramTold {
    pub name: String,
    /// The digest of its file.
    pub sha256: String,
    pub timezone: &'static str,
    pub currency: &'static str,
    pub earn_on_credit: bool,
    pub carry_debt: bool,
    pub redemption_order: &'static str,
    pub restore_on_cancel: bool,
    pub clawback_from: String,
    pub clawback_reach: &'static str,
    pub clawback_on_store_credit: bool,
    pub switches: Vec<SwitchTold>,
    /// How long credit is valid whose rule or adjustment says nothing else.
    pub shared_expiry: Vec<SharedExpiryTold>,
    /// How long the credit of refunds is valid.
    pub refund_credit_valid: String,
    pub rules: Vec<RuleTold>,
}

/// A change between on and off.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "as in a program file")]
pub struct SwitchTold {
    pub at: String,
    pub on: bool,
}

/// A version of the shared expiry; before the first version credit never ends.
#[derive(Clone, Debug, Serialize)]
pub struct SharedExpiryTold {
    /// The first instant at which credit gets it; `None`: from the beginning.
    pub from: Option<String>,
    /// How long such credit is valid.
    pub valid: String,
}

/// A version of a rule.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "as in a program file")]
pub struct RuleTold {
    pub id: String,
    pub method: &'static str,
    pub currency: &'static str,
    pub from: Option<String>,
    pub until: Option<String>,
    pub counts_from: Option<String>,
    pub min_spend: Option<String>,
    pub reward: RewardTold,
    /// How long its credit is valid; `None`: as the shared expiry says.
    pub valid: Option<String>,
    pub clawback: &'static str,
}

/// What a rule gives.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "gives", rename_all = "snake_case")]
#[expect(missing_docs, reason = "as in a program file")]
pub enum RewardTold {
    Fixed { fixed: String },
    ValueSteps { every: String, receive: String },
    Prorated { every: String, receive: String },
    OrderTiers { tiers: Vec<OrderTierTold> },
    SpendSteps { every: String, receive: String },
    SpendTiers { tiers: Vec<SpendTierTold> },
}

/// A number of orders that is rewarded.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "as in a program file")]
pub struct OrderTierTold {
    pub orders: u64,
    pub receive: String,
}

impl ProgramTold {
    /// Tells a program, whose file has this digest.
    pub fn of(program: &Program, sha256: &str) -> ProgramTold {
        let switch = |switch: &accrue_kernel::program::Switch| SwitchTold { at: switch.at.to_string(), on: switch.on };
        ProgramTold {
            name: program.name.clone(),
            sha256: sha256.to_owned(),
            timezone: program.zone.name(),
            currency: program.currency.code(),
            earn_on_credit: program.earn_on_credit,
            carry_debt: program.carry_debt,
            redemption_order: redemption_order(program.redemption.order),
            restore_on_cancel: program.redemption.restore_on_cancel,
            clawback_from: program.clawback.from.to_string(),
            clawback_reach: match program.clawback.reach {
                Reach::Account => "account",
                Reach::Lot => "lot",
            },
            clawback_on_store_credit: program.clawback.on_store_credit,
            switches: program.switches.iter().map(switch).collect(),
            shared_expiry: program.shared_expiry.iter().map(shared).collect(),
            refund_credit_valid: valid(program.refund_credit_expiry),
            rules: program.rules.iter().map(rule).collect(),
        }
    }
}

fn shared(shared: &SharedExpiry) -> SharedExpiryTold {
    SharedExpiryTold { from: shared.from.map(|at| at.to_string()), valid: valid(shared.valid) }
}

/// Returns the name of an order of spending.
pub(super) fn redemption_order(order: RedemptionOrder) -> &'static str {
    match order {
        RedemptionOrder::SoonestExpiry => "soonest_expiry",
        RedemptionOrder::Oldest => "oldest",
    }
}

/// Returns the name of a share.
pub(super) fn share(share: ClawbackShare) -> &'static str {
    match share {
        ClawbackShare::Prorate => "prorate",
        ClawbackShare::FullOnly => "full_only",
        ClawbackShare::None => "none",
    }
}

fn rule(rule: &Rule) -> RuleTold {
    let currency = rule.currency;
    let min_spend = match &rule.reward {
        Reward::PerOrder { min_spend, .. } => *min_spend,
        Reward::FirstOrder { .. }
        | Reward::Registration { .. }
        | Reward::OrderHistory { .. }
        | Reward::SpendHistory { .. } => None,
    };
    RuleTold {
        id: rule.id.clone(),
        method: rule.reward.method().name(),
        currency: currency.code(),
        from: rule.from.map(|at| at.to_string()),
        until: rule.until.map(|at| at.to_string()),
        counts_from: rule.counts_from().map(|at| at.to_string()),
        min_spend: min_spend.map(|amount| shown(amount, currency)),
        reward: reward(&rule.reward, currency),
        valid: rule.expiry.map(valid),
        clawback: share(rule.clawback),
    }
}

fn reward(reward: &Reward, currency: Currency) -> RewardTold {
    let shown = |amount| shown(amount, currency);
    match reward {
        Reward::FirstOrder { reward } | Reward::PerOrder { reward, .. } => match *reward {
            OrderReward::Fixed(fixed) => RewardTold::Fixed { fixed: shown(fixed) },
            OrderReward::ByValue { every, receive, prorated: true } => {
                RewardTold::Prorated { every: shown(every), receive: shown(receive) }
            }
            OrderReward::ByValue { every, receive, prorated: false } => {
                RewardTold::ValueSteps { every: shown(every), receive: shown(receive) }
            }
        },
        Reward::Registration { fixed } => RewardTold::Fixed { fixed: shown(*fixed) },
        Reward::OrderHistory { tiers, .. } => {
            let tiers = tiers.iter().map(|tier| OrderTierTold { orders: tier.orders, receive: shown(tier.receive) });
            RewardTold::OrderTiers { tiers: tiers.collect() }
        }
        Reward::SpendHistory { reward: SpendReward::Every { every, receive }, .. } => {
            RewardTold::SpendSteps { every: shown(*every), receive: shown(*receive) }
        }
        Reward::SpendHistory { reward: SpendReward::Tiers(tiers), .. } => {
            let tiers =
                tiers.iter().map(|tier| SpendTierTold { spend: shown(tier.spend), receive: shown(tier.receive) });
            RewardTold::SpendTiers { tiers: tiers.collect() }
        }
    }
}

fn valid(expiry: Expiry) -> String {
    match expiry {
        Expiry::Never => "never ends".to_owned(),
        Expiry::Days(days) => format!("{days} days"),
        Expiry::Until(day) => format!("until {day}"),
    }
}

fn shown(amount: Amount, currency: Currency) -> String {
    amount.display(currency).to_string()
}
