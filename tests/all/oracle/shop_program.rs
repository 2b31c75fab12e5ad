//! Random programs that are valid, with every option that matters to the ledger.

use super::dice::Dice;
use super::shop::Stock;

/// Writes a program.
pub fn program(dice: &mut Dice, stock: &Stock) -> String {
    let currency = stock.currencies[0];
    let mut text = format!("[program]\nname = \"Shop\"\ncurrency = \"{currency}\"\ntimezone = \"{}\"\n", stock.zone);
    if dice.chance(25) {
        text += "earn_on_credit = true\n";
    }
    if !stock.is_tight {
        text += &switches(dice, stock);
    }
    text += &shared_expiries(dice, stock);
    for method in ["first_order", "per_order", "registration", "order_history", "spend_history"] {
        if dice.chance(65) {
            text += &versions(dice, stock, method, None);
        }
        if let Some(other) = stock.currencies.iter().find(|other| **other != currency)
            && method != "registration"
            && dice.chance(35)
        {
            text += &versions(dice, stock, method, Some(other));
        }
    }
    if !text.contains("[[rule]]") {
        text += &versions(dice, stock, "per_order", None);
    }
    text + &options(dice, stock)
}

/// No switches mostly, else up to three, each at its own day.
fn switches(dice: &mut Dice, stock: &Stock) -> String {
    let count = *dice.pick(&[0, 0, 0, 1, 2, 3]);
    let mut on = dice.chance(60);
    let mut text = String::new();
    for day in some_days(dice, stock, count) {
        let clock = dice.pick(&["", "T00:00:00", "T12:00:00"]);
        text += &format!("[[program.switch]]\nat = {day}{clock}\non = {on}\n");
        on = !on;
    }
    text
}

fn shared_expiries(dice: &mut Dice, stock: &Stock) -> String {
    let count = *dice.pick(&[0, 1, 1, 2, 3]);
    let mut text = String::new();
    for (number, day) in some_days(dice, stock, count).into_iter().enumerate() {
        text += "[[expiry]]\n";
        if number > 0 || dice.chance(40) {
            text += &format!("from = {day}\n");
        }
        text += &format!("valid = {}\n", expiry(dice, stock));
    }
    text
}

fn expiry(dice: &mut Dice, stock: &Stock) -> String {
    match dice.below(6) {
        0 => "\"never\"".to_string(),
        1 => format!("{{ until = {} }}", stock.day(dice)),
        _ => format!("{{ days = {} }}", dice.pick(&[1, 1, 2, 3, 7, 30, 60])),
    }
}

/// `count` different days, ascending.
fn some_days(dice: &mut Dice, stock: &Stock, count: usize) -> Vec<String> {
    let mut days = stock.days.clone();
    dice.shuffle(&mut days);
    days.truncate(count);
    days.sort();
    days
}

/// One or two versions of a method, the second taking over where the first ends, or later.
fn versions(dice: &mut Dice, stock: &Stock, method: &str, currency: Option<&str>) -> String {
    let count = dice.between(1, 2);
    let days = some_days(dice, stock, 4);
    let begins = dice.chance(25).then(|| days[0].clone());
    if count == 1 {
        let until = dice.chance(20).then(|| days[3].clone());
        return rule(dice, stock, method, currency, (begins, until), 1);
    }
    let second_from = if dice.chance(70) { days[1].clone() } else { days[2].clone() };
    let second_until = dice.chance(20).then(|| days[3].clone());
    rule(dice, stock, method, currency, (begins, Some(days[1].clone())), 1)
        + &rule(dice, stock, method, currency, (Some(second_from), second_until), 2)
}

type Span = (Option<String>, Option<String>);

fn rule(dice: &mut Dice, stock: &Stock, method: &str, currency: Option<&str>, span: Span, number: usize) -> String {
    let mut text = format!("[[rule]]\nmethod = \"{method}\"\n");
    match currency {
        Some(code) => text += &format!("id = \"{method} {code} {number}\"\ncurrency = \"{code}\"\n"),
        None if dice.chance(20) => text += &format!("id = \"my-{method}-{number}\"\n"),
        None => {}
    }
    if let Some(from) = span.0 {
        text += &format!("from = {from}\n");
    }
    if let Some(until) = span.1 {
        text += &format!("until = {until}\n");
    }
    let code = currency.unwrap_or(stock.currencies[0]);
    text += &reward(dice, method, code);
    if method.ends_with("history") && dice.chance(25) {
        text += &format!("counts_from = {}\n", stock.day(dice));
    }
    if method == "per_order" && dice.chance(30) {
        text += &format!("min_spend = \"{}\"\n", amount(dice, code));
    }
    if dice.chance(40) {
        text += &format!("expiry = {}\n", expiry(dice, stock));
    }
    if method != "registration" && dice.chance(35) {
        text += &format!("clawback = \"{}\"\n", dice.pick(&["prorate", "full_only", "full_only", "none"]));
    }
    text
}

