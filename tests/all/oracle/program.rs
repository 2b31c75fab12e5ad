//! The program: a TOML file taken as valid, with its defaults filled in.

use super::money::Currency;
use super::time::{self, Instant};
use chrono::NaiveDate;
use chrono_tz::Tz;
use toml::{Table, Value};

/// What created a lot, in the order of the method list (1); `Owed` is the pseudo-lot of debt (5.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    FirstOrder,
    PerOrder,
    Registration,
    OrderHistory,
    SpendHistory,
    RefundCredit,
    Adjustment,
    Owed,
}

impl Method {
    const ALL: [Method; 8] = [
        Method::FirstOrder,
        Method::PerOrder,
        Method::Registration,
        Method::OrderHistory,
        Method::SpendHistory,
        Method::RefundCredit,
        Method::Adjustment,
        Method::Owed,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Method::FirstOrder => "first_order",
            Method::PerOrder => "per_order",
            Method::Registration => "registration",
            Method::OrderHistory => "order_history",
            Method::SpendHistory => "spend_history",
            Method::RefundCredit => "refund_credit",
            Method::Adjustment => "adjustment",
            Method::Owed => "owed",
        }
    }
}

/// How long a lot is valid (5.1).
#[derive(Debug, Clone)]
pub enum Expiry {
    Never,
    Days(u64),
    Until(NaiveDate),
}

/// What a rule gives (4), in minor units.
#[derive(Debug, Clone)]
pub enum Reward {
    Fixed(i128),
    ByValue {
        every: i128,
        receive: i128,
        prorated: bool,
    },
    /// Threshold and what it gives; thresholds are counts of orders (`order_history`) or minor units.
    Tiers(Vec<(i128, i128)>),
}

/// What a refund takes back of a rule's lots (5.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reclaim {
    Prorate,
    FullOnly,
    Nothing,
}

#[derive(Debug, Clone)]
pub struct Rule {
    pub id: String,
    pub method: Method,
    pub currency: Currency,
    pub from: Option<Instant>,
    pub until: Option<Instant>,
    pub reward: Reward,
    pub min_spend: i128,
    pub counts_from: Option<Instant>,
    pub expiry: Option<Expiry>,
    pub reclaim: Reclaim,
}

impl Rule {
    /// 4: "in force at the event's instant (`from` <= t < `until`)".
    pub fn is_in_force(&self, at: Instant) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }
}

pub struct Program {
    pub currency: Currency,
    pub zone: Tz,
    pub earn_on_credit: bool,
    pub switches: Vec<(Instant, bool)>,
    pub shared_expiries: Vec<(Option<Instant>, Expiry)>,
    pub rules: Vec<Rule>,
    pub redemptions_from_orders: bool,
    pub oldest_first: bool,
    pub restore_on_cancel: bool,
    pub refunds_from_orders: bool,
    pub clawback_from: Instant,
    pub reach_account: bool,
    pub clawback_on_store_credit: bool,
    pub carry: bool,
    pub refund_credit_expiry: Expiry,
    pub link_guests: bool,
}

impl Program {
    /// Reads a valid program; panics on anything else.
    pub fn parse(text: &str) -> Program {
        let root: Table = text.parse().expect("the program is TOML");
        let head = section(&root, "program");
        let zone: Tz = word(&head, "timezone").expect("a time zone").parse().expect("an IANA time zone");
        let currency = currency_of(&head).expect("the program's currency");
        let [redemption, refunds, clawback] = ["redemption", "refunds", "clawback"].map(|name| section(&root, name));
        let clawback_from = instant(&clawback, "from", zone);
        Program {
            currency,
            zone,
            earn_on_credit: flag(&head, "earn_on_credit", false),
            switches: switches(&head, zone),
            shared_expiries: shared_expiries(&root, zone),
            rules: tables(&root, "rule").iter().map(|rule| rule_of(rule, currency, zone)).collect(),
            redemptions_from_orders: word(&redemption, "from") == Some("orders"),
            oldest_first: word(&redemption, "order") == Some("oldest"),
            restore_on_cancel: flag(&redemption, "restore_on_cancel", true),
            refunds_from_orders: word(&refunds, "from") == Some("orders"),
            clawback_from: clawback_from.unwrap_or_else(|| time::parse("2023-08-09", zone).expect("a date")),
            reach_account: word(&clawback, "reach") != Some("lot"),
            clawback_on_store_credit: flag(&clawback, "on_store_credit", false),
            carry: flag(&section(&root, "debt"), "carry", false),
            refund_credit_expiry: section(&root, "refund_credit").get("expiry").map_or(Expiry::Never, expiry_of),
            link_guests: flag(&section(&root, "identity"), "link_guests", true),
        }
    }
}

