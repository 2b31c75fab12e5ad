//! Reads the reward of a rule, by method (docs/spec.md 4): amounts, shares and tiers.

use super::amounts::amount;
use super::dates;
use super::percent;
use super::walk::{Section, Value};
use crate::kernel::currency::Currency;
use crate::kernel::entry::Method;
use crate::kernel::money::Amount;
use crate::kernel::program::{OrderReward, OrderTier, Reward, SpendReward, SpendTier};
use crate::kernel::time::LocalCalendar;
use std::fmt::Display;

const MOST_TIERS: usize = 5;
const REWARD_KEYS: &[&str] = &["fixed", "every", "receive", "prorated"];
const FIXED: &str = "write { fixed = \"10.00\" }";
const STEPS: &str = "write { every = \"10.00\", receive = \"0.50\" }";
const EITHER: &str = "write { fixed = \"10.00\" } or { every = \"10.00\", receive = \"0.50\" }";

/// Reads the terms of a rule of this method.
pub(super) fn read(
    table: &Section<'_>,
    method: Method,
    currency: Option<Currency>,
    zone: &LocalCalendar,
) -> Option<Reward> {
    let counts_from = || {
        let value = table.get("counts_from");
        value.and_then(|value| dates::instant(value, zone)).map(|dated| dated.at)
    };
    match method {
        Method::FirstOrder => Some(Reward::FirstOrder { reward: order_reward(table, currency)? }),
        Method::PerOrder => {
            let min_spend = table.get("min_spend").and_then(|value| amount(value, currency));
            Some(Reward::PerOrder { reward: order_reward(table, currency)?, min_spend })
        }
        Method::Registration => Some(Reward::Registration { fixed: fixed_reward(table, currency)? }),
        Method::OrderHistory => {
            let counts_from = counts_from();
            Some(Reward::OrderHistory { tiers: order_tiers(table, currency)?, counts_from })
        }
        Method::SpendHistory => {
            let counts_from = counts_from();
            Some(Reward::SpendHistory { reward: spend_reward(table, currency)?, counts_from })
        }
        Method::RefundCredit | Method::Adjustment | Method::Owed => None,
    }
}

fn order_reward(table: &Section<'_>, currency: Option<Currency>) -> Option<OrderReward> {
    let value = table.require("reward", EITHER)?;
    let reward = section(value)?;
    if reward.get("fixed").is_some() {
        return fixed(&reward, currency).map(OrderReward::Fixed);
    }
    let (every, receive) = steps(value, &reward, EITHER, currency)?;
    let prorated = reward.get("prorated").and_then(|prorated| prorated.flag()).unwrap_or(false);
    Some(OrderReward::ByValue { every, receive, prorated })
}

/// Opens a reward, unless a share is written in its place.
fn section<'d>(value: Value<'d>) -> Option<Section<'d>> {
    match value.raw().as_str() {
        Some(text) if text.trim_end().ends_with('%') => {
            value.fault_with(format!("a reward cannot be \"{text}\""), percent::remedy(text));
            None
        }
        _ => value.section("a reward", REWARD_KEYS),
    }
}

fn fixed_reward(table: &Section<'_>, currency: Option<Currency>) -> Option<Amount> {
    let value = table.require("reward", FIXED)?;
    let reward = value.section("a reward", REWARD_KEYS)?;
    if reward.get("fixed").is_none() {
        value.fault_with("the reward of a `registration` rule is `fixed`", FIXED);
        return None;
    }
    fixed(&reward, currency)
}

