//! What a row of each kind consists of (docs/spec.md 2), in the order of the contract's columns.

use crate::canonical::all_faults::AllFaults;
use crate::canonical::amounts::Numbers;
use crate::canonical::beside::Beside;
use crate::canonical::cells::Cells;
use crate::canonical::columns::{
    AdjustmentColumns, MODES, OrderColumns, RedemptionColumns, RefundColumns, RegistrationColumns, Version,
    require_owner,
};
use crate::canonical::fault::Fault;
use crate::canonical::flags::{Currencies, Words};
use crate::canonical::reading::Keep;
use crate::canonical::row::{Canonical, Columns};
use crate::canonical::texts::Texts;
use crate::canonical::times::Times;
use crate::error::FileFault;
use accrue_facts::columns::REFUND_METHODS;
use accrue_facts::moment::BareDate;
use accrue_facts::seen::Expiries;
use accrue_facts::short_numbers::{ShortAmount, ShortTime};
use accrue_facts::short_text::ShortText;
use accrue_facts::text_column::TextColumn;
use accrue_facts::{AdjustmentRow, Extras, OrderRow, RedemptionRow, RefundRow, RegistrationRow};
use accrue_kernel::facts::RefundMethod;
use arrow::array::{Array, StringArray};

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
    fn row(columns: &OrderColumns, texts: &Texts, at: u32, beside: &mut Beside) -> Result<OrderRow, Box<Fault>> {
        texts.require(0, at)?;
        require_owner(texts, &[1, 2], at)?;
        let placed_at = columns.placed_at.require(at)?;
        let paid_at = columns.paid_at.get(at)?;
        let cancelled_at = columns.cancelled_at.get(at)?;
        let currency = columns.currency.get(at)?;
        let items = columns.items.require_amount(at, currency)?;
        let total = columns.total.require_amount(at, currency)?;
        let credit = columns.credit.amount(at, currency)?;
        let refunded = columns.refunded.amount(at, currency)?;
        let void = columns.version.accept(at, beside)?;
        let id = ShortText::new(texts.value(0, at));
        let ((items, long_items), (total, long_total)) = (ShortAmount::split(items), ShortAmount::split(total));
        let (paid, paid_at) = ShortTime::split(paid_at, placed_at);
        let extras = Extras { cancelled_at, credit, refunded, paid_at, items: long_items, total: long_total };
        let extras = beside.extras(extras);
        Ok(OrderRow { placed_at, paid, items, total, extras, currency, void, id })
    }

    fn faults(columns: &OrderColumns, all: &mut AllFaults) {
        all.of_order(columns);
    }

    fn kept(texts: Columns, rows: &[OrderRow], keep: Keep) -> Vec<Option<TextColumn>> {
        let [ids, customers, emails]: [Option<StringArray>; 3] = texts.try_into().expect("as many as an order has");
        let emails = match keep {
            Keep::Everything => emails.map(TextColumn::of_all),
            Keep::NoContacts => emails.and_then(|emails| {
                let is_guest = |at: &u32| customers.as_ref().is_none_or(|customers| customers.is_null(*at as usize));
                TextColumn::of_few(&emails, (0..rows.len() as u32).filter(is_guest))
            }),
        };
        vec![ids.map(TextColumn::of_all), customers.map(TextColumn::of_all), emails]
    }
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

    fn row(
        columns: &RegistrationColumns,
        texts: &Texts,
        at: u32,
        beside: &mut Beside,
    ) -> Result<RegistrationRow, Box<Fault>> {
        texts.require(0, at)?;
        Ok(RegistrationRow {
            registered_at: columns.registered_at.require(at)?,
            orders_before: columns.orders_before.count(at)?,
            spend_before: columns.spend_before.amount(at, columns.currency)?,
            void: columns.version.accept(at, beside)?,
        })
    }

    fn faults(columns: &RegistrationColumns, all: &mut AllFaults) {
        all.of_registration(columns);
    }

    fn kept(texts: Columns, _rows: &[RegistrationRow], keep: Keep) -> Vec<Option<TextColumn>> {
        let [ids, emails, cards, names, locales] = texts.try_into().expect("as many as a registration has");
        let contact = |texts: Option<StringArray>| texts.filter(|_| keep == Keep::Everything);
        [ids, emails, cards, contact(names), contact(locales)].map(|texts| texts.map(TextColumn::of_all)).into()
    }
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

    fn row(columns: &RefundColumns, texts: &Texts, at: u32, beside: &mut Beside) -> Result<RefundRow, Box<Fault>> {
        texts.require(0, at)?;
        texts.require(1, at)?;
        Ok(RefundRow {
            refunded_at: columns.refunded_at.require(at)?,
            amount: columns.amount.require_exact(at)?,
            method: columns.method.choose(at, &REFUND_METHODS, RefundMethod::Original)?,
            notify: columns.notify.flag(at, true)?,
            void: columns.version.accept(at, beside)?,
            id: ShortText::new(texts.value(0, at)),
        })
    }

    fn faults(columns: &RefundColumns, all: &mut AllFaults) {
        all.of_refund(columns);
    }
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

    fn row(
        columns: &RedemptionColumns,
        texts: &Texts,
        at: u32,
        beside: &mut Beside,
    ) -> Result<RedemptionRow, Box<Fault>> {
        texts.require(0, at)?;
        require_owner(texts, &[1, 2, 3], at)?;
        let redeemed_at = columns.redeemed_at.require(at)?;
        let number = columns.amount.require(at)?;
        let currency = columns.currency.get(at)?;
        Ok(RedemptionRow {
            redeemed_at,
            amount: columns.amount.in_currency(at, number, currency)?,
            currency,
            void: columns.version.accept(at, beside)?,
            id: ShortText::new(texts.value(0, at)),
        })
    }

    fn faults(columns: &RedemptionColumns, all: &mut AllFaults) {
        all.of_redemption(columns);
    }
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

    fn row(
        columns: &AdjustmentColumns,
        texts: &Texts,
        at: u32,
        beside: &mut Beside,
    ) -> Result<AdjustmentRow, Box<Fault>> {
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
            adjusted_at,
            amount: columns.amount.in_currency(at, number, currency)?,
            to,
            currency,
            expires_at: columns.expires_at.get(at)?,
            void: columns.version.accept(at, beside)?,
            id: ShortText::new(texts.value(0, at)),
        })
    }

    fn faults(columns: &AdjustmentColumns, all: &mut AllFaults) {
        all.of_adjustment(columns);
    }

    fn expiries(columns: &AdjustmentColumns) -> Expiries {
        columns.expires_at.expiries()
    }
}
