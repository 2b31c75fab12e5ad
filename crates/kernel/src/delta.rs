//! The delta (docs/spec.md 6): what has to be posted so that a person's postings come to their entries.
//!
//! Entries minus postings, identity by identity, in minor units. No posting is ever changed: what is posted too much is
//! taken back by another posting of the same identity.

use super::currency::Currency;
use super::entry::Entry;
use super::money::WideAmount;

/// An entry to be posted; its amount is the difference to what is already posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting<'a> {
    /// The entry as it goes into the ledger.
    pub entry: Entry<'a>,
    /// Whether an entry of the same identity is already posted.
    pub is_correction: bool,
}

/// Replaces `out` with the postings that bring one person's ledger from `posted` to `entries`, in the order of the
/// ledger.
///
/// `entries` has each identity once, as in [`PersonLedger::entries`]; `posted` has all earlier postings of the person,
/// in any order. Both are grouped by identity and expiry: an entry with a changed expiry becomes two postings
/// (docs/spec.md 6).
///
/// # Panics
///
/// Panics if the difference of one identity and expiry does not fit an [`Amount`].
///
/// [`PersonLedger::entries`]: super::outcome::PersonLedger::entries
/// [`Amount`]: super::money::Amount
pub fn delta<'a>(entries: &[Entry<'a>], posted: &[Entry<'a>], out: &mut Vec<Posting<'a>>) {
    out.clear();
    if add_new(entries, posted, out) {
        return;
    }
    out.clear();
    let mut sides: Vec<(bool, Entry<'a>)> = Vec::with_capacity(entries.len() + posted.len());
    sides.extend(entries.iter().map(|&entry| (false, entry)));
    sides.extend(posted.iter().map(|&entry| (true, entry)));
    // Of one group the entry comes first, then what is posted, the earliest first.
    sides.sort_by(|(is_posted, one), (other_is_posted, other)| {
        one.identity_order(other)
            .then_with(|| one.expires_at.cmp(&other.expires_at))
            .then_with(|| (is_posted, one.effective_at).cmp(&(other_is_posted, other.effective_at)))
    });
    for same in sides.chunk_by(|(_, one), (_, other)| one.is_same(other)) {
        let is_correction = same.iter().any(|(is_posted, _)| *is_posted);
        for group in same.chunk_by(|(_, one), (_, other)| one.expires_at == other.expires_at) {
            out.extend(rest(group).map(|entry| Posting { entry, is_correction }));
        }
    }
    out.sort_by(|one, other| {
        one.entry.ledger_order(&other.entry).then_with(|| one.entry.expires_at.cmp(&other.entry.expires_at))
    });
}

/// Replaces `out` with the currencies in which the postings of one person do not cancel out.
///
/// The currencies are sorted by code, each once. Postings cancel out if those of each identity and expiry sum to zero.
///
/// # Panics
///
/// Panics if the sum of one identity and expiry does not fit an [`Amount`].
///
/// [`Amount`]: super::money::Amount
pub fn currencies_of(posted: &[Entry<'_>], out: &mut Vec<Currency>) {
    out.clear();
    let mut sorted: Vec<(bool, Entry<'_>)> = posted.iter().map(|&entry| (true, entry)).collect();
    sorted
        .sort_by(|(_, one), (_, other)| one.identity_order(other).then_with(|| one.expires_at.cmp(&other.expires_at)));
    let groups = sorted.chunk_by(|(_, one), (_, other)| one.is_same(other) && one.expires_at == other.expires_at);
    out.extend(groups.filter(|group| rest(group).is_some()).map(|group| group[0].1.currency));
    out.dedup();
}

/// Fast path, nearly always taken: if every posted row equals an entry, in the same order, only new entries are added
/// and nothing is sorted. Else returns false, and the caller compares sums.
fn add_new<'a>(entries: &[Entry<'a>], posted: &[Entry<'a>], out: &mut Vec<Posting<'a>>) -> bool {
    let mut posted = posted.iter().peekable();
    for entry in entries {
        let stands = |posted: &&Entry<'a>| {
            (posted.amount, posted.expires_at) == (entry.amount, entry.expires_at) && posted.is_same(entry)
        };
        if posted.next_if(stands).is_none() {
            out.push(Posting { entry: *entry, is_correction: false });
        }
    }
    posted.next().is_none()
}

/// Returns what is left to post of one identity and expiry, if anything.
fn rest<'a>(group: &[(bool, Entry<'a>)]) -> Option<Entry<'a>> {
    let signed = |(is_posted, entry): &(bool, Entry<'a>)| if *is_posted { -entry.amount } else { entry.amount };
    let sum: WideAmount = group.iter().map(signed).sum();
    let amount = sum.exact().expect("postings of one entry are differences of amounts");
    (!amount.is_zero()).then_some(Entry { amount, ..group[0].1 })
}

