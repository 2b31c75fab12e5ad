//! Reports large expiries: credit that expires in 14, 7 or 1 days, so that somebody can still act.
//!
//! The rows of the ledger that end on a day sum to what is left of the lots that expire then. Of those who are visited
//! these are at hand; for all others the ledger is read (`book_session::affected_people`). They stop no run.

use crate::kernel::currency::Currency;
use crate::kernel::entry::Entry;
use crate::kernel::money::{Amount, WideAmount};
use crate::kernel::time::{LocalCalendar, LocalDate, Timestamp};
use crate::reports::summary::LargeExpiry;
use crate::reports::tally::BalanceSum;
use std::collections::BTreeMap;

/// How many days ahead a large expiry is reported.
const AHEAD: [u32; 3] = [14, 7, 1];
/// More than this share of all balances of a currency is large, in percent.
const LARGE: u32 = 5;

/// The local days whose expiries are reported.
pub(crate) struct Days(Vec<Day>);

/// A local day, the last on which some credit is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Day {
    on: LocalDate,
    /// After the day of as_of.
    ahead: u32,
    /// Credit is valid last on this day where it expires after the first of these and up to the second.
    starts_at: Timestamp,
    ends_at: Timestamp,
}

/// What some people have that is to expire, by currency and day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Expiring(BTreeMap<(Currency, u8), Sum>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum {
    people: u64,
    amount: WideAmount,
}

impl Days {
    /// Finds the days, and those of nights that were left out since the last as_of and are still to come.
    pub(crate) fn of(zone: &LocalCalendar, as_of: Timestamp, last: Option<Timestamp>) -> Days {
        let today = zone.day_of(as_of);
        let since = last.map(|last| zone.day_of(last));
        let is_missed = |nights: u32| since.is_some_and(|since| since.plus(nights) < today);
        let is_told =
            |ahead: &u32| AHEAD.into_iter().any(|told| told == *ahead || (told > *ahead && is_missed(told - ahead)));
        let day = |ahead: u32| {
            let on = today.plus(ahead);
            Day { on, ahead, starts_at: zone.start_of(on), ends_at: zone.start_of(on.plus(1)) }
        };
        Days((1..=AHEAD[0]).filter(is_told).map(day).collect())
    }

    /// Returns the number of the day on which credit is valid last that expires at an instant.
    pub(crate) fn find(&self, expires_at: Timestamp) -> Option<u8> {
        let (first, last) = (self.0.first()?, self.0.last()?);
        // Nearly nothing that expires does so within two weeks.
        if expires_at <= first.starts_at || last.ends_at < expires_at {
            return None;
        }
        let found = |(_, day): &(u8, &Day)| day.starts_at < expires_at && expires_at <= day.ends_at;
        (0..).zip(&self.0).find(found).map(|(number, _)| number)
    }
}

impl Expiring {
    /// Adds one person, with all postings.
    pub(crate) fn add<'e>(&mut self, days: &Days, postings: impl Iterator<Item = &'e Entry<'e>>) {
        let mut left: Vec<((Currency, u8), WideAmount)> = Vec::new();
        for Entry { currency, amount, expires_at, .. } in postings {
            if let Some(day) = expires_at.and_then(|at| days.find(at)) {
                put(&mut left, (*currency, day), *amount);
            }
        }
        left.into_iter().for_each(|((currency, day), amount)| self.add_sum(currency, day, amount));
    }

    /// Adds what one person has left that is to expire on a day.
    pub(crate) fn add_sum(&mut self, currency: Currency, day: u8, amount: WideAmount) {
        if amount > WideAmount::ZERO {
            let sum = self.0.entry((currency, day)).or_default();
            sum.people += 1;
            sum.amount += amount;
        }
    }

    /// Adds what other people have.
    pub(crate) fn merge(&mut self, other: &Expiring) {
        for (&of, theirs) in &other.0 {
            let own = self.0.entry(of).or_default();
            own.people += theirs.people;
            own.amount += theirs.amount;
        }
    }

    /// Returns the large ones, beside the balances of all people.
    pub(crate) fn large(&self, days: &Days, balances: &[BalanceSum]) -> Vec<LargeExpiry> {
        let large = self.0.iter().filter_map(|(&(currency, day), sum)| {
            let all = balances.iter().find(|balance| balance.currency == currency)?.amount;
            let Day { on, ahead, .. } = days.0[usize::from(day)];
            is_large(sum.amount, all).then(|| LargeExpiry {
                currency: currency.code(),
                last_day: on.to_string(),
                in_days: ahead,
                people: sum.people,
                amount: sum.amount.display(currency).to_string(),
            })
        });
        large.collect()
    }
}

