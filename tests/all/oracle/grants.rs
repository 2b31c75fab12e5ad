//! What the five methods give (4), and how long it is valid (5.1).

use super::facts::{Order, Registration};
use super::money::Currency;
use super::program::{Expiry, Method, Program, Reward, Rule};
use super::time::{self, Instant};
use chrono::Days;

/// A person's orders so far, and the history from before the exports begin.
pub struct History {
    orders_before: i128,
    spend_before: i128,
    paid: Vec<PaidOrder>,
}

struct PaidOrder {
    at: Instant,
    currency: Currency,
    value: i128,
}

/// n, s0 and s of section 4.
struct Counts {
    n: i128,
    s0: i128,
    s: i128,
}

impl History {
    /// 4: "Both start, for all of the person's orders, at the registration's `orders_before` and `spend_before`".
    pub fn of(registration: Option<&Registration>) -> History {
        History {
            orders_before: registration.map_or(0, |registration| registration.orders_before),
            spend_before: registration.map_or(0, |registration| registration.spend_before),
            paid: Vec::new(),
        }
    }

    /// 4: "All paid orders in the book count into `n` and `s`, whatever rule or switch is in force".
    pub fn add(&mut self, program: &Program, order: &Order, at: Instant) {
        self.paid.push(PaidOrder { at, currency: order.currency, value: order.value(program) });
    }

    /// 4: "Per person `n` = orders so far, this one included. Per person and currency `s0`, `s` = sum of v before and
    /// after this order." The order is the last one added; `spend_before` is "in the program's currency" (2).
    ///
    /// "Both start ... at the registration's ... (0 for a rule with `counts_from`)"; "a rule's `counts_from` date
    /// limits it ... to orders paid from that instant on".
    fn counts(&self, program: &Program, rule: &Rule) -> Counts {
        let counted = self.paid.iter().filter(|paid| rule.counts_from.is_none_or(|from| paid.at >= from));
        let in_currency = counted.clone().filter(|paid| paid.currency == rule.currency);
        let (orders_before, spend_before) = match rule.counts_from {
            Some(_) => (0, 0),
            None if rule.currency == program.currency => (self.orders_before, self.spend_before),
            None => (self.orders_before, 0),
        };
        let this = self.paid.last().expect("this order is included");
        let n = orders_before + counted.count() as i128;
        let s = spend_before + in_currency.map(|paid| paid.value).sum::<i128>();
        Counts { n, s0: s - this.value, s }
    }
}

/// The reward of a registration: the rule version that gives it, and the amount.
pub fn of_registration(program: &Program, at: Instant) -> Option<(&Rule, i128)> {
    let rule = in_force(program, Method::Registration, program.currency, at)?;
    match rule.reward {
        Reward::Fixed(fixed) => Some((rule, fixed)),
        _ => None,
    }
}

/// The rewards of an order that was added to the history, in the order of the methods (3).
pub fn of_order<'a>(program: &'a Program, history: &History, order: &Order, at: Instant) -> Vec<(&'a Rule, i128)> {
    [Method::FirstOrder, Method::PerOrder, Method::OrderHistory, Method::SpendHistory]
        .into_iter()
        .filter_map(|method| in_force(program, method, order.currency, at))
        .filter(|rule| rule.counts_from.is_none_or(|from| at >= from))
        .map(|rule| (rule, amount(rule, order.value(program), &history.counts(program, rule))))
        .filter(|(_, amount)| *amount > 0)
        .collect()
}

/// Why an order that was added to the history earns nothing, had no rule given anything: the reason that is nearest to
/// a reward.
pub fn why_nothing(program: &Program, history: &History, order: &Order, at: Instant) -> &'static str {
    let of_order = |rule: &&Rule| rule.method != Method::Registration && rule.currency == order.currency;
    let in_force = |rule: &&Rule| rule.is_in_force(at) && rule.counts_from.is_none_or(|from| from <= at);
    let v = order.value(program);
    let why = |rule: &Rule| match (rule.method, &rule.reward) {
        (Method::FirstOrder, _) if history.counts(program, rule).n != 1 => "not_first_order",
        (Method::PerOrder, _) if v < rule.min_spend => "below_min_spend",
        (_, Reward::ByValue { prorated: true, .. }) => "rounds_to_nothing",
        (_, Reward::ByValue { .. }) => "below_one_step",
        _ => "no_tier",
    };
    let reasons: Vec<&str> = program.rules.iter().filter(of_order).filter(in_force).map(why).collect();
    let nearest = ["below_min_spend", "rounds_to_nothing", "below_one_step", "no_tier", "not_first_order"];
    match () {
        () if program.rules.iter().all(|rule| rule.currency != order.currency) => "no_rule_for_currency",
        () if !is_switched_on(program, at) => "switched_off",
        () => nearest.into_iter().find(|reason| reasons.contains(reason)).unwrap_or("no_rule_in_force"),
    }
}

