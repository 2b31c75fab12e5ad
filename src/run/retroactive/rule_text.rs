//! Writes rules for people: as a sentence, and as TOML to paste into a program.

use crate::kernel::program::{ClawbackShare, Expiry, OrderReward, Program, Reward, Rule, SpendReward};
use crate::kernel::time::{LocalCalendar, Timestamp};
use std::fmt::Write as _;

/// Returns how long lots are valid, as TOML has it.
pub(crate) fn expiry(expiry: Expiry) -> String {
    match expiry {
        Expiry::Never => "\"never\"".to_owned(),
        Expiry::Days(days) => format!("{{ days = {days} }}"),
        Expiry::Until(date) => format!("{{ until = {date} }}"),
    }
}

/// Returns what a rule gives, as TOML has it on one line.
pub fn given(rule: &Rule) -> String {
    let mut lines: Vec<String> = terms(rule);
    lines.extend(rule.expiry.map(|own| format!("expiry = {}", expiry(own))));
    lines.extend(clawback(rule.clawback).map(str::to_owned));
    lines.join(", ")
}

/// Returns a version of a rule as TOML.
pub(crate) fn rule(rule: &Rule, program: &Program) -> String {
    let mut text = format!("[[rule]]\nmethod = \"{}\"\n", rule.reward.method().name());
    let line = |name: &str, value: &str| format!("{name} = {value}\n");
    text.extend(rule.from.map(|from| line("from", &instant(from, &program.zone))));
    text.extend(rule.until.map(|until| line("until", &instant(until, &program.zone))));
    if rule.currency != program.currency {
        writeln!(text, "currency = \"{}\"", rule.currency).expect("writing to a string");
    }
    text.extend(terms(rule).into_iter().map(|line| line + "\n"));
    text.extend(rule.expiry.map(|own| line("expiry", &expiry(own))));
    text.extend(clawback(rule.clawback).map(|share| format!("{share}\n")));
    text
}

fn terms(rule: &Rule) -> Vec<String> {
    let amount = |amount: crate::kernel::money::Amount| format!("\"{}\"", amount.display(rule.currency));
    let steps = |every, receive| format!("every = {}, receive = {}", amount(every), amount(receive));
    let reward = |reward: &OrderReward| match *reward {
        OrderReward::Fixed(fixed) => format!("reward = {{ fixed = {} }}", amount(fixed)),
        OrderReward::ByValue { every, receive, prorated } => {
            let prorated = if prorated { ", prorated = true" } else { "" };
            format!("reward = {{ {}{prorated} }}", steps(every, receive))
        }
    };
    let counts = |from: &Option<Timestamp>| from.map(|from| format!("counts_from = {from}"));
    match &rule.reward {
        Reward::FirstOrder { reward: own } => vec![reward(own)],
        Reward::PerOrder { reward: own, min_spend } => {
            let least = min_spend.map(|least| format!("min_spend = {}", amount(least)));
            [Some(reward(own)), least].into_iter().flatten().collect()
        }
        Reward::Registration { fixed } => vec![format!("reward = {{ fixed = {} }}", amount(*fixed))],
        Reward::OrderHistory { tiers, counts_from } => {
            let tier =
                tiers.iter().map(|tier| format!("{{ orders = {}, receive = {} }}", tier.orders, amount(tier.receive)));
            let tiers = format!("tiers = [{}]", tier.collect::<Vec<_>>().join(", "));
            [Some(tiers), counts(counts_from)].into_iter().flatten().collect()
        }
        Reward::SpendHistory { reward: SpendReward::Every { every, receive }, counts_from } => {
            let reward = format!("reward = {{ {} }}", steps(*every, *receive));
            [Some(reward), counts(counts_from)].into_iter().flatten().collect()
        }
        Reward::SpendHistory { reward: SpendReward::Tiers(tiers), counts_from } => {
            let tier = tiers
                .iter()
                .map(|tier| format!("{{ spend = {}, receive = {} }}", amount(tier.spend), amount(tier.receive)));
            let tiers = format!("tiers = [{}]", tier.collect::<Vec<_>>().join(", "));
            [Some(tiers), counts(counts_from)].into_iter().flatten().collect()
        }
    }
}

fn clawback(share: ClawbackShare) -> Option<&'static str> {
    match share {
        ClawbackShare::Prorate => None,
        ClawbackShare::FullOnly => Some("clawback = \"full_only\""),
        ClawbackShare::None => Some("clawback = \"none\""),
    }
}

/// Returns an instant as TOML has it: a local date where a local day begins.
pub(crate) fn instant(at: Timestamp, zone: &LocalCalendar) -> String {
    let day = zone.day_of(at);
    if zone.start_of(day) == at { day.to_string() } else { at.to_string() }
}
