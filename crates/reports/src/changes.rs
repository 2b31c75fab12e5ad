//! What postings change, collected person by person: by kind, by rule, and the people with the largest changes.

use accrue_kernel::currency::Currency;
use accrue_kernel::entry::{Entry, Kind, Method};
use accrue_kernel::money::WideAmount;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The number of people that are named in each currency.
pub(crate) const NAMED: usize = 10;

/// The changes that the postings of some people make.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// The number of people with a posting.
    pub people: u64,
    /// The changes by currency, kind and method.
    pub kinds: BTreeMap<(Currency, Kind, Method), Moved>,
    /// The changes by currency and rule id; only grants have a rule.
    pub rules: BTreeMap<(Currency, String), Moved>,
    largest: BTreeMap<Currency, Vec<PersonChange>>,
}

/// A number of postings, and the sums of those above and below zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// The number of postings.
    pub count: u64,
    /// The number of people that have one.
    pub people: u64,
    /// The sum of the amounts above zero, in minor units.
    pub up: WideAmount,
    /// The sum of the amounts below zero, in minor units; zero or less.
    pub down: WideAmount,
    /// The number of the last person that was counted.
    last: u64,
}

/// The change of one person's balance in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonChange {
    /// The person's id.
    pub customer_id: String,
    /// The currency.
    pub currency: Currency,
    /// The change of the balance, in minor units.
    pub change: WideAmount,
    /// The sum of the amounts without their signs, in minor units.
    moved: u128,
}

impl Changes {
    /// Adds one person's postings, in ledger order. `rules` has the rule ids that postings name by index.
    ///
    /// # Panics
    /// Where a posting names a rule that `rules` does not have.
    pub fn add(&mut self, customer_id: &str, postings: &[Entry<'_>], rules: &[String]) {
        self.people += u64::from(!postings.is_empty());
        for entry in postings {
            let Entry { currency, kind, method, .. } = *entry;
            self.kinds.entry((currency, kind, method)).or_default().add(self.people, entry);
            if let Some(rule) = entry.rule {
                let rule = rules[rule.index()].clone();
                self.rules.entry((currency, rule)).or_default().add(self.people, entry);
            }
        }
        for own in postings.chunk_by(|one, other| one.currency == other.currency) {
            let change = PersonChange {
                customer_id: customer_id.to_owned(),
                currency: own[0].currency,
                change: own.iter().map(|entry| entry.amount).sum(),
                moved: own.iter().map(|entry| u128::from(entry.amount.minor().unsigned_abs())).sum(),
            };
            let largest = self.largest.entry(change.currency).or_default();
            largest.push(change);
            if largest.len() >= 16 * NAMED {
                keep_largest(largest);
            }
        }
    }

    /// Adds the changes of other people.
    pub fn merge(&mut self, other: Changes) {
        self.people += other.people;
        for (key, theirs) in other.kinds {
            self.kinds.entry(key).or_default().merge(theirs);
        }
        for (key, theirs) in other.rules {
            self.rules.entry(key).or_default().merge(theirs);
        }
        for (currency, theirs) in other.largest {
            let own = self.largest.entry(currency).or_default();
            own.extend(theirs);
            keep_largest(own);
        }
    }

    /// Returns the people whose balance changes most, at most 10 in each currency, the largest change first. Equal
    /// changes are ordered by the amounts that are moved, then by id.
    pub fn largest(&self) -> impl Iterator<Item = PersonChange> {
        self.largest.values().flat_map(|largest| {
            let mut largest = largest.clone();
            keep_largest(&mut largest);
            largest
        })
    }

    /// Returns the change of the sum of all balances in a currency, in minor units.
    pub fn liability(&self, currency: Currency) -> WideAmount {
        let own = self.kinds.iter().filter(|((of, ..), _)| *of == currency);
        own.map(|(_, moved)| moved.up + moved.down).sum()
    }
}

impl Moved {
    fn add(&mut self, person: u64, entry: &Entry<'_>) {
        self.count += 1;
        self.people += u64::from(self.last != person);
        self.last = person;
        let side = if entry.amount.minor() > 0 { &mut self.up } else { &mut self.down };
        *side += entry.amount;
    }

