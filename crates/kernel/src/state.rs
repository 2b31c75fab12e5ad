//! What is known of one person while the events happen: accounts, orders, and what redemptions took.
//!
//! It decides nothing: `replay` and the files of each event do. Invariant: `accounts` has one per currency, of which
//! the first `account_count` are this person's.

use super::compiled_program::CompiledProgram;
use super::currency::Currency;
use super::facts::{OrderIndex, Person};
use super::history::Counts;
use super::journal::Journal;
use super::lots::Account;
use super::money::{Amount, WideAmount};
use super::redeemed::{RedeemedFrom, RedeemedPart};
use super::time::Timestamp;
use super::timeline::Step;
use super::trace::Trace;
use std::ops::Range;

/// The working memory of [`compute`]; using the same one for every person saves memory allocations.
///
/// [`compute`]: super::compute
#[derive(Default)]
pub struct PersonState<'a> {
    pub(crate) steps: Vec<Step<'a>>,
    /// One per currency met so far; the rest of the vector is memory of earlier people.
    accounts: Vec<Account<'a>>,
    account_count: usize,
    /// Orders so far.
    order_count: Counts<u64>,
    /// One per order of the person.
    orders: Vec<OrderState>,
    taken: Vec<RedeemedPart>,
    spend_before: Amount,
    /// Whether any fact's own id could be taken for that of a derived event.
    pub(crate) has_derived_names: bool,
}

/// What has become of an order so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct OrderState {
    /// Refunds so far, of every method.
    refunded: WideAmount,
    /// Refunds so far of the methods that reclaim, whenever they were.
    counted: WideAmount,
    /// `R`: what of these acted at or after the clawback's `from`, at most the order's total.
    reclaiming: Amount,
    is_cancelled: bool,
    /// The lots that the order granted.
    lots: Range<usize>,
    /// The newest of what redemptions naming the order took: an index into `PersonState::taken`.
    last_taken: Option<usize>,
    /// What redemptions naming the order took and no refund has given back; what a cancellation restored is in it.
    not_refunded: WideAmount,
}

impl OrderState {
    pub(crate) fn is_cancelled(&self) -> bool {
        self.is_cancelled
    }

    pub(crate) fn cancel(&mut self) {
        self.is_cancelled = true;
    }

    /// Returns the lots that the order granted, by their indices in the account of its currency.
    pub(crate) fn lots(&self) -> Range<usize> {
        self.lots.clone()
    }

    pub(crate) fn set_lots(&mut self, lots: Range<usize>) {
        self.lots = lots;
    }

    /// Returns the newest of what redemptions naming the order took: an index into `PersonState::taken`.
    pub(crate) fn last_taken(&self) -> Option<usize> {
        self.last_taken
    }

    /// Adds a refund of any method; returns what it brings the refunds of the order above the total, at most itself.
    pub(crate) fn refund(&mut self, amount: Amount, total: Amount) -> Amount {
        self.refunded += amount;
        (self.refunded - total).saturate().min(amount)
    }

    /// Returns what redemptions naming the order took and no refund has given back.
    pub(crate) fn not_refunded(&self) -> WideAmount {
        self.not_refunded
    }

    /// Adds a refund that gives back what redemptions took; returns the part of it for which there is such credit.
    pub(crate) fn give_back(&mut self, amount: Amount) -> Amount {
        let back = self.not_refunded.up_to(amount);
        self.not_refunded -= back;
        back
    }

    /// Adds a refund of a method that reclaims.
    pub(crate) fn count(&mut self, amount: Amount) {
        self.counted += amount;
    }

    /// Returns what the refunds that count have left of the total; at least zero.
    pub(crate) fn left_of(&self, total: Amount) -> Amount {
        (WideAmount::from(total) - self.counted).saturate().max(Amount::ZERO)
    }

    /// Adds a refund that reclaims; returns `R`, at most the total (docs/spec.md 5.4).
    pub(crate) fn reclaim(&mut self, amount: Amount, total: Amount) -> Amount {
        self.reclaiming = (WideAmount::from(self.reclaiming) + amount).up_to(total);
        self.reclaiming
    }
}

