//! All faults of a row, in the order of the contract's columns: asked for only where a row has one.

use crate::canonical::amounts::Numbers;
use crate::canonical::columns::{
    AdjustmentColumns, MODES, OrderColumns, RedemptionColumns, RefundColumns, RegistrationColumns, Version,
    require_owner,
};
use crate::canonical::fault::Fault;
use crate::canonical::flags::Currencies;
use crate::canonical::texts::Texts;
use accrue_facts::columns::REFUND_METHODS;
use accrue_kernel::facts::RefundMethod;

/// What is wrong with a row.
pub(crate) struct AllFaults<'a> {
    texts: &'a Texts,
    at: u32,
    found: Vec<Fault>,
}

impl<'a> AllFaults<'a> {
    pub(crate) fn new(texts: &'a Texts, at: u32) -> AllFaults<'a> {
        AllFaults { texts, at, found: texts.faults(at) }
    }

    pub(crate) fn into_found(self) -> Vec<Fault> {
        self.found
    }

    fn add<T>(&mut self, value: Result<T, Box<Fault>>) {
        self.found.extend(value.err().map(|fault| *fault));
    }

    fn text(&mut self, column: usize) {
        self.add(self.texts.require(column, self.at));
    }

    fn owner(&mut self, columns: &[usize]) {
        self.add(require_owner(self.texts, columns, self.at));
    }

    /// Judges an amount that must be there, of at least zero, by the row's currency where that is known.
    fn amount(&mut self, amount: &Numbers, currencies: &Currencies) {
        match currencies.get(self.at) {
            Ok(currency) => self.add(amount.require_amount(self.at, currency)),
            Err(_) => self.add(amount.require(self.at)),
        }
    }

    /// Judges an amount of at least zero that may be left out.
    fn optional_amount(&mut self, amount: &Numbers, currencies: &Currencies) {
        match currencies.get(self.at) {
            Ok(currency) => self.add(amount.amount(self.at, currency)),
            Err(_) => self.add(amount.positive(self.at)),
        }
    }

    fn version(&mut self, version: &Version) {
        self.add(version.updated_at.get(self.at));
        self.add(version.void.flag(self.at, false));
    }

    pub(crate) fn of_order(&mut self, columns: &OrderColumns) {
        let at = self.at;
        self.text(0);
        self.owner(&[1, 2]);
        self.add(columns.placed_at.require(at));
        self.add(columns.paid_at.get(at));
        self.add(columns.cancelled_at.get(at));
        self.add(columns.currency.get(at));
        self.amount(&columns.items, &columns.currency);
        self.amount(&columns.total, &columns.currency);
        self.optional_amount(&columns.credit, &columns.currency);
        self.optional_amount(&columns.refunded, &columns.currency);
        self.version(&columns.version);
    }

    pub(crate) fn of_registration(&mut self, columns: &RegistrationColumns) {
        self.text(0);
        self.add(columns.registered_at.require(self.at));
        self.add(columns.orders_before.count(self.at));
        self.add(columns.spend_before.amount(self.at, columns.currency));
        self.version(&columns.version);
    }

    pub(crate) fn of_refund(&mut self, columns: &RefundColumns) {
        self.text(0);
        self.text(1);
        self.add(columns.refunded_at.require(self.at));
        self.add(columns.amount.require_exact(self.at));
        self.add(columns.method.choose(self.at, &REFUND_METHODS, RefundMethod::Original));
        self.add(columns.notify.flag(self.at, true));
        self.version(&columns.version);
    }

    pub(crate) fn of_redemption(&mut self, columns: &RedemptionColumns) {
        self.text(0);
        self.owner(&[1, 2, 3]);
        self.add(columns.redeemed_at.require(self.at));
        self.amount(&columns.amount, &columns.currency);
        self.add(columns.currency.get(self.at));
        self.version(&columns.version);
    }

    pub(crate) fn of_adjustment(&mut self, columns: &AdjustmentColumns) {
        let at = self.at;
        self.text(0);
        self.text(1);
        self.add(columns.adjusted_at.require(at));
        let mode = columns.mode.choose(at, &MODES, false);
        match (columns.amount.require_signed(at), columns.currency.get(at)) {
            (Err(fault), _) => self.found.push(*fault),
            (Ok(number), _) if number.is_negative() && *mode.as_ref().unwrap_or(&false) => {
                self.found.push(*columns.amount.negative(at));
            }
            (Ok(number), Ok(currency)) => self.add(columns.amount.in_currency(at, number, currency)),
            (Ok(_), Err(_)) => {}
        }
        self.add(mode);
        self.add(columns.currency.get(at));
        self.add(columns.expires_at.get(at));
        self.version(&columns.version);
    }
}