/// Why a registration earns nothing, had no rule given anything.
pub fn why_no_registration(program: &Program, at: Instant) -> &'static str {
    match () {
        () if program.rules.iter().all(|rule| rule.currency != program.currency) => "no_rule_for_currency",
        () if !is_switched_on(program, at) => "switched_off",
        () => "no_rule_in_force",
    }
}

/// 4: "A rule version gives a reward when it is in force at the event's instant (`from` <= t < `until`), the program is
/// switched on at t"; "At most one version of a method (per currency) is in force at any instant".
fn in_force(program: &Program, method: Method, currency: Currency, at: Instant) -> Option<&Rule> {
    let rule =
        program.rules.iter().find(|rule| rule.method == method && rule.currency == currency && rule.is_in_force(at));
    rule.filter(|_| is_switched_on(program, at))
}

/// 4: "before its first switch it is the opposite of that switch; without switches always on".
fn is_switched_on(program: &Program, at: Instant) -> bool {
    let last = program.switches.iter().rev().find(|(switched_at, _)| *switched_at <= at);
    match (last, program.switches.first()) {
        (Some((_, on)), _) => *on,
        (None, Some((_, first_on))) => !first_on,
        (None, None) => true,
    }
}

/// The table of section 4.
fn amount(rule: &Rule, v: i128, counts: &Counts) -> i128 {
    match (rule.method, &rule.reward) {
        // "the order with n = 1".
        (Method::FirstOrder, reward) if counts.n == 1 => by_order(reward, v),
        // "every order with v >= `min_spend`".
        (Method::PerOrder, reward) if v >= rule.min_spend => by_order(reward, v),
        // "the `receive` of the tier with `orders` = n".
        (Method::OrderHistory, Reward::Tiers(tiers)) => received(tiers, |orders| orders == counts.n),
        // "sum of `receive` of the tiers with `s0 < spend <= s`".
        (Method::SpendHistory, Reward::Tiers(tiers)) => received(tiers, |spend| counts.s0 < spend && spend <= counts.s),
        // "`(floor(s / every) - floor(s0 / every)) * receive`".
        (Method::SpendHistory, Reward::ByValue { every, receive, .. }) => {
            (counts.s / every - counts.s0 / every) * receive
        }
        _ => 0,
    }
}

fn received(tiers: &[(i128, i128)], is_reached: impl Fn(i128) -> bool) -> i128 {
    tiers.iter().filter(|(threshold, _)| is_reached(*threshold)).map(|(_, receive)| receive).sum()
}

/// 4: "`fixed`, or by value: `floor(v / every) * receive`; with `prorated = true`, `v * receive / every`".
fn by_order(reward: &Reward, v: i128) -> i128 {
    match reward {
        Reward::Fixed(fixed) => *fixed,
        Reward::ByValue { every, receive, prorated: false } => v / every * receive,
        Reward::ByValue { every, receive, prorated: true } => v * receive / every,
        Reward::Tiers(_) => 0,
    }
}

/// 5.1: "**Expiry** is fixed when a lot is made, from the rule's own `expiry`, else the shared one in force then";
/// "before the first shared version, never".
pub fn expires_at(program: &Program, own: Option<&Expiry>, at: Instant) -> Option<Instant> {
    let shared = || {
        let in_force = |(from, _): &&(Option<Instant>, Expiry)| from.is_none_or(|from| from <= at);
        program.shared_expiries.iter().rev().find(in_force).map(|(_, expiry)| expiry)
    };
    match own.or_else(shared)? {
        Expiry::Never => None,
        // "to the end of the Nth local day after the local day of the grant".
        Expiry::Days(count) => {
            Some(time::end_of_day(time::local_day(at, program.zone) + Days::new(*count), program.zone))
        }
        // "to the end of that local day".
        Expiry::Until(day) => Some(time::end_of_day(*day, program.zone)),
    }
}