fn put(left: &mut Vec<((Currency, u8), WideAmount)>, of: (Currency, u8), amount: Amount) {
    match left.iter_mut().find(|(other, _)| *other == of) {
        Some((_, sum)) => *sum += amount,
        None => left.push((of, WideAmount::ZERO + amount)),
    }
}

fn is_large(amount: WideAmount, all: WideAmount) -> bool {
    amount.minor() * 100 > all.minor() * i128::from(LARGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE: chrono_tz::Tz = chrono_tz::America::New_York;

    fn at(text: &str) -> Timestamp {
        Timestamp::from_micros(chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_micros())
    }

    fn ahead(as_of: &str, last: Option<&str>) -> Vec<u32> {
        Days::of(&LocalCalendar::new(ZONE), at(as_of), last.map(at)).0.iter().map(|day| day.ahead).collect()
    }

    #[test]
    fn a_night_tells_of_three_days_and_one_after_missed_nights_of_theirs_too() {
        assert_eq!(ahead("2024-07-01T08:00:00Z", None), [1, 7, 14]);
        assert_eq!(ahead("2024-07-01T08:00:00Z", Some("2024-06-30T08:00:00Z")), [1, 7, 14]);
        assert_eq!(ahead("2024-07-01T20:00:00Z", Some("2024-07-01T08:00:00Z")), [1, 7, 14]);
        // The night of 30 June was left out, which would have told of what is 6 and 13 days ahead now.
        assert_eq!(ahead("2024-07-01T08:00:00Z", Some("2024-06-29T08:00:00Z")), [1, 6, 7, 13, 14]);
        assert_eq!(ahead("2024-07-01T08:00:00Z", Some("2024-05-01T08:00:00Z")), (1..=14).collect::<Vec<_>>());
    }

    #[test]
    fn credit_is_valid_last_on_the_day_that_ends_when_it_expires() {
        let days = Days::of(&LocalCalendar::new(ZONE), at("2024-07-01T08:00:00Z"), None);
        let found = |text| days.find(at(text)).map(|day| days.0[usize::from(day)].on.to_string());
        // Midnight in New York is 04:00 in UTC.
        assert_eq!(found("2024-07-03T04:00:00Z").as_deref(), Some("2024-07-02"));
        assert_eq!(found("2024-07-02T04:00:01Z").as_deref(), Some("2024-07-02"));
        assert_eq!(found("2024-07-02T04:00:00Z"), None);
        assert_eq!(found("2024-07-16T04:00:00Z").as_deref(), Some("2024-07-15"));
        assert_eq!(found("2024-07-16T04:00:01Z"), None);
    }

    #[test]
    fn more_than_a_twentieth_of_all_balances_is_large() {
        let total = |minor| WideAmount::ZERO + Amount::from_minor(minor);
        assert!(is_large(total(501), total(10_000)));
        assert!(!is_large(total(500), total(10_000)));
        assert!(!is_large(total(0), total(0)));
    }

    #[test]
    fn people_with_nothing_left_are_not_counted() {
        let usd = Currency::from_code("USD").unwrap();
        let total = |minor| WideAmount::ZERO + Amount::from_minor(minor);
        let mut expiring = Expiring::default();
        expiring.add_sum(usd, 0, total(0));
        expiring.add_sum(usd, 0, total(300));
        let mut all = expiring.clone();
        all.merge(&expiring);
        let days = Days::of(&LocalCalendar::new(ZONE), at("2024-07-01T08:00:00Z"), None);
        let balances = [BalanceSum { currency: usd, people: 3, before: total(0), amount: total(1_000) }];
        let large = all.large(&days, &balances);
        assert_eq!(large.len(), 1);
        assert_eq!((large[0].people, large[0].amount.as_str(), large[0].last_day.as_str()), (2, "6.00", "2024-07-02"));
    }
}
