//! The lots of one account that have not expired, ordered by expiry (docs/spec.md 5.1): the next one to expire is
//! first.
//!
//! Invariant: of lots with one expiry, the one made first comes first.

use super::fifo_heap::FifoHeap;
use super::time::Timestamp;

/// Lots that have not reached their expiry yet, each by its index.
#[derive(Debug)]
pub(crate) struct ExpiryQueue {
    lots: FifoHeap<(Timestamp, usize)>,
    /// Nothing expires before.
    next_at: Timestamp,
}

impl Default for ExpiryQueue {
    fn default() -> ExpiryQueue {
        ExpiryQueue { lots: FifoHeap::default(), next_at: Timestamp::NEVER }
    }
}

impl ExpiryQueue {
    pub(crate) fn clear(&mut self) {
        self.lots.clear();
        self.next_at = Timestamp::NEVER;
    }

    /// Adds a lot, made after those that are there.
    #[inline]
    pub(crate) fn add(&mut self, expires_at: Timestamp, lot: usize) {
        self.lots.add((expires_at, lot));
        self.next_at = self.next_at.min(expires_at);
    }

    /// Removes the lot that expires first of those with `expires_at <= at`, of several the one made first.
    #[inline]
    pub(crate) fn pop_due(&mut self, at: Timestamp) -> Option<(Timestamp, usize)> {
        // Asked before every event, and nearly always nothing is due.
        if at < self.next_at { None } else { self.pop_next(at) }
    }

    fn pop_next(&mut self, at: Timestamp) -> Option<(Timestamp, usize)> {
        self.next_at = self.lots.first().map_or(Timestamp::NEVER, |&(expires_at, _)| expires_at);
        if self.next_at <= at { self.lots.pop() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lots_are_due_from_their_expiry_on_and_then_gone() {
        let at = Timestamp::from_micros;
        let mut expiries = ExpiryQueue::default();
        for (lot, expires_at) in [5, 3, 5].into_iter().enumerate() {
            expiries.add(at(expires_at), lot);
        }
        let due = |expiries: &mut ExpiryQueue, until| -> Vec<usize> {
            std::iter::from_fn(|| expiries.pop_due(at(until)).map(|(_, lot)| lot)).collect()
        };
        assert!(due(&mut expiries, 2).is_empty());
        assert_eq!(due(&mut expiries, 3), [1]);
        // One that ends before all that were asked for so far.
        expiries.add(at(4), 3);
        assert_eq!(due(&mut expiries, 4), [3]);
        assert_eq!(due(&mut expiries, 100), [0, 2]);
        assert!(due(&mut expiries, 100).is_empty());
        expiries.add(at(200), 4);
        expiries.clear();
        assert!(due(&mut expiries, 300).is_empty(), "the lots of the person before are gone");
    }
}
