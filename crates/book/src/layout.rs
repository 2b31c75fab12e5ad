//! The tables of a book: their names, columns and format.

use accrue_facts::columns::{CanonicalType, Column, Need, columns};
use accrue_facts::{FactKind, PerKind};
use accrue_output::columns::{Field, Holds};
use accrue_output::ledger;
use std::sync::LazyLock;

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
            TableName::Orders => &FACTS.orders,
            TableName::Registrations => &FACTS.registrations,
            TableName::Refunds => &FACTS.refunds,
            TableName::Redemptions => &FACTS.redemptions,
            TableName::Adjustments => &FACTS.adjustments,
            TableName::Ledger => ledger::FIELDS,
            TableName::Emails => EMAILS,
        }
    }
}

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

/// What every table of facts ends with: which run kept a row, where the run had it from, and the keys of what it is about,
/// in 64 bits each, by which rows are found without reading their texts.
const ENDING: [Field; 6] = [
    RUN,
    SOURCE_FILE,
    SOURCE_ROW,
    Field::new(KEYS[0], Holds::Long).or_null(),
    Field::new(KEYS[1], Holds::Long).or_null(),
    Field::new(KEYS[2], Holds::Long).or_null(),
];
/// The columns that keep the keys of a row.
pub const KEYS: [&str; 3] = ["key_1", "key_2", "key_3"];
const RUN: Field = Field::new("run", Holds::Long);
pub const SOURCE_FILE: Field = Field::new("source_file", Holds::Text);
pub const SOURCE_ROW: Field = Field::new("source_row", Holds::Long);

/// The columns of facts, kind by kind: the canonical ones, and then those of [`ENDING`].
static FACTS: LazyLock<PerKind<Vec<Field>>> =
    LazyLock::new(|| FactKind::ALL.map(|kind| columns(kind).iter().map(field).chain(ENDING).collect()).into());

/// Returns the column that keeps the values of a canonical one: they are kept as they were read, what a file leaves out
/// filled in where the rules say with what.
fn field(column: &Column) -> Field {
    let is_required = column.need == Need::Required;
    let or_null = |field: Field| if is_required { field } else { field.or_null() };
    match column.holds {
        CanonicalType::Text => or_null(Field::new(column.name, Holds::Text)),
        CanonicalType::Instant | CanonicalType::ExpiryInstant => or_null(Field::new(column.name, Holds::Time)),
        CanonicalType::Amount | CanonicalType::SignedAmount => Field::new(column.name, Holds::Amount),
        CanonicalType::Count => Field::new(column.name, Holds::Long),
        CanonicalType::Flag { .. } => Field::new(column.name, Holds::Flag),
        CanonicalType::Currency | CanonicalType::RefundMethod | CanonicalType::AdjustmentMode => {
            Field::new(column.name, Holds::Text)
        }
    }
}
