//! Rewards: each amount from its rule and the figures of the event, each missing one from its reason.

use super::figures::{Checked, Decimals, flag, list, maybe_text, number, same, text};
use serde_json::Value;

/// The figures of an order as one rule sees them.
pub struct OrderFigures {
    pub items: i128,
    pub value: i128,
    pub orders: u64,
    pub spend_before: i128,
    pub spend: i128,
}

impl OrderFigures {
    /// Takes the figures of an event that a rule looks at.
    pub fn of(event: &Value, rule: &Value, decimals: Decimals) -> Checked<OrderFigures> {
        let figures = &event["figures"];
        let since = rule["counts_from"].as_str();
        let history = match since {
            None => figures,
            Some(from) => {
                let all = figures["since"].as_array();
                let own = all.into_iter().flatten().find(|own| own["counts_from"] == from);
                own.ok_or_else(|| format!("no history since {from}"))?
            }
        };
        Ok(OrderFigures {
            items: decimals.amount(figures, "items")?,
            value: decimals.amount(figures, "value")?,
            orders: number(history, "orders")?,
            spend_before: decimals.amount(history, "spend_before")?,
            spend: decimals.amount(history, "spend")?,
        })
    }
}

/// Computes what a rule gives, in minor units; and what rounding drops, as a fraction.
pub fn reward(
    rule: &Value,
    figures: Option<&OrderFigures>,
    decimals: Decimals,
) -> Checked<(i128, Option<(i128, i128)>)> {
    let reward = &rule["reward"];
    let amount = |name: &str| decimals.amount(reward, name);
    let gives = text(reward, "gives")?;
    if text(rule, "method")? == "registration" {
        return Ok((amount("fixed")?, None));
    }
    let figures = figures.ok_or("a rule of orders without an order")?;
    if text(rule, "method")? == "first_order" && figures.orders != 1 {
        return Ok((0, None));
    }
    if decimals.maybe(rule, "min_spend")?.is_some_and(|least| figures.value < least) {
        return Ok((0, None));
    }
    match gives {
        "fixed" => Ok((amount("fixed")?, None)),
        "value_steps" => Ok((figures.value / amount("every")? * amount("receive")?, None)),
        "prorated" => {
            let (product, every) = (figures.value * amount("receive")?, amount("every")?);
            Ok((product / every, Some((product % every, every))))
        }
        "order_tiers" => {
            let tiers = list(reward, "tiers")?;
            let own = tiers.iter().find(|tier| tier["orders"] == figures.orders);
            Ok((own.map_or(Ok(0), |tier| decimals.amount(tier, "receive"))?, None))
        }
        "spend_steps" => {
            let every = amount("every")?;
            let steps = figures.spend / every - figures.spend_before / every;
            Ok((steps * amount("receive")?, None))
        }
        "spend_tiers" => {
            let mut sum = 0;
            for tier in list(reward, "tiers")? {
                let spend = decimals.amount(tier, "spend")?;
                if figures.spend_before < spend && spend <= figures.spend {
                    sum += decimals.amount(tier, "receive")?;
                }
            }
            Ok((sum, None))
        }
        other => Err(format!("unknown reward {other}")),
    }
}

/// Compares the figures of a formula with those of the event.
pub fn check_formula(formula: &Value, figures: &OrderFigures, amount: i128, decimals: Decimals) -> Checked {
    let told = |name: &str| decimals.maybe(formula, name);
    let own =
        [("value", figures.value), ("spend_before", figures.spend_before), ("spend", figures.spend), ("fixed", amount)];
    for (name, own) in own {
        if let Some(told) = told(name)? {
            same(name, told, own)?;
        }
    }
    let every = told("every")?;
    if let (Some(steps), Some(every), Some(receive)) = (formula["steps"].as_str(), every, told("receive")?) {
        let steps: i128 = steps.parse().map_err(|_| "steps are no number")?;
        same("steps", steps * receive, amount)?;
        let (sum, rest) = match told("unused")? {
            Some(unused) => (figures.value, unused),
            None => (figures.spend, told("carried")?.ok_or("nothing is carried")?),
        };
        same("rest", rest, sum % every)?;
    }
    if let Some(tiers) = formula["tiers"].as_array() {
        let sums: Checked<Vec<i128>> = tiers.iter().map(|tier| decimals.amount(tier, "receive")).collect();
        same("tiers", sums?.iter().sum(), amount)?;
    }
    Ok(())
}

