//! The exports of a shop: which columns each kind has (docs/spec.md 2), and what is in them.

use super::cell::{Cell, Column, Holds};
use super::orders::Order;
use super::people::Registration;
use super::refunds::Refund;
use super::table::Table;
use super::{GenerateError, Generated, Options};
use crate::facts::FactKind;
use std::fmt::{Arguments, Write};
use std::path::{Path, PathBuf};

const ORDERS: &[Column] = &[
    once("order_id", Holds::Text),
    often("customer_id", Holds::Text),
    often("email", Holds::Text),
    once("placed_at", Holds::Time),
    once("paid_at", Holds::Time),
    once("cancelled_at", Holds::Time),
    often("currency", Holds::Text),
    often("items_amount", Holds::Money),
    often("total_amount", Holds::Money),
    often("credit_amount", Holds::Money),
];
const REGISTRATIONS: &[Column] = &[
    once("customer_id", Holds::Text),
    once("registered_at", Holds::Time),
    once("email", Holds::Text),
    often("name", Holds::Text),
    often("locale", Holds::Text),
];
const REFUNDS: &[Column] = &[
    once("refund_id", Holds::Text),
    once("order_id", Holds::Text),
    once("refunded_at", Holds::Time),
    often("amount", Holds::Money),
    often("method", Holds::Text),
];
const REDEMPTIONS: &[Column] = &[
    once("redemption_id", Holds::Text),
    once("customer_id", Holds::Text),
    once("order_id", Holds::Text),
    once("redeemed_at", Holds::Time),
    often("amount", Holds::Money),
    often("currency", Holds::Text),
];

const CURRENCY: Cell<'static> = Cell::Text("USD");

/// One table per kind that the shop exports.
pub(crate) struct Tables {
    orders: Table,
    registrations: Table,
    refunds: Table,
    redemptions: Option<Table>,
    texts: Texts,
}

/// Memory for the texts of a row.
#[derive(Default)]
struct Texts {
    id: String,
    order: String,
    customer: String,
    email: String,
}

impl Tables {
    pub(crate) fn create(options: &Options, dir: &Path) -> Result<Tables, GenerateError> {
        let create = |kind, columns| Table::create(kind, columns, options, dir);
        let redemptions = options.redemptions.then(|| create(FactKind::Redemptions, REDEMPTIONS));
        Ok(Tables {
            orders: create(FactKind::Orders, ORDERS)?,
            registrations: create(FactKind::Registrations, REGISTRATIONS)?,
            refunds: create(FactKind::Refunds, REFUNDS)?,
            redemptions: redemptions.transpose()?,
            texts: Texts::default(),
        })
    }

    pub(crate) fn registration(&mut self, registration: &Registration) -> Result<(), GenerateError> {
        let Registration { person, registered_at, name, locale } = *registration;
        let texts = &mut self.texts;
        let customer = put(&mut texts.customer, format_args!("C{:07}", person + 1));
        let email = put(&mut texts.email, format_args!("c{:07}@mail.example", person + 1));
        let cells = [customer, Cell::Time(registered_at), email, Cell::Text(name), Cell::Text(locale)];
        self.registrations.row(registered_at, &cells)
    }

    pub(crate) fn order(&mut self, order: &Order) -> Result<(), GenerateError> {
        let texts = &mut self.texts;
        let id = put(&mut texts.order, format_args!("O{:08}", order.number + 1));
        let customer = put(&mut texts.customer, format_args!("C{:07}", order.buyer + 1));
        // Who types an address may begin it with a capital.
        let initial = if order.as_guest && order.number.is_multiple_of(8) { 'C' } else { 'c' };
        let email = put(&mut texts.email, format_args!("{initial}{:07}@mail.example", order.buyer + 1));
        let cells = [
            id,
            if order.as_guest { Cell::Null } else { customer },
            email,
            Cell::Time(order.placed_at),
            order.paid_at.map_or(Cell::Null, Cell::Time),
            order.cancelled_at.map_or(Cell::Null, Cell::Time),
            CURRENCY,
            Cell::Money(order.items),
            Cell::Money(order.total),
            Cell::Money(order.credit),
        ];
        self.orders.row(order.placed_at, &cells)
    }

    pub(crate) fn refund(&mut self, refund: &Refund) -> Result<(), GenerateError> {
        let texts = &mut self.texts;
        let id = put(&mut texts.id, format_args!("R{:08}", self.refunds.rows + 1));
        let order = put(&mut texts.order, format_args!("O{:08}", refund.order + 1));
        let (at, amount) = (Cell::Time(refund.refunded_at), Cell::Money(refund.amount));
        self.refunds.row(refund.refunded_at, &[id, order, at, amount, Cell::Text(refund.method)])
    }

    /// Writes the redemption that pays an order's `credit_amount`, where the shop has redemptions.
    pub(crate) fn redemption(&mut self, paid: &Order) -> Result<(), GenerateError> {
        let Some(table) = &mut self.redemptions else { return Ok(()) };
        let texts = &mut self.texts;
        let id = put(&mut texts.id, format_args!("P{:08}", table.rows + 1));
        let customer = put(&mut texts.customer, format_args!("C{:07}", paid.buyer + 1));
        let order = put(&mut texts.order, format_args!("O{:08}", paid.number + 1));
        let (at, amount) = (Cell::Time(paid.placed_at), Cell::Money(paid.credit));
        table.row(paid.placed_at, &[id, customer, order, at, amount, CURRENCY])
    }

    /// Removes the files, and no others that have come to be in their folder.
    pub(crate) fn remove(self) -> Result<(), GenerateError> {
        let tables = [Some(self.orders), Some(self.registrations), Some(self.refunds), self.redemptions];
        tables.into_iter().flatten().try_for_each(Table::remove)
    }

    pub(crate) fn finish(self, pipeline: PathBuf) -> Result<Generated, GenerateError> {
        let (mut exports, orders) = self.orders.finish()?;
        let mut finish = |table: Table| {
            let (files, rows) = table.finish()?;
            exports.extend(files);
            Ok(rows)
        };
        let registrations = finish(self.registrations)?;
        let refunds = finish(self.refunds)?;
        let redemptions = self.redemptions.map_or(Ok(0), finish)?;
        Ok(Generated { pipeline, exports, orders, registrations, refunds, redemptions })
    }
}

fn put<'t>(text: &'t mut String, what: Arguments<'_>) -> Cell<'t> {
    text.clear();
    text.write_fmt(what).expect("memory takes what is written to it");
    Cell::Text(text)
}

const fn often(name: &'static str, holds: Holds) -> Column {
    Column { name, holds, repeats: true }
}

const fn once(name: &'static str, holds: Holds) -> Column {
    Column { name, holds, repeats: false }
}
