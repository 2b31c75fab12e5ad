//! Lots (docs/spec.md 1, 5): amounts of credit given at one moment with one expiry. The only folder that changes what
//! they hold, and what is owed.
//!
//! Invariants: a lot holds at least zero and at most what it was granted; each change writes one entry, so that the
//! entries of a lot add up to what it holds; what is owed is at least zero. All amounts are minor units of the
//! account's currency.

mod reclaim;

use crate::currency::Currency;
use crate::entry::{Entry, Kind, LotNumber, Method, OriginId, SourceId};
use crate::expiry_queue::ExpiryQueue;
use crate::facts::FactRef;
use crate::fifo_heap::FifoHeap;
use crate::history::{Counts, Epoch, Epochs};
use crate::journal::Journal;
use crate::money::{Amount, WideAmount};
use crate::program::{ClawbackShare, RedemptionOrder, RuleIndex};
use crate::time::Timestamp;
use crate::trace::{Decision, LotOf, Trace};

/// One amount of credit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lot<'a> {
    method: Method,
    origin_id: OriginId<'a>,
    made_at: Timestamp,
    /// `None`: never.
    expires_at: Option<Timestamp>,
    granted: Amount,
    remaining: Amount,
    /// What left at its expiry and no clawback has counted as reclaimed yet.
    expired: Amount,
    /// What the refunds so far were to reclaim of it.
    reclaimable: Amount,
    /// What the refund at hand could not take from the lot itself.
    shortfall: Amount,
    /// The newest open item of what refunds could not collect anywhere: an index into `Account::uncollected`.
    uncollected: Option<u32>,
    clawback: ClawbackShare,
}

/// A lot to be made.
pub(crate) struct Grant {
    pub(crate) method: Method,
    pub(crate) amount: Amount,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) clawback: ClawbackShare,
    pub(crate) rule: Option<RuleIndex>,
}

/// What an entry comes from: an event, its instant, and the fact that it follows from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EntrySource<'a> {
    pub(crate) at: Timestamp,
    pub(crate) source_id: SourceId<'a>,
    pub(crate) fact: FactRef,
}

/// Why a lot or the debt changes: what its entry says besides lot and amount.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cause<'a> {
    /// What is done.
    pub(crate) kind: Kind,
    /// The event that does it.
    pub(crate) source_id: SourceId<'a>,
    /// The instant at which it counts.
    pub(crate) at: Timestamp,
}

/// Sorts lots in redemption order: expiry or, where the oldest goes first, making; making; method; origin; then the
/// index.
type SpendKey<'a> = (Timestamp, Timestamp, Method, OriginId<'a>, usize);

/// What a refund could not collect of a lot, where debt is not carried.
#[derive(Clone, Copy, Debug)]
struct Uncollected {
    /// Index of its open item in `PersonLedger::exceptions`.
    exception: usize,
    /// The lot's open item before this one.
    earlier: Option<u32>,
}

/// The lots and the debt of one person in one currency.
#[derive(Debug)]
pub(crate) struct Account<'a> {
    currency: Currency,
    /// In the order they were made.
    lots: Vec<Lot<'a>>,
    /// What is owed, at least zero.
    owed: WideAmount,
    uncollected: Vec<Uncollected>,
    /// The person's spend in this currency.
    spend: Counts<WideAmount>,
    expiries: ExpiryQueue,
    /// Lots that may hold something; fed with `lots[queued..]` when it is first needed.
    spendable: FifoHeap<SpendKey<'a>>,
    queued: usize,
}

impl<'a> EntrySource<'a> {
    /// Returns the cause of a change that the event itself makes.
    pub(crate) fn cause(&self, kind: Kind) -> Cause<'a> {
        Cause { kind, source_id: self.source_id, at: self.at }
    }
}

impl<'a> Lot<'a> {
    pub(crate) fn method(&self) -> Method {
        self.method
    }

