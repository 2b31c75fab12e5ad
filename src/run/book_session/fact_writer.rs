//! Writes accepted rows of exports as rows of the book's tables.

use super::super::in_order::in_order;
use crate::book::{BookError, Cell, TableName, TableRows};
use crate::facts::FactKind;
use crate::facts::columns::refund_method;
use crate::facts::key::{Key, row_keys};
use crate::facts::table::Table;
use crate::facts::{ExactDecimal, Facts, Origin, Row, Time};
use crate::kernel::currency::Currency;
use crate::kernel::facts::FactRow;
use crate::kernel::money::Amount;
use crate::output::table::{Encoded, Encoder, Scratch};
use crate::resolve::Unseen;

/// Rows of a row group.
const ROWS: usize = 100_000;

/// What all rows that a run keeps have in common.
pub(crate) struct FactWriter<'f> {
    pub facts: &'f Facts,
    /// The files as the book names them.
    pub files: Vec<String>,
    /// The number of the run.
    pub run: i64,
    /// The program's.
    pub currency: Currency,
}

/// Where encoded rows go.
pub(crate) type Append<'a> = &'a mut dyn FnMut(Encoded) -> Result<(), BookError>;

impl<'f> FactWriter<'f> {
    pub(crate) fn of(facts: &'f Facts, run: i64, currency: Currency) -> FactWriter<'f> {
        let files = facts.files.iter().map(|file| file.path.display().to_string()).collect();
        FactWriter { facts, files, run, currency }
    }

    /// Encodes the rows of a kind that are new.
    pub(crate) fn encode(
        &self,
        kind: FactKind,
        unseen: &Unseen,
        encoder: &Encoder,
        append: Append<'_>,
    ) -> Result<(), BookError> {
        let rows = unseen.get(kind);
        match kind {
            FactKind::Orders => self.orders(rows, encoder, append),
            FactKind::Registrations => self.registrations(rows, encoder, append),
            FactKind::Refunds => self.refunds(rows, encoder, append),
            FactKind::Redemptions => self.redemptions(rows, encoder, append),
            FactKind::Adjustments => self.adjustments(rows, encoder, append),
        }
    }

    fn orders(&self, rows: &[FactRow], encoder: &Encoder, append: Append<'_>) -> Result<(), BookError> {
        let orders = &self.facts.orders;
        self.write(orders, rows, encoder, append, |row| {
            let (order, extras) = (&orders.rows[row], orders.extras(row));
            let text = |column| Cell::text(orders.text(row, column));
            [
                text(0),
                text(1),
                text(2),
                time(order.placed_at),
                time(order.paid_at(extras)),
                time(extras.cancelled_at),
                Cell::Text(order.currency.code()),
                amount(order.items(extras), order.currency),
                amount(order.total(extras), order.currency),
                amount(extras.credit, order.currency),
                amount(extras.refunded, order.currency),
            ]
        })
    }

    fn registrations(&self, rows: &[FactRow], encoder: &Encoder, append: Append<'_>) -> Result<(), BookError> {
        let registrations = &self.facts.registrations;
        self.write(registrations, rows, encoder, append, |row| {
            let own = &registrations.rows[row];
            let text = |column| Cell::text(registrations.text(row, column));
            [
                text(0),
                time(own.registered_at),
                text(1),
                text(2),
                text(3),
                text(4),
                Cell::Number(own.orders_before as i64),
                amount(own.spend_before, self.currency),
            ]
        })
    }

    fn refunds(&self, rows: &[FactRow], encoder: &Encoder, append: Append<'_>) -> Result<(), BookError> {
        let refunds = &self.facts.refunds;
        self.write(refunds, rows, encoder, append, |row| {
            let own = &refunds.rows[row];
            let text = |column| Cell::text(refunds.text(row, column));
            [
                text(0),
                text(1),
                time(own.refunded_at),
                exact(own.amount),
                Cell::Text(refund_method(own.method)),
                Cell::flag(own.notify),
                text(2),
            ]
        })
    }

    fn redemptions(&self, rows: &[FactRow], encoder: &Encoder, append: Append<'_>) -> Result<(), BookError> {
        let redemptions = &self.facts.redemptions;
        self.write(redemptions, rows, encoder, append, |row| {
            let own = &redemptions.rows[row];
            let text = |column| Cell::text(redemptions.text(row, column));
            [
                text(0),
                text(1),
                text(2),
                text(3),
                time(own.redeemed_at),
                amount(own.amount, own.currency),
                Cell::Text(own.currency.code()),
            ]
        })
    }

    fn adjustments(&self, rows: &[FactRow], encoder: &Encoder, append: Append<'_>) -> Result<(), BookError> {
        let adjustments = &self.facts.adjustments;
        self.write(adjustments, rows, encoder, append, |row| {
            let own = &adjustments.rows[row];
            let text = |column| Cell::text(adjustments.text(row, column));
            [
                text(0),
                text(1),
                time(own.adjusted_at),
                amount(own.amount, own.currency),
                Cell::Text(if own.to { "to" } else { "by" }),
                Cell::Text(own.currency.code()),
                time(own.expires_at),
                text(2),
                text(3),
            ]
        })
    }

    /// Writes rows: what their kind has, then what every kind ends with.
    fn write<'t, R: Row, const N: usize>(
        &'t self,
        table: &'t Table<R>,
        rows: &[FactRow],
        encoder: &Encoder,
        append: Append<'_>,
        own: impl Fn(usize) -> [Cell<'t>; N] + Sync,
    ) -> Result<(), BookError> {
        let pieces: Vec<&[FactRow]> = rows.chunks(ROWS).collect();
        in_order(
            pieces.len(),
            || (TableRows::new(TableName::Facts(R::KIND).fields()), Scratch::default()),
            |(rows, scratch), piece| {
                rows.clear();
                for row in pieces[piece].iter().map(|row| row.get()) {
                    rows.push(own(row).into_iter().chain(self.ending(table, row)));
                }
                Ok(encoder.encode(&rows.rows(), scratch)?)
            },
            append,
        )
    }

    fn ending<R: Row>(&self, table: &Table<R>, row: usize) -> [Cell<'_>; 8] {
        let Origin { file, place } = table.origin(row);
        let [key_1, key_2, key_3] = row_keys(R::KIND, |column| table.text(row, column)).map(Key::number);
        [
            time(table.updated_at(row)),
            Cell::flag(table.rows[row].is_void()),
            Cell::Number(self.run),
            Cell::Text(&self.files[file.get()]),
            Cell::Number(i64::try_from(place).expect("no file has so many rows")),
            Cell::number(key_1),
            Cell::number(key_2),
            Cell::number(key_3),
        ]
    }
}

fn time<'a>(time: Time) -> Cell<'a> {
    Cell::number(time.get().map(|instant| instant.micros()))
}

fn amount<'a>(amount: Amount, currency: Currency) -> Cell<'a> {
    Cell::Number(amount.ten_thousandths(currency))
}

fn exact<'a>(decimal: ExactDecimal) -> Cell<'a> {
    Cell::Number(decimal.mantissa * 10_i64.pow(4 - u32::from(decimal.decimals)))
}