impl<'a> PersonState<'a> {
    /// Returns the index of the account in a currency, opened where there is none yet.
    #[inline]
    pub(crate) fn account(&mut self, currency: Currency, compiled: &CompiledProgram<'_>) -> usize {
        if let Some(index) = self.accounts().iter().position(|account| account.currency() == currency) {
            return index;
        }
        self.open(currency, compiled)
    }

    fn open(&mut self, currency: Currency, compiled: &CompiledProgram<'_>) -> usize {
        let index = self.account_count;
        match self.accounts.get_mut(index) {
            Some(account) => account.reset(currency),
            None => self.accounts.push(Account::new(currency)),
        }
        let before = if currency == compiled.program.currency { self.spend_before } else { Amount::ZERO };
        self.accounts[index].start_spend(&compiled.epochs, before);
        self.account_count += 1;
        index
    }

    /// Returns the accounts opened so far.
    pub(crate) fn accounts(&self) -> &[Account<'a>] {
        &self.accounts[..self.account_count]
    }

    /// Returns an account together with what redemptions naming orders took.
    pub(crate) fn account_and_taken(&mut self, account: usize) -> (&mut Account<'a>, &mut [RedeemedPart]) {
        (&mut self.accounts[account], &mut self.taken)
    }

    /// Returns an account together with how many orders the person has had.
    pub(crate) fn account_and_order_count(&mut self, account: usize) -> (&mut Account<'a>, &mut Counts<u64>) {
        (&mut self.accounts[account], &mut self.order_count)
    }

    /// Returns the state of an order.
    pub(crate) fn order(&self, index: OrderIndex) -> &OrderState {
        &self.orders[index.get()]
    }

    pub(crate) fn order_mut(&mut self, index: OrderIndex) -> &mut OrderState {
        &mut self.orders[index.get()]
    }

    /// Returns an account together with the memory of what redemptions naming orders took.
    pub(crate) fn account_and_memory(&mut self, account: usize) -> (&mut Account<'a>, RedemptionMemory<'_>) {
        let memory = RedemptionMemory { orders: &mut self.orders, taken: &mut self.taken };
        (&mut self.accounts[account], memory)
    }

    pub(crate) fn account_mut(&mut self, index: usize) -> &mut Account<'a> {
        &mut self.accounts[index]
    }

    /// Forgets the person before.
    pub(crate) fn begin(&mut self, person: &Person<'a, '_>, compiled: &CompiledProgram<'_>, as_of: Timestamp) {
        self.account_count = 0;
        self.taken.clear();
        self.orders.clear();
        self.orders.resize(person.orders.len(), OrderState::default());
        // A registration after as_of and its history do not exist yet.
        let registration = person.registration.filter(|registration| registration.registered_at <= as_of);
        self.order_count.start(&compiled.epochs, registration.map_or(0, |registration| registration.orders_before));
        self.spend_before = registration.map_or(Amount::ZERO, |registration| registration.spend_before);
    }

    /// Lets the lots expire that end at an instant or before it.
    pub(crate) fn expire_due<T: Trace<'a>>(&mut self, at: Timestamp, journal: &mut Journal<'_, 'a, T>) {
        for account in &mut self.accounts[..self.account_count] {
            account.expire_due(at, journal);
        }
    }
}

/// Keeps what redemptions that name an order take, for a later restore.
pub(crate) struct RedemptionMemory<'s> {
    orders: &'s mut [OrderState],
    taken: &'s mut Vec<RedeemedPart>,
}

impl RedemptionMemory<'_> {
    /// Keeps a part that a redemption naming the order took.
    pub(crate) fn keep(&mut self, order: OrderIndex, from: RedeemedFrom, amount: Amount) {
        let order = &mut self.orders[order.get()];
        order.not_refunded += amount;
        let before = order.last_taken.replace(self.taken.len());
        self.taken.push(RedeemedPart { from, amount, before });
    }
}
