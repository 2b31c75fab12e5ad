//! Changes of lots and debt by refunds and by what lots cannot cover (docs/spec.md 5.4, 5.5).

use super::{Account, Cause, EntrySource, Lot, Uncollected};
use crate::entry::{Entry, Kind, LotNumber, Method, OriginId};
use crate::journal::Journal;
use crate::money::{Amount, Fraction};
use crate::program::ClawbackShare;
use crate::refunded::Refunded;
use crate::trace::{Decision, Reclaimed, Trace};

impl<'a> Account<'a> {
    /// Reclaims from one lot its share of what is refunded, less what earlier refunds were to reclaim.
    ///
    /// Takes what the lot holds; what has expired of it counts as reclaimed; the rest is the shortfall of the lot.
    pub(crate) fn reclaim<T: Trace<'a>>(
        &mut self,
        index: usize,
        refunded: Refunded,
        source: &EntrySource<'a>,
        journal: &mut Journal<'_, 'a, T>,
    ) {
        let lot = &mut self.lots[index];
        let (reclaimable, dropped) = reclaimable(lot, refunded);
        let due = reclaimable - lot.reclaimable;
        lot.reclaimable = reclaimable;
        let own = due.min(lot.remaining);
        let counted = (due - own).min(lot.expired);
        lot.expired -= counted;
        lot.shortfall = due - own - counted;
        journal.tell(|| {
            Decision::Reclaimed(Reclaimed {
                lot: LotNumber::of(index),
                share: lot.clawback,
                granted: lot.granted,
                refunded,
                reclaimable,
                dropped,
                due,
                taken: own,
                expired: counted,
                shortfall: lot.shortfall,
            })
        });
        self.take(index, own, &source.cause(Kind::Clawback), journal);
    }

    /// Returns what the refund at hand could not take from the lot itself, and forgets it.
    pub(crate) fn take_shortfall(&mut self, index: usize) -> Amount {
        std::mem::take(&mut self.lots[index].shortfall)
    }

    /// Adds the open item `PersonLedger::exceptions[exception]` to those of a lot.
    pub(crate) fn add_open_item(&mut self, index: usize, exception: usize) {
        let earlier = self.lots[index].uncollected.replace(self.uncollected.len() as u32);
        self.uncollected.push(Uncollected { exception, earlier });
    }

    /// Returns the open items of a lot, the oldest first, as indices into `PersonLedger::exceptions`.
    pub(crate) fn open_items(&self, index: usize) -> Vec<usize> {
        let item = |item: u32| &self.uncollected[item as usize];
        let newest = self.lots[index].uncollected.map(item);
        let newest_first = std::iter::successors(newest, |newer| newer.earlier.map(item));
        let mut items: Vec<usize> = newest_first.map(|item| item.exception).collect();
        items.reverse();
        items
    }

    /// Adds an entry on `owed`: an amount below zero raises the debt, one above zero lowers it.
    pub(crate) fn post_to_owed<T: Trace<'a>>(
        &mut self,
        amount: Amount,
        cause: &Cause<'a>,
        journal: &mut Journal<'_, 'a, T>,
    ) {
        let Cause { kind, source_id, at } = *cause;
        self.owed -= amount;
        journal.add_entry(Entry {
            currency: self.currency,
            kind,
            source_id,
            method: Method::Owed,
            origin_id: OriginId::EMPTY,
            amount,
            effective_at: at,
            expires_at: None,
            rule: None,
            lot: None,
        });
        let (currency, owed) = (self.currency, self.owed);
        journal.tell(|| Decision::Owed { currency, kind, source_id, amount, owed });
    }
}

/// Returns the total of a lot to have been reclaimed by now, and the part of a minor unit that rounding drops of it.
fn reclaimable(lot: &Lot<'_>, refunded: Refunded) -> (Amount, Option<Fraction>) {
    match (lot.clawback(), refunded) {
        (ClawbackShare::None, _) => (Amount::ZERO, None),
        (ClawbackShare::Prorate | ClawbackShare::FullOnly, Refunded::Whole) => (lot.granted(), None),
        (ClawbackShare::Prorate, Refunded::Part { refunded, total }) => {
            let (amount, dropped) = lot.granted().prorate_exactly(refunded, total);
            (amount.saturate(), Some(dropped))
        }
        (ClawbackShare::FullOnly, Refunded::Part { refunded, total }) if refunded == total => (lot.granted(), None),
        (ClawbackShare::FullOnly, Refunded::Part { .. }) => (Amount::ZERO, None),
    }
}