fn spend_reward(table: &Section<'_>, currency: Option<Currency>) -> Option<SpendReward> {
    match (table.get("reward"), table.get("tiers")) {
        (None, Some(tiers)) => spend_tiers(tiers, currency).map(SpendReward::Tiers),
        (Some(_), Some(tiers)) => {
            tiers.misplaced("a `spend_history` rule has either a `reward` or `tiers`", "leave one of them out");
            None
        }
        (None, None) => {
            table.require("reward", "write `reward = { every = \"200.00\", receive = \"8.00\" }`, or `tiers`");
            None
        }
        (Some(value), None) => {
            let reward = section(value)?;
            for key in ["fixed", "prorated"] {
                if let Some(value) = reward.get(key) {
                    value.misplaced(format!("the reward of a `spend_history` rule has no `{key}`"), STEPS);
                }
            }
            let (every, receive) = steps(value, &reward, STEPS, currency)?;
            Some(SpendReward::Every { every, receive })
        }
    }
}

fn fixed(reward: &Section<'_>, currency: Option<Currency>) -> Option<Amount> {
    for key in ["every", "receive", "prorated"] {
        if let Some(value) = reward.get(key) {
            value.misplaced(format!("a `fixed` reward has no `{key}`"), "leave one of them out");
        }
    }
    amount(reward.get("fixed")?, currency)
}

fn steps(value: Value<'_>, reward: &Section<'_>, remedy: &str, currency: Option<Currency>) -> Option<(Amount, Amount)> {
    let has_share = percent::KEYS.iter().any(|key| reward.get(key).is_some());
    if !has_share && (reward.get("every").is_none() || reward.get("receive").is_none()) {
        value.fault_with("the reward is neither `fixed` nor `every` with `receive`", remedy);
    }
    let every = reward.get("every").and_then(|every| amount(every, currency));
    let receive = reward.get("receive").and_then(|receive| amount(receive, currency));
    every.zip(receive)
}

fn order_tiers(table: &Section<'_>, currency: Option<Currency>) -> Option<Vec<OrderTier>> {
    let list = table.require("tiers", "write `tiers = [{ orders = 3, receive = \"2.00\" }]`")?;
    let tiers = tiers(list, "orders", currency, |orders| orders.count(1, u64::MAX))?;
    Some(tiers.into_iter().map(|(orders, receive)| OrderTier { orders, receive }).collect())
}

fn spend_tiers(list: Value<'_>, currency: Option<Currency>) -> Option<Vec<SpendTier>> {
    let tiers = tiers(list, "spend", currency, |spend| {
        Some(Threshold { amount: amount(spend, currency)?, currency: currency? })
    })?;
    Some(tiers.into_iter().map(|(spend, receive)| SpendTier { spend: spend.amount, receive }).collect())
}

/// Reads 1 to 5 tiers whose thresholds, under the key `name`, strictly rise.
fn tiers<T: PartialOrd + Copy + Display>(
    list: Value<'_>,
    name: &'static str,
    currency: Option<Currency>,
    threshold: impl Fn(Value<'_>) -> Option<T>,
) -> Option<Vec<(T, Amount)>> {
    let tables = list.items();
    if list.raw().is_array() && !(1..=MOST_TIERS).contains(&tables.len()) {
        list.fault(format!("a rule has 1 to {MOST_TIERS} tiers, not {}", tables.len()));
    }
    let mut read = Vec::new();
    let mut before: Option<T> = None;
    for item in &tables {
        let Some(tier) = item.section("a tier", &[name, "receive"]) else { continue };
        let remedy = format!("a tier has `{name}` and `receive`");
        let receive = tier.require("receive", &remedy).and_then(|receive| amount(receive, currency));
        let Some(at) = tier.require(name, &remedy) else { continue };
        let Some(reached) = threshold(at) else { continue };
        if let Some(before) = before.filter(|before| *before >= reached) {
            at.fault_with(
                format!("`{name}` {reached} comes after {before}: thresholds must rise"),
                "sort the tiers, each threshold once",
            );
        }
        before = Some(reached);
        read.extend(receive.map(|receive| (reached, receive)));
    }
    Some(read)
}

/// A threshold of spend, shown with its currency's decimals.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
struct Threshold {
    amount: Amount,
    currency: Currency,
}

impl Display for Threshold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.amount.display(self.currency).fmt(f)
    }
}
