//! Computes a person's lots and balances at an instant from postings alone, without facts or a program. Amounts are in
//! minor units.

use super::until::Until;
use accrue_kernel::currency::Currency;
use accrue_kernel::entry::{Entry, Kind, Method, OriginId};
use accrue_kernel::money::WideAmount;
use accrue_kernel::outcome::Balance;
use accrue_kernel::time::Timestamp;

/// The postings of one lot, summed up. What a person owes counts as a lot too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lot<'a> {
    /// The currency.
    pub currency: Currency,
    /// The method that granted it.
    pub method: Method,
    /// The event that made it.
    pub origin_id: OriginId<'a>,
    /// When it was granted; `None` for `owed`, which no entry grants.
    pub granted_at: Option<Timestamp>,
    /// When it expires; `None`: never.
    pub expires_at: Option<Timestamp>,
    sums: [WideAmount; Kind::ALL.len()],
}

/// Returns the lots that had a posting until then, ordered by currency, grant, method and origin.
pub fn lots<'a>(posted: &[Entry<'a>], until: &Until) -> Vec<Lot<'a>> {
    let mut rows: Vec<&Entry<'a>> = posted.iter().filter(|entry| until.counts(entry)).collect();
    rows.sort_by_key(|entry| (lot(entry), entry.expires_at));
    let mut lots: Vec<Lot<'a>> = rows.chunk_by(|one, other| lot(one) == lot(other)).map(sum_up).collect();
    lots.sort_by_key(|lot| (lot.currency, lot.granted_at, lot.method, lot.origin_id));
    lots
}

/// Returns what identifies the lot of an entry.
fn lot<'a>(entry: &Entry<'a>) -> (Currency, Method, OriginId<'a>) {
    (entry.currency, entry.method, entry.origin_id)
}

/// Sums up the postings of one lot, which are sorted by expiry.
pub(crate) fn sum_up<'a>(rows: &[&Entry<'a>]) -> Lot<'a> {
    let Entry { currency, method, origin_id, .. } = *rows[0];
    let mut sums = [WideAmount::ZERO; Kind::ALL.len()];
    for row in rows {
        sums[row.kind as usize] += row.amount;
    }
    let is_grant = |row: &&&Entry<'_>| row.kind == Kind::Grant;
    let granted_at = rows.iter().filter(is_grant).map(|row| row.effective_at).min();
    // If the expiry of a lot was corrected, its grants with the old expiry sum to zero.
    let granted = |rows: &[&Entry<'_>]| -> WideAmount { rows.iter().filter(is_grant).map(|row| row.amount).sum() };
    let mut by_expiry = rows.chunk_by(|one, other| one.expires_at == other.expires_at);
    let in_force = by_expiry.find(|rows| granted(rows).is_positive()).unwrap_or(rows);
    Lot { currency, method, origin_id, granted_at, expires_at: in_force[0].expires_at, sums }
}

impl Lot<'_> {
    /// Returns the sum of its postings of a kind, in minor units.
    pub fn sum(&self, kind: Kind) -> WideAmount {
        self.sums[kind as usize]
    }

    /// Returns the sum of all its postings, in minor units.
    pub fn remaining(&self) -> WideAmount {
        self.sums.iter().copied().sum()
    }

    /// Tells whether its postings of each kind sum to zero.
    pub(crate) fn is_nothing(&self) -> bool {
        self.sums.iter().all(|sum| sum.is_zero())
    }
}

