//! What is odd is odd by every route: after nights, a check of the book lists what one run of everything lists.

use super::nights::{Nights, Shops, with_night};
use super::{expect_enough, for_shops, same};
use accrue::output::lists::ExceptionLine;
use accrue::run::{self, Silent};

#[test]
fn after_nights_a_check_lists_the_exceptions_of_one_run() {
    let (mut tried, mut compared) = (0, 0);
    for_shops(12, |shop| {
        tried += 1;
        // What is refunded without a date is refunded when it was first seen, which is another time by another route.
        if shop.program_toml.contains("from = \"orders\"") {
            return Ok(());
        }
        compared += 1;
        let whole = odd_facts(&Nights::of(&shop, 1, 0))?;
        same("exceptions", &whole, &odd_facts(&Nights::of(&shop, 4, 0))?)?;
        same("exceptions", &whole, &odd_facts(&Nights::of(&shop, 3, 0).days_apart(1))?)
    });
    expect_enough("dated", tried, compared);
}

/// Drives a shop night by night; returns what a check lists at the end, without files and rows.
fn odd_facts(nights: &Nights) -> Result<Vec<String>, String> {
    let shops = Shops::new(nights);
    for night in 0..nights.len() {
        shops.run(night, 0)?;
    }
    let last = nights.len() - 1;
    let (as_of, now) = (shops.as_of(last), shops.now(last, 1));
    let report = with_night(shops.home(), last, as_of, now, &Silent, run::check).map_err(|error| error.to_string())?;
    // Rows of one file contradict each other only as long as they are in one file.
    let lines = report.exceptions.iter().filter(|line| line.reason != "conflicting_rows");
    let mut lines: Vec<String> = lines.map(told).collect();
    lines.sort();
    Ok(lines)
}

fn told(line: &ExceptionLine) -> String {
    let ExceptionLine { reason, customer_id, currency, source_id, order_id, card_number, amount, count, .. } = line;
    // A book does not keep which rows were rejected.
    let reason = if *reason == "refund_of_rejected_order" { "unknown_order" } else { reason };
    format!("{reason} {customer_id} {currency} {source_id} {order_id} {card_number} {amount} {count}")
}
