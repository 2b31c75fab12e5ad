//! The one table of canonical columns (docs/spec.md 2): the columns of each kind of fact, in the order of the rules.
//!
//! Readers take types from it; mappings and pipelines are checked against it; the tables of a book have their columns
//! from it.

use crate::FactKind;
use accrue_kernel::facts::RefundMethod;

/// One canonical column of one kind of fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name of the column in canonical exports and mappings.
    pub name: &'static str,
    /// Whether files must have the column and rows a value in it.
    pub need: Need,
    /// The type of the values.
    pub holds: CanonicalType,
}

/// Whether a file must have a column, and each of its rows a value there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A file must have the column, and each row a value in it.
    Required,
    /// A file must have at least one of the kind's columns with this need, and each row a value in one: they tell whose
    /// fact it is.
    Owner,
    /// Neither the file nor a row must have it.
    Optional,
}

/// What a column's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CanonicalType {
    /// Trimmed text; ids are text too.
    Text,
    /// An instant. Without an offset it is local time; a bare date is the start of that day.
    Timestamp,
    /// An instant as in `Timestamp`, but a bare date is the end of that day: the next local midnight.
    ExpiryInstant,
    /// An amount of at least zero in the row's currency; null is zero where the column is optional.
    Amount,
    /// An amount of either sign in the row's currency.
    SignedAmount,
    /// A whole number of at least zero; null is zero.
    Count,
    /// `true` or `false`.
    Flag {
        /// The value where a row has null.
        default: bool,
    },
    /// An ISO 4217 code; null is the program's currency.
    Currency,
    /// `original` (the default), `store_credit`, `restore` or `restore_first`.
    RefundMethod,
    /// `by` (the default) or `to`.
    AdjustmentMode,
}

/// The words of the methods of refunds.
pub const REFUND_METHODS: [(&str, RefundMethod); 4] = [
    ("original", RefundMethod::Original),
    ("store_credit", RefundMethod::StoreCredit),
    ("restore", RefundMethod::Restore),
    ("restore_first", RefundMethod::RestoreFirst),
];

/// Returns the word of a method of refunds.
pub fn refund_method(method: RefundMethod) -> &'static str {
    let (word, _) = REFUND_METHODS.iter().find(|(_, own)| *own == method).expect("each method has a word");
    word
}

impl Column {
    /// Tells whether an empty value of this column changes amounts or the owner without the row being rejected.
    ///
    /// The columns of what happened before the exports begin (`orders_before`, `spend_before`) are not among them: they
    /// are empty for every new customer.
    pub fn moves_money(&self) -> bool {
        let is_silent = matches!(self.name, "updated_at" | "name" | "locale" | "notify" | "reason" | "note");
        let is_before = matches!(self.name, "orders_before" | "spend_before");
        self.need != Need::Required && !is_silent && !is_before
    }
}

/// Returns the columns of a kind, in the order of docs/spec.md 2.
pub fn columns(kind: FactKind) -> &'static [Column] {
    match kind {
        FactKind::Orders => ORDERS,
        FactKind::Registrations => REGISTRATIONS,
        FactKind::Refunds => REFUNDS,
        FactKind::Redemptions => REDEMPTIONS,
        FactKind::Adjustments => ADJUSTMENTS,
    }
}

/// Returns the column of a kind with that name; `None` if the kind has none.
pub fn column(kind: FactKind, name: &str) -> Option<&'static Column> {
    columns(kind).iter().find(|column| column.name == name)
}

pub(crate) const ORDERS: &[Column] = &[
    required("order_id", CanonicalType::Text),
    owner("customer_id"),
    owner("email"),
    required("placed_at", CanonicalType::Timestamp),
    optional("paid_at", CanonicalType::Timestamp),
    optional("cancelled_at", CanonicalType::Timestamp),
    optional("currency", CanonicalType::Currency),
    required("items_amount", CanonicalType::Amount),
    required("total_amount", CanonicalType::Amount),
    optional("credit_amount", CanonicalType::Amount),
    optional("refunded_amount", CanonicalType::Amount),
    UPDATED_AT,
    VOID,
];

pub(crate) const REGISTRATIONS: &[Column] = &[
    required("customer_id", CanonicalType::Text),
    required("registered_at", CanonicalType::Timestamp),
    optional("email", CanonicalType::Text),
    optional("card_number", CanonicalType::Text),
    optional("name", CanonicalType::Text),
    optional("locale", CanonicalType::Text),
    optional("orders_before", CanonicalType::Count),
    // In the program's currency: registrations have no column for another one.
    optional("spend_before", CanonicalType::Amount),
    UPDATED_AT,
    VOID,
];

