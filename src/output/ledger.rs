//! The ledger's columns (SPEC 6) and the rows of some people in them.

use super::columns::{Labels, Texts, Times, amount_field, amounts, label_field, same_label, text_field, time_field};
use crate::kernel::currency::Currency;
use crate::kernel::entry::{Entry, Kind, Method};
use crate::kernel::program::Rule;
use crate::kernel::time::Instant;
use arrow::array::{RecordBatch, TimestampMicrosecondArray};
use arrow::datatypes::{Schema, SchemaRef};
use std::sync::Arc;

/// What every posting of a run has in common.
#[derive(Clone, Debug)]
pub struct RunStamp {
    /// When the run was posted: the clock, read once.
    pub posted_at: Instant,
    pub run_id: String,
}

/// The ledger rows of some people.
pub struct LedgerRows<'p> {
    rules: &'p [Rule],
    customer_id: Texts,
    currency: Labels,
    kind: Labels,
    source_id: Texts,
    method: Labels,
    origin_id: Texts,
    amount: Vec<i64>,
    effective_at: Vec<i64>,
    expires_at: Times,
    rule: Labels,
}

/// Returns the columns of SPEC 6 in that order.
pub fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        text_field("customer_id"),
        label_field("currency", false),
        label_field("kind", false),
        text_field("source_id"),
        label_field("method", false),
        text_field("origin_id"),
        amount_field("amount", false),
        time_field("effective_at", false),
        time_field("expires_at", true),
        label_field("rule", true),
        time_field("posted_at", false),
        label_field("run_id", false),
    ]))
}

impl<'p> LedgerRows<'p> {
    /// Starts rows whose `rule` is one of these.
    pub fn new(rules: &'p [Rule]) -> LedgerRows<'p> {
        LedgerRows {
            rules,
            customer_id: Texts::default(),
            currency: Labels::default(),
            kind: Labels::default(),
            source_id: Texts::default(),
            method: Labels::default(),
            origin_id: Texts::default(),
            amount: Vec::new(),
            effective_at: Vec::new(),
            expires_at: Times::default(),
            rule: Labels::default(),
        }
    }

    pub fn push(&mut self, customer_id: &str, entry: &Entry<'_>) {
        self.customer_id.push(("", customer_id));
        self.currency.push(entry.currency.index());
        self.kind.push(entry.kind as usize);
        self.source_id.push(entry.source_id.0.parts());
        self.method.push(entry.method as usize);
        self.origin_id.push(entry.origin_id.0.parts());
        self.amount.push(entry.amount.ten_thousandths(entry.currency));
        self.effective_at.push(entry.effective_at.micros());
        self.expires_at.push(entry.expires_at.map(Instant::micros));
        self.rule.push_optional(entry.rule.map(|rule| rule as usize));
    }

    pub fn finish(self, stamp: &RunStamp) -> RecordBatch {
        let count = self.amount.len();
        let posted_at = vec![stamp.posted_at.micros(); count];
        let columns = vec![
            self.customer_id.finish(),
            self.currency.finish(Currency::codes()),
            self.kind.finish(Kind::ALL.iter().map(|kind| kind.name())),
            self.source_id.finish(),
            self.method.finish(Method::ALL.iter().map(|method| method.name())),
            self.origin_id.finish(),
            amounts(self.amount.into()),
            Arc::new(TimestampMicrosecondArray::from(self.effective_at).with_timezone("UTC")),
            self.expires_at.finish(),
            self.rule.finish(self.rules.iter().map(|rule| rule.id.as_str())),
            Arc::new(TimestampMicrosecondArray::from(posted_at).with_timezone("UTC")),
            same_label(&stamp.run_id, count),
        ];
        RecordBatch::try_new(schema(), columns).expect("columns of one length, as in the schema")
    }
}
