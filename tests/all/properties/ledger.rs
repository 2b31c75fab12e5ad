//! A ledger as its file has it: rows with their texts, amounts as whole numbers.

use crate::shop_folder::Rows;
use std::collections::BTreeMap;

/// The kinds of entries, in the order of docs/spec.md 6.
pub const KINDS: [&str; 7] = ["grant", "clawback", "redeem", "restore", "expire", "settle", "adjust"];

/// One row of a ledger. Times are as the file has them: their order is that of their texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub customer_id: String,
    pub currency: String,
    pub kind: usize,
    pub source_id: String,
    pub method: String,
    pub origin_id: String,
    /// In 10,000ths, which all currencies have in common.
    pub amount: i128,
    pub effective_at: String,
    pub expires_at: String,
    pub rule: String,
}

/// Whose credit in what currency.
pub type Account = (String, String);

/// A lot's account, method and origin.
pub type Lot = (Account, String, String);

pub fn parse(rows: &Rows) -> Vec<Row> {
    let row = |row: &BTreeMap<String, String>| {
        let text = |name: &str| row[name].clone();
        Row {
            customer_id: text("customer_id"),
            currency: text("currency"),
            kind: KINDS.iter().position(|kind| row["kind"] == *kind).expect("a kind of docs/spec.md 6"),
            source_id: text("source_id"),
            method: text("method"),
            origin_id: text("origin_id"),
            amount: amount(&row["amount"]),
            effective_at: text("effective_at"),
            expires_at: text("expires_at"),
            rule: text("rule"),
        }
    };
    rows.iter().map(row).collect()
}

/// Reads a plain decimal of at most four decimals, in 10,000ths.
pub fn amount(text: &str) -> i128 {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{decimals:0<4}");
    assert!(decimals.len() <= 4, "{text}");
    digits.parse().expect("a plain decimal")
}

impl Row {
    pub fn account(&self) -> Account {
        (self.customer_id.clone(), self.currency.clone())
    }

    pub fn lot(&self) -> Lot {
        (self.account(), self.method.clone(), self.origin_id.clone())
    }

    pub fn kind_name(&self) -> &'static str {
        KINDS[self.kind]
    }
}

/// Returns the rows of each lot, in their order.
pub fn by_lot(rows: &[Row]) -> BTreeMap<Lot, Vec<&Row>> {
    let mut lots: BTreeMap<Lot, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        lots.entry(row.lot()).or_default().push(row);
    }
    lots
}

/// Returns the sum of the amounts of some kinds.
pub fn sum(rows: &[&Row], kinds: &[&str]) -> i128 {
    rows.iter().filter(|row| kinds.contains(&row.kind_name())).map(|row| row.amount).sum()
}