pub(crate) const REFUNDS: &[Column] = &[
    required("refund_id", CanonicalType::Text),
    required("order_id", CanonicalType::Text),
    required("refunded_at", CanonicalType::Timestamp),
    // In its order's currency, which may be known only later.
    required("amount", CanonicalType::Amount),
    optional("method", CanonicalType::RefundMethod),
    optional("notify", CanonicalType::Flag { default: true }),
    optional("note", CanonicalType::Text),
    UPDATED_AT,
    VOID,
];

pub(crate) const REDEMPTIONS: &[Column] = &[
    required("redemption_id", CanonicalType::Text),
    owner("customer_id"),
    owner("card_number"),
    owner("order_id"),
    required("redeemed_at", CanonicalType::Timestamp),
    required("amount", CanonicalType::Amount),
    optional("currency", CanonicalType::Currency),
    UPDATED_AT,
    VOID,
];

pub(crate) const ADJUSTMENTS: &[Column] = &[
    required("adjustment_id", CanonicalType::Text),
    required("customer_id", CanonicalType::Text),
    required("adjusted_at", CanonicalType::Timestamp),
    // With the mode `to`, at least zero.
    required("amount", CanonicalType::SignedAmount),
    optional("mode", CanonicalType::AdjustmentMode),
    optional("currency", CanonicalType::Currency),
    optional("expires_at", CanonicalType::ExpiryInstant),
    optional("reason", CanonicalType::Text),
    optional("note", CanonicalType::Text),
    UPDATED_AT,
    VOID,
];

const UPDATED_AT: Column = optional("updated_at", CanonicalType::Timestamp);
const VOID: Column = optional("void", CanonicalType::Flag { default: false });

const fn required(name: &'static str, holds: CanonicalType) -> Column {
    Column { name, need: Need::Required, holds }
}

const fn owner(name: &'static str) -> Column {
    Column { name, need: Need::Owner, holds: CanonicalType::Text }
}

const fn optional(name: &'static str, holds: CanonicalType) -> Column {
    Column { name, need: Need::Optional, holds }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_starts_with_its_own_id_and_can_be_withdrawn() {
        for kind in FactKind::ALL {
            let all = columns(kind);
            assert_eq!((all[0].need, all[0].holds), (Need::Required, CanonicalType::Text), "{}", kind.name());
            assert!(column(kind, "void").is_some() && column(kind, "updated_at").is_some());
            for (at, this) in all.iter().enumerate() {
                assert!(all[..at].iter().all(|other| other.name != this.name), "{} twice", this.name);
            }
        }
    }

    /// Returns the columns in the manual's table of a kind: the name, whether it is bold, and whether "or" follows it.
    fn in_manual(kind: FactKind) -> Vec<(&'static str, bool, bool)> {
        let manual = include_str!("../../../docs/columns.md");
        let begin = format!("\n**{}**\n\n| column |", kind.name());
        let table = &manual[manual.find(&begin).expect("each kind has a table") + begin.len()..];
        let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
        let first_cells = rows.map(|line| line.split('|').nth(1).expect("a row has cells").trim());
        let names = |cell: &'static str| {
            let names = cell.split('`').skip(1).step_by(2);
            names.map(|name| (name, cell.starts_with("**"), cell.ends_with(" or")))
        };
        first_cells.flat_map(names).collect()
    }

    #[test]
    fn the_manual_lists_the_columns_of_each_kind_and_shows_which_are_required() {
        for kind in FactKind::ALL {
            // Every kind has the last two columns. They are in a sentence below the tables of the manual.
            let (own, [updated_at, void]) = columns(kind).split_last_chunk().expect("more than two");
            assert_eq!([updated_at.name, void.name], ["updated_at", "void"]);
            let in_page = in_manual(kind);
            let owners = own.iter().filter(|column| column.need == Need::Owner);
            let last_owner = owners.map(|column| column.name).next_back();
            let expected: Vec<_> = own
                .iter()
                .map(|column| {
                    let has_or = column.need == Need::Owner && Some(column.name) != last_owner;
                    (column.name, column.need == Need::Required, has_or)
                })
                .collect();
            assert_eq!(in_page, expected, "{}", kind.name());
        }
        assert!(include_str!("../../../docs/columns.md").contains("**Every kind** also has `updated_at`"));
    }
}