/// Compares a fraction that rounding drops.
pub fn check_dropped(exact: &Value, own: (i128, i128)) -> Checked {
    let told = |name: &str| exact[name].as_i64().map(i128::from).ok_or_else(|| format!("no {name}"));
    same("dropped", told("dropped_numerator")? * own.1, own.0 * told("dropped_denominator")?)
}

/// Checks that a reason for nothing is true, and how far the rule was.
pub fn check_reason(
    step: &Value,
    rule: &Value,
    at: &str,
    figures: Option<&OrderFigures>,
    decimals: Decimals,
) -> Checked {
    let reason = text(step, "reason")?;
    let told = &step["figures"];
    let from = rule["from"].as_str().is_some_and(|from| at < from);
    let until = rule["until"].as_str().is_some_and(|until| until <= at);
    let is_in_force = !from && !until;
    same("in force", is_in_force, reason != "not_in_force")?;
    let is_counted = rule["counts_from"].as_str().is_none_or(|from| from <= at);
    if !is_in_force || reason == "counts_from" || reason == "switched_off" {
        return if reason == "counts_from" { same("counted", is_counted, false) } else { Ok(()) };
    }
    let (own, dropped) = reward(rule, figures, decimals)?;
    let most = 1_000_000_000 * 10_i128.pow(decimals.0 as u32);
    match reason {
        "out_of_range" => return same("out of range", own >= most, true),
        "born_expired" => {
            same("amount", decimals.amount(told, "amount")?, own)?;
            return same("born expired", text(told, "expires_at")? <= at, true);
        }
        _ => same("nothing", own, 0)?,
    }
    let figures = figures.ok_or("a reason without an order")?;
    let short = decimals.maybe(told, "short")?;
    let is_short = |of: i128, own: i128| same("short", short, Some(of - own));
    match reason {
        "not_first_order" => same("first", figures.orders == 1, false),
        "below_minimum" => is_short(decimals.amount(rule, "min_spend")?, figures.value),
        "paid_with_credit" => same("paid", figures.items > figures.value, true),
        "below_one_step" => is_short(decimals.amount(&rule["reward"], "every")?, figures.value),
        "rounds_to_nothing" => check_dropped(&told["exact"], dropped.ok_or("nothing is divided")?),
        "threshold_not_reached" => is_short(decimals.amount(told, "next_spend")?, figures.spend),
        "no_tier" => {
            let (next, more) = (number(told, "next_orders")?, number(told, "short_orders")?);
            let is_tier = list(&rule["reward"], "tiers")?.iter().any(|tier| tier["orders"] == next);
            same("next tier", (is_tier, next), (true, figures.orders + more))
        }
        "threshold_passed_before" => Ok(()),
        other => Err(format!("{other} is no reason of the list")),
    }
}

/// Checks why an adjustment or a refund, which no rule governs, made no lot.
pub fn check_without_rule(event: &Value, step: &Value, at: &str, decimals: Decimals) -> Checked {
    let told = &step["figures"];
    if text(step, "reason")? != "born_expired" {
        return Ok(());
    }
    same("born expired", text(told, "expires_at")? <= at, true)?;
    match text(event, "event")? {
        "adjustment" => {
            let change = decimals.amount(&event["figures"], "change")?;
            same("amount", decimals.amount(told, "amount")?, change)
        }
        _ => Ok(()),
    }
}

/// Tells whether the scheme is on.
pub fn is_on(program: &Value, at: &str) -> Checked<bool> {
    let switches = list(program, "switches")?;
    let Some(first) = switches.first() else { return Ok(true) };
    let last = switches.iter().rev().find(|switch| switch["at"].as_str().is_some_and(|from| from <= at));
    last.map_or(Ok(!flag(first, "on")?), |switch| flag(switch, "on"))
}

/// Returns the rule of a step.
pub fn rule_of<'v>(program: &'v Value, step: &Value) -> Checked<Option<&'v Value>> {
    let Some(id) = maybe_text(step, "rule") else { return Ok(None) };
    let own = list(program, "rules")?.iter().find(|rule| rule["id"] == id.as_str());
    own.map(Some).ok_or_else(|| format!("no rule {id}"))
}