fn switches(head: &Table, zone: Tz) -> Vec<(Instant, bool)> {
    let one = |table: &Table| (instant(table, "at", zone).expect("at"), flag(table, "on", true));
    let mut switches: Vec<_> = tables(head, "switch").into_iter().map(one).collect();
    switches.sort();
    switches
}

fn shared_expiries(root: &Table, zone: Tz) -> Vec<(Option<Instant>, Expiry)> {
    let one = |table: &Table| (instant(table, "from", zone), expiry_of(&table["valid"]));
    let mut versions: Vec<_> = tables(root, "expiry").into_iter().map(one).collect();
    versions.sort_by_key(|(from, _)| *from);
    versions
}

/// Reads one `[[rule]]`; 4: "Rules are in the program's currency unless they name another".
fn rule_of(table: &Table, program_currency: Currency, zone: Tz) -> Rule {
    let name = word(table, "method").expect("a method");
    let method = Method::ALL.into_iter().find(|method| method.name() == name).expect("a known method");
    let currency = currency_of(table).unwrap_or(program_currency);
    Rule {
        id: word(table, "id").map_or_else(|| default_id(table, name), str::to_string),
        method,
        currency,
        from: instant(table, "from", zone),
        until: instant(table, "until", zone),
        reward: reward_of(table, currency),
        min_spend: table.get("min_spend").map_or(0, |value| amount(value, currency)),
        counts_from: instant(table, "counts_from", zone),
        expiry: table.get("expiry").map(expiry_of),
        reclaim: match word(table, "clawback") {
            Some("full_only") => Reclaim::FullOnly,
            Some("none") => Reclaim::Nothing,
            _ => Reclaim::Prorate,
        },
    }
}

/// "default: method and from" (the example program).
fn default_id(table: &Table, method: &str) -> String {
    match table.get("from") {
        Some(from) => format!("{method}@{}", written(from)),
        None => method.to_string(),
    }
}

fn reward_of(table: &Table, currency: Currency) -> Reward {
    if let Some(tiers) = table.get("tiers").and_then(Value::as_array) {
        return Reward::Tiers(tiers.iter().map(|tier| tier_of(tier, currency)).collect());
    }
    let reward = table["reward"].as_table().expect("a reward is a table");
    match reward.get("fixed") {
        Some(fixed) => Reward::Fixed(amount(fixed, currency)),
        None => Reward::ByValue {
            every: amount(&reward["every"], currency),
            receive: amount(&reward["receive"], currency),
            prorated: flag(reward, "prorated", false),
        },
    }
}

fn tier_of(tier: &Value, currency: Currency) -> (i128, i128) {
    let threshold = match tier.get("orders") {
        Some(orders) => i128::from(orders.as_integer().expect("a count of orders")),
        None => amount(&tier["spend"], currency),
    };
    (threshold, amount(&tier["receive"], currency))
}

fn expiry_of(value: &Value) -> Expiry {
    if let Some(days) = value.get("days").and_then(Value::as_integer) {
        return Expiry::Days(u64::try_from(days).expect("days are not negative"));
    }
    match value.get("until") {
        Some(until) => Expiry::Until(time::date(&written(until)).expect("a date")),
        None => Expiry::Never,
    }
}

fn section(root: &Table, name: &str) -> Table {
    root.get(name).and_then(Value::as_table).cloned().unwrap_or_default()
}

fn tables<'a>(root: &'a Table, name: &str) -> Vec<&'a Table> {
    let list = root.get(name).and_then(Value::as_array);
    list.into_iter().flatten().map(|value| value.as_table().expect("a table")).collect()
}

fn word<'a>(table: &'a Table, key: &str) -> Option<&'a str> {
    table.get(key).and_then(Value::as_str)
}

fn flag(table: &Table, key: &str, default: bool) -> bool {
    table.get(key).and_then(Value::as_bool).unwrap_or(default)
}

fn currency_of(table: &Table) -> Option<Currency> {
    word(table, "currency").map(|code| Currency::named(code).expect("a known currency"))
}

fn amount(value: &Value, currency: Currency) -> i128 {
    currency.parse(&written(value)).expect("an amount of the currency")
}

/// A value as it is in the file, without quotes.
fn written(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

fn instant(table: &Table, key: &str, zone: Tz) -> Option<Instant> {
    table.get(key).map(|value| time::parse(&written(value), zone).expect("a local time"))
}