#[cfg(test)]
mod tests {
    use super::super::entry::{EventId, Kind, Method, OriginId, SourceId};
    use super::super::money::Amount;
    use super::super::program::RuleIndex;
    use super::super::time::Timestamp;
    use super::*;

    fn grant(order: &str, cents: i64, expires_at: i64) -> Entry<'_> {
        Entry {
            currency: Currency::from_code("USD").unwrap(),
            kind: Kind::Grant,
            source_id: SourceId(EventId::fact(order)),
            method: Method::PerOrder,
            origin_id: OriginId(EventId::fact(order)),
            amount: Amount::from_minor(cents),
            effective_at: Timestamp::from_micros(1),
            expires_at: Some(Timestamp::from_micros(expires_at)),
            rule: Some(RuleIndex::new(0)),
            lot: None,
        }
    }

    fn shown<'a>(entries: &[Entry<'a>], posted: &[Entry<'a>]) -> Vec<(String, i64, i64, bool)> {
        let mut out = Vec::new();
        delta(entries, posted, &mut out);
        let show = |posting: &Posting<'_>| {
            let Entry { source_id, amount, expires_at, .. } = posting.entry;
            (source_id.0.to_string(), amount.minor(), expires_at.unwrap().micros(), posting.is_correction)
        };
        out.iter().map(show).collect()
    }

    #[test]
    fn what_is_posted_is_not_posted_again() {
        let entries = [grant("a", 500, 9), grant("b", 200, 9)];
        assert_eq!(shown(&entries, &[]), [("a".into(), 500, 9, false), ("b".into(), 200, 9, false)]);
        assert_eq!(shown(&entries, &entries), []);
        assert_eq!(shown(&entries, &entries[1..]), [("a".into(), 500, 9, false)]);
        assert_eq!(shown(&entries, &entries[..1]), [("b".into(), 200, 9, false)]);
    }

    #[test]
    fn the_order_of_what_is_posted_does_not_matter() {
        let entries = [grant("a", 500, 9), grant("b", 200, 9), grant("c", 100, 9)];
        let found = [("b".into(), 200, 9, false)];
        assert_eq!(shown(&entries, &[grant("a", 500, 9), grant("c", 100, 9)]), found);
        assert_eq!(shown(&entries, &[grant("c", 100, 9), grant("a", 500, 9)]), found);
        // More is posted for an entry that was posted already.
        let twice = [grant("a", 500, 9), grant("c", 100, 9), grant("c", 50, 9)];
        assert_eq!(shown(&entries, &twice), [("b".into(), 200, 9, false), ("c".into(), -50, 9, true)]);
    }

    #[test]
    fn a_corrected_entry_is_posted_by_its_difference() {
        let posted = [grant("a", 500, 9), grant("a", 100, 9)];
        assert_eq!(shown(&[grant("a", 450, 9)], &posted), [("a".into(), -150, 9, true)]);
        // What is no entry any more is taken back.
        assert_eq!(shown(&[], &posted), [("a".into(), -600, 9, true)]);
    }

    #[test]
    fn what_was_taken_back_counts_as_not_posted() {
        let mut found = Vec::new();
        currencies_of(&[grant("a", 500, 9), grant("b", 100, 9), grant("a", -500, 9)], &mut found);
        assert_eq!(found, [Currency::from_code("USD").unwrap()]);
        currencies_of(&[grant("a", 500, 9), grant("a", -500, 9)], &mut found);
        assert_eq!(found, []);
        currencies_of(&[grant("a", 500, 9), grant("a", -500, 10)], &mut found);
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn another_expiry_is_two_postings() {
        let found = shown(&[grant("a", 500, 20)], &[grant("a", 500, 9)]);
        assert_eq!(found, [("a".into(), -500, 9, true), ("a".into(), 500, 20, true)]);
        // Moved back: the old pair cancels out and only the new expiry is left.
        let posted = [grant("a", 500, 9), grant("a", -500, 9), grant("a", 500, 20)];
        assert_eq!(shown(&[grant("a", 500, 20)], &posted), []);
    }
}
