//! One person's events, one after the other: what each does to the accounts (SPEC 3 to 5).

use super::adjustment;
use super::currency::Currency;
use super::debt;
use super::earn;
use super::entry::{Kind, SourceId};
use super::facts::{Order, Person, Redemption};
use super::history::Counts;
use super::lots::{Account, Cause};
use super::money::{Amount, Total};
use super::outcome::Outcome;
use super::redemption;
use super::refund;
use super::restore::{Taken, TakenFrom};
use super::terms::Terms;
use super::time::Instant;
use super::timeline::{self, Event, Step};

/// The working memory of [`compute`]; using the same one for every person saves memory allocations.
///
/// [`compute`]: super::compute
#[derive(Default)]
pub struct State<'a> {
    steps: Vec<Step<'a>>,
    /// One per currency met so far; the rest of the vector is memory of earlier people.
    accounts: Vec<Account<'a>>,
    account_count: usize,
    /// Orders so far.
    order_count: Counts<u64>,
    /// One per order of the person.
    pub(crate) orders: Vec<OrderState>,
    pub(crate) taken: Vec<Taken>,
    spend_before: Amount,
    has_derived_names: bool,
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

/// Lets all of a person's events up to as_of happen; what is due at as_of expires.
pub(crate) fn walk<'a>(
    person: &Person<'a, '_>,
    terms: &Terms<'_>,
    as_of: Instant,
    state: &mut State<'a>,
    out: &mut Outcome<'a>,
) {
    state.begin(person, terms, as_of);
    let mut steps = std::mem::take(&mut state.steps);
    timeline::arrange(person, terms.program, as_of, &mut steps);
    state.has_derived_names = steps.iter().any(|step| step.id.looks_derived());
    for step in &steps {
        state.expire_due(step.at, out);
        apply(step, person, terms, state, out);
    }
    state.steps = steps;
    state.expire_due(as_of, out);
}

fn apply<'a>(
    step: &Step<'a>,
    person: &Person<'a, '_>,
    terms: &Terms<'_>,
    state: &mut State<'a>,
    out: &mut Outcome<'a>,
) {
    let cause = |fact| Cause { at: step.at, source_id: SourceId(step.id), fact };
    match step.event {
        Event::Registration => {
            let registration = person.registration.as_ref().expect("a registration happens where there is one");
            earn::on_registration(terms, state, &cause(registration.fact), out);
        }
        Event::Adjustment(index) => {
            let adjustment = &person.adjustments[index as usize];
            adjustment::adjust(adjustment, terms, state, &cause(adjustment.fact), out);
        }
        Event::Redemption(index) => {
            let Redemption { fact, order, amount, currency, .. } = person.redemptions[index as usize];
            let order = order.filter(|&order| person.orders[order as usize].currency == currency);
            redeem(order, amount, currency, terms, state, &cause(fact), out);
        }
        Event::CreditSpent(index) => {
            let Order { fact, credit, currency, .. } = person.orders[index as usize];
            redeem(Some(index), credit, currency, terms, state, &cause(fact), out);
        }
        Event::Order(index) => {
            let order = &person.orders[index as usize];
            let lots = earn::on_order(order, terms, state, &cause(order.fact), out);
            state.orders[index as usize].lots = lots;
        }
        Event::Refund(index) => {
            let refund = &person.refunds[index as usize];
            let order = &person.orders[refund.order as usize];
            refund::refund(refund, order, terms, state, &cause(refund.fact), out);
        }
        Event::Cancellation(index) => {
            let order = &person.orders[index as usize];
            refund::cancel(order, index as usize, terms, state, &cause(order.fact), out);
        }
    }
}

/// Takes a redemption from the lots (SPEC 5.2); what they do not cover is debt. Keeps what it took where it names an
/// order.
fn redeem<'a>(
    order: Option<u32>,
    amount: Amount,
    currency: Currency,
    terms: &Terms<'_>,
    state: &mut State<'a>,
    cause: &Cause<'a>,
    out: &mut Outcome<'a>,
) {
    let program = terms.program;
    let account = state.account(currency, terms);
    let (account, orders, taken) = (&mut state.accounts[account], &mut state.orders, &mut state.taken);
    let mut keep = |from, amount| {
        if let Some(order) = order {
            let before = orders[order as usize].last_taken.replace(taken.len());
            taken.push(Taken { from, amount, before });
        }
    };
    let rest = redemption::spend(account, program.redemption.order, Kind::Redeem, cause, amount, out, |lot, part| {
        keep(TakenFrom::Lot(lot), part);
    });
    if rest.is_positive() {
        let item = debt::owe(account, program.carry_debt, Kind::Redeem, cause, rest, out);
        keep(item.map_or(TakenFrom::Owed, TakenFrom::OpenItem), rest);
    }
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

    /// Tells whether any fact's own id could be taken for that of a derived event.
    pub(crate) fn has_derived_names(&self) -> bool {
        self.has_derived_names
    }

    fn begin(&mut self, person: &Person<'a, '_>, terms: &Terms<'_>, as_of: Instant) {
        self.account_count = 0;
        self.taken.clear();
        self.orders.clear();
        self.orders.resize(person.orders.len(), OrderState::default());
        // A registration after as_of does not exist yet, nor does the history that it tells of.
        let registration = person.registration.filter(|registration| registration.registered_at <= as_of);
        self.order_count.start(&terms.epochs, registration.map_or(0, |registration| registration.orders_before));
        self.spend_before = registration.map_or(Amount::ZERO, |registration| registration.spend_before);
    }

    fn expire_due(&mut self, at: Instant, out: &mut Outcome<'a>) {
        for account in &mut self.accounts[..self.account_count] {
            account.expire_due(at, out);
        }
    }
}
