//! What a row of each kind consists of (SPEC 2), in the order of the contract's columns.

use super::Canonical;
use super::amounts::Numbers;
use super::cells::Cells;
use super::fault::Fault;
use super::flags::{Currencies, Words};
use super::moment::BareDate;
use super::texts::Texts;
use super::times::Times;
use crate::ingest::error::FileFault;
use crate::ingest::facts::{AdjustmentRow, OrderRow, Place, RedemptionRow, RefundRow, RegistrationRow, Time};
use crate::kernel::currency::Currency;
use crate::kernel::facts::RefundMethod;

const METHODS: [(&str, RefundMethod); 3] = [
    ("original", RefundMethod::Original),
    ("store_credit", RefundMethod::StoreCredit),
    ("restore", RefundMethod::Restore),
];
/// Whether an adjustment sets the balance.
const MODES: [(&str, bool); 2] = [("by", false), ("to", true)];

/// The columns that end every kind.
pub struct Version<'a> {
    updated_at: Times<'a>,
    void: Words,
}

impl<'a> Version<'a> {
    fn new(cells: &Cells<'a>) -> Result<Version<'a>, FileFault> {
        let updated_at = Times::new("updated_at", BareDate::Start, cells)?;
        Ok(Version { updated_at, void: Words::new("void", cells)? })
    }

    fn updated_at(&self, at: u32) -> Result<Time, Box<Fault>> {
        self.updated_at.get(at)
    }

    fn void(&self, at: u32) -> Result<bool, Box<Fault>> {
        self.void.flag(at, false)
    }
}

pub struct OrderColumns<'a> {
    placed_at: Times<'a>,
    paid_at: Times<'a>,
    cancelled_at: Times<'a>,
    currency: Currencies,
    items: Numbers,
    total: Numbers,
    credit: Numbers,
    refunded: Numbers,
    version: Version<'a>,
}

impl Canonical for OrderRow {
    type Columns<'a> = OrderColumns<'a>;

    fn columns<'a>(cells: &Cells<'a>) -> Result<OrderColumns<'a>, FileFault> {
        Ok(OrderColumns {
            placed_at: Times::new("placed_at", BareDate::Start, cells)?,
            paid_at: Times::new("paid_at", BareDate::Start, cells)?,
            cancelled_at: Times::new("cancelled_at", BareDate::Start, cells)?,
            currency: Currencies::new(cells)?,
            items: Numbers::new("items_amount", cells)?,
            total: Numbers::new("total_amount", cells)?,
            credit: Numbers::new("credit_amount", cells)?,
            refunded: Numbers::new("refunded_amount", cells)?,
            version: Version::new(cells)?,
        })
    }

    #[inline]
    fn row(columns: &OrderColumns, texts: &Texts, place: Place) -> Result<OrderRow, Box<Fault>> {
        let at = place.at;
        texts.require(0, at)?;
        require_owner(texts, [1, 2], at)?;
        let placed_at = columns.placed_at.require(at)?;
        let paid_at = columns.paid_at.get(at)?;
        let cancelled_at = columns.cancelled_at.get(at)?;
        let currency = columns.currency.get(at)?;
        Ok(OrderRow {
            place,
            placed_at,
            paid_at,
            cancelled_at,
            currency,
            items: columns.items.require_amount(at, currency)?,
            total: columns.total.require_amount(at, currency)?,
            credit: columns.credit.amount(at, currency)?,
            refunded: columns.refunded.amount(at, currency)?,
            updated_at: columns.version.updated_at(at)?,
            void: columns.version.void(at)?,
        })
    }

    fn own_time(&self) -> Time {
        self.placed_at
    }

    fn place_mut(&mut self) -> &mut Place {
        &mut self.place
    }
}

pub struct RegistrationColumns<'a> {
    registered_at: Times<'a>,
    orders_before: Numbers,
    spend_before: Numbers,
    /// The program's: a registration has no column to change it.
    currency: Currency,
    version: Version<'a>,
}

impl Canonical for RegistrationRow {
    type Columns<'a> = RegistrationColumns<'a>;

    fn columns<'a>(cells: &Cells<'a>) -> Result<RegistrationColumns<'a>, FileFault> {
        Ok(RegistrationColumns {
            registered_at: Times::new("registered_at", BareDate::Start, cells)?,
            orders_before: Numbers::new("orders_before", cells)?,
            spend_before: Numbers::new("spend_before", cells)?,
            currency: cells.reading.currency,
            version: Version::new(cells)?,
        })
    }

    fn row(columns: &RegistrationColumns, texts: &Texts, place: Place) -> Result<RegistrationRow, Box<Fault>> {
        let at = place.at;
        texts.require(0, at)?;
        Ok(RegistrationRow {
            place,
            registered_at: columns.registered_at.require(at)?,
            orders_before: columns.orders_before.count(at)?,
            spend_before: columns.spend_before.amount(at, columns.currency)?,
            updated_at: columns.version.updated_at(at)?,
            void: columns.version.void(at)?,
        })
    }

    fn own_time(&self) -> Time {
        self.registered_at
    }

    fn place_mut(&mut self) -> &mut Place {
        &mut self.place
    }
}

