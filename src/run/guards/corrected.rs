//! The guard `max_corrected` (docs/spec.md 10): how much credit corrections of earlier postings take away, as a share
//! of all credit.
//!
//! Of each person and currency all that a change of known facts leads to counts together: a changed expiry is one
//! posting out and one in, and so nothing, unless the credit expires by it; what a late fact adds before the last as_of
//! makes up for what it takes elsewhere (an earlier order becomes the first). What a new refund, redemption or
//! adjustment takes is no correction. A guest whose history goes to a registration loses nothing: somebody else has it
//! now.

use super::super::Request;
use super::super::deltas::Deltas;
use super::display::display;
use super::{GuardName, SHOWN, Tripped};
use crate::book::{Remembered, SeenCredit};
use crate::facts::guest::is_guest_id;
use crate::kernel::currency::Currency;
use crate::kernel::delta::Posting;
use crate::kernel::entry::{Entry, Kind, Method, OriginId, SourceId};
use crate::kernel::money::WideAmount;
use crate::kernel::outcome::Balance;
use crate::kernel::time::{MICROS_PER_DAY, Timestamp};
use crate::pipeline::Percent;
use crate::reports::tally::BalanceSum;
use crate::resolve::People;
use std::collections::{BTreeMap, BTreeSet};

/// Days that count as the last ones.
const DAYS: i64 = 90;
/// Which share of all credit corrections may take away.
const SHARE: u32 = 5;
/// Fewer people than these may lose anything.
const LEAST_PEOPLE: u64 = 2;
/// So many people are enough, however many there are.
const ENOUGH_PEOPLE: u64 = 5;

/// What corrections do to some people, and the credit that these have.
#[derive(Default)]
pub(crate) struct Corrected {
    currencies: BTreeMap<Currency, OfCurrency>,
}

#[derive(Default)]
struct OfCurrency {
    losers: u64,
    lost: WideAmount,
    /// Those who lose most.
    largest: Vec<Loser>,
    /// Guests who lose: perhaps to their registration.
    guests: Vec<Loser>,
    /// What corrections take from grants or give back of clawbacks and adjustments.
    undone: WideAmount,
    /// People with a balance above zero.
    holders_before: u64,
    holders_after: u64,
    /// What is posted as granted on each of the last days.
    granted_before: BTreeMap<i64, WideAmount>,
    granted_now: BTreeMap<i64, WideAmount>,
}

/// A person who loses by corrections.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Loser {
    customer_id: String,
    lost: WideAmount,
    /// The event of the largest correction.
    source_id: String,
}

/// The credit of one currency before a run.
struct Before {
    balance: WideAmount,
    granted: WideAmount,
    holders: u64,
}

/// What a run compares its corrections with.
#[derive(Clone, Copy)]
pub(crate) struct CreditBefore<'b> {
    /// The figures of the last run; `None` where everybody is visited, because they then follow from the postings.
    pub remembered: Option<&'b Remembered>,
    pub balances: &'b [BalanceSum],
}

