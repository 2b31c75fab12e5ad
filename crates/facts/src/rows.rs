//! The accepted rows: records of fixed size, one type for each kind. Their texts, and what few rows have, are beside
//! them in a [`Table`](crate::table::Table).
//!
//! Times are microseconds since 1970 in UTC, amounts are minor units.

use crate::FactKind;
use crate::short_numbers::{ShortAmount, ShortTime};
use crate::short_text::ShortText;
use crate::text_columns;
use crate::time::Time;
use accrue_kernel::currency::Currency;
use accrue_kernel::facts::RefundMethod;
use accrue_kernel::money::{Amount, AmountFault, Decimal};
use std::fmt;
use std::num::NonZeroU32;

/// A row of one kind of facts.
pub trait Row: Copy + Send + Sync {
    /// The kind of the facts.
    const KIND: FactKind;
    /// The names of its text columns, the fact's own id first; [`crate::text_columns`] has their numbers.
    const TEXTS: &'static [&'static str];
    /// Tells whether the row says that the fact never happened.
    fn is_void(&self) -> bool;
    /// Returns when the fact happened: the instant that every fact of the kind must have.
    fn own_time(&self) -> Time;
    /// Returns the fact's own id where the row itself may hold it; `None` for kinds whose rows do not.
    fn short_id(&self) -> Option<&ShortText>;
}

/// An order: only what nearly every order has, since orders are most of what a run holds in memory. The rest is in
/// [`Extras`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderRow {
    /// When the order was placed.
    pub placed_at: Time,
    /// When it was paid, as the time after `placed_at`: see [`OrderRow::paid_at`].
    pub paid: ShortTime,
    /// The amount of its items: see [`OrderRow::items`].
    pub items: ShortAmount,
    /// Its total amount: see [`OrderRow::total`].
    pub total: ShortAmount,
    /// Where its extras are; `None` for an order without any.
    pub extras: Option<ExtrasIndex>,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// Whether the order never happened.
    pub void: bool,
    /// The order id, where it is short.
    pub id: ShortText,
}

/// What few orders have, and the values that do not fit into an [`OrderRow`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extras {
    /// When the order was cancelled; null if it was not.
    pub cancelled_at: Time,
    /// The part of the total that was paid with store credit.
    pub credit: Amount,
    /// The refunded amount, from the order's own column.
    pub refunded: Amount,
    /// When the order was paid, where [`OrderRow::paid`] cannot hold it.
    pub paid_at: Time,
    /// The amount of its items, where [`OrderRow::items`] cannot hold it.
    pub items: Amount,
    /// Its total amount, where [`OrderRow::total`] cannot hold it.
    pub total: Amount,
}

/// The index of an order's extras among those of its piece ([`Batch::extras`](crate::table::Batch::extras)).
///
/// It takes four bytes, also as an `Option`: what is kept is the index plus one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExtrasIndex {
    plus_one: NonZeroU32,
}

/// A registration of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegistrationRow {
    /// When the customer registered.
    pub registered_at: Time,
    /// The number of orders before the exports begin.
    pub orders_before: u64,
    /// What these orders cost, in the program's currency.
    pub spend_before: Amount,
    /// Whether the registration never happened.
    pub void: bool,
}

/// A refund of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefundRow {
    /// When it was refunded.
    pub refunded_at: Time,
    /// The amount as an exact decimal: a refund has the currency of its order, which may be known only later.
    pub amount: ExactDecimal,
    /// How it was refunded: with money or as credit.
    pub method: RefundMethod,
    /// Whether the customer may get an email about it.
    pub notify: bool,
    /// Whether the refund never happened.
    pub void: bool,
    /// The refund id, where it is short.
    pub id: ShortText,
}

/// A redemption: credit that was spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RedemptionRow {
    /// When the credit was spent.
    pub redeemed_at: Time,
    /// The amount that was spent.
    pub amount: Amount,
    /// Its currency.
    pub currency: Currency,
    /// Whether the redemption never happened.
    pub void: bool,
    /// The redemption id, where it is short.
    pub id: ShortText,
}

/// An adjustment: credit given or taken by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdjustmentRow {
    /// When it was made.
    pub adjusted_at: Time,
    /// When credit that it gives expires; null where it does not say.
    pub expires_at: Time,
    /// The amount, below zero where credit is taken; with `to`, the balance afterwards.
    pub amount: Amount,
    /// Whether `amount` is the new balance (`mode = "to"`) instead of a change.
    pub to: bool,
    /// Its currency.
    pub currency: Currency,
    /// Whether the adjustment never happened.
    pub void: bool,
    /// The adjustment id, where it is short.
    pub id: ShortText,
}

/// A decimal as written: `mantissa / 10^decimals`, without trailing zeros, at most 4 decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExactDecimal {
    /// All digits as one whole number, with the sign.
    pub mantissa: i64,
    /// How many of the digits are after the point, at most 4.
    pub decimals: u8,
}

impl ExactDecimal {
    /// Returns the amount in minor units of a currency.
    ///
    /// # Errors
    /// [`AmountFault`] where it has more decimals than the currency, or is out of range.
    pub fn in_currency(self, currency: Currency) -> Result<Amount, AmountFault> {
        Amount::from_decimal(i128::from(self.mantissa), u32::from(self.decimals), currency)
    }
}

impl fmt::Display for ExactDecimal {
    /// Writes the decimal as it would be in a file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Decimal { mantissa: self.mantissa.into(), decimals: self.decimals.into() }.fmt(f)
    }
}

impl ExtrasIndex {
    /// Makes an index.
    ///
    /// # Panics
    /// Where there are 2^32 - 1 extras before.
    #[inline]
    pub fn new(index: usize) -> ExtrasIndex {
        let plus_one = u32::try_from(index + 1).ok().and_then(NonZeroU32::new);
        ExtrasIndex { plus_one: plus_one.expect("a piece has fewer rows") }
    }

    /// Returns the index into the extras of the piece.
    #[inline]
    pub fn get(self) -> usize {
        self.plus_one.get() as usize - 1
    }
}

impl Extras {
    /// The extras of an order that has none.
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
    /// Returns when the order was paid. `extras` must be those of this order.
    #[inline]
    pub fn paid_at(&self, extras: &Extras) -> Time {
        self.paid.get(self.placed_at).unwrap_or(extras.paid_at)
    }

    /// Returns the amount of the order's items. `extras` must be those of this order.
    #[inline]
    pub fn items(&self, extras: &Extras) -> Amount {
        self.items.get().unwrap_or(extras.items)
    }

    /// Returns the total amount of the order. `extras` must be those of this order.
    #[inline]
    pub fn total(&self, extras: &Extras) -> Amount {
        self.total.get().unwrap_or(extras.total)
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
row!(RegistrationRow, Registrations, registered_at, |_row| None, text_columns::OF_REGISTRATIONS);
row!(RefundRow, Refunds, refunded_at, |row| Some(&row.id), text_columns::OF_REFUNDS);
row!(RedemptionRow, Redemptions, redeemed_at, |row| Some(&row.id), text_columns::OF_REDEMPTIONS);
row!(AdjustmentRow, Adjustments, adjusted_at, |row| Some(&row.id), text_columns::OF_ADJUSTMENTS);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_takes_forty_bytes() {
        assert_eq!(size_of::<OrderRow>(), 40);
    }
}
