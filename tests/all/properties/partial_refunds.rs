//! Refunds in parts that add up to the total come to the same as one refund of the total (docs/spec.md 5.4), without
//! redemptions and with `reach = "account"`.

use super::exports::{self, Table};
use super::ledger::{KINDS, Row, by_lot, parse, sum};
use super::{after_everything, for_seeds};
use crate::oracle::dice::Dice;
use crate::shop_folder::Rows;
use accrue::facts::FactKind;
use std::collections::BTreeMap;

/// A program, its orders, and the total of the first, which is refunded.
struct Case {
    program: String,
    orders: Rows,
    total: usize,
    decimals: usize,
    is_reclaimed_whole: bool,
}

#[test]
fn parts_that_sum_to_the_total_come_to_a_full_refund() {
    for_seeds(150, |seed| {
        let mut dice = Dice::new(seed);
        let case = case(&mut dice);
        let parts = parts(&mut dice, case.total);
        let refunds: Vec<(usize, usize)> = parts.iter().copied().enumerate().collect();
        let in_parts = case.run(&refunds)?;
        let at_once = case.run(&[(parts.len() - 1, case.total)])?;
        for (what, rows) in [("in parts", &in_parts), ("at once", &at_once)] {
            let is_left = |(_, method, origin): &(_, String, String)| origin == "o0" && method != "adjustment";
            let left = by_lot(rows).into_iter().find(|(lot, rows)| is_left(lot) && sum(rows, &KINDS) != 0);
            if let Some((lot, rows)) = left.filter(|_| case.is_reclaimed_whole) {
                return Err(format!("{what}, {lot:?} keeps some: {rows:#?}\n{}", case.program));
            }
        }
        match (balance(&in_parts), balance(&at_once)) {
            (some, all) if some == all => Ok(()),
            (some, all) => Err(format!("{some} in parts {parts:?}, {all} at once\n{}{in_parts:#?}", case.program)),
        }
    });
}

impl Case {
    /// Runs with refunds of the first order: the day of each, and its amount.
    fn run(&self, refunds: &[(usize, usize)]) -> Result<Vec<Row>, String> {
        let refund = |&(day, amount): &(usize, usize)| {
            row(&[
                ("refund_id", format!("r{day}")),
                ("order_id", "o0".to_owned()),
                ("refunded_at", format!("2024-03-{:02}", 11 + day)),
                ("amount", shown(amount, self.decimals)),
            ])
        };
        let registration = row(&[("customer_id", "c".to_owned()), ("registered_at", "2024-01-01".to_owned())]);
        let tables = [
            Table { kind: FactKind::Orders, rows: self.orders.clone() },
            Table { kind: FactKind::Registrations, rows: vec![registration] },
            Table { kind: FactKind::Refunds, rows: refunds.iter().map(refund).collect() },
        ];
        let outputs = exports::run(&self.program, &tables, after_everything())?;
        let ledger = csv::Reader::from_reader(outputs.ledger.as_bytes()).deserialize().collect::<Result<Rows, _>>();
        Ok(parse(&ledger.map_err(|error| error.to_string())?))
    }
}

fn case(dice: &mut Dice) -> Case {
    let (currency, decimals) = *dice.pick(&[("USD", 2), ("JPY", 0), ("KWD", 3)]);
    let expires = dice.chance(40);
    let mut is_reclaimed_whole = !expires;
    let mut program = format!("[program]\ncurrency = \"{currency}\"\ntimezone = \"America/New_York\"\n");
    if expires {
        program += &format!("[[expiry]]\nvalid = {{ days = {} }}\n", dice.between(8, 20));
    }
    program += &format!("[debt]\ncarry = {}\n", dice.chance(50));
    for method in ["registration", "first_order", "per_order", "order_history", "spend_history"] {
        let amounts = [(); 2].map(|()| shown(dice.between(1, 9_999), decimals));
        let [every, receive] = amounts;
        let reward = match method {
            "registration" => format!("reward = {{ fixed = \"{receive}\" }}"),
            "order_history" => format!("tiers = [{{ orders = 1, receive = \"{receive}\" }}]"),
            "spend_history" => format!("reward = {{ every = \"{every}\", receive = \"{receive}\" }}"),
            _ => format!("reward = {{ every = \"{every}\", receive = \"{receive}\", prorated = true }}"),
        };
        program += &format!("[[rule]]\nmethod = \"{method}\"\n{reward}\n");
        let clawback = *dice.pick(&["prorate", "prorate", "full_only", "none"]);
        if method != "registration" {
            program += &format!("clawback = \"{clawback}\"\n");
            is_reclaimed_whole &= clawback != "none";
        }
    }
    let totals: Vec<usize> = (0..dice.between(1, 4)).map(|_| dice.between(1, 99_999)).collect();
    let order = |(number, total): (usize, &usize)| {
        row(&[
            ("order_id", format!("o{number}")),
            ("customer_id", "c".to_owned()),
            ("placed_at", format!("2024-03-{:02}", 10 + 2 * number)),
            ("paid_at", format!("2024-03-{:02}", 10 + 2 * number)),
            ("items_amount", shown(dice.between(1, *total), decimals)),
            ("total_amount", shown(*total, decimals)),
        ])
    };
    let orders = totals.iter().enumerate().map(order).collect();
    Case { program, orders, total: totals[0], decimals, is_reclaimed_whole }
}

/// Cuts a total into one to seven parts, some of them perhaps zero.
fn parts(dice: &mut Dice, total: usize) -> Vec<usize> {
    let mut cuts: Vec<usize> = (0..dice.below(7)).map(|_| dice.below(total + 1)).collect();
    cuts.push(total);
    cuts.sort_unstable();
    let mut before = 0;
    cuts.iter().map(|&cut| cut - std::mem::replace(&mut before, cut)).collect()
}

/// Writes minor units as a decimal.
fn shown(minor: usize, decimals: usize) -> String {
    let digits = format!("{minor:0width$}", width = decimals + 1);
    let (whole, part) = digits.split_at(digits.len() - decimals);
    if decimals == 0 { whole.to_owned() } else { format!("{whole}.{part}") }
}

fn row(cells: &[(&str, String)]) -> BTreeMap<String, String> {
    cells.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

fn balance(rows: &[Row]) -> i128 {
    rows.iter().map(|row| row.amount).sum()
}