    fn merge(&mut self, other: Moved) {
        self.count += other.count;
        self.people += other.people;
        self.up += other.up;
        self.down += other.down;
    }
}

fn keep_largest(changes: &mut Vec<PersonChange>) {
    changes.sort_by(|one, other| {
        let size = |change: &PersonChange| Reverse((change.change.minor().unsigned_abs(), change.moved));
        size(one).cmp(&size(other)).then_with(|| one.customer_id.cmp(&other.customer_id))
    });
    changes.truncate(NAMED);
}

#[cfg(test)]
mod tests {
    use super::*;
    use accrue_kernel::entry::{EventId, OriginId, SourceId};
    use accrue_kernel::money::Amount;
    use accrue_kernel::program::RuleIndex;
    use accrue_kernel::time::Timestamp;

    fn entry(kind: Kind, cents: i64, rule: Option<RuleIndex>) -> Entry<'static> {
        Entry {
            currency: Currency::from_code("USD").unwrap(),
            kind,
            source_id: SourceId(EventId::fact("o")),
            method: Method::PerOrder,
            origin_id: OriginId(EventId::fact("o")),
            amount: Amount::from_minor(cents),
            effective_at: Timestamp::from_micros(1),
            expires_at: None,
            rule,
            lot: None,
        }
    }

    fn minor(moved: &Moved) -> (u64, u64, i128, i128) {
        (moved.count, moved.people, moved.up.minor(), moved.down.minor())
    }

    #[test]
    fn sums_are_by_kind_and_rule_and_count_everybody_once() {
        let rules = ["a".to_owned(), "b".to_owned()];
        let mut changes = Changes::default();
        let ann = [
            entry(Kind::Grant, 50, Some(RuleIndex::new(0))),
            entry(Kind::Grant, -20, Some(RuleIndex::new(1))),
            entry(Kind::Expire, -30, None),
        ];
        changes.add("ann", &ann, &rules);
        changes.add("nobody", &[], &rules);
        let mut others = Changes::default();
        others.add("bob", &[entry(Kind::Grant, 5, Some(RuleIndex::new(1)))], &rules);
        changes.merge(others);
        let usd = Currency::from_code("USD").unwrap();
        let of = |kind| minor(&changes.kinds[&(usd, kind, Method::PerOrder)]);
        assert_eq!(changes.people, 2);
        assert_eq!((of(Kind::Grant), of(Kind::Expire)), ((3, 2, 55, -20), (1, 1, 0, -30)));
        let of = |rule: &str| minor(&changes.rules[&(usd, rule.to_owned())]);
        assert_eq!((of("a"), of("b")), ((1, 1, 50, 0), (2, 2, 5, -20)));
        assert_eq!(changes.liability(usd).minor(), 5);
    }

    #[test]
    fn the_largest_changes_come_first_whatever_their_sign_and_however_they_were_collected() {
        let mut one = Changes::default();
        let mut parts = [Changes::default(), Changes::default()];
        for number in 0..400_i64 {
            let cents = if number % 2 == 0 { number } else { -number };
            let (id, postings) = (format!("c{number:03}"), [entry(Kind::Grant, cents, None)]);
            one.add(&id, &postings, &[]);
            parts[(number % 2) as usize].add(&id, &postings, &[]);
        }
        // Nothing changes for her, but more of it than for those below.
        one.add("zoe", &[entry(Kind::Grant, 700, None), entry(Kind::Expire, -700, None)], &[]);
        let [mut merged, odd] = parts;
        merged.merge(odd);
        let ids = |changes: &Changes| changes.largest().map(|change| change.customer_id).collect::<Vec<_>>();
        let expected: Vec<String> = (390..400).rev().map(|number| format!("c{number}")).collect();
        assert_eq!((ids(&one), ids(&merged)), (expected.clone(), expected));
    }
}
