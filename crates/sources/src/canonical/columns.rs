//! The columns of each kind that are not kept as text, opened for reading row by row, and the words that some of them
//! hold.

use crate::canonical::amounts::Numbers;
use crate::canonical::beside::Beside;
use crate::canonical::cells::Cells;
use crate::canonical::fault::Fault;
use crate::canonical::flags::{Currencies, Words};
use crate::canonical::texts::Texts;
use crate::canonical::times::Times;
use crate::error::FileFault;
use accrue_facts::Time;
use accrue_facts::moment::BareDate;
use accrue_kernel::currency::Currency;

/// Whether an adjustment sets the balance.
pub(super) const MODES: [(&str, bool); 2] = [("by", false), ("to", true)];

/// The columns that end every kind.
pub(super) struct Version<'a> {
    pub(super) updated_at: Times<'a>,
    /// Of rows that have none.
    otherwise: Time,
    pub(super) void: Words,
}

impl<'a> Version<'a> {
    pub(super) fn new(cells: &Cells<'a>) -> Result<Version<'a>, FileFault> {
        let updated_at = Times::new("updated_at", BareDate::Start, cells)?;
        Ok(Version { updated_at, otherwise: cells.reading.updated_at, void: Words::new("void", cells)? })
    }

    /// Reads the last columns of a row, so that it is accepted; returns whether it is void.
    #[inline]
    pub(super) fn accept(&self, at: u32, beside: &mut Beside) -> Result<bool, Box<Fault>> {
        let updated_at = self.updated_at.get(at)?;
        let void = self.void.flag(at, false)?;
        beside.add(if updated_at == Time::NULL { self.otherwise } else { updated_at });
        Ok(void)
    }
}

pub(crate) struct OrderColumns<'a> {
    pub(super) placed_at: Times<'a>,
    pub(super) paid_at: Times<'a>,
    pub(super) cancelled_at: Times<'a>,
    pub(super) currency: Currencies,
    pub(super) items: Numbers,
    pub(super) total: Numbers,
    pub(super) credit: Numbers,
    pub(super) refunded: Numbers,
    pub(super) version: Version<'a>,
}

pub(crate) struct RegistrationColumns<'a> {
    pub(super) registered_at: Times<'a>,
    pub(super) orders_before: Numbers,
    pub(super) spend_before: Numbers,
    /// The program's: a registration has no column to change it.
    pub(super) currency: Currency,
    pub(super) version: Version<'a>,
}

pub(crate) struct RefundColumns<'a> {
    pub(super) refunded_at: Times<'a>,
    pub(super) amount: Numbers,
    pub(super) method: Words,
    pub(super) notify: Words,
    pub(super) version: Version<'a>,
}

pub(crate) struct RedemptionColumns<'a> {
    pub(super) redeemed_at: Times<'a>,
    pub(super) amount: Numbers,
    pub(super) currency: Currencies,
    pub(super) version: Version<'a>,
}

pub(crate) struct AdjustmentColumns<'a> {
    pub(super) adjusted_at: Times<'a>,
    pub(super) amount: Numbers,
    pub(super) mode: Words,
    pub(super) currency: Currencies,
    pub(super) expires_at: Times<'a>,
    pub(super) version: Version<'a>,
}

pub(super) fn require_owner(texts: &Texts, columns: &[usize], at: u32) -> Result<(), Box<Fault>> {
    match columns.iter().any(|column| texts.has(*column, at)) {
        true => Ok(()),
        false => Err(Fault::no_owner(&columns.iter().map(|column| texts.name(*column)).collect::<Vec<_>>())),
    }
}