fn reward(dice: &mut Dice, method: &str, currency: &str) -> String {
    match method {
        "order_history" => order_tiers(dice, currency),
        "spend_history" if dice.chance(50) => spend_tiers(dice, currency),
        "spend_history" => by_value(dice, currency, false),
        "registration" => format!("reward = {{ fixed = \"{}\" }}\n", amount(dice, currency)),
        _ if dice.chance(30) => format!("reward = {{ fixed = \"{}\" }}\n", amount(dice, currency)),
        _ => {
            let prorated = dice.chance(60);
            by_value(dice, currency, prorated)
        }
    }
}

fn by_value(dice: &mut Dice, currency: &str, prorated: bool) -> String {
    let every = amount(dice, currency);
    let receive = match dice.chance(2) {
        true => "999999999".to_string(),
        false => amount(dice, currency),
    };
    let prorated = if prorated { ", prorated = true" } else { "" };
    format!("reward = {{ every = \"{every}\", receive = \"{receive}\"{prorated} }}\n")
}

/// An amount above zero, as a program would have it.
fn amount(dice: &mut Dice, currency: &str) -> String {
    let amounts: &[&str] = match currency {
        "JPY" => &["1", "3", "10", "33", "100"],
        "KWD" => &["0.001", "1.000", "3.337", "10.000", "33.340"],
        _ => &["0.01", "0.50", "1.00", "3.33", "10.00", "20.00", "33.34", "100.00"],
    };
    dice.pick(amounts).to_string()
}

fn order_tiers(dice: &mut Dice, currency: &str) -> String {
    let counts: Vec<usize> = [1, 2, 3, 5, 6, 8].into_iter().filter(|_| dice.chance(60)).take(5).collect();
    let counts = if counts.is_empty() { vec![2] } else { counts };
    let tiers: Vec<String> = counts
        .iter()
        .map(|count| format!("{{ orders = {count}, receive = \"{}\" }}", amount(dice, currency)))
        .collect();
    format!("tiers = [{}]\n", tiers.join(", "))
}

fn spend_tiers(dice: &mut Dice, currency: &str) -> String {
    let spends: Vec<usize> = [1, 10, 20, 33, 50, 100, 200].into_iter().filter(|_| dice.chance(50)).take(5).collect();
    let spends = if spends.is_empty() { vec![20] } else { spends };
    let tiers: Vec<String> = spends
        .iter()
        .map(|spend| format!("{{ spend = \"{spend}\", receive = \"{}\" }}", amount(dice, currency)))
        .collect();
    format!("tiers = [{}]\n", tiers.join(", "))
}

/// The sections of single keys, each present only sometimes.
fn options(dice: &mut Dice, stock: &Stock) -> String {
    let clawback_from = format!("from = {}", stock.day(dice));
    let refund_credit_expiry = format!("expiry = {}", expiry(dice, stock));
    let lines = [
        (100, "[redemption]"),
        (25, "from = \"orders\""),
        (35, "order = \"oldest\""),
        (20, "restore_on_cancel = false"),
        (100, "[refunds]"),
        (25, "from = \"orders\""),
        (100, "[clawback]"),
        (25, clawback_from.as_str()),
        (30, "reach = \"lot\""),
        (40, "on_store_credit = true"),
        (100, "[debt]"),
        (55, "carry = true"),
        (100, "[refund_credit]"),
        (30, refund_credit_expiry.as_str()),
        (100, "[identity]"),
        (15, "link_guests = false"),
    ];
    // A tight shop has its redemptions and refunds in rows of their own kind.
    let is_kept = |line: &str| !stock.is_tight || !line.starts_with("from = \"");
    let present: Vec<&str> =
        lines.iter().filter(|(percent, line)| dice.chance(*percent) && is_kept(line)).map(|(_, line)| *line).collect();
    present.join("\n") + "\n"
}
