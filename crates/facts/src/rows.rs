//! Accepted rows: small records of fixed size. Their texts, and what few rows have, stand beside them in a
//! [`Table`](crate::table::Table).

use crate::FactKind;
use crate::short_numbers::{ShortAmount, ShortTime};
use crate::short_text::ShortText;
use crate::text_columns;
use accrue_kernel::currency::Currency;
use accrue_kernel::facts::RefundMethod;
use accrue_kernel::money::{Amount, AmountFault};
use accrue_kernel::time::Instant;
use std::fmt;

/// A row of a canonical table.
pub trait Row: Copy + Send + Sync {
    const KIND: FactKind;
    /// Names of its text columns, the fact's own id first: [`crate::text_columns`] has their numbers.
    const TEXTS: &'static [&'static str];
    fn is_void(&self) -> bool;
    /// Returns when the fact happened: the instant that every fact of the kind must have.
    fn own_time(&self) -> Time;
    /// Returns the fact's own id in short; `None` of kinds whose rows do not have it with them.
    fn short_id(&self) -> Option<&ShortText>;
}

/// An instant or null, in eight bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(pub(crate) i64);

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

impl ExactDecimal {
    /// Returns the amount in a currency.
    ///
    /// # Errors
    /// Where it has more decimals than the currency, or is out of range.
    pub fn in_currency(self, currency: Currency) -> Result<Amount, AmountFault> {
        Amount::from_decimal(i128::from(self.mantissa), u32::from(self.decimals), currency)
    }
}

impl fmt::Display for ExactDecimal {
    /// Writes the decimal as it would stand in a file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let scale = 10_u64.pow(u32::from(self.decimals));
        let (whole, part) = (self.mantissa.unsigned_abs() / scale, self.mantissa.unsigned_abs() % scale);
        match self.decimals {
            0 => write!(f, "{sign}{whole}"),
            decimals => write!(f, "{sign}{whole}.{part:0width$}", width = usize::from(decimals)),
        }
    }
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

macro_rules! row {
    ($row:ty, $kind:ident, $own_time:ident, |$own:ident| $short_id:expr, $texts:expr) => {
        impl Row for $row {
            const KIND: FactKind = FactKind::$kind;
            const TEXTS: &'static [&'static str] = &$texts;
            fn is_void(&self) -> bool {
                self.void
            }
            fn own_time(&self) -> Time {
                self.$own_time
            }
            #[inline]
            fn short_id(&self) -> Option<&ShortText> {
                let $own = self;
                $short_id
            }
        }
    };
}

row!(OrderRow, Orders, placed_at, |row| Some(&row.id), text_columns::OF_ORDERS);
row!(
    RegistrationRow,
    Registrations,
    registered_at,
    |_row| None,
    ["customer_id", "email", "card_number", "name", "locale"]
);
row!(RefundRow, Refunds, refunded_at, |row| Some(&row.id), text_columns::OF_REFUNDS);
row!(
    RedemptionRow,
    Redemptions,
    redeemed_at,
    |row| Some(&row.id),
    ["redemption_id", "customer_id", "card_number", "order_id"]
);
row!(AdjustmentRow, Adjustments, adjusted_at, |row| Some(&row.id), text_columns::OF_ADJUSTMENTS);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_takes_forty_bytes() {
        assert_eq!(size_of::<OrderRow>(), 40);
    }
}
