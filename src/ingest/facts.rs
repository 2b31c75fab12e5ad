//! The accepted rows of every input, before versions and identity: small fixed-size records in [`Table`]s, which have
//! their texts and what few rows have beside them.

use super::canonical::Filled;
use super::input::{FactKind, KeptSince};
use super::short_numbers::{ShortAmount, ShortTime};
use super::short_text::ShortText;
use super::table::Table;
use super::warnings::Seen;
use crate::kernel::currency::Currency;
use crate::kernel::facts::RefundMethod;
use crate::kernel::money::Amount;
use crate::kernel::time::Instant;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Every accepted row, by kind, in reading order: inputs in pipeline order, files by name, rows in order.
#[derive(Default)]
pub struct Facts {
    pub orders: Table<OrderRow>,
    pub registrations: Table<RegistrationRow>,
    pub refunds: Table<RefundRow>,
    pub redemptions: Table<RedemptionRow>,
    pub adjustments: Table<AdjustmentRow>,
    pub rejects: Vec<Reject>,
    pub files: Vec<FileRead>,
    /// What the rows of files have shown, by index into `files`.
    pub seen: BTreeMap<u32, Seen>,
}

impl Facts {
    /// Adds what was read later.
    pub fn followed_by(mut self, later: Facts) -> Facts {
        let first_file = self.files.len() as u32;
        self.orders.append(later.orders, first_file);
        self.registrations.append(later.registrations, first_file);
        self.refunds.append(later.refunds, first_file);
        self.redemptions.append(later.redemptions, first_file);
        self.adjustments.append(later.adjustments, first_file);
        let moved = |reject: Reject| Reject { file: first_file + reject.file, ..reject };
        self.rejects.extend(later.rejects.into_iter().map(moved));
        self.files.extend(later.files);
        self.seen.extend(later.seen.into_iter().map(|(file, seen)| (first_file + file, seen)));
        self
    }
}

/// A row of a canonical table.
pub trait Row: Copy + Send + Sync {
    const KIND: FactKind;
    /// Names of its text columns, the fact's own id first.
    const TEXTS: &'static [&'static str];
    fn is_void(&self) -> bool;
    /// Returns the fact's own id in short; `None` of kinds whose rows do not have it with them.
    fn short_id(&self) -> Option<&ShortText>;
}

/// An instant or null, in eight bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(pub(super) i64);

/// What nearly every order has, and no more: orders are most of what a run holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderRow {
    pub placed_at: Time,
    pub paid: ShortTime,
    pub items: ShortAmount,
    pub total: ShortAmount,
    /// Index into `Batch::extras`; 0 for an order without any.
    pub extras: u32,
    pub currency: Currency,
    pub void: bool,
    pub id: ShortText,
}

/// What few orders have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extras {
    pub cancelled_at: Time,
    pub credit: Amount,
    pub refunded: Amount,
    /// What does not fit into the row.
    pub paid_at: Time,
    pub items: Amount,
    pub total: Amount,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegistrationRow {
    pub registered_at: Time,
    pub orders_before: u64,
    pub spend_before: Amount,
    pub void: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefundRow {
    pub refunded_at: Time,
    /// A refund has its order's currency, which may be known only later: the exact decimal.
    pub amount: ExactDecimal,
    pub method: RefundMethod,
    pub notify: bool,
    pub void: bool,
    pub id: ShortText,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RedemptionRow {
    pub redeemed_at: Time,
    pub amount: Amount,
    pub currency: Currency,
    pub void: bool,
    pub id: ShortText,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdjustmentRow {
    pub adjusted_at: Time,
    pub expires_at: Time,
    pub amount: Amount,
    /// `mode = "to"`: sets the balance.
    pub to: bool,
    pub currency: Currency,
    pub void: bool,
    pub id: ShortText,
}

/// A decimal as written: `mantissa / 10^decimals`, without trailing zeros, at most 4 decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExactDecimal {
    pub mantissa: i64,
    pub decimals: u8,
}

/// A row that is left out, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    pub kind: FactKind,
    /// Index into `Facts::files`.
    pub file: u32,
    /// Line or row, from 1.
    pub place: u64,
    /// The file's column that is at fault; empty where the row as a whole is.
    pub column: String,
    pub value: String,
    pub reason: RejectReason,
    /// What is wrong and what would be right, for people.
    pub message: String,
}

/// The kinds of faults that `summary` counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RejectReason {
    Missing,
    Malformed,
    Negative,
    TooPrecise,
    OutOfRange,
    UnknownCurrency,
    UnknownMethod,
    /// An id that a program has damaged.
    DamagedId,
    /// A time that no fact can be of.
    Implausible,
    NoOwner,
}