impl Corrected {
    /// Adds one person: what is posted already, what is posted now, and the balances after it. `last` is the last as_of
    /// of the book.
    pub(crate) fn add(
        &mut self,
        customer_id: &str,
        deltas: &Deltas<'_>,
        entries: &[Entry<'_>],
        balances: &[Balance],
        (last, as_of): (Option<Timestamp>, Timestamp),
    ) {
        for Balance { currency, amount, .. } in balances {
            self.of(*currency).holders_after += u64::from(*amount > WideAmount::ZERO);
        }
        let since = day(as_of) - DAYS;
        for entry in granted(deltas.posted(), since) {
            *self.of(entry.currency).granted_before.entry(day(entry.effective_at)).or_default() += entry.amount;
        }
        for entry in granted(deltas.entries(entries), since) {
            *self.of(entry.currency).granted_now.entry(day(entry.effective_at)).or_default() += entry.amount;
        }
        let mut held: BTreeMap<Currency, WideAmount> = BTreeMap::new();
        for entry in deltas.posted() {
            *held.entry(entry.currency).or_default() += entry.amount;
        }
        for (currency, balance) in held {
            self.of(currency).holders_before += u64::from(balance > WideAmount::ZERO);
        }
        if deltas.postings().iter().any(|posting| posting.entry.amount.is_negative()) {
            self.add_corrections(customer_id, deltas, last);
        }
    }

    fn add_corrections(&mut self, customer_id: &str, deltas: &Deltas<'_>, last: Option<Timestamp>) {
        let (postings, corrections) = (deltas.postings(), Corrections::of(deltas, last));
        for (currency, undone) in undone(postings) {
            self.of(currency).undone += undone;
        }
        for own in postings.chunk_by(|one, other| one.entry.currency == other.entry.currency) {
            let Some(lost) = corrections.lost(own) else { continue };
            let worst =
                own.iter().filter(|posting| corrections.count(posting)).min_by_key(|posting| posting.entry.amount);
            let source_id = worst.map(|worst| worst.entry.source_id.0.to_string()).unwrap_or_default();
            let loser = Loser { customer_id: customer_id.to_owned(), lost, source_id };
            self.of(own[0].entry.currency).add(loser);
        }
    }

    /// Adds what was found out about other people.
    pub(crate) fn merge(&mut self, other: Corrected) {
        for (currency, theirs) in other.currencies {
            let own = self.of(currency);
            own.losers += theirs.losers;
            own.lost += theirs.lost;
            own.largest.extend(theirs.largest);
            own.keep_largest();
            own.guests.extend(theirs.guests);
            own.undone += theirs.undone;
            own.holders_before += theirs.holders_before;
            own.holders_after += theirs.holders_after;
            add_days(&mut own.granted_before, &theirs.granted_before);
            add_days(&mut own.granted_now, &theirs.granted_now);
        }
    }

    /// Returns what corrections take from grants or give back of clawbacks and adjustments in a currency: what the sums
    /// of postings by kind do not show.
    pub(crate) fn undone(&self, currency: Currency) -> WideAmount {
        self.currencies.get(&currency).map_or(WideAmount::ZERO, |own| own.undone)
    }

    /// Returns the state of credit once the run is posted, for later runs.
    pub(crate) fn remembered(&self, before: CreditBefore<'_>, as_of: Timestamp) -> Vec<SeenCredit> {
        let remembered = before.remembered.into_iter().flat_map(|remembered| &remembered.credit);
        let known = remembered.filter_map(|credit| Currency::from_code(&credit.currency));
        let currencies: BTreeSet<Currency> = known.chain(self.currencies.keys().copied()).collect();
        let nothing = OfCurrency::default();
        let next = currencies.into_iter().map(|currency| {
            let own = self.currencies.get(&currency).unwrap_or(&nothing);
            let (mut granted, mut holders) = (own.granted_before.clone(), own.holders_after);
            if let Some(remembered) = before.told(currency) {
                granted = days_of(remembered, currency);
                holders = (remembered.holders + own.holders_after).saturating_sub(own.holders_before);
            }
            add_days(&mut granted, &own.granted_now);
            granted.retain(|&on, amount| on > day(as_of) - DAYS && *amount != WideAmount::ZERO);
            let granted = granted.into_iter().map(|(on, amount)| (on, amount.display(currency).to_string()));
            SeenCredit { currency: currency.code().to_owned(), holders, granted: granted.collect() }
        });
        next.collect()
    }

    fn of(&mut self, currency: Currency) -> &mut OfCurrency {
        self.currencies.entry(currency).or_default()
    }
}

impl OfCurrency {
    fn add(&mut self, loser: Loser) {
        if is_guest_id(&loser.customer_id) {
            self.guests.push(loser);
        } else {
            self.count(loser);
        }
    }

    fn count(&mut self, loser: Loser) {
        self.losers += 1;
        self.lost += loser.lost;
        self.largest.push(loser);
        if self.largest.len() >= 2 * SHOWN {
            self.keep_largest();
        }
    }

    fn keep_largest(&mut self) {
        self.largest.sort_by(|one, other| (other.lost, &one.customer_id).cmp(&(one.lost, &other.customer_id)));
        self.largest.truncate(SHOWN);
    }

    /// Returns the losers, without the guests whose history a registration has.
    fn without_taken_over(&self, taken_over: &BTreeSet<String>) -> OfCurrency {
        let mut counted = OfCurrency { losers: self.losers, lost: self.lost, ..OfCurrency::default() };
        counted.largest.clone_from(&self.largest);
        let left = self.guests.iter().filter(|guest| !taken_over.contains(&guest.customer_id));
        left.for_each(|guest| counted.count(guest.clone()));
        counted.keep_largest();
        counted
    }

