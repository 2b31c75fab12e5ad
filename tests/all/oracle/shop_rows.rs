//! Random rows of every kind, their newer versions, and rows that must be rejected for exactly one fault.

use super::dice::Dice;
use super::shop::Stock;
use std::collections::BTreeMap;

pub type Cells = BTreeMap<String, String>;

/// One row.
pub struct Fact {
    pub kind: &'static str,
    pub cells: Cells,
}

/// Faults of one cell each, by kind; an empty value takes a required cell away.
const FAULTS: &[(&str, &str, &str)] = &[
    ("orders", "order_id", ""),
    ("orders", "placed_at", ""),
    ("orders", "placed_at", "2024-02-30"),
    ("orders", "paid_at", "soon"),
    ("orders", "cancelled_at", "2024-03-10 25:00"),
    ("orders", "currency", "XXQ"),
    ("orders", "items_amount", "-0.01"),
    ("orders", "items_amount", "1,000.00"),
    ("orders", "total_amount", "1000000000"),
    ("orders", "total_amount", "1.00001"),
    ("orders", "credit_amount", "-1"),
    ("orders", "refunded_amount", "1e2"),
    ("orders", "updated_at", "2024-13-01"),
    ("orders", "void", "maybe"),
    ("registrations", "customer_id", " "),
    ("registrations", "registered_at", "yesterday"),
    ("registrations", "orders_before", "-1"),
    ("registrations", "orders_before", "two"),
    ("registrations", "spend_before", "-5"),
    ("registrations", "spend_before", "0.00009"),
    ("refunds", "refund_id", ""),
    ("refunds", "order_id", ""),
    ("refunds", "refunded_at", "2024-03-10T24:30"),
    ("refunds", "amount", "-3"),
    ("refunds", "amount", "."),
    ("refunds", "method", "gift"),
    ("refunds", "notify", "perhaps"),
    ("redemptions", "redemption_id", ""),
    ("redemptions", "redeemed_at", ""),
    ("redemptions", "amount", ""),
    ("redemptions", "amount", "3 USD"),
    ("redemptions", "currency", "US$"),
    ("adjustments", "customer_id", ""),
    ("adjustments", "adjusted_at", "10/03/2024"),
    ("adjustments", "amount", "-1000000000.00"),
    ("adjustments", "mode", "add"),
    ("adjustments", "expires_at", "never"),
];

/// Makes all rows of a shop.
pub fn facts(dice: &mut Dice, stock: &Stock) -> Vec<Fact> {
    let mut facts = Vec::new();
    for customer_id in &stock.people {
        if dice.chance(70) {
            let cells = registration(dice, stock, customer_id);
            add(dice, stock, &mut facts, "registrations", cells);
        }
    }
    let orders: Vec<Cells> = stock.order_ids.iter().map(|order_id| order(dice, stock, order_id)).collect();
    for cells in &orders {
        add(dice, stock, &mut facts, "orders", cells.clone());
    }
    for number in 0..dice.below(11) {
        let cells = refund(dice, stock, &orders, number);
        add(dice, stock, &mut facts, "refunds", cells);
    }
    for number in 0..dice.below(10) {
        let cells = redemption(dice, stock, &orders, number);
        add(dice, stock, &mut facts, "redemptions", cells);
    }
    for number in 0..dice.below(if stock.is_tight { 3 } else { 8 }) {
        let cells = adjustment(dice, stock, number);
        add(dice, stock, &mut facts, "adjustments", cells);
    }
    facts
}

/// Adds a fact, sometimes with newer versions, and sometimes with a faulty one.
fn add(dice: &mut Dice, stock: &Stock, facts: &mut Vec<Fact>, kind: &'static str, cells: Cells) {
    let version_count = *dice.pick(&[1, 1, 1, 1, 2, 3]);
    let mut version = cells;
    for number in 0..version_count {
        if number > 0 {
            version = changed(dice, stock, kind, &version);
        }
        if dice.chance(4) {
            let faulty = broken(dice, kind, &version);
            facts.push(Fact { kind, cells: faulty });
        }
        facts.push(Fact { kind, cells: version.clone() });
    }
}

fn broken(dice: &mut Dice, kind: &str, cells: &Cells) -> Cells {
    let faults: Vec<_> = FAULTS.iter().filter(|(of, _, _)| *of == kind).collect();
    let (_, column, value) = **dice.pick(&faults);
    let mut broken = cells.clone();
    broken.insert(column.to_string(), value.to_string());
    broken
}

