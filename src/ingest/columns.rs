//! The one table of canonical columns (SPEC 2): what the rows of each kind of fact consist of.
//!
//! Readers type by it, mappings and pipelines are checked against it.

use super::input::FactKind;

/// One canonical column of one kind of fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub need: Need,
    pub holds: Holds,
}

/// Whether a file must have a column, and each of its rows a value there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    Required,
    /// At least one of the kind's columns so marked: they tell whose fact it is.
    Owner,
    Optional,
}

/// What a column's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Trimmed text; ids are text too.
    Text,
    /// An instant; without an offset local time, a bare date its start.
    Instant,
    /// As `Instant`, but a bare date means its end: the next local midnight.
    ExpiryInstant,
    /// An amount of at least zero in the row's currency; null is zero where the column is optional.
    Amount,
    /// An amount of either sign in the row's currency.
    SignedAmount,
    /// A whole number of at least zero; null is zero.
    Count,
    /// `true` or `false`; null is the given default.
    Flag { default: bool },
    /// An ISO 4217 code; null is the program's currency.
    Currency,
    /// `original` (the default), `store_credit` or `restore`.
    RefundMethod,
    /// `by` (the default) or `to`.
    AdjustmentMode,
}

impl Column {
    /// Tells whether an empty value moves money or changes the owner, and does not reject the row. What was before the exports
    /// begin is not among them: new customers have nothing there.
    pub fn moves_money(&self) -> bool {
        let is_silent = matches!(self.name, "updated_at" | "name" | "locale" | "notify" | "reason" | "note");
        let is_before = matches!(self.name, "orders_before" | "spend_before");
        self.need != Need::Required && !is_silent && !is_before
    }
}

/// Returns the columns of a kind, in the order of SPEC 2.
pub fn columns(kind: FactKind) -> &'static [Column] {
    match kind {
        FactKind::Orders => ORDERS,
        FactKind::Registrations => REGISTRATIONS,
        FactKind::Refunds => REFUNDS,
        FactKind::Redemptions => REDEMPTIONS,
        FactKind::Adjustments => ADJUSTMENTS,
    }
}

/// Returns a kind's column of that name.
pub fn column(kind: FactKind, name: &str) -> Option<&'static Column> {
    columns(kind).iter().find(|column| column.name == name)
}

const ORDERS: &[Column] = &[
    required("order_id", Holds::Text),
    owner("customer_id"),
    owner("email"),
    required("placed_at", Holds::Instant),
    optional("paid_at", Holds::Instant),
    optional("cancelled_at", Holds::Instant),
    optional("currency", Holds::Currency),
    required("items_amount", Holds::Amount),
    required("total_amount", Holds::Amount),
    optional("credit_amount", Holds::Amount),
    optional("refunded_amount", Holds::Amount),
    UPDATED_AT,
    VOID,
];

const REGISTRATIONS: &[Column] = &[
    required("customer_id", Holds::Text),
    required("registered_at", Holds::Instant),
    optional("email", Holds::Text),
    optional("card_number", Holds::Text),
    optional("name", Holds::Text),
    optional("locale", Holds::Text),
    optional("orders_before", Holds::Count),
    // In the program's currency, which a registration has no column to change.
    optional("spend_before", Holds::Amount),
    UPDATED_AT,
    VOID,
];

const REFUNDS: &[Column] = &[
    required("refund_id", Holds::Text),
    required("order_id", Holds::Text),
    required("refunded_at", Holds::Instant),
    // In its order's currency, which may be known only later.
    required("amount", Holds::Amount),
    optional("method", Holds::RefundMethod),
    optional("notify", Holds::Flag { default: true }),
    optional("note", Holds::Text),
    UPDATED_AT,
    VOID,
];

const REDEMPTIONS: &[Column] = &[
    required("redemption_id", Holds::Text),
    owner("customer_id"),
    owner("card_number"),
    optional("order_id", Holds::Text),
    required("redeemed_at", Holds::Instant),
    required("amount", Holds::Amount),
    optional("currency", Holds::Currency),
    UPDATED_AT,
    VOID,
];

const ADJUSTMENTS: &[Column] = &[
    required("adjustment_id", Holds::Text),
    required("customer_id", Holds::Text),
    required("adjusted_at", Holds::Instant),
    // With the mode `to`, at least zero.
    required("amount", Holds::SignedAmount),
    optional("mode", Holds::AdjustmentMode),
    optional("currency", Holds::Currency),
    optional("expires_at", Holds::ExpiryInstant),
    optional("reason", Holds::Text),
    optional("note", Holds::Text),
    UPDATED_AT,
    VOID,
];

const UPDATED_AT: Column = optional("updated_at", Holds::Instant);
const VOID: Column = optional("void", Holds::Flag { default: false });

const fn required(name: &'static str, holds: Holds) -> Column {
    Column { name, need: Need::Required, holds }
}

const fn owner(name: &'static str) -> Column {
    Column { name, need: Need::Owner, holds: Holds::Text }
}

const fn optional(name: &'static str, holds: Holds) -> Column {
    Column { name, need: Need::Optional, holds }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_starts_with_its_own_id_and_can_be_withdrawn() {
        for kind in FactKind::ALL {
            let all = columns(kind);
            assert_eq!((all[0].need, all[0].holds), (Need::Required, Holds::Text), "{}", kind.name());
            assert!(column(kind, "void").is_some() && column(kind, "updated_at").is_some());
            for (at, this) in all.iter().enumerate() {
                assert!(all[..at].iter().all(|other| other.name != this.name), "{} twice", this.name);
            }
        }
    }

    #[test]
    fn text_columns_are_those_that_accepted_rows_keep() {
        use crate::ingest::facts::{OrderRow, RedemptionRow, RefundRow, RegistrationRow, Row};
        let texts = |kind| {
            let texts = columns(kind).iter().filter(|column| column.holds == Holds::Text);
            texts.map(|column| column.name).collect::<Vec<_>>()
        };
        assert_eq!(texts(FactKind::Orders), OrderRow::TEXTS);
        assert_eq!(texts(FactKind::Registrations), RegistrationRow::TEXTS);
        assert_eq!(texts(FactKind::Refunds), RefundRow::TEXTS);
        assert_eq!(texts(FactKind::Redemptions), RedemptionRow::TEXTS);
    }
}