pub struct RefundColumns<'a> {
    refunded_at: Times<'a>,
    amount: Numbers,
    method: Words,
    notify: Words,
    version: Version<'a>,
}

impl Canonical for RefundRow {
    type Columns<'a> = RefundColumns<'a>;

    fn columns<'a>(cells: &Cells<'a>) -> Result<RefundColumns<'a>, FileFault> {
        Ok(RefundColumns {
            refunded_at: Times::new("refunded_at", BareDate::Start, cells)?,
            amount: Numbers::new("amount", cells)?,
            method: Words::new("method", cells)?,
            notify: Words::new("notify", cells)?,
            version: Version::new(cells)?,
        })
    }

    fn row(columns: &RefundColumns, texts: &Texts, place: Place) -> Result<RefundRow, Box<Fault>> {
        let at = place.at;
        texts.require(0, at)?;
        texts.require(1, at)?;
        Ok(RefundRow {
            place,
            refunded_at: columns.refunded_at.require(at)?,
            amount: columns.amount.require_exact(at)?,
            method: columns.method.choose(at, &METHODS, RefundMethod::Original)?,
            notify: columns.notify.flag(at, true)?,
            updated_at: columns.version.updated_at(at)?,
            void: columns.version.void(at)?,
        })
    }

    fn own_time(&self) -> Time {
        self.refunded_at
    }

    fn place_mut(&mut self) -> &mut Place {
        &mut self.place
    }
}

pub struct RedemptionColumns<'a> {
    redeemed_at: Times<'a>,
    amount: Numbers,
    currency: Currencies,
    version: Version<'a>,
}

impl Canonical for RedemptionRow {
    type Columns<'a> = RedemptionColumns<'a>;

    fn columns<'a>(cells: &Cells<'a>) -> Result<RedemptionColumns<'a>, FileFault> {
        Ok(RedemptionColumns {
            redeemed_at: Times::new("redeemed_at", BareDate::Start, cells)?,
            amount: Numbers::new("amount", cells)?,
            currency: Currencies::new(cells)?,
            version: Version::new(cells)?,
        })
    }

    fn row(columns: &RedemptionColumns, texts: &Texts, place: Place) -> Result<RedemptionRow, Box<Fault>> {
        let at = place.at;
        texts.require(0, at)?;
        require_owner(texts, [1, 2], at)?;
        let redeemed_at = columns.redeemed_at.require(at)?;
        let number = columns.amount.require(at)?;
        let currency = columns.currency.get(at)?;
        Ok(RedemptionRow {
            place,
            redeemed_at,
            amount: columns.amount.in_currency(at, number, currency)?,
            currency,
            updated_at: columns.version.updated_at(at)?,
            void: columns.version.void(at)?,
        })
    }

    fn own_time(&self) -> Time {
        self.redeemed_at
    }

    fn place_mut(&mut self) -> &mut Place {
        &mut self.place
    }
}

pub struct AdjustmentColumns<'a> {
    adjusted_at: Times<'a>,
    amount: Numbers,
    mode: Words,
    currency: Currencies,
    expires_at: Times<'a>,
    version: Version<'a>,
}

impl Canonical for AdjustmentRow {
    type Columns<'a> = AdjustmentColumns<'a>;

    fn columns<'a>(cells: &Cells<'a>) -> Result<AdjustmentColumns<'a>, FileFault> {
        Ok(AdjustmentColumns {
            adjusted_at: Times::new("adjusted_at", BareDate::Start, cells)?,
            amount: Numbers::new("amount", cells)?,
            mode: Words::new("mode", cells)?,
            currency: Currencies::new(cells)?,
            expires_at: Times::new("expires_at", BareDate::End, cells)?,
            version: Version::new(cells)?,
        })
    }

    fn row(columns: &AdjustmentColumns, texts: &Texts, place: Place) -> Result<AdjustmentRow, Box<Fault>> {
        let at = place.at;
        texts.require(0, at)?;
        texts.require(1, at)?;
        let adjusted_at = columns.adjusted_at.require(at)?;
        let number = columns.amount.require_signed(at)?;
        let to = columns.mode.choose(at, &MODES, false)?;
        if to && number.is_negative() {
            return Err(columns.amount.negative(at));
        }
        let currency = columns.currency.get(at)?;
        Ok(AdjustmentRow {
            place,
            adjusted_at,
            amount: columns.amount.in_currency(at, number, currency)?,
            to,
            currency,
            expires_at: columns.expires_at.get(at)?,
            updated_at: columns.version.updated_at(at)?,
            void: columns.version.void(at)?,
        })
    }

    fn own_time(&self) -> Time {
        self.adjusted_at
    }

    fn place_mut(&mut self) -> &mut Place {
        &mut self.place
    }
}

fn require_owner(texts: &Texts, columns: [usize; 2], at: u32) -> Result<(), Box<Fault>> {
    match columns.iter().any(|column| texts.has(*column, at)) {
        true => Ok(()),
        false => Err(Fault::no_owner(columns.map(|column| texts.name(column)))),
    }
}
