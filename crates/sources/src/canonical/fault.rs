//! What is wrong with a value, in words for the people who can mend the export.

use accrue_facts::columns::{self, CanonicalType};
use accrue_facts::number::parse_number;
use accrue_facts::{FactKind, FileIndex, Reject, RejectReason, Wanted};
use accrue_text::visible;
use std::fmt::Display;

/// Longest value that a message quotes in full.
const QUOTED: usize = 60;

/// A fault of a row.
#[derive(Debug)]
pub(crate) struct Fault {
    /// Empty where the row as a whole is at fault.
    column: &'static str,
    value: String,
    reason: RejectReason,
    message: String,
}

impl Fault {
    /// A value that is there and cannot be accepted: `what` follows the quoted value.
    #[cold]
    pub(crate) fn of_value(
        column: &'static str,
        value: String,
        reason: RejectReason,
        what: impl Display,
    ) -> Box<Fault> {
        let message = format!("`{}` {what}", shortened(&value));
        Box::new(Fault { column, value, reason, message })
    }

    /// An empty value where there must be one.
    #[cold]
    pub(crate) fn missing(column: &'static str) -> Box<Fault> {
        let message = format!("`{column}` is empty, and every row must have it");
        Box::new(Fault { column, value: String::new(), reason: RejectReason::Missing, message })
    }

    /// A row that does not say whose fact it is.
    #[cold]
    pub(crate) fn no_owner(columns: &[&'static str]) -> Box<Fault> {
        let message = format!("the row has neither `{}`: it must have one of them", columns.join("` nor `"));
        Box::new(Fault { column: "", value: String::new(), reason: RejectReason::NoOwner, message })
    }

    pub(crate) fn column(&self) -> &'static str {
        self.column
    }

    /// Tells whether the value is a number only if a comma is the decimal mark.
    pub(crate) fn has_decimal_comma(&self) -> bool {
        let value = self.value.trim();
        self.reason == RejectReason::Malformed && value.contains(',') && parse_number(value.as_bytes(), b',').is_some()
    }

    pub(crate) fn into_reject(self, kind: FactKind, file: FileIndex, place: u64, order_id: Option<String>) -> Reject {
        let Fault { column, value, reason, message } = self;
        let wanted = match columns::column(kind, column).map(|column| column.holds) {
            Some(CanonicalType::Amount | CanonicalType::SignedAmount | CanonicalType::Count) => Wanted::Number,
            Some(CanonicalType::Timestamp | CanonicalType::ExpiryInstant) => Wanted::Time,
            _ => Wanted::Other,
        };
        let (column, expression) = (column.to_string(), None);
        Reject { kind, file, place, column, value, expression, wanted, reason, message, order_id }
    }
}

/// Returns what a message quotes of a value: its beginning, with hidden characters as escapes.
fn shortened(value: &str) -> String {
    match value.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", visible(&value[..end])),
        None => visible(value).into_owned(),
    }
}
