//! The layout of a book: the names and columns of its tables, and the number of the format.
//!
//! Invariant: a change that older versions cannot read raises `FORMAT`.

use accrue_facts::columns::{CanonicalType, Column, Need, columns};
use accrue_facts::{FactKind, PerKind};
use accrue_output::columns::{Field, Holds};
use accrue_output::ledger;
use std::sync::LazyLock;

/// The format that this version writes. It is raised when an older version could not continue a book.
pub(crate) const FORMAT: u32 = 2;
/// The setting of a table that has its format.
pub(crate) const FORMAT_SETTING: &str = "accrue.format";

/// The tables of a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TableName {
    /// The facts of one kind.
    Facts(FactKind),
    /// The postings; each commit with a record is a run.
    Ledger,
    /// The email jobs that were emitted.
    Emails,
}

impl TableName {
    /// All tables; those of facts come first.
    pub const ALL: [TableName; 7] = [
        TableName::Facts(FactKind::Orders),
        TableName::Facts(FactKind::Registrations),
        TableName::Facts(FactKind::Refunds),
        TableName::Facts(FactKind::Redemptions),
        TableName::Facts(FactKind::Adjustments),
        TableName::Ledger,
        TableName::Emails,
    ];

    /// Returns the place of the table in [`TableName::ALL`].
    pub(crate) fn index(self) -> usize {
        match self {
            TableName::Facts(kind) => kind as usize,
            TableName::Ledger => FactKind::ALL.len(),
            TableName::Emails => FactKind::ALL.len() + 1,
        }
    }

    /// Returns the name of the table, which is that of its folder.
    pub fn name(self) -> &'static str {
        match self {
            TableName::Facts(kind) => kind.name(),
            TableName::Ledger => "ledger",
            TableName::Emails => "emails",
        }
    }

    /// Returns the columns of the table.
    pub fn fields(self) -> &'static [Field] {
        match self {
            TableName::Facts(kind) => FACTS.get(kind),
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

/// The last columns of every table of facts: which run kept the row, where that run had it from, and its keys of 64
/// bits each, by which rows are found without reading their texts.
const ENDING: [Field; 6] = [
    RUN,
    SOURCE_FILE,
    SOURCE_ROW,
    Field::new(KEYS[0], Holds::Long).or_null(),
    Field::new(KEYS[1], Holds::Long).or_null(),
    Field::new(KEYS[2], Holds::Long).or_null(),
];
/// The columns with the keys of a row: see [`accrue_facts::key`].
pub const KEYS: [&str; 3] = ["key_1", "key_2", "key_3"];
/// The column with the number of the run that kept a row.
pub(crate) const RUN: Field = Field::new("run", Holds::Long);
/// The column with the path of the export that a row came from.
pub(crate) const SOURCE_FILE: Field = Field::new("source_file", Holds::Text);
/// The column with the line or row in that export, from 1.
pub(crate) const SOURCE_ROW: Field = Field::new("source_row", Holds::Long);

/// The columns of the tables of facts: the canonical ones, then those of [`ENDING`].
static FACTS: LazyLock<PerKind<Vec<Field>>> =
    LazyLock::new(|| FactKind::ALL.map(|kind| columns(kind).iter().map(field).chain(ENDING).collect()).into());

/// Returns the column that keeps the values of a canonical column. Values are kept as they were read, with the defaults
/// of the rules in the place of missing ones.
fn field(column: &Column) -> Field {
    let is_required = column.need == Need::Required;
    let or_null = |field: Field| if is_required { field } else { field.or_null() };
    match column.holds {
        CanonicalType::Text => or_null(Field::new(column.name, Holds::Text)),
        CanonicalType::Timestamp | CanonicalType::ExpiryInstant => or_null(Field::new(column.name, Holds::Time)),
        CanonicalType::Amount | CanonicalType::SignedAmount => Field::new(column.name, Holds::Amount),
        CanonicalType::Count => Field::new(column.name, Holds::Long),
        CanonicalType::Flag { .. } => Field::new(column.name, Holds::Flag),
        CanonicalType::Currency | CanonicalType::RefundMethod | CanonicalType::AdjustmentMode => {
            Field::new(column.name, Holds::Text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_found_at_their_places() {
        assert!(TableName::ALL.iter().enumerate().all(|(place, name)| name.index() == place));
    }
}