    fn granted_last_days(&self, as_of: Timestamp) -> WideAmount {
        self.granted_before.range(day(as_of) - DAYS + 1..).map(|(_, &amount)| amount).sum()
    }
}

impl<'b> CreditBefore<'b> {
    fn told(&self, currency: Currency) -> Option<&'b SeenCredit> {
        self.remembered?.credit.iter().find(|credit| credit.currency == currency.code())
    }

    fn of(&self, currency: Currency, own: &OfCurrency, as_of: Timestamp) -> Before {
        let balance =
            self.balances.iter().find(|sum| sum.currency == currency).map_or(WideAmount::ZERO, |sum| sum.before);
        let mut before = Before { balance, granted: own.granted_last_days(as_of), holders: own.holders_before };
        if let Some(remembered) = self.told(currency) {
            let days = days_of(remembered, currency);
            before.granted = days.range(day(as_of) - DAYS + 1..).map(|(_, &amount)| amount).sum();
            before.holders = remembered.holders;
        }
        before
    }
}

/// Checks what corrections take away, in each currency by itself.
pub(crate) fn max_corrected(
    request: &Request<'_>,
    people: &People,
    corrected: &Corrected,
    credit: CreditBefore<'_>,
) -> Option<Tripped> {
    let share = request.pipeline.guard.max_corrected.or(Percent(SHARE.into()))?;
    let mut taken_over = BTreeSet::new();
    if corrected.currencies.values().any(|own| !own.guests.is_empty()) {
        taken_over = people.guests_taken_over(request.program.program.link_guests);
    }
    let (mut messages, mut shown) = (Vec::new(), Vec::new());
    for (&currency, own) in &corrected.currencies {
        let before = credit.of(currency, own, request.as_of);
        let own = own.without_taken_over(&taken_over);
        if is_exceeded(own.losers, own.lost, &before, share, currency) {
            messages.push(compared(&own, &before, share, currency));
            shown.extend(own.largest.iter().map(|loser| described(people, loser, currency)));
        }
    }
    shown.truncate(SHOWN);
    (!messages.is_empty()).then(|| Tripped::new(GuardName::MaxCorrected, request, messages.join("; "), shown))
}

fn is_exceeded(losers: u64, lost: WideAmount, before: &Before, share: Percent, currency: Currency) -> bool {
    let are_many = losers >= LEAST_PEOPLE && (losers >= ENOUGH_PEOPLE || 5 * losers >= before.holders);
    let whole = before.balance.max(before.granted);
    are_many && share.is_exceeded(display(lost, currency), display(whole.max(WideAmount::ZERO), currency))
}

fn compared(own: &OfCurrency, before: &Before, share: Percent, currency: Currency) -> String {
    let (whole, what) = match before.balance >= before.granted {
        true => (before.balance, "all balances before"),
        false => (before.granted, "the grants of the last 90 days"),
    };
    format!(
        "corrections of earlier postings take {} {currency} from {} people, more than {share} of {} {currency}, which is {what}",
        own.lost.display(currency),
        own.losers,
        whole.display(currency),
    )
}

/// Describes who loses how much, by which fact, and the row of an export that holds it.
fn described(people: &People, loser: &Loser, currency: Currency) -> String {
    let Loser { customer_id, lost, source_id } = loser;
    let place = people.exported_at(source_id);
    let place = place.map(|(path, row)| format!(" ({}:{row})", path.display())).unwrap_or_default();
    format!("{customer_id} loses {} {currency} by {source_id}{place}", lost.display(currency))
}

