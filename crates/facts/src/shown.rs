//! Writes the values of an accepted fact as text, by canonical column, to show them to people.

use crate::columns::{columns, refund_method};
use crate::table::Table;
use crate::{FactKind, Facts, Row, Time};
use accrue_kernel::currency::Currency;
use accrue_kernel::money::Amount;

/// A canonical column and a value; `None` for none.
pub type ShownValue = (&'static str, Option<String>);

/// Returns the values of a fact, by its row among those of its kind, in the order of the columns of the kind.
/// `currency` is that of the program, in which registrations say what was spent before.
///
/// # Panics
/// Where there is no such row.
pub fn values(facts: &Facts, kind: FactKind, row: usize, currency: Currency) -> Vec<ShownValue> {
    let all = match kind {
        FactKind::Orders => with_texts(&facts.orders, row, order(facts, row)),
        FactKind::Registrations => with_texts(&facts.registrations, row, registration(facts, row, currency)),
        FactKind::Refunds => with_texts(&facts.refunds, row, refund(facts, row)),
        FactKind::Redemptions => with_texts(&facts.redemptions, row, redemption(facts, row)),
        FactKind::Adjustments => with_texts(&facts.adjustments, row, adjustment(facts, row)),
    };
    let value = |name: &str| all.iter().find(|(own, _)| *own == name).expect("every column has a value or none");
    columns(kind).iter().map(|column| value(column.name).clone()).collect()
}

fn with_texts<R: Row>(table: &Table<R>, row: usize, own: Vec<ShownValue>) -> Vec<ShownValue> {
    let texts = R::TEXTS.iter().enumerate();
    let texts = texts.map(|(number, name)| (*name, table.text(row, number).map(str::to_owned)));
    let ending =
        [("updated_at", time(table.updated_at(row))), ("void", table.rows[row].is_void().then(|| "true".to_owned()))];
    texts.chain(own).chain(ending).collect()
}

fn order(facts: &Facts, row: usize) -> Vec<ShownValue> {
    let (own, extras) = (&facts.orders.rows[row], facts.orders.extras(row));
    vec![
        ("placed_at", time(own.placed_at)),
        ("paid_at", time(own.paid_at(extras))),
        ("cancelled_at", time(extras.cancelled_at)),
        ("currency", Some(own.currency.code().to_owned())),
        ("items_amount", amount(own.items(extras), own.currency)),
        ("total_amount", amount(own.total(extras), own.currency)),
        ("credit_amount", amount(extras.credit, own.currency)),
        ("refunded_amount", amount(extras.refunded, own.currency)),
    ]
}

fn registration(facts: &Facts, row: usize, currency: Currency) -> Vec<ShownValue> {
    let own = &facts.registrations.rows[row];
    vec![
        ("registered_at", time(own.registered_at)),
        ("orders_before", Some(own.orders_before.to_string())),
        ("spend_before", amount(own.spend_before, currency)),
    ]
}

fn refund(facts: &Facts, row: usize) -> Vec<ShownValue> {
    let own = &facts.refunds.rows[row];
    vec![
        ("refunded_at", time(own.refunded_at)),
        ("amount", Some(own.amount.to_string())),
        ("method", Some(refund_method(own.method).to_owned())),
        ("notify", Some(own.notify.to_string())),
    ]
}

fn redemption(facts: &Facts, row: usize) -> Vec<ShownValue> {
    let own = &facts.redemptions.rows[row];
    vec![
        ("redeemed_at", time(own.redeemed_at)),
        ("amount", amount(own.amount, own.currency)),
        ("currency", Some(own.currency.code().to_owned())),
    ]
}

fn adjustment(facts: &Facts, row: usize) -> Vec<ShownValue> {
    let own = &facts.adjustments.rows[row];
    vec![
        ("adjusted_at", time(own.adjusted_at)),
        ("amount", amount(own.amount, own.currency)),
        ("mode", Some(if own.to { "to" } else { "by" }.to_owned())),
        ("currency", Some(own.currency.code().to_owned())),
        ("expires_at", time(own.expires_at)),
    ]
}

fn time(time: Time) -> Option<String> {
    time.get().map(|instant| instant.to_string().replace(".000000Z", "Z"))
}

fn amount(amount: Amount, currency: Currency) -> Option<String> {
    Some(amount.display(currency).to_string())
}
