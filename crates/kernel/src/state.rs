//! What is known of one person while the events happen: accounts, orders, and what redemptions took.
//!
//! It decides nothing: `walk` and the files of each event do. Invariant: `accounts` has one per currency, of which the
//! first `account_count` are this person's.

use super::currency::Currency;
use super::facts::Person;
use super::history::Counts;
use super::lots::Account;
use super::money::{Amount, Total};
use super::outcome::Outcome;
use super::restore::Taken;
use super::terms::Terms;
use super::time::Instant;
use super::timeline::Step;

/// The working memory of [`compute`]; using the same one for every person saves memory allocations.
///
/// [`compute`]: super::compute
#[derive(Default)]
pub struct State<'a> {
    pub(crate) steps: Vec<Step<'a>>,
    /// One per currency met so far; the rest of the vector is memory of earlier people.
    pub(crate) accounts: Vec<Account<'a>>,
    account_count: usize,
    /// Orders so far.
    order_count: Counts<u64>,
    /// One per order of the person.
    pub(crate) orders: Vec<OrderState>,
    pub(crate) taken: Vec<Taken>,
    spend_before: Amount,
    /// Whether any fact's own id could be taken for that of a derived event.
    pub(crate) has_derived_names: bool,
}

/// What has become of an order so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct OrderState {
    /// Refunds so far, of every method.
    pub(crate) refunded: Total,
    /// Refunds so far of the methods that reclaim, whenever they were.
    pub(crate) counted: Total,
    /// `R`: what of these acted at or after the clawback's `from`, at most the order's total.
    pub(crate) reclaiming: Amount,
    pub(crate) cancelled: bool,
    /// The lots that the order granted.
    pub(crate) lots: std::ops::Range<usize>,
    /// The newest of what redemptions naming the order took: an index into `State::taken`.
    pub(crate) last_taken: Option<usize>,
}

impl<'a> State<'a> {
    /// Returns the index of the account in a currency, opened where there is none yet.
    #[inline]
    pub(crate) fn account(&mut self, currency: Currency, terms: &Terms<'_>) -> usize {
        if let Some(index) = self.accounts().iter().position(|account| account.currency == currency) {
            return index;
        }
        self.open(currency, terms)
    }

    fn open(&mut self, currency: Currency, terms: &Terms<'_>) -> usize {
        let index = self.account_count;
        match self.accounts.get_mut(index) {
            Some(account) => account.reset(currency),
            None => self.accounts.push(Account::new(currency)),
        }
        let before = if currency == terms.program.currency { self.spend_before } else { Amount::ZERO };
        self.accounts[index].spend.start(&terms.epochs, before.into());
        self.account_count += 1;
        index
    }

    /// Returns the accounts opened so far.
    pub(crate) fn accounts(&self) -> &[Account<'a>] {
        &self.accounts[..self.account_count]
    }

    /// Returns an account together with what redemptions naming orders took.
    pub(crate) fn account_and_taken(&mut self, account: usize) -> (&mut Account<'a>, &mut [Taken]) {
        (&mut self.accounts[account], &mut self.taken)
    }

    /// Returns an account together with how many orders the person has had.
    pub(crate) fn account_and_order_count(&mut self, account: usize) -> (&mut Account<'a>, &mut Counts<u64>) {
        (&mut self.accounts[account], &mut self.order_count)
    }

    pub(crate) fn account_mut(&mut self, index: usize) -> &mut Account<'a> {
        &mut self.accounts[index]
    }

    /// Forgets the person before.
    pub(crate) fn begin(&mut self, person: &Person<'a, '_>, terms: &Terms<'_>, as_of: Instant) {
        self.account_count = 0;
        self.taken.clear();
        self.orders.clear();
        self.orders.resize(person.orders.len(), OrderState::default());
        // A registration after as_of and its history do not exist yet.
        let registration = person.registration.filter(|registration| registration.registered_at <= as_of);
        self.order_count.start(&terms.epochs, registration.map_or(0, |registration| registration.orders_before));
        self.spend_before = registration.map_or(Amount::ZERO, |registration| registration.spend_before);
    }

    /// Lets the lots expire that end at an instant or before it.
    pub(crate) fn expire_due(&mut self, at: Instant, out: &mut Outcome<'a>) {
        for account in &mut self.accounts[..self.account_count] {
            account.expire_due(at, out);
        }
    }
}
