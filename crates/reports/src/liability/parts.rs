//! What is left of lots, by a key of several: sums, and how many lots and people.

use crate::lots::Lot;
use accrue_kernel::entry::Kind;
use accrue_kernel::money::WideAmount;
use std::collections::BTreeMap;

/// What is left of some lots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    pub granted: WideAmount,
    pub remaining: WideAmount,
    pub lots: u64,
    pub people: u64,
}

/// Parts by a key. A person with several lots of one key counts once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parts<K> {
    all: BTreeMap<K, Part>,
    /// Those of the person whose lots are being added.
    own: Vec<(K, Part)>,
}

impl<K> Default for Parts<K> {
    fn default() -> Parts<K> {
        Parts { all: BTreeMap::new(), own: Vec::new() }
    }
}

impl<K: Copy + Ord> Parts<K> {
    /// Adds a lot of the person.
    pub(super) fn add(&mut self, key: K, lot: &Lot<'_>) {
        let at = self.own.iter().position(|(own, _)| *own == key).unwrap_or_else(|| {
            self.own.push((key, Part::default()));
            self.own.len() - 1
        });
        let part = &mut self.own[at].1;
        part.granted += lot.sum(Kind::Grant);
        part.remaining += lot.remaining();
        part.lots += 1;
    }

    /// Ends the person: the lots that are added next are another one's.
    pub(super) fn end_person(&mut self) {
        for (key, own) in self.own.drain(..) {
            self.all.entry(key).or_default().add(&Part { people: 1, ..own });
        }
    }
}

impl<K: Ord> Parts<K> {
    /// Returns the parts in the order of their keys.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &Part)> {
        self.all.iter()
    }

    /// Adds the parts of other people.
    pub(super) fn merge(&mut self, other: Parts<K>) {
        for (key, theirs) in other.all {
            self.all.entry(key).or_default().add(&theirs);
        }
    }

    /// Returns the same parts by other keys; parts whose keys become the same are added.
    pub(super) fn by<L: Ord>(self, key: impl Fn(K) -> L) -> Parts<L> {
        let mut parts = Parts::default();
        for (own, part) in self.all {
            parts.all.entry(key(own)).or_default().add(&part);
        }
        parts
    }
}

impl Part {
    fn add(&mut self, other: &Part) {
        self.granted += other.granted;
        self.remaining += other.remaining;
        self.lots += other.lots;
        self.people += other.people;
    }
}