    pub(crate) fn origin_id(&self) -> OriginId<'a> {
        self.origin_id
    }

    /// Returns the first instant at which the lot is no longer valid; `None`: never.
    pub(crate) fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// Returns the amount that the lot was made with.
    pub(crate) fn granted(&self) -> Amount {
        self.granted
    }

    /// Returns the amount that the lot still holds.
    pub(crate) fn remaining(&self) -> Amount {
        self.remaining
    }

    /// Returns the share of the lot that refunds reclaim.
    pub(crate) fn clawback(&self) -> ClawbackShare {
        self.clawback
    }

    /// Tells whether the lot has reached its expiry.
    pub(crate) fn is_expired(&self, at: Timestamp) -> bool {
        self.expires_at.is_some_and(|expires_at| expires_at <= at)
    }
}

impl<'a> Account<'a> {
    pub(crate) fn new(currency: Currency) -> Account<'a> {
        Account {
            currency,
            lots: Vec::new(),
            owed: WideAmount::ZERO,
            uncollected: Vec::new(),
            spend: Counts::default(),
            expiries: ExpiryQueue::default(),
            spendable: FifoHeap::default(),
            queued: 0,
        }
    }

    /// Makes the account anew for another person, keeping its memory.
    pub(crate) fn reset(&mut self, currency: Currency) {
        self.currency = currency;
        self.lots.clear();
        self.owed = WideAmount::ZERO;
        self.uncollected.clear();
        self.expiries.clear();
        self.spendable.clear();
        self.queued = 0;
    }

    pub(crate) fn currency(&self) -> Currency {
        self.currency
    }

    /// Returns the lots in the order they were made.
    pub(crate) fn lots(&self) -> &[Lot<'a>] {
        &self.lots
    }

    /// Returns the debt, at least zero.
    pub(crate) fn owed(&self) -> WideAmount {
        self.owed
    }

    /// Starts the spend of the person in this currency at what was spent before the exports begin.
    pub(crate) fn start_spend(&mut self, epochs: &Epochs, before: Amount) {
        self.spend.start(epochs, before.into());
    }

    /// Adds the value of an order to the spend of every epoch that the order is in.
    pub(crate) fn add_spend(&mut self, epochs: &Epochs, paid_at: Timestamp, value: Amount) {
        epochs.add(&mut self.spend, paid_at, |spend| *spend += value);
    }

    /// Returns the spend of the person in this currency since an epoch.
    pub(crate) fn spend(&self, epoch: Epoch) -> WideAmount {
        *self.spend.get(epoch)
    }

    /// Returns what the lots hold, less what is owed.
    pub(crate) fn balance(&self) -> WideAmount {
        self.lots.iter().map(|lot| lot.remaining).sum::<WideAmount>() - self.owed
    }

    /// Adds a lot that holds all it is granted, with its `grant` entry; returns its index.
    pub(crate) fn make<T: Trace<'a>>(
        &mut self,
        grant: &Grant,
        source: &EntrySource<'a>,
        journal: &mut Journal<'_, 'a, T>,
    ) -> usize {
        let index = self.lots.len();
        if let Some(expires_at) = grant.expires_at {
            self.expiries.add(expires_at, index);
        }
        self.lots.push(Lot {
            method: grant.method,
            origin_id: OriginId(source.source_id.0),
            made_at: source.at,
            expires_at: grant.expires_at,
            granted: grant.amount,
            remaining: grant.amount,
            expired: Amount::ZERO,
            reclaimable: Amount::ZERO,
            shortfall: Amount::ZERO,
            uncollected: None,
            clawback: grant.clawback,
        });
        // Built from `grant`, not read back from `self.lots`: the load would wait for the store just made.
        journal.add_entry(Entry {
            currency: self.currency,
            kind: Kind::Grant,
            source_id: source.source_id,
            method: grant.method,
            origin_id: OriginId(source.source_id.0),
            amount: grant.amount,
            effective_at: source.at,
            expires_at: grant.expires_at,
            rule: grant.rule,
            lot: Some(LotNumber::of(index)),
        });
        self.tell(index, &source.cause(Kind::Grant), grant.amount, journal);
        index
    }

    /// Takes an amount out of a lot that holds it.
    pub(crate) fn take<T: Trace<'a>>(
        &mut self,
        index: usize,
        amount: Amount,
        cause: &Cause<'a>,
        journal: &mut Journal<'_, 'a, T>,
    ) {
        if amount.is_zero() {
            return;
        }
        self.lots[index].remaining -= amount;
        journal.add_entry(self.entry(index, -amount, cause));
        self.tell(index, cause, -amount, journal);
    }

    /// Puts an amount back into a lot.
    pub(crate) fn give_back<T: Trace<'a>>(
        &mut self,
        index: usize,
        order: RedemptionOrder,
        source: &EntrySource<'a>,
        amount: Amount,
        journal: &mut Journal<'_, 'a, T>,
    ) {
        self.lots[index].remaining += amount;
        journal.add_entry(self.entry(index, amount, &source.cause(Kind::Restore)));
        self.tell(index, &source.cause(Kind::Restore), amount, journal);
        if index < self.queued && !self.lots[index].is_expired(source.at) {
            self.spendable.add(self.spend_key(index, order));
        }
    }

    /// Lets every lot with `expires_at <= at` expire: what remains leaves, one `expire` entry each.
    pub(crate) fn expire_due<T: Trace<'a>>(&mut self, at: Timestamp, journal: &mut Journal<'_, 'a, T>) {
        while let Some((expires_at, index)) = self.expiries.pop_due(at) {
            self.expire(index, SourceId(self.lots[index].origin_id.0), expires_at, journal);
        }
    }

    /// Lets what remains of one lot leave.
    pub(crate) fn expire<T: Trace<'a>>(
        &mut self,
        index: usize,
        source_id: SourceId<'a>,
        at: Timestamp,
        journal: &mut Journal<'_, 'a, T>,
    ) {
        let remaining = self.lots[index].remaining;
        self.lots[index].expired += remaining;
        self.take(index, remaining, &Cause { kind: Kind::Expire, source_id, at }, journal);
    }

    /// Returns the lot to spend next (docs/spec.md 5.2), or `None` where nothing is left.
    pub(crate) fn next_to_spend(&mut self, order: RedemptionOrder) -> Option<usize> {
        while self.queued < self.lots.len() {
            if self.lots[self.queued].remaining.is_positive() {
                self.spendable.add(self.spend_key(self.queued, order));
            }
            self.queued += 1;
        }
        while let Some(&(.., index)) = self.spendable.first() {
            if self.lots[index].remaining.is_positive() {
                return Some(index);
            }
            self.spendable.pop();
        }
        None
    }

    /// Tells a change of a lot, after it.
    #[inline(always)]
    fn tell<T: Trace<'a>>(&self, index: usize, cause: &Cause<'a>, amount: Amount, journal: &mut Journal<'_, 'a, T>) {
        let Cause { kind, source_id, .. } = *cause;
        journal.tell(|| {
            let Lot { method, origin_id, expires_at, remaining, .. } = self.lots[index];
            let (currency, number) = (self.currency, LotNumber::of(index));
            let lot = LotOf { currency, number, method, origin_id, expires_at };
            Decision::Lot { lot, kind, source_id, amount, remaining }
        });
    }

    fn spend_key(&self, index: usize, order: RedemptionOrder) -> SpendKey<'a> {
        let lot = &self.lots[index];
        let first = match order {
            RedemptionOrder::SoonestExpiry => lot.expires_at.unwrap_or(Timestamp::NEVER),
            RedemptionOrder::Oldest => lot.made_at,
        };
        (first, lot.made_at, lot.method, lot.origin_id, index)
    }

    #[inline]
    fn entry(&self, index: usize, amount: Amount, cause: &Cause<'a>) -> Entry<'a> {
        let (lot, Cause { kind, source_id, at }) = (&self.lots[index], *cause);
        Entry {
            currency: self.currency,
            kind,
            source_id,
            method: lot.method,
            origin_id: lot.origin_id,
            amount,
            effective_at: at,
            expires_at: lot.expires_at,
            rule: None,
            lot: Some(LotNumber::of(index)),
        }
    }
}
