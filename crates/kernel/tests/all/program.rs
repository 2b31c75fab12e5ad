//! Programs of the second implementation's reader, as the kernel takes them.

use crate::oracle::program::{self as read, Reclaim};
use crate::oracle::{money, time as read_time};
use accrue_kernel::currency::Currency;
use accrue_kernel::entry::Method;
use accrue_kernel::money::Amount;
use accrue_kernel::program::{
    ClawbackShare, ClawbackTerms, Expiry, OrderReward, OrderTier, Program, Reach, RedemptionOrder, RedemptionSource,
    RedemptionTerms, RefundSource, Reward, Rule, SharedExpiry, SpendReward, SpendTier, Switch,
};
use accrue_kernel::time::{LocalCalendar, LocalDate, Timestamp};
use chrono::{Datelike, NaiveDate};

/// An instant of the second implementation.
pub type ReadInstant = read_time::Instant;

pub fn of(program: &read::Program) -> Program {
    let switch = |&(at, on): &(ReadInstant, bool)| Switch { at: instant(at), on };
    let shared = |(from, valid): &(Option<ReadInstant>, read::Expiry)| SharedExpiry {
        from: from.map(instant),
        valid: expiry(valid),
    };
    Program {
        name: String::new(),
        currency: currency(program.currency),
        zone: LocalCalendar::new(program.zone),
        earn_on_credit: program.earn_on_credit,
        switches: program.switches.iter().map(switch).collect(),
        shared_expiry: program.shared_expiries.iter().map(shared).collect(),
        rules: program.rules.iter().map(rule).collect(),
        redemption: RedemptionTerms {
            from: if program.redemptions_from_orders {
                RedemptionSource::Orders
            } else {
                RedemptionSource::Redemptions
            },
            order: if program.oldest_first { RedemptionOrder::Oldest } else { RedemptionOrder::SoonestExpiry },
            restore_on_cancel: program.restore_on_cancel,
        },
        refunds_from: if program.refunds_from_orders { RefundSource::Orders } else { RefundSource::Refunds },
        clawback: ClawbackTerms {
            from: instant(program.clawback_from),
            reach: if program.reach_account { Reach::Account } else { Reach::Lot },
            on_store_credit: program.clawback_on_store_credit,
        },
        carry_debt: program.carry,
        refund_credit_expiry: expiry(&program.refund_credit_expiry),
        link_guests: program.link_guests,
    }
}

pub fn instant(at: ReadInstant) -> Timestamp {
    Timestamp::from_micros(at.timestamp_micros())
}

pub fn amount(minor: i128) -> Amount {
    Amount::from_minor(i64::try_from(minor).expect("an amount of an input"))
}

pub fn currency(currency: money::Currency) -> Currency {
    Currency::from_code(currency.code).expect("a currency of both")
}

fn expiry(expiry: &read::Expiry) -> Expiry {
    match expiry {
        read::Expiry::Never => Expiry::Never,
        read::Expiry::Days(days) => Expiry::Days(u32::try_from(*days).expect("days of a case")),
        read::Expiry::Until(day) => Expiry::Until(local_date(*day)),
    }
}

fn local_date(day: NaiveDate) -> LocalDate {
    LocalDate::from_ymd(day.year(), day.month(), day.day()).expect("a day of the calendar")
}

fn rule(rule: &read::Rule) -> Rule {
    Rule {
        id: rule.id.clone(),
        reward: reward(rule),
        currency: currency(rule.currency),
        from: rule.from.map(instant),
        until: rule.until.map(instant),
        expiry: rule.expiry.as_ref().map(expiry),
        clawback: match rule.reclaim {
            Reclaim::Prorate => ClawbackShare::Prorate,
            Reclaim::FullOnly => ClawbackShare::FullOnly,
            Reclaim::Nothing => ClawbackShare::None,
        },
    }
}

fn reward(rule: &read::Rule) -> Reward {
    let counts_from = rule.counts_from.map(instant);
    let method = Method::ALL.into_iter().find(|method| method.name() == rule.method.name()).expect("a known method");
    match method {
        Method::FirstOrder => Reward::FirstOrder { reward: order_reward(&rule.reward) },
        Method::PerOrder => {
            let min_spend = (rule.min_spend > 0).then(|| amount(rule.min_spend));
            Reward::PerOrder { reward: order_reward(&rule.reward), min_spend }
        }
        Method::Registration => match rule.reward {
            read::Reward::Fixed(fixed) => Reward::Registration { fixed: amount(fixed) },
            _ => panic!("a registration earns a fixed amount"),
        },
        Method::OrderHistory => {
            let tier = |(orders, receive)| OrderTier { orders: orders as u64, receive: amount(receive) };
            Reward::OrderHistory { tiers: tiers(&rule.reward).into_iter().map(tier).collect(), counts_from }
        }
        Method::SpendHistory => Reward::SpendHistory { reward: spend_reward(&rule.reward), counts_from },
        Method::RefundCredit | Method::Adjustment | Method::Owed => panic!("no method of a rule"),
    }
}

fn order_reward(reward: &read::Reward) -> OrderReward {
    match *reward {
        read::Reward::Fixed(fixed) => OrderReward::Fixed(amount(fixed)),
        read::Reward::ByValue { every, receive, prorated } => {
            OrderReward::ByValue { every: amount(every), receive: amount(receive), prorated }
        }
        read::Reward::Tiers(_) => panic!("an order earns no tiers"),
    }
}

fn spend_reward(reward: &read::Reward) -> SpendReward {
    match *reward {
        read::Reward::ByValue { every, receive, .. } => {
            SpendReward::Every { every: amount(every), receive: amount(receive) }
        }
        _ => {
            let tier = |(spend, receive)| SpendTier { spend: amount(spend), receive: amount(receive) };
            SpendReward::Tiers(tiers(reward).into_iter().map(tier).collect())
        }
    }
}

fn tiers(reward: &read::Reward) -> Vec<(i128, i128)> {
    match reward {
        read::Reward::Tiers(tiers) => tiers.clone(),
        _ => panic!("a history has tiers"),
    }
}