/// Which postings of a person follow from a change of known facts.
struct Corrections<'p> {
    /// The last as_of of the book.
    last: Option<Timestamp>,
    /// The events that have led to postings before.
    known: BTreeSet<SourceId<'p>>,
    /// The lots that were posted before, and those of them whose expiry has changed.
    lots: BTreeSet<(Method, OriginId<'p>)>,
    moved: BTreeSet<(Method, OriginId<'p>)>,
}

impl<'p> Corrections<'p> {
    fn of(deltas: &'p Deltas<'_>, last: Option<Timestamp>) -> Corrections<'p> {
        let known = deltas.posted().iter().map(|entry| entry.source_id).collect();
        let lots = deltas.posted().iter().map(|entry| (entry.method, entry.origin_id)).collect();
        let grants =
            deltas.postings().iter().filter(|posting| posting.is_correction && posting.entry.kind == Kind::Grant);
        let taken = grants.filter(|posting| posting.entry.amount.is_negative());
        let moved = taken.map(|posting| (posting.entry.method, posting.entry.origin_id)).collect();
        Corrections { last, known, lots, moved }
    }

    /// Tells whether a posting counts: it corrects an earlier one, or it is what a correction leads to.
    fn count(&self, posting: &Posting<'_>) -> bool {
        let entry = &posting.entry;
        let is_past = self.last.is_some_and(|last| entry.effective_at <= last);
        let follows = match entry.kind {
            _ if !entry.amount.is_negative() => is_past,
            // A refund, redemption or adjustment that is new takes what it takes.
            Kind::Clawback | Kind::Redeem | Kind::Adjust => self.known.contains(&entry.source_id),
            // Credit expires by itself, but what was posted not before the last run, and not on another day.
            Kind::Expire => {
                let lot = (entry.method, entry.origin_id);
                is_past && self.lots.contains(&lot) || self.moved.contains(&lot)
            }
            Kind::Grant | Kind::Restore | Kind::Settle => is_past,
        };
        posting.is_correction || follows
    }

    /// Returns what is taken from a person in one currency, if anything.
    fn lost(&self, postings: &[Posting<'_>]) -> Option<WideAmount> {
        let net: WideAmount = postings.iter().filter(|own| self.count(own)).map(|own| own.entry.amount).sum();
        (net < WideAmount::ZERO).then_some(WideAmount::ZERO - net)
    }
}

/// Returns by currency what corrections take from grants or give back of clawbacks and adjustments, each entry over all
/// its expiries.
fn undone(postings: &[Posting<'_>]) -> Vec<(Currency, WideAmount)> {
    let is_counted = |kind| matches!(kind, Kind::Grant | Kind::Clawback | Kind::Adjust);
    let corrections = postings.iter().filter(|posting| posting.is_correction && is_counted(posting.entry.kind));
    let mut entries: Vec<Entry<'_>> = corrections.map(|posting| posting.entry).collect();
    entries.sort_by(Entry::identity_order);
    let of_entry = |same: &[Entry<'_>]| {
        let net: WideAmount = same.iter().map(|entry| entry.amount).sum();
        let against = if same[0].kind == Kind::Grant { WideAmount::ZERO - net } else { net };
        (same[0].currency, against.max(WideAmount::ZERO))
    };
    entries.chunk_by(|one, other| one.is_same(other)).map(of_entry).collect()
}

/// Returns the grants that became effective after a day.
fn granted<'e, 'a>(entries: &'e [Entry<'a>], since: i64) -> impl Iterator<Item = &'e Entry<'a>> {
    entries.iter().filter(move |entry| entry.kind == Kind::Grant && day(entry.effective_at) > since)
}

fn day(instant: Timestamp) -> i64 {
    instant.micros().div_euclid(MICROS_PER_DAY)
}

fn days_of(remembered: &SeenCredit, currency: Currency) -> BTreeMap<i64, WideAmount> {
    remembered.granted.iter().filter_map(|(&day, amount)| Some((day, WideAmount::parse(amount, currency)?))).collect()
}

fn add_days(own: &mut BTreeMap<i64, WideAmount>, other: &BTreeMap<i64, WideAmount>) {
    for (&day, &amount) in other {
        *own.entry(day).or_default() += amount;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::entry::EventId;
    use crate::kernel::money::Amount;

    fn usd() -> Currency {
        Currency::from_code("USD").unwrap()
    }

    fn posting(kind: Kind, order: &'static str, cents: i64, at: i64, is_correction: bool) -> Posting<'static> {
        let event = EventId::fact(order);
        let entry = Entry {
            currency: usd(),
            kind,
            source_id: SourceId(event),
            method: Method::PerOrder,
            origin_id: OriginId(event),
            amount: Amount::from_minor(cents),
            effective_at: Timestamp::from_micros(at),
            expires_at: None,
            rule: None,
            lot: None,
        };
        Posting { entry, is_correction }
    }

    #[test]
    fn a_person_loses_what_a_change_of_known_facts_leads_to() {
        let lost = |postings: &[Posting<'_>]| {
            let known = [SourceId(EventId::fact("d"))].into();
            let lot = |order| (Method::PerOrder, OriginId(EventId::fact(order)));
            let (lots, moved) = ([lot("a"), lot("x")].into(), [lot("x")].into());
            let corrections = Corrections { last: Some(Timestamp::from_micros(100)), known, lots, moved };
            corrections.lost(postings).map(|lost| lost.minor())
        };
        let grant = |order, cents, at| posting(Kind::Grant, order, cents, at, true);
        assert_eq!(lost(&[grant("a", -500, 5)]), Some(500));
        // A changed expiry, and an expiry that is undone with the grant.
        assert_eq!(lost(&[grant("a", -500, 5), grant("a", 500, 5)]), None);
        assert_eq!(lost(&[grant("a", -500, 5), posting(Kind::Expire, "a", 500, 9, true)]), None);
        // The changed expiry is over already, or by now; credit that expires by itself is no loss.
        let expire = |order, at| posting(Kind::Expire, order, -500, at, false);
        assert_eq!(lost(&[grant("a", -500, 5), grant("a", 500, 5), expire("a", 50)]), Some(500));
        assert_eq!(lost(&[grant("x", -500, 5), grant("x", 500, 5), expire("x", 150)]), Some(500));
        assert_eq!(lost(&[expire("a", 150)]), None);
        // An earlier order comes late and is the first now; a new order is no correction, and makes up for nothing.
        let new = |kind, order, cents, at| posting(kind, order, cents, at, false);
        assert_eq!(lost(&[grant("a", -500, 50), new(Kind::Grant, "b", 500, 5)]), None);
        assert_eq!(lost(&[grant("a", -500, 50), new(Kind::Grant, "b", 300, 101)]), Some(500));
        // It may be so early that its own credit has expired.
        assert_eq!(lost(&[grant("a", -500, 50), new(Kind::Grant, "b", 500, 5), expire("b", 60)]), None);
        // A new refund or redemption takes what it takes; a known one that takes from another lot now is a correction.
        assert_eq!(lost(&[new(Kind::Clawback, "r", -500, 50), new(Kind::Redeem, "e", -100, 150)]), None);
        assert_eq!(lost(&[new(Kind::Redeem, "d", -500, 50)]), Some(500));
        assert_eq!(lost(&[posting(Kind::Redeem, "d", 500, 50, true), new(Kind::Redeem, "d", -500, 50)]), None);
    }

    #[test]
    fn what_corrections_undo_is_counted_entry_by_entry() {
        let sum =
            |postings: &[Posting<'_>]| undone(postings).into_iter().map(|(_, undone)| undone.minor()).sum::<i128>();
        assert_eq!(sum(&[posting(Kind::Grant, "a", -500, 5, true), posting(Kind::Grant, "b", 500, 5, true)]), 500);
        assert_eq!(sum(&[posting(Kind::Grant, "a", -500, 5, true), posting(Kind::Grant, "a", 500, 5, true)]), 0);
        assert_eq!(sum(&[posting(Kind::Clawback, "a", 200, 5, true)]), 200);
        assert_eq!(sum(&[posting(Kind::Clawback, "a", -200, 5, true)]), 0);
        assert_eq!(sum(&[posting(Kind::Redeem, "a", 200, 5, true)]), 0);
    }

    #[test]
    fn many_people_and_much_of_all_credit_must_be_concerned() {
        let exceeded = |losers, lost: i64, holders, balance: i64, granted: i64| {
            let total = |minor: i64| WideAmount::from(Amount::from_minor(minor));
            let before = Before { balance: total(balance), granted: total(granted), holders };
            is_exceeded(losers, total(lost), &before, Percent(SHARE.into()), usd())
        };
        // Two of eight are a fifth; one person never is many; of a hundred it takes five.
        assert!(exceeded(2, 501, 8, 10_000, 0));
        assert!(exceeded(2, 501, 10, 10_000, 0));
        assert!(!exceeded(2, 501, 11, 10_000, 0));
        assert!(!exceeded(1, 10_000, 1, 10_000, 0));
        assert!(!exceeded(4, 10_000, 100, 10_000, 0));
        assert!(exceeded(5, 501, 100, 10_000, 0));
        // 5 % of the greater of both.
        assert!(!exceeded(5, 500, 100, 10_000, 0));
        assert!(!exceeded(5, 501, 100, 10_000, 10_020));
        assert!(exceeded(5, 502, 100, 10_000, 10_020));
    }
}
