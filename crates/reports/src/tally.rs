//! Counts and sums over people, collected by each worker and merged. Amounts are minor units.

use super::funnel::counting::OutcomeCounts;
use accrue_kernel::currency::Currency;
use accrue_kernel::entry::{Entry, Kind, Method};
use accrue_kernel::exception::{Exception, Reason};
use accrue_kernel::money::WideAmount;
use accrue_kernel::outcome::Balance;
use std::collections::BTreeMap;

/// Counts and sums of the postings, balances and exceptions of some people.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// The number of people that were added.
    pub visited: u64,
    /// The number of people with a posting.
    pub people: u64,
    /// One for each currency, in no order: there are few.
    currencies: Vec<(Currency, OfCurrency)>,
    /// The number of exceptions by reason, except `NoRuleForCurrency`.
    pub exceptions: BTreeMap<Reason, u64>,
    /// The number of orders in currencies for which there is no rule.
    pub unruled: BTreeMap<Currency, u64>,
    /// What has become of the facts of exports.
    pub outcomes: OutcomeCounts,
}

#[derive(Clone, Debug, Default)]
struct OfCurrency {
    postings: [[Sum; Method::ALL.len()]; Kind::ALL.len()],
    people: u64,
    people_before: u64,
    balance: WideAmount,
}

/// The balances of all people in one currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TotalBalance {
    /// The number of people with any entry in it.
    pub people: u64,
    /// The sum of the balances.
    pub balance: WideAmount,
}

/// A number of postings and the sum of their amounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// The number of postings.
    pub count: u64,
    /// The sum of the amounts.
    pub amount: WideAmount,
}

/// The postings of one currency, kind and method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostingSum {
    /// The currency.
    pub currency: Currency,
    /// The kind.
    pub kind: Kind,
    /// The method.
    pub method: Method,
    /// Number and sum.
    pub sum: Sum,
}

/// The balances in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BalanceSum {
    /// The currency.
    pub currency: Currency,
    /// The number of people with any entry in it.
    pub people: u64,
    /// The sum of the balances before this run's postings.
    pub before: WideAmount,
    /// The sum of the balances after them.
    pub amount: WideAmount,
}

impl OfCurrency {
    fn posted(&self) -> WideAmount {
        self.postings.iter().flatten().map(|sum| sum.amount).sum()
    }

    fn has_postings(&self) -> bool {
        self.postings.iter().flatten().any(|sum| sum.count > 0)
    }
}

impl Tally {
    /// Adds one person: what is posted now, the currencies in which something was posted before, and the balances and
    /// exceptions after it.
    pub fn add(
        &mut self,
        postings: &[Entry<'_>],
        before: &[Currency],
        balances: &[Balance],
        exceptions: &[Exception<'_>],
    ) {
        self.visited += 1;
        self.people += u64::from(!postings.is_empty());
        for entries in postings.chunk_by(|a, b| a.currency == b.currency) {
            let postings = &mut self.of(entries[0].currency).postings;
            for Entry { kind, method, amount, .. } in entries {
                let sum = &mut postings[*kind as usize][*method as usize];
                sum.count += 1;
                sum.amount += *amount;
            }
        }
        for &currency in before {
            self.of(currency).people_before += 1;
        }
        for Balance { currency, amount, .. } in balances {
            let own = self.of(*currency);
            own.people += 1;
            own.balance += *amount;
        }
        for exception in exceptions {
            match exception.reason {
                Reason::NoRuleForCurrency => *self.unruled.entry(exception.currency).or_default() += 1,
                reason => self.add_exception(reason),
            }
        }
    }

    /// Adds an exception that no person's computation has found.
    pub fn add_exception(&mut self, reason: Reason) {
        *self.exceptions.entry(reason).or_default() += 1;
    }

    /// Adds another tally to this one.
    pub fn merge(&mut self, other: Tally) {
        self.outcomes.merge(&other.outcomes);
        self.visited += other.visited;
        self.people += other.people;
        for (currency, theirs) in other.currencies {
            let own = self.of(currency);
            for (own, theirs) in own.postings.iter_mut().flatten().zip(theirs.postings.iter().flatten()) {
                own.count += theirs.count;
                own.amount += theirs.amount;
            }
            own.people += theirs.people;
            own.people_before += theirs.people_before;
            own.balance += theirs.balance;
        }
        for (reason, count) in other.exceptions {
            *self.exceptions.entry(reason).or_default() += count;
        }
        for (currency, count) in other.unruled {
            *self.unruled.entry(currency).or_default() += count;
        }
    }

    /// Returns the sums of postings by currency, kind and method, without empty ones.
    pub fn postings(&self) -> Vec<PostingSum> {
        let mut sums = Vec::new();
        for (currency, own) in self.sorted() {
            for kind in Kind::ALL {
                for method in Method::ALL {
                    let sum = own.postings[kind as usize][method as usize];
                    sums.push(PostingSum { currency, kind, method, sum });
                }
            }
        }
        sums.retain(|posting| posting.sum.count > 0);
        sums
    }

    /// Returns the sums of balances by currency, of the people that were added.
    pub fn balances(&self) -> Vec<BalanceSum> {
        let balance = |(currency, own): (Currency, &OfCurrency)| {
            let before = own.balance - own.posted();
            BalanceSum { currency, people: own.people, before, amount: own.balance }
        };
        self.sorted().map(balance).collect()
    }

    /// Returns the sums of balances by currency, of all people: `before` has the sums before this run, and people that
    /// were not added keep their balances.
    pub fn balances_since(&self, before: &BTreeMap<Currency, TotalBalance>) -> Vec<BalanceSum> {
        let mut all: BTreeMap<Currency, BalanceSum> = BTreeMap::new();
        for (&currency, &TotalBalance { people, balance }) in before {
            all.insert(currency, BalanceSum { currency, people, before: balance, amount: balance });
        }
        for (currency, own) in &self.currencies {
            let nothing =
                BalanceSum { currency: *currency, people: 0, before: WideAmount::ZERO, amount: WideAmount::ZERO };
            let sum = all.entry(*currency).or_insert(nothing);
            sum.people = (sum.people + own.people).saturating_sub(own.people_before);
            sum.amount += own.posted();
        }
        // A currency is still reported by the run in which its last balance goes.
        let is_posted = |currency| self.currencies.iter().any(|(own, sums)| *own == currency && sums.has_postings());
        all.into_values().filter(|sum| sum.people > 0 || is_posted(sum.currency)).collect()
    }

    fn of(&mut self, currency: Currency) -> &mut OfCurrency {
        let index = self.currencies.iter().position(|(known, _)| *known == currency).unwrap_or_else(|| {
            self.currencies.push((currency, OfCurrency::default()));
            self.currencies.len() - 1
        });
        &mut self.currencies[index].1
    }

    fn sorted(&self) -> impl Iterator<Item = (Currency, &OfCurrency)> {
        let mut sorted: Vec<_> = self.currencies.iter().map(|(currency, own)| (*currency, own)).collect();
        sorted.sort_by_key(|(currency, _)| *currency);
        sorted.into_iter()
    }
}
