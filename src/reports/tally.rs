//! Counts and sums over people, collected piece by piece.

use crate::kernel::currency::Currency;
use crate::kernel::entry::{Entry, Kind, Method};
use crate::kernel::exception::{Exception, Reason};
use crate::kernel::money::Total;
use crate::kernel::outcome::Balance;
use std::collections::BTreeMap;

/// What some people's postings, balances and odd facts come to.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Those who are posted to.
    pub people: u64,
    /// Few: one per currency met, in no order.
    currencies: Vec<(Currency, OfCurrency)>,
    pub exceptions: BTreeMap<Reason, u64>,
    /// Orders in currencies that no rule is in.
    pub unruled: BTreeMap<Currency, u64>,
}

#[derive(Clone, Debug, Default)]
struct OfCurrency {
    postings: [[Sum; Method::ALL.len()]; Kind::ALL.len()],
    people: u64,
    balance: Total,
}

/// A number of postings and what they sum to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    pub count: u64,
    pub amount: Total,
}

/// The postings of one currency, kind and method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostingSum {
    pub currency: Currency,
    pub kind: Kind,
    pub method: Method,
    pub sum: Sum,
}

/// The balances of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BalanceSum {
    pub currency: Currency,
    pub people: u64,
    /// Without what is posted now.
    pub before: Total,
    pub amount: Total,
}

impl Tally {
    /// Adds one person: what is posted now, and the balances and odd facts after it.
    pub fn add(&mut self, postings: &[Entry<'_>], balances: &[Balance], exceptions: &[Exception<'_>]) {
        self.people += u64::from(!postings.is_empty());
        for entries in postings.chunk_by(|a, b| a.currency == b.currency) {
            let postings = &mut self.of(entries[0].currency).postings;
            for Entry { kind, method, amount, .. } in entries {
                let sum = &mut postings[*kind as usize][*method as usize];
                sum.count += 1;
                sum.amount += *amount;
            }
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

    pub fn add_exception(&mut self, reason: Reason) {
        *self.exceptions.entry(reason).or_default() += 1;
    }

    /// Adds another tally to this one.
    pub fn merge(&mut self, other: Tally) {
        self.people += other.people;
        for (currency, theirs) in other.currencies {
            let own = self.of(currency);
            for (own, theirs) in own.postings.iter_mut().flatten().zip(theirs.postings.iter().flatten()) {
                own.count += theirs.count;
                own.amount += theirs.amount;
            }
            own.people += theirs.people;
            own.balance += theirs.balance;
        }
        for (reason, count) in other.exceptions {
            *self.exceptions.entry(reason).or_default() += count;
        }
        for (currency, count) in other.unruled {
            *self.unruled.entry(currency).or_default() += count;
        }
    }

    /// Returns the sums of postings that there are, by currency, kind and method.
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

    /// Returns the sum of balances of each currency.
    pub fn balances(&self) -> Vec<BalanceSum> {
        let balance = |(currency, own): (Currency, &OfCurrency)| {
            let posted: Total = own.postings.iter().flatten().map(|sum| sum.amount).sum();
            BalanceSum { currency, people: own.people, before: own.balance - posted, amount: own.balance }
        };
        self.sorted().map(balance).collect()
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