/// Sums up lots, which are ordered by currency, to balances.
pub fn balances(lots: &[Lot<'_>]) -> Vec<Balance> {
    let of_currency = |lots: &[Lot<'_>]| Balance {
        currency: lots[0].currency,
        amount: lots.iter().map(Lot::remaining).sum(),
        next_expiry: next_expiry(&lots.iter().collect::<Vec<_>>()),
    };
    lots.chunk_by(|one, other| one.currency == other.currency).map(of_currency).collect()
}

/// Returns when some of the lots, all of one currency, expire next, and how much then does.
pub(crate) fn next_expiry(lots: &[&Lot<'_>]) -> Option<(Timestamp, WideAmount)> {
    let held = || lots.iter().filter(|lot| lot.remaining().is_positive());
    let next = held().filter_map(|lot| lot.expires_at).min()?;
    Some((next, held().filter(|lot| lot.expires_at == Some(next)).map(|lot| lot.remaining()).sum()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use accrue_kernel::entry::{EventId, SourceId};
    use accrue_kernel::moment::Moment;
    use accrue_kernel::money::Amount;

    /// A row of a lot in dollars: kind, source, origin, cents, its instant and its lot's expiry.
    fn row(
        kind: Kind,
        source: &'static str,
        origin: &'static str,
        cents: i64,
        at: i64,
        expires_at: i64,
    ) -> Entry<'static> {
        Entry {
            currency: Currency::from_code("USD").unwrap(),
            kind,
            source_id: SourceId(EventId::fact(source)),
            method: if origin.is_empty() { Method::Owed } else { Method::PerOrder },
            origin_id: OriginId(EventId::fact(origin)),
            amount: Amount::from_minor(cents),
            effective_at: Timestamp::from_micros(at),
            expires_at: (expires_at > 0).then(|| Timestamp::from_micros(expires_at)),
            rule: None,
            lot: None,
        }
    }

    /// Two lots of 5.00 and 2.00, of which 3.00 is redeemed at 3 and what is left of the first expires at 10.
    fn posted() -> Vec<Entry<'static>> {
        vec![
            row(Kind::Grant, "a", "a", 500, 1, 10),
            row(Kind::Grant, "b", "b", 200, 2, 20),
            row(Kind::Redeem, "r", "a", -300, 3, 10),
            row(Kind::Expire, "a", "a", -200, 10, 10),
        ]
    }

    fn until(micros: i64) -> Until {
        Until::instant(Moment::in_utc(Timestamp::from_micros(micros)))
    }

    /// Balance, next expiry and its amount, as they were at an instant.
    fn balance_at(at: i64) -> Vec<(i128, Option<(i64, i128)>)> {
        let found = balances(&lots(&posted(), &until(at)));
        found
            .iter()
            .map(|own| (own.amount.minor(), own.next_expiry.map(|(at, sum)| (at.micros(), sum.minor()))))
            .collect()
    }

    #[test]
    fn a_balance_is_what_it_was_before_and_after_a_redemption_and_an_expiry() {
        assert_eq!(balance_at(0), []);
        assert_eq!(balance_at(1), [(500, Some((10, 500)))]);
        assert_eq!(balance_at(2), [(700, Some((10, 500)))]);
        assert_eq!(balance_at(3), [(400, Some((10, 200)))]);
        assert_eq!(balance_at(9), [(400, Some((10, 200)))]);
        assert_eq!(balance_at(10), [(200, Some((20, 200)))]);
    }

    #[test]
    fn a_lot_tells_what_became_of_it() {
        let posted = posted();
        let lots = lots(&posted, &until(10));
        let sums = [Kind::Grant, Kind::Redeem, Kind::Expire].map(|kind| lots[0].sum(kind).minor());
        assert_eq!((sums, lots[0].remaining().minor()), ([500, -300, -200], 0));
        assert_eq!((lots[1].remaining().minor(), lots[1].granted_at), (200, Some(Timestamp::from_micros(2))));
    }

    #[test]
    fn a_corrected_expiry_is_the_one_that_counts() {
        let mut posted = posted();
        posted.extend([row(Kind::Grant, "b", "b", -200, 2, 20), row(Kind::Grant, "b", "b", 200, 2, 30)]);
        let lots = lots(&posted, &until(5));
        assert_eq!((lots[1].remaining().minor(), lots[1].expires_at), (200, Some(Timestamp::from_micros(30))));
    }

    #[test]
    fn debt_lowers_a_balance_and_what_was_taken_back_is_nothing() {
        let posted = [
            row(Kind::Grant, "a", "a", 500, 1, 10),
            row(Kind::Grant, "a", "a", -500, 1, 10),
            row(Kind::Redeem, "r", "", -150, 3, 0),
        ];
        let lots = lots(&posted, &until(5));
        assert_eq!(balances(&lots)[0].amount.minor(), -150);
        assert_eq!(lots.iter().map(Lot::is_nothing).collect::<Vec<_>>(), [false, true]);
    }
}
