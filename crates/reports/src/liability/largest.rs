//! The people with the most credit of each currency.

use crate::lots::{Lot, next_expiry};
use accrue_kernel::currency::Currency;
use accrue_kernel::entry::Method;
use accrue_kernel::money::WideAmount;
use accrue_kernel::program::RuleIndex;
use accrue_kernel::time::Timestamp;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The number of people of each currency who are named.
const NAMED: usize = 50;

/// What a person has of a currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Holder {
    pub customer_id: String,
    /// What the lots hold.
    pub credit: WideAmount,
    /// What the person owes, zero or below it.
    pub owed: WideAmount,
    /// When something expires next, and how much.
    pub next: Option<(Timestamp, WideAmount)>,
}

/// What all people have of a currency, and those who have the most.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Holders {
    /// The most comes first, then the smaller id.
    pub first: Vec<Holder>,
    pub people: u64,
    pub credit: WideAmount,
    pub owed: WideAmount,
}

/// Those who have the most, by currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Largest(pub BTreeMap<Currency, Holders>);

impl Largest {
    /// Adds a person, whose lots are ordered by currency; empty lots are none of them.
    pub(super) fn add_person(&mut self, customer_id: &str, lots: &[(Lot<'_>, Option<RuleIndex>)]) {
        for own in lots.chunk_by(|one, other| one.0.currency == other.0.currency) {
            let own: Vec<&Lot<'_>> = own.iter().map(|(lot, _)| lot).collect();
            let of = |is_debt| own.iter().filter(move |lot| (lot.method == Method::Owed) == is_debt);
            let sum = |is_debt| of(is_debt).map(|lot| lot.remaining()).sum();
            let (credit, owed): (WideAmount, WideAmount) = (sum(false), sum(true));
            let holders = self.0.entry(own[0].currency).or_default();
            holders.people += 1;
            holders.credit += credit;
            holders.owed += owed;
            let least = holders.first.get(NAMED - 1);
            if least.is_some_and(|least| order(least.credit, &least.customer_id) < order(credit, customer_id)) {
                continue;
            }
            let next = next_expiry(&own);
            holders.first.push(Holder { customer_id: customer_id.to_owned(), credit, owed, next });
            holders.keep_first();
        }
    }

    /// Adds other people.
    pub(super) fn merge(&mut self, other: Largest) {
        for (currency, theirs) in other.0 {
            let own = self.0.entry(currency).or_default();
            own.people += theirs.people;
            own.credit += theirs.credit;
            own.owed += theirs.owed;
            own.first.extend(theirs.first);
            own.keep_first();
        }
    }
}

impl Holders {
    fn keep_first(&mut self) {
        self.first
            .sort_by(|one, other| order(one.credit, &one.customer_id).cmp(&order(other.credit, &other.customer_id)));
        self.first.truncate(NAMED);
    }
}

/// Returns what people are ordered by.
fn order(credit: WideAmount, customer_id: &str) -> (Reverse<i128>, &str) {
    (Reverse(credit.minor()), customer_id)
}