/// A version of the same fact: newer, older or as old, void now and then, with other people, times and amounts.
fn changed(dice: &mut Dice, stock: &Stock, kind: &str, cells: &Cells) -> Cells {
    let mut cells = cells.clone();
    if dice.chance(80) {
        set(&mut cells, "updated_at", stock.time(dice));
    }
    set(&mut cells, "void", dice.pick(&["", "", "", "false", "0", "True", "1"]).to_string());
    match kind {
        "orders" => change_order(dice, stock, &mut cells),
        "registrations" => {
            maybe(dice, &mut cells, 60, "email", |dice| dice.pick(&stock.emails).to_string());
            maybe(dice, &mut cells, 60, "card_number", |dice| dice.pick(&stock.cards).to_string());
            maybe(dice, &mut cells, 20, "registered_at", |dice| stock.time(dice));
        }
        "refunds" => {
            maybe(dice, &mut cells, 30, "refunded_at", |dice| stock.time(dice));
            maybe(dice, &mut cells, 30, "order_id", |dice| dice.pick(&stock.order_ids).clone());
            maybe(dice, &mut cells, 30, "method", method);
        }
        "redemptions" => {
            maybe(dice, &mut cells, 30, "redeemed_at", |dice| stock.time(dice));
            maybe(dice, &mut cells, 30, "customer_id", |dice| dice.pick(&stock.people).clone());
        }
        _ => {
            maybe(dice, &mut cells, 30, "adjusted_at", |dice| stock.time(dice));
            maybe(dice, &mut cells, 30, "customer_id", |dice| dice.pick(&stock.people).clone());
        }
    }
    cells
}

fn change_order(dice: &mut Dice, stock: &Stock, cells: &mut Cells) {
    let currency = currency_of(stock, cells);
    maybe(dice, cells, 30, "customer_id", |dice| dice.pick(&stock.people).clone());
    maybe(dice, cells, 30, "paid_at", |dice| stock.time(dice));
    maybe(dice, cells, 40, "cancelled_at", |dice| stock.time(dice));
    maybe(dice, cells, 30, "items_amount", |dice| stock.amount(dice, currency));
    maybe(dice, cells, 70, "refunded_amount", |dice| stock.amount(dice, currency));
    if matches!(currency, "USD" | "EUR") {
        maybe(dice, cells, 5, "currency", |dice| dice.pick(&["USD", "EUR"]).to_string());
    }
}

fn registration(dice: &mut Dice, stock: &Stock, customer_id: &str) -> Cells {
    let mut cells = Cells::new();
    set(&mut cells, "customer_id", customer_id.to_string());
    set(&mut cells, "registered_at", stock.time(dice));
    maybe(dice, &mut cells, 70, "email", |dice| dice.pick(&stock.emails).to_string());
    maybe(dice, &mut cells, 60, "card_number", |dice| dice.pick(&stock.cards).to_string());
    maybe(dice, &mut cells, 20, "orders_before", |dice| dice.below(4).to_string());
    maybe(dice, &mut cells, 20, "spend_before", |dice| stock.amount(dice, stock.currencies[0]));
    cells
}

fn order(dice: &mut Dice, stock: &Stock, order_id: &str) -> Cells {
    let mut cells = Cells::new();
    set(&mut cells, "order_id", order_id.to_string());
    let currency = currency_of(stock, &cells);
    if dice.chance(if stock.is_tight { 90 } else { 60 }) {
        set(&mut cells, "customer_id", dice.pick(&stock.people).clone());
    }
    if dice.chance(96) {
        set(&mut cells, "email", format!(" {} ", dice.pick(&stock.emails)));
    }
    let placed_at = stock.early_time(dice);
    let paid_percent = if stock.is_tight { 80 } else { 60 };
    maybe(dice, &mut cells, paid_percent, "paid_at", |_| placed_at.clone());
    maybe(dice, &mut cells, 40, "paid_at", |dice| stock.early_time(dice));
    let cancelled_percent = if stock.is_tight { 12 } else { 25 };
    maybe(dice, &mut cells, cancelled_percent, "cancelled_at", |dice| stock.late_time(dice));
    set(&mut cells, "placed_at", placed_at);
    if currency != stock.currencies[0] || dice.chance(30) {
        set(&mut cells, "currency", currency.to_string());
    }
    let items = stock.amount(dice, currency);
    let total = if dice.chance(50) { items.clone() } else { "100".to_string() };
    set(&mut cells, "items_amount", if dice.chance(4) { "0".to_string() } else { items });
    set(&mut cells, "total_amount", if dice.chance(6) { "0.0".to_string() } else { total });
    maybe(dice, &mut cells, 30, "credit_amount", |dice| stock.amount(dice, currency));
    maybe(dice, &mut cells, 30, "refunded_amount", |dice| stock.amount(dice, currency));
    cells
}