/// A file that was read.
#[derive(Clone, Debug)]
pub struct FileRead {
    /// Which input of the pipeline it belongs to, from 0.
    pub input: u32,
    pub kind: FactKind,
    pub path: PathBuf,
    /// SHA-256 of the file's bytes, in hex; empty where some of its rows were read only.
    pub digest: String,
    pub bytes: u64,
    /// Data rows, rejected ones included.
    pub rows: u64,
    /// What its rows hold in the canonical columns, after a mapping where there is one.
    pub filled: Filled,
    /// Accepted rows that say of a fact what was known of it, and those that say something else of a known fact.
    pub repeated: u64,
    pub newer: u64,
    /// Names of the input's mapping that no row of an NDJSON file has.
    pub nowhere: Vec<String>,
    /// Whether the last line of a CSV file has no line end, as in one that was cut off.
    pub last_line_unended: bool,
    /// When runs first saw its rows, where they are kept since then; `None`: an export.
    pub kept_since: Option<KeptSince>,
    /// What its place says of its rows; empty where it says nothing.
    pub told_by_place: String,
}

impl Extras {
    pub const NONE: Extras = Extras {
        cancelled_at: Time::NULL,
        credit: Amount::ZERO,
        refunded: Amount::ZERO,
        paid_at: Time::NULL,
        items: Amount::ZERO,
        total: Amount::ZERO,
    };
}

impl OrderRow {
    /// Returns when the order was paid; `extras` are its own.
    #[inline]
    pub fn paid_at(&self, extras: &Extras) -> Time {
        self.paid.get(self.placed_at).unwrap_or(extras.paid_at)
    }

    /// Returns the order's items; `extras` are its own.
    #[inline]
    pub fn items(&self, extras: &Extras) -> Amount {
        self.items.get().unwrap_or(extras.items)
    }

    /// Returns the order's total; `extras` are its own.
    #[inline]
    pub fn total(&self, extras: &Extras) -> Amount {
        self.total.get().unwrap_or(extras.total)
    }
}

impl Time {
    pub const NULL: Time = Time(i64::MIN);

    pub fn get(self) -> Option<Instant> {
        (self != Time::NULL).then(|| Instant::from_micros(self.0))
    }
}

impl From<Instant> for Time {
    fn from(instant: Instant) -> Time {
        Time(instant.micros())
    }
}

impl RejectReason {
    pub fn name(self) -> &'static str {
        match self {
            RejectReason::Missing => "missing",
            RejectReason::Malformed => "malformed",
            RejectReason::Negative => "negative",
            RejectReason::TooPrecise => "too_precise",
            RejectReason::OutOfRange => "out_of_range",
            RejectReason::UnknownCurrency => "unknown_currency",
            RejectReason::UnknownMethod => "unknown_method",
            RejectReason::DamagedId => "damaged_id",
            RejectReason::Implausible => "implausible",
            RejectReason::NoOwner => "no_owner",
        }
    }
}

macro_rules! row {
    ($row:ty, $kind:ident, |$own:ident| $short_id:expr, [$($text:literal),+]) => {
        impl Row for $row {
            const KIND: FactKind = FactKind::$kind;
            const TEXTS: &'static [&'static str] = &[$($text),+];
            fn is_void(&self) -> bool {
                self.void
            }
            #[inline]
            fn short_id(&self) -> Option<&ShortText> {
                let $own = self;
                $short_id
            }
        }
    };
}

row!(OrderRow, Orders, |row| Some(&row.id), ["order_id", "customer_id", "email"]);
row!(RegistrationRow, Registrations, |_row| None, ["customer_id", "email", "card_number", "name", "locale"]);
row!(RefundRow, Refunds, |row| Some(&row.id), ["refund_id", "order_id", "note"]);
row!(RedemptionRow, Redemptions, |row| Some(&row.id), ["redemption_id", "customer_id", "card_number", "order_id"]);
row!(AdjustmentRow, Adjustments, |row| Some(&row.id), ["adjustment_id", "customer_id", "reason", "note"]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_takes_forty_bytes() {
        assert_eq!(size_of::<OrderRow>(), 40);
    }
}
