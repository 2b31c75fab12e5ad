//! What must be true of the postings of one person (docs/spec.md 6), whatever the facts: sums over all rows of the
//! ledger.

use super::audit_entries::{Violation, name};
use super::currency::Currency;
use super::entry::{Entry, Kind, Method, OriginId};
use super::money::WideAmount;

/// The rows of one identity and expiry: the first of them, and what they sum to.
type Net<'e, 'a> = (&'e Entry<'a>, WideAmount);

/// Returns all violations of the rules of the ledger by the postings of one person; empty if there are none.
///
/// `posted` has all rows of the person, in any order. Rows of one identity and expiry count as their sum, so a lot that
/// corrections took back completely is sound. Finds [`Violation::BelowZero`], [`Violation::NeverGranted`],
/// [`Violation::TakenAfterExpiry`] and [`Violation::OwedAboveZero`].
pub fn violations(posted: &[Entry<'_>]) -> Vec<Violation> {
    let mut rows: Vec<&Entry<'_>> = posted.iter().collect();
    rows.sort_by(|one, other| {
        (lot(one).cmp(&lot(other)))
            .then_with(|| one.identity_order(other))
            .then_with(|| (one.expires_at, one.effective_at).cmp(&(other.expires_at, other.effective_at)))
    });
    let mut found = Vec::new();
    for rows in rows.chunk_by(|one, other| lot(one) == lot(other)) {
        let nets: Vec<Net<'_, '_>> = rows
            .chunk_by(|one, other| one.is_same(other) && one.expires_at == other.expires_at)
            .map(|same| (same[0], same.iter().map(|entry| entry.amount).sum()))
            .filter(|(_, sum): &Net<'_, '_>| !sum.is_zero())
            .collect();
        match rows[0].method {
            Method::Owed => check_owed(rows[0].currency, &nets, &mut found),
            Method::FirstOrder
            | Method::PerOrder
            | Method::Registration
            | Method::OrderHistory
            | Method::SpendHistory
            | Method::RefundCredit
            | Method::Adjustment => check_lot(&nets, &mut found),
        }
    }
    found
}

fn lot<'a>(entry: &Entry<'a>) -> (Currency, Method, OriginId<'a>) {
    (entry.currency, entry.method, entry.origin_id)
}

fn check_owed(currency: Currency, nets: &[Net<'_, '_>], found: &mut Vec<Violation>) {
    let sum = sum(nets);
    if sum.is_positive() {
        found.push(Violation::OwedAboveZero { currency, sum });
    }
}

/// Checks a lot of which something is left after corrections: a lot that was taken back has nothing to check.
fn check_lot(nets: &[Net<'_, '_>], found: &mut Vec<Violation>) {
    let Some((first, _)) = nets.first() else { return };
    let lot = || name(first.currency, first.method, first.origin_id);
    let sum = sum(nets);
    if sum < WideAmount::ZERO {
        found.push(Violation::BelowZero { lot: lot(), sum });
    }
    if !nets.iter().any(|(entry, sum)| entry.kind == Kind::Grant && sum.is_positive()) {
        found.push(Violation::NeverGranted { lot: lot() });
    }
    let is_late = |(entry, sum): &&Net<'_, '_>| {
        // No net is zero.
        let is_taken = !sum.is_positive() && entry.kind != Kind::Expire;
        is_taken && entry.expires_at.is_some_and(|expires_at| expires_at <= entry.effective_at)
    };
    let late = nets.iter().filter(is_late);
    found.extend(late.map(|(entry, _)| Violation::TakenAfterExpiry { lot: lot(), at: entry.effective_at }));
}

fn sum(nets: &[Net<'_, '_>]) -> WideAmount {
    nets.iter().map(|(_, sum)| *sum).sum()
}

#[cfg(test)]
mod tests {
    use super::super::entry::row;
    use super::super::time::Timestamp;
    use super::*;

    fn found(posted: &[Entry<'_>]) -> Vec<String> {
        violations(posted).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_lot_that_is_granted_used_corrected_and_expires_is_sound() {
        let rows = [
            row(Kind::Grant, "a", 500, 1),
            row(Kind::Redeem, "r", -300, 2),
            row(Kind::Expire, "a", -200, 10),
            // Less was redeemed, so more has expired.
            row(Kind::Redeem, "r", 100, 2),
            row(Kind::Expire, "a", -100, 10),
        ];
        assert_eq!(found(&rows), Vec::<String>::new());
    }

    #[test]
    fn a_lot_that_was_taken_back_is_sound() {
        let rows = [row(Kind::Grant, "a", 500, 1), row(Kind::Grant, "a", -500, 1)];
        assert_eq!(found(&rows), Vec::<String>::new());
    }

    #[test]
    fn a_lot_below_zero_is_found_with_its_sum() {
        let rows = [row(Kind::Grant, "a", 500, 1), row(Kind::Redeem, "r", -301, 2), row(Kind::Redeem, "s", -200, 3)];
        assert_eq!(found(&rows), ["lot per_order of \"a\" in USD sums to -0.01 below zero"]);
    }

    #[test]
    fn a_lot_that_is_used_without_a_grant_is_found() {
        let rows = [row(Kind::Restore, "r", 200, 3)];
        assert_eq!(found(&rows), ["lot per_order of \"a\" has postings in USD, and no grant"]);
    }

    #[test]
    fn what_is_taken_at_the_expiry_is_taken_too_late() {
        let rows = [row(Kind::Grant, "a", 500, 1), row(Kind::Redeem, "r", -300, 10)];
        let late = "lot per_order of \"a\" is taken from at 1970-01-01T00:00:00.000010Z after it expired";
        assert_eq!(found(&rows), [late]);
    }

    /// The same redemption, corrected because the lot ends later than was posted.
    #[test]
    fn postings_of_one_source_with_two_expiries_are_told_apart() {
        let later = |cents| Entry { expires_at: Some(Timestamp::from_micros(20)), ..row(Kind::Redeem, "r", cents, 12) };
        let rows = [
            row(Kind::Grant, "a", 500, 1),
            row(Kind::Redeem, "r", -300, 12),
            row(Kind::Redeem, "r", 300, 12),
            later(-300),
        ];
        assert_eq!(found(&rows), Vec::<String>::new());
    }

    #[test]
    fn debt_above_zero_is_found() {
        let owed = |kind, cents| Entry {
            method: Method::Owed,
            origin_id: OriginId::EMPTY,
            expires_at: None,
            ..row(kind, "r", cents, 1)
        };
        assert_eq!(found(&[owed(Kind::Redeem, -300), owed(Kind::Settle, 300)]), Vec::<String>::new());
        let above = found(&[owed(Kind::Redeem, -300), owed(Kind::Settle, 301)]);
        assert_eq!(above, ["`owed` in USD sums to 0.01 above zero"]);
    }
}
