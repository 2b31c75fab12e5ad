//! The values of an accepted fact, as people read them.

use crate::facts::columns::{columns, refund_method};
use crate::facts::table::Table;
use crate::facts::{FactKind, Facts, FileIndex, FileRead, Row, Time};
use crate::kernel::currency::Currency;
use crate::kernel::money::Amount;

/// A fact: its line or row in the file, and its values by canonical column, in the order of the columns.
pub(super) type Shown = (u64, Vec<(&'static str, String)>);

/// Returns the first facts of a file, with the values that it gives; `file` is its index.
pub(super) fn first_facts(facts: &Facts, file: FileIndex, count: usize) -> Vec<Shown> {
    let read = &facts.files[file.get()];
    match read.kind {
        FactKind::Orders => first(&facts.orders, read, file, count, |row| order(facts, row)),
        FactKind::Registrations => first(&facts.registrations, read, file, count, |row| registration(facts, row)),
        FactKind::Refunds => first(&facts.refunds, read, file, count, |row| refund(facts, row)),
        FactKind::Redemptions => first(&facts.redemptions, read, file, count, |row| redemption(facts, row)),
        FactKind::Adjustments => first(&facts.adjustments, read, file, count, |row| adjustment(facts, row)),
    }
}

/// Values by column that are no texts.
type Values = Vec<(&'static str, Option<String>)>;

fn first<R: Row>(
    table: &Table<R>,
    read: &FileRead,
    file: FileIndex,
    count: usize,
    values: impl Fn(usize) -> Values,
) -> Vec<Shown> {
    let own = (0..table.rows.len()).filter(|row| table.origin(*row).file == file).take(count);
    own.map(|row| {
        let texts = R::TEXTS.iter().enumerate();
        let texts = texts.map(|(number, name)| (*name, table.text(row, number).map(str::to_owned)));
        let ending = [
            ("updated_at", time(table.updated_at(row))),
            ("void", table.rows[row].is_void().then(|| "true".to_owned())),
        ];
        let all: Values = texts.chain(values(row)).chain(ending).collect();
        (table.origin(row).place, in_order(&all, read))
    })
    .collect()
}

/// Puts values in the order of the columns, and leaves out those of columns that the file does not fill.
fn in_order(values: &Values, read: &FileRead) -> Vec<(&'static str, String)> {
    let is_filled = |at: usize| read.filled.columns.get(at).is_some_and(|count| *count > 0);
    let named = columns(read.kind).iter().enumerate().filter(|(at, _)| is_filled(*at));
    let value = |name: &str| values.iter().find(|(own, _)| *own == name).and_then(|(_, value)| value.clone());
    named.filter_map(|(_, column)| Some((column.name, value(column.name)?))).collect()
}

fn order(facts: &Facts, row: usize) -> Values {
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

fn registration(facts: &Facts, row: usize) -> Values {
    let own = &facts.registrations.rows[row];
    vec![("registered_at", time(own.registered_at)), ("orders_before", Some(own.orders_before.to_string()))]
}

fn refund(facts: &Facts, row: usize) -> Values {
    let own = &facts.refunds.rows[row];
    vec![
        ("refunded_at", time(own.refunded_at)),
        ("amount", Some(own.amount.to_string())),
        ("method", Some(refund_method(own.method).to_owned())),
        ("notify", Some(own.notify.to_string())),
    ]
}

fn redemption(facts: &Facts, row: usize) -> Values {
    let own = &facts.redemptions.rows[row];
    vec![
        ("redeemed_at", time(own.redeemed_at)),
        ("amount", amount(own.amount, own.currency)),
        ("currency", Some(own.currency.code().to_owned())),
    ]
}

fn adjustment(facts: &Facts, row: usize) -> Values {
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
