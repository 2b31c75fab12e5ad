//! Balances (SPEC 8): per person touched and currency the balance, the next expiry and its amount.

use super::columns::{Labels, Texts, Times, amount_field, amounts, label_field, text_field, time_field};
use crate::kernel::currency::Currency;
use crate::kernel::money::Total;
use crate::kernel::outcome::Balance;
use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use std::sync::Arc;

/// The balances of some people.
#[derive(Default)]
pub struct BalanceRows {
    customer_id: Texts,
    currency: Labels,
    balance: Vec<i64>,
    next_expires_at: Times,
    next_expiring: Vec<Option<i64>>,
}

pub fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        text_field("customer_id"),
        label_field("currency", false),
        amount_field("balance", false),
        time_field("next_expires_at", true),
        amount_field("next_expiring", true),
    ]))
}

impl BalanceRows {
    pub fn push(&mut self, customer_id: &str, balance: &Balance) {
        let Balance { currency, amount, next_expiry } = *balance;
        self.customer_id.push(("", customer_id));
        self.currency.push(currency.index());
        self.balance.push(ten_thousandths(amount, currency));
        self.next_expires_at.push(next_expiry.map(|(at, _)| at.micros()));
        self.next_expiring.push(next_expiry.map(|(_, amount)| ten_thousandths(amount, currency)));
    }

    pub fn finish(self) -> RecordBatch {
        let columns = vec![
            self.customer_id.finish(),
            self.currency.finish(Currency::codes()),
            amounts(self.balance.into()),
            self.next_expires_at.finish(),
            amounts(self.next_expiring.into()),
        ];
        RecordBatch::try_new(schema(), columns).expect("columns of one length, as in the schema")
    }
}

fn ten_thousandths(total: Total, currency: Currency) -> i64 {
    total.saturate().ten_thousandths(currency)
}
