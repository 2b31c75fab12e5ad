//! Which lot is spent next (SPEC 5.2): the lots of one account in redemption order.

use super::entry::{Method, OriginId};
use super::time::Instant;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Sorts lots in redemption order: expiry or, where the oldest goes first, making; making; method; origin; then the index.
pub type SpendKey<'a> = (Instant, Instant, Method, OriginId<'a>, usize);

/// Lots that may hold something.
///
/// Most are spent in the order they were made: those wait in a queue, and only the others in a heap.
#[derive(Debug, Default)]
pub struct Spendable<'a> {
    queue: Vec<SpendKey<'a>>,
    /// Where the queue begins: what is before was taken out.
    first: usize,
    others: BinaryHeap<Reverse<SpendKey<'a>>>,
}

impl<'a> Spendable<'a> {
    pub fn clear(&mut self) {
        self.queue.clear();
        self.first = 0;
        self.others.clear();
    }

    /// Adds a lot, which may be there already.
    #[inline]
    pub fn add(&mut self, key: SpendKey<'a>) {
        if self.queue.last().is_none_or(|last| *last <= key) {
            self.queue.push(key);
        } else {
            self.others.push(Reverse(key));
        }
    }

    /// Returns the lot to spend next.
    #[inline]
    pub fn first(&self) -> Option<usize> {
        let (queued, other) = self.heads();
        let first = if other.is_none() { queued } else { queued.into_iter().chain(other).min() };
        first.map(|&(.., index)| index)
    }

    /// Takes out the lot to spend next.
    pub fn pop(&mut self) {
        let (queued, other) = self.heads();
        if queued.is_some_and(|queued| other.is_none_or(|other| queued <= other)) {
            self.first += 1;
        } else {
            self.others.pop();
        }
    }

    fn heads(&self) -> (Option<&SpendKey<'a>>, Option<&SpendKey<'a>>) {
        (self.queue.get(self.first), self.others.peek().map(|Reverse(other)| other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lots_come_in_redemption_order_whatever_the_order_they_were_made_in() {
        let key = |expires_at, lot| {
            let at = Instant::from_micros;
            (at(expires_at), at(0), Method::PerOrder, OriginId::EMPTY, lot)
        };
        let mut lots = Spendable::default();
        for (lot, expires_at) in [5, 9, 7, 9, 3, 12].into_iter().enumerate() {
            lots.add(key(expires_at, lot));
        }
        let next = |lots: &mut Spendable<'_>| {
            let first = lots.first();
            lots.pop();
            first
        };
        assert_eq!([next(&mut lots), next(&mut lots)], [Some(4), Some(0)]);
        // What was given back is there again.
        lots.add(key(5, 0));
        let rest: Vec<usize> = std::iter::from_fn(|| next(&mut lots)).collect();
        assert_eq!(rest, [0, 2, 1, 3, 5]);
        lots.clear();
        assert_eq!(lots.first(), None);
    }
}