/// A refund of one of the orders, now and then of exactly the total.
fn refund(dice: &mut Dice, stock: &Stock, orders: &[Cells], number: usize) -> Cells {
    let mut cells = Cells::new();
    set(&mut cells, "refund_id", format!("r{number}"));
    let order = dice.pick(orders);
    let is_known = dice.chance(96);
    set(&mut cells, "order_id", if is_known { order["order_id"].clone() } else { "o99".to_string() });
    set(&mut cells, "refunded_at", if dice.chance(70) { stock.late_time(dice) } else { stock.time(dice) });
    // Amounts of another currency now and then, some of which the order's currency cannot have.
    let currency = if dice.chance(97) { currency_of(stock, order) } else { "USD" };
    let amount = if dice.chance(20) { order["total_amount"].clone() } else { stock.amount(dice, currency) };
    set(&mut cells, "amount", amount);
    set(&mut cells, "method", method(dice));
    maybe(dice, &mut cells, 10, "notify", |_| "FALSE".to_string());
    cells
}

fn method(dice: &mut Dice) -> String {
    dice.pick(&["", "original", "original", "store_credit", "restore", "restore", "restore_first", "restore_first"])
        .to_string()
}

/// A redemption, mostly for one of the orders and then mostly by the order's person and in its currency. Some name
/// nobody but their order, which may not exist.
fn redemption(dice: &mut Dice, stock: &Stock, orders: &[Cells], number: usize) -> Cells {
    let mut cells = Cells::new();
    let order = dice.pick(orders);
    set(&mut cells, "redemption_id", format!("d{number}"));
    let by_order = dice.chance(15);
    let by_card = !by_order && dice.chance(20);
    if by_card {
        set(&mut cells, "card_number", dice.pick(&[&stock.cards[..], &["K9"]].concat()).to_string());
    }
    if !by_order && (!by_card || dice.chance(20)) {
        let buyer = order.get("customer_id").filter(|_| dice.chance(80));
        let customer_id = buyer.cloned().unwrap_or_else(|| dice.pick(&stock.people).clone());
        set(&mut cells, "customer_id", customer_id);
    }
    let currency = if dice.chance(85) { currency_of(stock, order) } else { dice.pick(&stock.currencies) };
    maybe(dice, &mut cells, 80, "order_id", |_| order["order_id"].clone());
    maybe(dice, &mut cells, 4, "order_id", |_| "o99".to_string());
    set(&mut cells, "redeemed_at", stock.time(dice));
    set(&mut cells, "amount", stock.amount(dice, currency));
    set(&mut cells, "currency", currency.to_string());
    cells
}

fn adjustment(dice: &mut Dice, stock: &Stock, number: usize) -> Cells {
    let mut cells = Cells::new();
    let currency = *dice.pick(&stock.currencies);
    set(&mut cells, "adjustment_id", format!("a{number}"));
    set(&mut cells, "customer_id", dice.pick(&stock.people).clone());
    set(&mut cells, "adjusted_at", if dice.chance(60) { stock.early_time(dice) } else { stock.time(dice) });
    set(&mut cells, "currency", currency.to_string());
    let amount = stock.amount(dice, currency);
    let is_to = dice.chance(25);
    let sign = if !is_to && dice.chance(30) { "-" } else { "" };
    set(&mut cells, "amount", format!("{sign}{}", amount.trim_start_matches('+')));
    set(&mut cells, "mode", if is_to { "to" } else { dice.pick(&["", "by"]) }.to_string());
    maybe(dice, &mut cells, 40, "expires_at", |dice| stock.time(dice));
    cells
}

fn currency_of(stock: &Stock, cells: &Cells) -> &'static str {
    let index = stock.order_ids.iter().position(|order_id| *order_id == cells["order_id"]);
    index.map_or(stock.currencies[0], |index| stock.order_currencies[index])
}

fn set(cells: &mut Cells, column: &str, value: String) {
    cells.insert(column.to_string(), value);
}

fn maybe(dice: &mut Dice, cells: &mut Cells, percent: usize, column: &str, value: impl FnOnce(&mut Dice) -> String) {
    if dice.chance(percent) {
        set(cells, column, value(dice));
    }
}
