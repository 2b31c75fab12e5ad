//! The table of balances (docs/spec.md 8): for each person and currency the balance, the next expiry and its amount.
//! Amounts are ten-thousandths, times microseconds since 1970.

use super::columns::{Column, Field, Holds, Labels, Rows, Runs};
use super::numbering::Instants;
use accrue_kernel::currency::Currency;
use accrue_kernel::money::WideAmount;
use accrue_kernel::outcome::Balance;

/// The columns of the table.
pub const FIELDS: &[Field] = &[
    Field::new("customer_id", Holds::Text).sorted(),
    Field::new("currency", Holds::Text),
    Field::new("balance", Holds::Amount),
    Field::new("next_expires_at", Holds::Time).or_null(),
    Field::new("next_expiring", Holds::Amount).or_null(),
];

/// The balances of some people, column by column; cleared and filled again.
#[derive(Default)]
pub struct BalanceRows {
    customer_id: Runs,
    currency: Labels,
    balance: Vec<i64>,
    next_expires_at: Instants,
    next_expiring: Vec<Option<i64>>,
}

impl BalanceRows {
    /// Removes all rows and keeps the memory.
    pub fn clear(&mut self) {
        self.customer_id.clear();
        self.currency.clear();
        self.balance.clear();
        self.next_expires_at.clear();
        self.next_expiring.clear();
    }

    /// Adds the balances of one person. People must come in rising order of their ids.
    pub fn push(&mut self, customer_id: &str, balances: &[Balance]) {
        self.customer_id.push(customer_id, balances.len());
        self.currency.extend(balances.iter().map(|own| Some(own.currency.index())), Currency::code_at);
        self.balance.extend(balances.iter().map(|own| ten_thousandths(own.amount, own.currency)));
        self.next_expires_at.extend(balances.iter().map(|own| own.next_expiry.map(|(at, _)| at.micros())));
        let expiring = |own: &Balance| own.next_expiry.map(|(_, amount)| ten_thousandths(amount, own.currency));
        self.next_expiring.extend(balances.iter().map(expiring));
    }

    /// Returns the rows, to be encoded.
    pub fn rows(&self) -> Rows<'_> {
        let columns = vec![
            self.customer_id.column(),
            self.currency.column(),
            Column::Numbers(&self.balance),
            self.next_expires_at.column(),
            Column::NumbersOrNull(&self.next_expiring),
        ];
        Rows { count: self.balance.len(), columns }
    }
}

fn ten_thousandths(total: WideAmount, currency: Currency) -> i64 {
    total.saturate().ten_thousandths(currency)
}
