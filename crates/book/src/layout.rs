//! The tables of a book: their names, columns and format.

use accrue_output::columns::{Field, Holds};
use accrue_output::ledger;

/// The format that this version writes; raised whenever an older version could not go on with a book.
pub const FORMAT: u32 = 2;
/// The setting of a table that says its format.
pub const FORMAT_SETTING: &str = "accrue.format";

/// The tables of a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TableName {
    Orders,
    Registrations,
    Refunds,
    Redemptions,
    Adjustments,
    Ledger,
    Emails,
}

impl TableName {
    /// Those of facts first.
    pub const ALL: [TableName; 7] = [
        TableName::Orders,
        TableName::Registrations,
        TableName::Refunds,
        TableName::Redemptions,
        TableName::Adjustments,
        TableName::Ledger,
        TableName::Emails,
    ];

    pub const FACTS: [TableName; 5] = [
        TableName::Orders,
        TableName::Registrations,
        TableName::Refunds,
        TableName::Redemptions,
        TableName::Adjustments,
    ];

    /// Returns the table's name, which is that of its folder.
    pub fn name(self) -> &'static str {
        ["orders", "registrations", "refunds", "redemptions", "adjustments", "ledger", "emails"][self as usize]
    }

    pub fn fields(self) -> &'static [Field] {
        match self {
            TableName::Orders => ORDERS,
            TableName::Registrations => REGISTRATIONS,
            TableName::Refunds => REFUNDS,
            TableName::Redemptions => REDEMPTIONS,
            TableName::Adjustments => ADJUSTMENTS,
            TableName::Ledger => ledger::FIELDS,
            TableName::Emails => EMAILS,
        }
    }
}

/// The columns of a kind of facts: the canonical ones (SPEC 2), which run kept a row and where it had it from, and keys.
macro_rules! facts {
    [$($own:expr),* $(,)?] => {
        &[$($own,)* UPDATED_AT, VOID, RUN, SOURCE_FILE, SOURCE_ROW, KEY_1, KEY_2, KEY_3]
    };
}

const ORDERS: &[Field] = facts![
    Field::new("order_id", Holds::Text),
    Field::new("customer_id", Holds::Text).or_null(),
    Field::new("email", Holds::Text).or_null(),
    Field::new("placed_at", Holds::Time),
    Field::new("paid_at", Holds::Time).or_null(),
    Field::new("cancelled_at", Holds::Time).or_null(),
    Field::new("currency", Holds::Text),
    Field::new("items_amount", Holds::Amount),
    Field::new("total_amount", Holds::Amount),
    Field::new("credit_amount", Holds::Amount),
    Field::new("refunded_amount", Holds::Amount),
];

const REGISTRATIONS: &[Field] = facts![
    Field::new("customer_id", Holds::Text),
    Field::new("registered_at", Holds::Time),
    Field::new("email", Holds::Text).or_null(),
    Field::new("card_number", Holds::Text).or_null(),
    Field::new("name", Holds::Text).or_null(),
    Field::new("locale", Holds::Text).or_null(),
    Field::new("orders_before", Holds::Long),
    Field::new("spend_before", Holds::Amount),
];

const REFUNDS: &[Field] = facts![
    Field::new("refund_id", Holds::Text),
    Field::new("order_id", Holds::Text),
    Field::new("refunded_at", Holds::Time),
    Field::new("amount", Holds::Amount),
    Field::new("method", Holds::Text),
    Field::new("notify", Holds::Flag),
    Field::new("note", Holds::Text).or_null(),
];

const REDEMPTIONS: &[Field] = facts![
    Field::new("redemption_id", Holds::Text),
    Field::new("customer_id", Holds::Text).or_null(),
    Field::new("card_number", Holds::Text).or_null(),
    Field::new("order_id", Holds::Text).or_null(),
    Field::new("redeemed_at", Holds::Time),
    Field::new("amount", Holds::Amount),
    Field::new("currency", Holds::Text),
];

const ADJUSTMENTS: &[Field] = facts![
    Field::new("adjustment_id", Holds::Text),
    Field::new("customer_id", Holds::Text),
    Field::new("adjusted_at", Holds::Time),
    Field::new("amount", Holds::Amount),
    Field::new("mode", Holds::Text),
    Field::new("currency", Holds::Text),
    Field::new("expires_at", Holds::Time).or_null(),
    Field::new("reason", Holds::Text).or_null(),
    Field::new("note", Holds::Text).or_null(),
];

const EMAILS: &[Field] = &[
    Field::new("job_id", Holds::Text),
    Field::new("kind", Holds::Text),
    Field::new("customer_id", Holds::Text),
    Field::new("email", Holds::Text),
    Field::new("send_at", Holds::Time),
    Field::new("run_id", Holds::Text),
    // The whole job, as its line in `emails.ndjson`.
    Field::new("job", Holds::Text),
];

const UPDATED_AT: Field = Field::new("updated_at", Holds::Time).or_null();
const VOID: Field = Field::new("void", Holds::Flag);
const RUN: Field = Field::new("run", Holds::Long);
pub const SOURCE_FILE: Field = Field::new("source_file", Holds::Text);
pub const SOURCE_ROW: Field = Field::new("source_row", Holds::Long);
// What the row is about, in 64 bits each: to find rows without reading their texts.
const KEY_1: Field = Field::new("key_1", Holds::Long).or_null();
const KEY_2: Field = Field::new("key_2", Holds::Long).or_null();
const KEY_3: Field = Field::new("key_3", Holds::Long).or_null();
